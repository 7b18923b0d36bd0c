#include "canned_endpoint.hpp"
#include "shop.hpp"

#include <dynamo/asio.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <table/creation/creating_endpoint.hpp>

/// create_if_absent() on an endpoint whose tables take their time, in each way to wait for it.
namespace {

using namespace std::chrono_literals;
using dynamo::errc;
using dynamo::operation_name;
namespace asio = boost::asio;

constexpr const char* creating =
    R"({"Table":{"TableStatus":"CREATING","KeySchema":[{"AttributeName":"email","KeyType":"HASH"}]}})";
constexpr const char* active =
    R"({"Table":{"TableStatus":"ACTIVE","KeySchema":[{"AttributeName":"email","KeyType":"HASH"}]}})";

struct way {
  const char* name;
  bool awaited;
};
class create_if_absent : public ::testing::TestWithParam<way> {
 protected:
  void answer_creating(int times) {
    for (int i = 0; i < times; ++i) wire->answer(creating);
  }
  /// Its outcome, while this thread lets the time pass.
  dynamo::result<void> outcome(dynamo::operation<void> call) {
    if (!GetParam().awaited) return std::move(call).run();
    asio::io_context loop(1);
    std::optional<dynamo::result<void>> told;
    std::move(call)(asio::bind_executor(loop, [&](dynamo::result<void> r) { told = r; }));
    while (!told) {
      loop.restart();
      if (loop.poll() == 0 && !time.advance_to_next()) break;
    }
    return told.value();
  }
  /// Polls without what is sent first.
  std::size_t polls() const { return wire->requests.size() - 1; }

  dynamo::testing::virtual_clock time;
  std::shared_ptr<dynamo::test::canned_endpoint> wire = std::make_shared<dynamo::test::canned_endpoint>();
  dynamo::table<shop::users> users{wire};
};
INSTANTIATE_TEST_SUITE_P(, create_if_absent, ::testing::Values(way{"blocking", false}, way{"awaited", true}),
                         [](const auto& each) { return each.param.name; });

TEST_P(create_if_absent, is_done_when_the_table_becomes_active_after_some_polls) {
  wire->answer("{}");
  answer_creating(9);
  wire->answer(active);
  const auto before = time.steady_now();
  EXPECT_TRUE(outcome(users.create_if_absent(dynamo::stream_view::none, time)));
  EXPECT_EQ(wire->requests.front().operation, operation_name::create_table);
  EXPECT_EQ(wire->requests.back().operation, operation_name::describe_table);
  EXPECT_EQ(wire->last(), R"({"TableName":"users"})");
  EXPECT_EQ(polls(), 10u);
  EXPECT_EQ(time.steady_now() - before, (5 + 10 + 20 + 40 + 80 + 160 + 320 + 640 + 1'000) * 1ms);
}

TEST_P(create_if_absent, makes_a_table_anew_that_was_being_deleted) {
  wire->answer(dynamo::error(errc::resource_in_use, "Table already exists: users"));
  wire->answer(R"({"Table":{"TableStatus":"DELETING","KeySchema":[{"AttributeName":"email","KeyType":"HASH"}]}})");
  wire->answer(dynamo::error(errc::resource_not_found, "Requested resource not found"));
  wire->answer("{}");
  wire->answer(active);
  EXPECT_TRUE(outcome(users.create_if_absent(dynamo::stream_view::none, time)));
  ASSERT_EQ(wire->requests.size(), 5u);
  EXPECT_EQ(wire->requests[3].operation, operation_name::create_table);
  EXPECT_EQ(wire->requests[3].body, wire->requests[0].body);
}

TEST_P(create_if_absent, gives_up_a_table_that_never_becomes_active_within_five_minutes) {
  wire->answer("{}");
  answer_creating(1'000);
  const auto before = time.steady_now();
  const auto ended = outcome(users.create_if_absent(dynamo::stream_view::none, time));
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code(), errc::timed_out);
  EXPECT_EQ(ended.error().message(), "table users is still CREATING");
  EXPECT_LE(time.steady_now() - before, 5min);
  EXPECT_LT(polls(), 400u);
  EXPECT_EQ(time.waiting(), 0u);
}

TEST_P(create_if_absent, ends_with_the_error_of_an_endpoint_that_fails_in_the_middle) {
  wire->answer("{}");
  answer_creating(2);
  wire->answer(dynamo::error(errc::transport, "The connection broke"));
  const auto ended = outcome(users.create_if_absent(dynamo::stream_view::none, time));
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().message(), "The connection broke");
  EXPECT_EQ(polls(), 3u);
}

// It slept in a thread of its own, 5 to 1,000 ms at a time, and heard of neither until it woke.
TEST(create_if_absent_awaited, ends_at_once_when_it_is_cancelled_while_it_waits) {
  dynamo::testing::virtual_clock time;
  const auto wire = std::make_shared<dynamo::test::canned_endpoint>();
  wire->answer("{}");
  wire->answer(creating);
  asio::io_context loop(1);
  asio::cancellation_signal cancel;
  std::optional<dynamo::result<void>> told;
  dynamo::table<shop::users>(wire).create_if_absent(dynamo::stream_view::none, time)(asio::bind_cancellation_slot(
      cancel.slot(), asio::bind_executor(loop, [&](dynamo::result<void> r) { told = r; })));
  loop.poll();
  EXPECT_FALSE(told);
  EXPECT_EQ(time.waiting(), 1u);
  cancel.emit(asio::cancellation_type::terminal);
  EXPECT_EQ(time.waiting(), 0u);
  loop.restart();
  loop.poll();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->error().code(), errc::cancelled);
  EXPECT_EQ(told->error().message(), "cancelled while waiting for table users");
}

struct kept_reply final : dynamo::reply_sink {
  std::optional<dynamo::result<dynamo::reply>> outcome;
  long owners = 0;  ///< of the endpoint below, when the outcome was told
  std::shared_ptr<dynamo::endpoint> below;
  void complete(dynamo::result<dynamo::reply> r) noexcept override {
    owners = below.use_count();
    outcome.emplace(std::move(r));
  }
};

/// What stands under the table: the endpoint that creates, called by hand.
class creating_endpoint_test : public create_if_absent {
 protected:
  dynamo::request creation() const { return {operation_name::create_table, dynamo::json::buffer("{}")}; }
  std::shared_ptr<dynamo::endpoint> make() {
    return dynamo::detail::creating_endpoint(dynamo::detail::bind_table(wire, "users"), shop::users::description, time);
  }
  dynamo::error failure_of(dynamo::request r) {
    const auto via = make();
    kept_reply kept;
    if (GetParam().awaited) {
      via->start(std::move(r), kept);
      while (!kept.outcome && time.advance_to_next()) {
      }
    } else {
      kept.outcome.emplace(via->call(std::move(r)));
    }
    return kept.outcome->has_value() ? dynamo::error(errc::unrecognized, "it succeeded") : kept.outcome->error();
  }
};
INSTANTIATE_TEST_SUITE_P(, creating_endpoint_test, ::testing::Values(way{"blocking", false}, way{"started", true}),
                         [](const auto& each) { return each.param.name; });

TEST_P(creating_endpoint_test, begins_no_wait_that_would_pass_the_deadline) {
  wire->answer("{}");
  answer_creating(9);
  const auto before = time.steady_now();
  dynamo::request r = creation();
  r.deadline = before + 20ms;
  const dynamo::error why = failure_of(std::move(r));
  EXPECT_EQ(why.code(), errc::timed_out) << why;
  EXPECT_EQ(time.steady_now() - before, 15ms);
}

TEST_P(creating_endpoint_test, does_not_wait_once_it_was_asked_to_stop) {
  wire->answer("{}");
  answer_creating(9);
  std::stop_source stop;
  stop.request_stop();
  dynamo::request r = creation();
  r.stop = stop.get_token();
  const auto before = time.steady_now();
  EXPECT_EQ(failure_of(std::move(r)).code(), errc::cancelled);
  EXPECT_EQ(polls(), 1u);
  EXPECT_EQ(time.steady_now(), before);
}

TEST_P(creating_endpoint_test, lets_the_endpoint_go_before_the_outcome_is_told) {
  wire->answer("{}");
  answer_creating(1);
  wire->answer(active);
  kept_reply kept;
  kept.below = wire;
  auto via = dynamo::detail::creating_endpoint(dynamo::detail::bind_table(std::exchange(wire, nullptr), "users"),
                                               shop::users::description, time);
  users = dynamo::table<shop::users>(via);
  via->start(creation(), kept);
  users = dynamo::table<shop::users>();
  via.reset();
  EXPECT_FALSE(kept.outcome);
  time.advance(5ms);
  ASSERT_TRUE(kept.outcome);
  EXPECT_TRUE(*kept.outcome);
  EXPECT_EQ(kept.owners, 1);
}

TEST(creating_endpoint_started, ends_when_the_timer_has_no_room) {
  struct idle final : dynamo::timer_task {
    void run() noexcept override {}
  };
  dynamo::testing::virtual_clock time;
  const auto nothing = std::make_shared<idle>();
  while (time.after(1h, nothing)) {
  }
  const auto wire = std::make_shared<dynamo::test::canned_endpoint>();
  wire->answer("{}");
  wire->answer(creating);
  const auto via =
      dynamo::detail::creating_endpoint(dynamo::detail::bind_table(wire, "users"), shop::users::description, time);
  kept_reply kept;
  via->start({operation_name::create_table, dynamo::json::buffer("{}")}, kept);
  ASSERT_TRUE(kept.outcome && !kept.outcome->has_value());
  EXPECT_EQ(kept.outcome->error().code(), errc::throttled);
}

}  // namespace
