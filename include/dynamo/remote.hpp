#pragma once

#include <dynamo/auth/credentials.hpp>
#include <dynamo/base/clock.hpp>
#include <dynamo/base/event_loop.hpp>
#include <dynamo/base/random.hpp>
#include <dynamo/base/result.hpp>
#include <dynamo/base/timer.hpp>
#include <dynamo/decorators/retrying.hpp>
#include <dynamo/protocol/call_observer.hpp>
#include <dynamo/protocol/call_times.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace dynamo {
namespace aws {
class remote_endpoint;
}

/// The connections to one host.
struct connection_limits {
  std::size_t connections = 50;            ///< at one time; a call beyond them waits for its turn
  std::chrono::milliseconds idle{20'000};  ///< one that nobody used for so long is not used again
  std::chrono::milliseconds age{
      600'000};  ///< one that is so old is not used again: hosts behind a name change. 0: any age

  connection_limits() = default;
  friend bool operator==(const connection_limits&, const connection_limits&) = default;
};

/// Where DynamoDB is, and who asks. What is left out, or empty, is looked up as AWS's CLI and SDKs do: environment variables, the profile
/// in the shared files, what the machine says of itself. docs/configuration.md lists it all.
struct remote_options {
  std::string profile;               ///< its settings and credentials come before the environment's
  std::string region;                ///< "eu-west-1"
  std::string endpoint_url;          ///< "http://localhost:8000": an emulator, Alternator, a VPC's endpoint
  std::string streams_endpoint_url;  ///< of DynamoDB Streams, where that is another one
  std::optional<bool> fips;          ///< hosts with FIPS 140 modules
  std::optional<bool> dual_stack;    ///< hosts with IPv6 addresses
  std::optional<auth::credentials> credentials;
  std::string ca_bundle;  ///< path of a PEM file with the authorities to trust instead of the system's
  std::string app_id;     ///< for the field User-Agent
  std::optional<retry_settings>
      retries;       ///< nothing: by AWS_RETRY_MODE and AWS_MAX_ATTEMPTS, else retry_settings::standard()
  call_times times;  ///< of each call, unless it has others: table::with(call_times), dynamo::timed()
  connection_limits connections;
  /// Is told of each call and each of its attempts, from any thread. Null: nobody is, and nothing is measured.
  std::shared_ptr<call_observer> observer;

  /// Where calls that are started or awaited do their I/O: see event_loop_of(). Null: on a thread of the service's own.
  std::shared_ptr<event_loop> loop;

  // Ports, which must outlive every call. Null: the machine's.
  const clock* time = nullptr;
  timer* waits = nullptr;
  random_source* random = nullptr;

  remote_options() = default;
  friend bool operator==(const remote_options&, const remote_options&) = default;
};

/// DynamoDB over HTTPS, ScyllaDB Alternator, or anything else that speaks its protocol. A cheap handle; copies share the connections and the
/// credentials. Thread-safe.
///
///     auto aws = dynamo::remote();                 // as AWS's CLI would reach it
///     if (!aws) { std::cerr << aws.error().describe() << '\n'; return 1; }
///     dynamo::table<users_schema> users{*aws};
class remote_service {
 public:
  /// What typed tables and everything else talk to. A call that fails is tried again as remote_options::retries says.
  ///
  /// Errors, besides the service's own: errc::unavailable (no credentials, with all places where they were looked for; a host that cannot be
  /// trusted; an answer that is not DynamoDB's), transport (no connection, or one that broke; also after the last retry), timed_out,
  /// cancelled. outcome_unknown() is true where the service may have executed a write.
  /// call() needs no other thread; start() works on one that all hosts of this service share, or on the program's own (remote_options::loop). A child of fork() has no part in it.
  const std::shared_ptr<dynamo::endpoint>& endpoint() const noexcept { return endpoint_; }
  /// Has connections to DynamoDB made ahead of the first calls, until so many are idle: a call then finds one that TLS has agreed on. Waits for the
  /// credentials, which may decide where DynamoDB is, and not for the connections. Errors: as of a call without credentials, or without an endpoint.
  [[nodiscard]] result<void> preconnect(std::size_t idle) const;
  /// How its retries fare, and what its circuit and its limits are at.
  retry_statistics retries() const;
  /// Ends calls under way at once with errc::cancelled, also those that wait for credentials, a connection or their next attempt, and answers
  /// later ones so. Only one that blocks while the system looks a name up waits for the system. The last handle that goes does the same, and
  /// returns when all sinks have been told, unless it goes in one of them. In a child of fork() it does nothing.
  void close() noexcept;

 private:
  friend result<remote_service> remote(const remote_options&);
  remote_service(std::shared_ptr<aws::remote_endpoint> itself, std::shared_ptr<dynamo::endpoint> observed)
      : itself_(std::move(itself)), endpoint_(std::move(observed)) {}
  std::shared_ptr<aws::remote_endpoint> itself_;
  std::shared_ptr<dynamo::endpoint> endpoint_;
};

/// Reads the configuration; connects to nothing yet.
/// Errors: invalid_argument (settings that contradict each other, a profile or a file that is wrong: with file and line).
[[nodiscard]] result<remote_service> remote(const remote_options& = {});

}  // namespace dynamo
