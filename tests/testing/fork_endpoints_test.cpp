// What stands around a database, or in front of a server, in a child of fork(): it answers, and neither hangs on what a thread of the
// parent held at the moment of the fork nor touches what the parent writes.
#include "notes.hpp"

#include <dynamo/database.hpp>
#include <dynamo/decorators/faulty.hpp>
#include <dynamo/decorators/hedged.hpp>
#include <dynamo/decorators/metered.hpp>
#include <dynamo/decorators/rate_limited.hpp>
#include <dynamo/decorators/recorded.hpp>
#include <dynamo/decorators/replayed.hpp>
#include <dynamo/decorators/retrying.hpp>
#include <dynamo/http/client.hpp>
#include <dynamo/remote/default_endpoint.hpp>
#include <dynamo/server.hpp>
#include <dynamo/testing/gtest.hpp>

#include <support/forked_child.hpp>
#include <support/scratch_folder.hpp>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <latch>
#include <thread>

namespace {

using namespace dynamo;
using testing_support::require;
using testing_support::scratch_folder;
using testing_support::status_of_child;

constexpr int exited_by_itself = 17;

request list_tables() { return {operation_name::list_tables, json::buffer("{}")}; }

class once final : public reply_sink {
 public:
  void complete(result<reply> r) noexcept override { outcome.emplace(std::move(r)); }
  std::optional<result<reply>> outcome;
};

std::string contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(forked_endpoints, a_child_wrote_to_its_parents_recording) {
  const scratch_folder folder;
  const auto db = database::in_memory();
  {
    auto around = recorded(db->endpoint(), *recording_file(folder / "calls"));
    ASSERT_TRUE(around->call(list_tables()));
    const std::string before = contents(folder / "calls");
    EXPECT_EQ(status_of_child([&] {
                const auto answer = around->call(list_tables());
                require(!answer && answer.error().code() == errc::invalid_argument, 1);
                around.reset();
                std::exit(exited_by_itself);
              }),
              exited_by_itself);
    EXPECT_EQ(contents(folder / "calls"), before);
    ASSERT_TRUE(around->call(list_tables()));
  }
  const auto again = replayed::from_file(folder / "calls");
  EXPECT_TRUE(again) << again.error().describe();
}

TEST(forked_endpoints, the_default_endpoint_hung_while_another_thread_called_it) {
  const dynamo::testing::scoped_database scope;
  std::vector<std::jthread> callers;
  for (int i = 0; i < 2; ++i) {
    callers.emplace_back([](const std::stop_token& stop) {
      while (!stop.stop_requested()) (void)current_default_endpoint();
    });
  }
  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(status_of_child([] {
                const auto answer = default_endpoint()->call(list_tables());
                require(!answer && answer.error().code() == errc::invalid_argument, 1);
              }),
              0);
  }
}

/// Holds the thread that asks for the time, and whatever that thread has locked, until it is let go.
class holding_timer final : public timer {
 public:
  std::chrono::steady_clock::time_point steady_now() const noexcept override {
    if (looks_until_held.load() > 0 && looks_until_held.fetch_sub(1) == 1) {
      held.count_down();
      let_go.wait();
    }
    return std::chrono::steady_clock::now();
  }
  timer_ticket after(std::chrono::microseconds wait, std::shared_ptr<timer_task> task) override {
    return system_timer().after(wait, std::move(task));
  }
  bool cancel(timer_ticket ticket) noexcept override { return system_timer().cancel(ticket); }
  bool wait(std::chrono::microseconds time, const std::stop_token& stop) override {
    return system_timer().wait(time, stop);
  }
  mutable std::atomic<int> looks_until_held = 0;
  mutable std::latch held{1}, let_go{1};
};

/// A call of the parent's that holds the endpoint's locks while `child` runs.
void while_a_call_is_held(holding_timer& time, int looks, const std::function<void()>& call,
                          const std::function<void()>& child) {
  time.looks_until_held = looks;
  std::thread caller(call);
  time.held.wait();
  EXPECT_EQ(status_of_child(child), exited_by_itself);
  time.let_go.count_down();
  caller.join();
}

TEST(forked_endpoints, a_client_hung_in_its_destructor_when_a_request_was_under_way) {
  const auto db = database::in_memory();
  const auto on = server::start(db->endpoint());
  for (int looks = 1; looks <= 8; ++looks) {  // connecting and receiving; some looks are under a lock
    holding_timer time;
    http::client_options options;
    options.time = &time;
    std::optional<http::client> to(std::in_place, "127.0.0.1", on->port(), options);
    while_a_call_is_held(
        time, looks, [&] { EXPECT_EQ(to->send("GET", "/")->status, 200u); },
        [&] {
          to->cancel();
          to.reset();
          std::exit(exited_by_itself);
        });
  }
}

struct around {
  const char* name;
  std::shared_ptr<endpoint> (*make)(std::shared_ptr<endpoint>, timer&);
};

class forked_decorator : public ::testing::TestWithParam<around> {};

TEST_P(forked_decorator, hung_or_said_something_else_in_a_child) {
  holding_timer time;
  const auto db = database::in_memory();
  auto made = GetParam().make(db->endpoint(), time);
  const auto child = [&] {
    const auto answer = made->call(list_tables());
    require(!answer && answer.error().code() == errc::invalid_argument, 1);
    require(answer.error().message().find("before fork()") != std::string::npos, 2);
    once sink;
    made->start(list_tables(), sink);
    require(sink.outcome && !*sink.outcome && sink.outcome->error().code() == errc::invalid_argument, 3);
    made.reset();
    std::exit(exited_by_itself);
  };
  EXPECT_EQ(status_of_child(child), exited_by_itself);
  EXPECT_TRUE(made->call(list_tables()));
}

TEST(forked_endpoints, a_rate_limit_hung_when_another_call_was_being_admitted) {
  holding_timer time;
  const auto db = database::in_memory();
  rate_limits limits;
  limits.requests_per_second = 1000;
  const auto made = rate_limited(db->endpoint(), limits, time);
  while_a_call_is_held(
      time, 2, [&] { EXPECT_TRUE(made->call(list_tables())); },  // the second look is under the lock
      [&] {
        require(!made->call(list_tables()), 1);
        std::exit(exited_by_itself);
      });
}

INSTANTIATE_TEST_SUITE_P(
    of, forked_decorator,
    ::testing::Values(around{"retrying",
                             [](std::shared_ptr<endpoint> e, timer& time) -> std::shared_ptr<endpoint> {
                               return retrying(std::move(e), {}, time);
                             }},
                      around{"retrying_adaptively",
                             [](std::shared_ptr<endpoint> e, timer& time) -> std::shared_ptr<endpoint> {
                               return retrying(std::move(e), retry_settings::adaptive(), time);
                             }},
                      around{"hedged",
                             [](std::shared_ptr<endpoint> e, timer& time) -> std::shared_ptr<endpoint> {
                               return hedged(std::move(e), {}, time);
                             }},
                      around{"metered",
                             [](std::shared_ptr<endpoint> e, timer& time) {
                               return metered(std::move(e), std::make_shared<call_metrics>(), time);
                             }},
                      around{"rate_limited",
                             [](std::shared_ptr<endpoint> e, timer& time) {
                               rate_limits limits;
                               limits.requests_per_second = 1;
                               limits.burst = std::chrono::seconds(2);
                               return rate_limited(std::move(e), limits, time);
                             }}),
    [](const auto& test) { return test.param.name; });

}  // namespace
