#pragma once

#include <dynamo/base/random.hpp>
#include <dynamo/decorators/timed.hpp>
#include <dynamo/remote.hpp>

#include <gtest/gtest.h>
#include <http/pool/client_pool.hpp>
#include <http/pool/pool_peers.hpp>
#include <remote/make_remote.hpp>
#include <remote/service/pooled_carriers.hpp>
#include <remote/service/sender.hpp>
#include <remote/variables.hpp>
#include <support/http_service.hpp>
#include <support/without_aws.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <future>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace dynamo::aws {

/// Where a call of a remote endpoint may be when something ends.
enum class phase : std::uint8_t {
  fetching_credentials,
  waiting_for_a_connection,
  resolving,
  connecting,
  shaking_hands,
  writing,
  reading,
  waiting_to_retry,
};
inline constexpr phase all_phases[] = {phase::fetching_credentials,
                                       phase::waiting_for_a_connection,
                                       phase::resolving,
                                       phase::connecting,
                                       phase::shaking_hands,
                                       phase::writing,
                                       phase::reading,
                                       phase::waiting_to_retry};

inline std::string to_string(phase p) {
  constexpr const char* names[] = {"fetching_credentials",
                                   "waiting_for_a_connection",
                                   "resolving",
                                   "connecting",
                                   "shaking_hands",
                                   "writing",
                                   "reading",
                                   "waiting_to_retry"};
  return names[static_cast<std::size_t>(p)];
}

/// Draws long waits.
class patient_random final : public random_source {
 public:
  std::uint64_t next() noexcept override { return 3'000'000'000; }  // microseconds
};

/// Is told once; twice ends the program.
class told_once final : public reply_sink {
 public:
  void complete(result<reply> answer) noexcept override {
    if (before) before();
    told_.set_value(std::move(answer));
  }
  bool is_told() const { return outcome_.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }
  result<reply> outcome() { return outcome_.get(); }
  std::function<void()> before;

 private:
  std::promise<result<reply>> told_;
  std::future<result<reply>> outcome_ = told_.get_future();
};

/// Ends once the threads have that were begun after it: the loop of a service whose last handle went in a completion ends by itself, and what
/// it still frees would be a leak at the end of the program.
class end_of_threads {
 public:
  end_of_threads() {
    class nothing final : public timer_task {
      void run() noexcept override {}
    };
    EXPECT_TRUE(system_timer().after(std::chrono::microseconds(0), std::make_shared<nothing>()));  // its thread stays
    before_ = threads();
  }
  end_of_threads(const end_of_threads&) = delete;
  end_of_threads& operator=(const end_of_threads&) = delete;
  ~end_of_threads() {
    http::wait_until([this] { return threads() <= before_; });
  }

 private:
  static std::ptrdiff_t threads() {
    const std::filesystem::directory_iterator all("/proc/self/task");
    return std::distance(begin(all), end(all));
  }
  std::ptrdiff_t before_ = 0;
};

/// A remote endpoint whose calls get stuck in one phase, for an hour if nothing ends them.
class stuck_service {
 public:
  explicit stuck_service(phase where)
      : where_(where), peer_([this](testing_support::peer_connection& to, std::size_t) { serve(to); }) {
    testing_support::forget_aws();
    if (where == phase::fetching_credentials) {
      agent_.emplace([this](const testing_support::asked&) {
        ++reached_;
        return "";
      });
      ::setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", (agent_->url() + "/x").c_str(), 1);
    }
    if (where == phase::connecting) silent_.emplace(http::closed_port::kind::says_nothing);
    via = where == phase::resolving ? with_names() : make_remote(options(), retries())->itself;
    if (where == phase::waiting_for_a_connection) {
      via->start(one_request(), holder_);
      wait_until_reached(1);
    }
  }
  stuck_service(const stuck_service&) = delete;
  stuck_service& operator=(const stuck_service&) = delete;
  ~stuck_service() {
    release();
    via.reset();
    if (where_ == phase::waiting_for_a_connection) (void)holder_.outcome();
    loop_->stop();  // and the look-up with it, which is of this object
    end_peer();
  }

  request one_request() const {
    if (where_ != phase::writing) return request(operation_name::get_item, json::buffer("{}"));
    return request(operation_name::put_item, json::buffer(std::string(30'000'000, 'x')));
  }
  /// As far as it can be seen from outside.
  void wait_until_stuck(std::size_t calls) {
    http::wait_until([&] { return via->calls_under_way() >= calls; });
    switch (where_) {
      case phase::waiting_for_a_connection:
      case phase::connecting: break;
      case phase::fetching_credentials:
      case phase::resolving: wait_until_reached(1); break;
      case phase::shaking_hands:
      case phase::writing:
      case phase::reading: wait_until_reached(calls); break;
      case phase::waiting_to_retry:
        http::wait_until([&] {
          const retry_statistics now = via->retries();
          return now.tokens_max - now.tokens >= calls * retries().budget.per_throttled_retry;
        });
        break;
    }
  }
  /// Lets a look-up of a name return, which nothing can interrupt.
  void release() {
    if (!std::exchange(released_, true)) name_may_come_.set_value();
  }
  /// Lets the peer look for the client's end.
  void end_peer() {
    if (!std::exchange(peer_ended_, true)) may_close_.set_value();
  }

  remote_options options() const {
    remote_options o;
    o.region = "eu-west-1";
    const auto port = std::to_string(silent_ ? silent_->named().port : peer_.port());
    o.endpoint_url = (where_ == phase::shaking_hands ? "https://127.0.0.1:" : "http://127.0.0.1:") + port;
    if (where_ != phase::fetching_credentials) o.credentials = auth::credentials("AKID", "secret");
    o.times.connect = o.times.read = o.times.operation = std::chrono::milliseconds(0);
    if (where_ == phase::waiting_for_a_connection) o.connections.connections = 1;
    o.random = &random_;
    return o;
  }
  static retry_settings retries() {
    retry_settings patient;
    patient.first_wait = patient.first_throttled_wait = patient.longest_wait = std::chrono::hours(1);
    return patient;
  }

  std::shared_ptr<remote_endpoint> via;

 private:
  class waiting_names final : public http::name_lookup {
   public:
    explicit waiting_names(stuck_service& of) : of_(of) {}
    std::expected<std::vector<http::socket_address>, std::string> find(const http::address&) override {
      ++of_.reached_;
      of_.name_comes_.wait();
      return std::unexpected(std::string("the test is over"));
    }

   private:
    stuck_service& of_;
  };

  /// What make_remote() makes, but for where names are looked up.
  std::shared_ptr<remote_endpoint> with_names() {
    explicit_settings given;
    given.region = "eu-west-1";
    given.endpoint_url = "http://db.example:8000";
    auto loaded = load_configuration(given, auth::credentials("AKID", "secret"), with({}));
    EXPECT_TRUE(loaded) << loaded.error().describe();
    http::client_pool_options o;
    o.names = &names_;
    o.loop = *loop_;
    const auto to =
        std::make_shared<routes>(loaded->applied, with({}), "tests", [o](const endpoint_url& url, const auto&) {
          return carrier_of(http::client_pool(http::address(url.host, url.port), o));
        });
    call_times none;
    none.connect = none.read = none.operation = std::chrono::milliseconds(0);
    const credential_provider who(*std::move(loaded));
    auto sender = make_sender(sender_parts(to, who, system_clock(), system_timer()));
    const auto patient = retrying(std::move(sender), retries(), system_timer(), random_);
    return std::make_shared<remote_endpoint>(timed(patient, none), patient, to, who);
  }

  void serve(testing_support::peer_connection& to) {
    if (where_ == phase::waiting_to_retry) {
      const std::string body = R"({"__type":"ThrottlingException","message":"slowly"})";
      for (std::string head = to.receive_head(); !head.empty(); head = to.receive_head()) {
        to.receive(2);
        to.send(testing_support::http_answer(400, body));
      }
      return;
    }
    to.receive_some();
    ++reached_;
    // It takes no more, but for the client's end.
    closes_.wait();
    to.wait_for_end();
  }
  void wait_until_reached(std::size_t count) {
    http::wait_until([&] { return reached_ >= count; });
  }

  const end_of_threads ends_;
  const phase where_;
  std::atomic<std::size_t> reached_ = 0;
  bool released_ = false, peer_ended_ = false;
  std::promise<void> name_may_come_, may_close_;
  std::shared_future<void> name_comes_ = name_may_come_.get_future().share();
  std::shared_future<void> closes_ = may_close_.get_future().share();
  mutable patient_random random_;
  waiting_names names_{*this};
  std::optional<http::io_loop> loop_{std::in_place};  // held to the end, for it waits for the look-up of a name
  told_once holder_;
  std::optional<http::closed_port> silent_;
  std::optional<testing_support::http_service> agent_;
  http::counting_peer peer_;
};

}  // namespace dynamo::aws
