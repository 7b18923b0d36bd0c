#pragma once

#include <dynamo/base/detail/own_process.hpp>
#include <dynamo/base/timer.hpp>
#include <dynamo/decorators/retrying.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <remote/provider/credential_provider.hpp>
#include <remote/service/routes.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <stop_token>

namespace dynamo::aws {

/// How many calls an endpoint has. May outlive it: a call whose last owner is its own sink.
struct calls_of_endpoint {
  std::atomic<std::size_t> under_way{0};
  std::atomic<std::size_t> being_told{0};  ///< whose sinks have not returned yet
};

/// The outermost endpoint of a service: counts the calls under way, and can be closed. `inner` is a sender with retries around it, and
/// what limits the time of calls.
///
/// Where the last handle goes while calls are under way, these end as by close(), and the destructor returns when their sinks have been told;
/// it does not wait on a thread on which a sink is being told.
class remote_endpoint final : public endpoint {
 public:
  remote_endpoint(std::shared_ptr<endpoint> inner, std::shared_ptr<retrying_endpoint> retries,
                  std::shared_ptr<routes> to, credential_provider who)
      : inner_(std::move(inner)), retries_(std::move(retries)), to_(std::move(to)), who_(std::move(who)) {}
  ~remote_endpoint() override;

  result<reply> call(request) override;
  void start(request, reply_sink&) override;
  /// Has connections to DynamoDB made until so many are idle. Waits for credentials, which say where it is, and not for the connections.
  result<void> preconnect(std::size_t idle) const;
  /// Ends every call at once, wherever it is, with errc::cancelled. Sinks of calls that wait are told on this thread. In a child of fork() it does nothing.
  void close() noexcept;
  retry_statistics retries() const { return retries_->statistics(); }
  std::size_t calls_under_way() const noexcept { return calls_->under_way.load(std::memory_order_relaxed); }

 private:
  const own_process process_;
  const std::shared_ptr<endpoint> inner_;
  const std::shared_ptr<retrying_endpoint> retries_;
  const std::shared_ptr<routes> to_;
  const credential_provider who_;
  const std::stop_source closing_;
  const std::shared_ptr<calls_of_endpoint> calls_ = std::make_shared<calls_of_endpoint>();
};

}  // namespace dynamo::aws
