#include <dynamo/asio.hpp>
#include <dynamo/database.hpp>
#include <dynamo/remote.hpp>
#include <dynamo/remote/event_loop_of.hpp>
#include <dynamo/server.hpp>
#include <dynamo/table.hpp>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>
#include <support/scripted_peer.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace dynamo {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

struct note {
  std::string id;
  int number = 0;
};
struct notes_schema : schema<"notes", note, partition_key<&note::id>> {};
using notes = table<notes_schema>;

remote_options options_for(const std::string& url, asio::io_context& on) {
  remote_options options;
  options.region = "local";
  options.credentials = auth::credentials("tests", "a-secret");
  options.endpoint_url = url;
  options.loop = event_loop_of(on.get_executor());
  return options;
}

struct own_loop : ::testing::Test {
  result<database> db = database::in_memory();
  result<server> serving = server::start(db->endpoint());
};

asio::awaitable<void> write_and_read(const notes& on, int who, int& right) {
  for (int i = 0; i < 20; ++i) {
    const note one{std::to_string(who) + "/" + std::to_string(i), i};
    const auto put = co_await on.put(one);
    const auto found = co_await on.get(one.id);
    if (put && found && *found && (*found)->number == i) ++right;
  }
}

TEST_F(own_loop, carries_many_calls_on_the_callers_thread_and_ends_with_them) {
  asio::io_context context(1);
  auto service = remote(options_for(serving->url(), context));
  ASSERT_TRUE(service) << service.error().describe();
  const notes on{*service};
  const auto made = on.create_if_absent().run();
  ASSERT_TRUE(made) << "a blocking call needs no loop: " << made.error().describe();
  int right = 0;
  for (int round = 0; round < 2; ++round) {
    for (int who = 0; who < 16; ++who) asio::co_spawn(context, write_and_read(on, who, right), asio::detached);
    context.run();  // returns once the last call has its outcome
    context.restart();
  }
  EXPECT_EQ(right, 2 * 16 * 20);
}

TEST_F(own_loop, of_several_threads_carries_calls_that_others_start) {
  asio::io_context context;
  auto work = asio::make_work_guard(context);
  std::vector<std::jthread> runners;
  for (int i = 0; i < 3; ++i) runners.emplace_back([&] { context.run(); });
  {
    auto service = remote(options_for(serving->url(), context));
    const notes on{*service};
    ASSERT_TRUE(on.create_if_absent().run());
    std::vector<std::jthread> callers;
    for (int who = 0; who < 4; ++who) {
      callers.emplace_back([&on, who] {
        for (int i = 0; i < 50; ++i) {
          const note one{std::to_string(who) + "/" + std::to_string(i), i};
          EXPECT_TRUE(on.put(one)(asio::use_future).get());
        }
      });
    }
  }
  work.reset();
}

TEST_F(own_loop, that_is_destroyed_first_ends_what_is_under_way_and_what_comes_later) {
  testing_support::scripted_peer silent({[](testing_support::peer_connection& c) { c.wait_for_end(); }});
  std::optional<result<remote_service>> service;
  {
    auto context = std::make_unique<asio::io_context>(1);
    service.emplace(remote(options_for("http://127.0.0.1:" + std::to_string(silent.port()), *context)));
    const notes on{**service};
    on.get("a")(asio::bind_executor(*context, [](const auto&) { FAIL() << "its context has ended"; }));
    for (int i = 0; i < 20; ++i) context->poll();
    context.reset();
  }
  struct kept final : reply_sink {
    std::optional<result<reply>> answer;
    void complete(result<reply> a) noexcept override { answer = std::move(a); }
  } sink;
  (*service)->endpoint()->start(request(operation_name::list_tables, json::buffer("{}")), sink);
  ASSERT_TRUE(sink.answer);
  ASSERT_FALSE(*sink.answer);
  EXPECT_EQ(sink.answer->error().code(), errc::cancelled) << sink.answer->error().describe();
}

TEST_F(own_loop, that_nobody_runs_lets_its_service_go) {
  asio::io_context context(1);
  testing_support::scripted_peer silent({[](testing_support::peer_connection& c) { c.wait_for_end(); }});
  struct counted final : reply_sink {
    int answers = 0;
    void complete(result<reply> a) noexcept override { answers += a ? 0 : 1; }
  } sink;
  {
    auto service = remote(options_for("http://127.0.0.1:" + std::to_string(silent.port()), context));
    for (int i = 0; i < 3; ++i) {
      service->endpoint()->start(request(operation_name::list_tables, json::buffer("{}")), sink);
    }
    context.poll();
    service->close();
  }
  EXPECT_EQ(sink.answers, 3);
}

TEST_F(own_loop, that_was_never_needed_crashed_when_its_service_ended) {
  asio::io_context context(1);
  auto service = remote(options_for(serving->url(), context));
  ASSERT_TRUE(service);
  EXPECT_TRUE(service->endpoint()->call(request(operation_name::list_tables, json::buffer("{}"))));
}

TEST_F(own_loop, makes_connections_ahead_of_the_first_call) {
  asio::io_context context(1);
  auto service = remote(options_for(serving->url(), context));
  ASSERT_TRUE(service->preconnect(3));
  while (serving->connections() < 3) context.run_one();
  EXPECT_TRUE(service->endpoint()->call(request(operation_name::list_tables, json::buffer("{}"))));
  EXPECT_EQ(serving->connections(), 3u);
}

TEST_F(own_loop, ends_a_call_at_its_deadline) {
  asio::io_context context(1);
  testing_support::scripted_peer silent({[](testing_support::peer_connection& c) { c.wait_for_end(); }});
  remote_options options = options_for("http://127.0.0.1:" + std::to_string(silent.port()), context);
  options.times.operation = 50ms;
  auto service = remote(options);
  const notes on{*service};
  std::optional<errc> why;
  on.get("a")(asio::bind_executor(context, [&](const auto& found) { why = found.error().code(); }));
  context.run();
  EXPECT_EQ(why, errc::timed_out);
}

}  // namespace
}  // namespace dynamo
