// A remote endpoint that is closed or dropped, and loops that end, while calls are in every phase of theirs.
#include <dynamo/asio.hpp>
#include <dynamo/remote.hpp>
#include <dynamo/table.hpp>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <remote/service/stuck_service.hpp>

#include <deque>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace dynamo::aws {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class remote_shutdown : public ::testing::TestWithParam<phase> {
 protected:
  static constexpr std::size_t calls = 3;
  stuck_service service{GetParam()};
};

void expect_cancelled(const result<reply>& answer) {
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code(), errc::cancelled) << answer.error().describe();
}

TEST_P(remote_shutdown, close_ends_started_calls) {
  std::deque<told_once> all(calls);
  for (told_once& each : all) service.via->start(service.one_request(), each);
  service.wait_until_stuck(calls);
  service.via->close();
  for (told_once& each : all) expect_cancelled(each.outcome());
  told_once late;
  service.via->start(service.one_request(), late);
  EXPECT_TRUE(late.is_told());
  expect_cancelled(late.outcome());
}

TEST_P(remote_shutdown, close_ends_calls_that_block) {
  // The system looks a name up for as long as it likes.
  if (GetParam() == phase::resolving) GTEST_SKIP();
  std::vector<std::thread> callers;
  for (std::size_t i = 0; i < calls; ++i) {
    callers.emplace_back([&] { expect_cancelled(service.via->call(service.one_request())); });
  }
  service.wait_until_stuck(calls);
  service.via->close();
  for (std::thread& each : callers) each.join();
  expect_cancelled(service.via->call(service.one_request()));
  EXPECT_EQ(service.via->retries().retries, 0u);
}

TEST_P(remote_shutdown, a_token_ends_a_call_and_no_other) {
  std::stop_source stop;
  told_once first, second;
  request stopped = service.one_request();
  stopped.stop = stop.get_token();
  service.via->start(std::move(stopped), first);
  service.via->start(service.one_request(), second);
  service.wait_until_stuck(2);
  stop.request_stop();
  expect_cancelled(first.outcome());
  EXPECT_FALSE(second.is_told());
  service.via->close();
  expect_cancelled(second.outcome());
}

TEST_P(remote_shutdown, dropping_the_last_handle_ends_calls_before_it_returns) {
  std::deque<told_once> all(calls);
  for (told_once& each : all) service.via->start(service.one_request(), each);
  service.wait_until_stuck(calls);
  service.via.reset();
  for (told_once& each : all) {
    EXPECT_TRUE(each.is_told());
    expect_cancelled(each.outcome());
  }
}

TEST_P(remote_shutdown, the_last_handle_may_go_in_a_completion) {
  std::stop_source stop;
  told_once first, second;
  first.before = [&] { service.via.reset(); };
  request stopped = service.one_request();
  stopped.stop = stop.get_token();
  service.via->start(std::move(stopped), first);
  service.via->start(service.one_request(), second);
  service.wait_until_stuck(2);
  stop.request_stop();
  expect_cancelled(first.outcome());
  expect_cancelled(second.outcome());
}

TEST_P(remote_shutdown, the_last_handle_may_go_in_a_completion_that_close_brings) {
  told_once first, second;
  first.before = [&] { service.via.reset(); };
  service.via->start(service.one_request(), first);
  service.via->start(service.one_request(), second);
  service.wait_until_stuck(2);
  service.via->close();
  expect_cancelled(first.outcome());
  expect_cancelled(second.outcome());
}

struct row {
  std::string id;
  std::string text;
};
struct rows_schema : schema<"rows", row, partition_key<&row::id>> {};

asio::awaitable<void> one_put(table<rows_schema> rows, const row& one, int& came) {
  const auto done = co_await rows.put(one);
  EXPECT_FALSE(done);
  EXPECT_TRUE(done || done.error().code() == errc::cancelled) << done.error().describe();
  ++came;
}

TEST_P(remote_shutdown, close_ends_coroutines) {
  const row large{"a", std::string(30'000'000, 'x')}, small{"a", ""};
  const table<rows_schema> rows{std::shared_ptr<endpoint>(service.via)};
  asio::io_context loop;
  int came = 0;
  for (std::size_t i = 0; i < calls; ++i) {
    asio::co_spawn(loop, one_put(rows, GetParam() == phase::writing ? large : small, came), asio::detached);
  }
  loop.poll();
  service.wait_until_stuck(calls);
  service.via->close();
  loop.restart();
  loop.run();
  EXPECT_EQ(came, static_cast<int>(calls));
}

TEST_P(remote_shutdown, a_loop_that_ends_first_drops_its_calls) {
  const row large{"a", std::string(30'000'000, 'x')}, small{"a", ""};
  int came = 0;
  {
    const table<rows_schema> rows{std::shared_ptr<endpoint>(service.via)};
    asio::io_context loop;
    for (std::size_t i = 0; i < calls; ++i) {
      asio::co_spawn(loop, one_put(rows, GetParam() == phase::writing ? large : small, came), asio::detached);
    }
    rows.get("a")(asio::bind_executor(loop, [&](const auto&) { ++came; }));
    loop.poll();
    service.wait_until_stuck(calls);
  }
  EXPECT_EQ(service.via->calls_under_way(), calls + 1 + (GetParam() == phase::waiting_for_a_connection ? 1 : 0));
  service.via.reset();
  EXPECT_EQ(came, 0);
}

TEST_P(remote_shutdown, a_loop_ends_while_another_thread_closes) {
  const row small{"a", ""};
  auto loop = std::make_unique<asio::io_context>();
  const table<rows_schema> rows{std::shared_ptr<endpoint>(service.via)};
  int came = 0;
  for (std::size_t i = 0; i < calls; ++i) asio::co_spawn(*loop, one_put(rows, small, came), asio::detached);
  loop->poll();
  std::thread closes([&] { service.via->close(); });
  loop.reset();
  closes.join();
  EXPECT_EQ(came, 0);
}

INSTANTIATE_TEST_SUITE_P(in, remote_shutdown, ::testing::ValuesIn(all_phases),
                         [](const auto& run) { return to_string(run.param); });

TEST(remote_shutdown_races, threads_call_while_the_endpoint_is_closed) {
  testing_support::forget_aws();
  for (int round = 0; round < 20; ++round) {
    http::counting_peer peer([](testing_support::peer_connection& to, std::size_t) {
      for (std::string head = to.receive_head(); !head.empty(); head = to.receive_head()) {
        to.receive(2);
        to.send(http::ok_response("{}"));
      }
    });
    remote_options o;
    o.region = "eu-west-1";
    o.endpoint_url = "http://127.0.0.1:" + std::to_string(peer.port());
    o.credentials = auth::credentials("AKID", "secret");
    o.connections.connections = 3;
    auto made = remote(o);
    ASSERT_TRUE(made) << made.error().describe();
    std::atomic<bool> begun = false;
    std::vector<std::thread> all;
    for (int i = 0; i < 4; ++i) {
      all.emplace_back([&, blocks = i % 2 == 0] {
        for (bool closed = false; !closed; begun = true) {
          told_once sink;
          result<reply> answer = fail(errc::cancelled, "");
          if (blocks) {
            answer = made->endpoint()->call(request(operation_name::get_item, json::buffer("{}")));
          } else {
            made->endpoint()->start(request(operation_name::get_item, json::buffer("{}")), sink);
            answer = sink.outcome();
          }
          closed = !answer;
          if (closed) expect_cancelled(answer);
        }
      });
    }
    http::wait_until([&] { return begun.load(); });
    made->close();
    for (std::thread& each : all) each.join();
  }
}

TEST(remote_shutdown_observed, calls_after_close_are_seen) {
  testing_support::forget_aws();
  struct counting final : call_observer {
    call_notes call_begins(const request&) noexcept override {
      ++begun;
      return {};
    }
    void call_ended(const call_report& what, void*) noexcept override {
      if (what.failure() != nullptr && what.failure()->code() == errc::cancelled) ++cancelled;
    }
    std::atomic<int> begun = 0, cancelled = 0;
  };
  const auto seen = std::make_shared<counting>();
  remote_options o;
  o.region = "eu-west-1";
  o.credentials = auth::credentials("AKID", "secret");
  o.observer = seen;
  auto made = remote(o);
  ASSERT_TRUE(made) << made.error().describe();
  made->close();
  expect_cancelled(made->endpoint()->call(request(operation_name::list_tables, json::buffer("{}"))));
  told_once sink;
  made->endpoint()->start(request(operation_name::list_tables, json::buffer("{}")), sink);
  expect_cancelled(sink.outcome());
  EXPECT_EQ(seen->begun, 2);
  EXPECT_EQ(seen->cancelled, 2);
}

}  // namespace
}  // namespace dynamo::aws
