#include <remote/service/watched_attempt.hpp>

#include <dynamo/http/client.hpp>

#include <gtest/gtest.h>

#include <string>

namespace dynamo::aws {
namespace {

using namespace std::chrono_literals;
using http::exchange_phase;

const watched_attempt::time_point noon{std::chrono::hours(12)};

std::string in_ms(const attempt_times& t) {
  std::string text;
  for (const auto each : {t.wait, t.connect, t.handshake, t.write, t.first_byte, t.read, t.total}) {
    text += std::to_string(each / 1ms) + " ";
  }
  text.pop_back();
  return text;
}

TEST(watched_attempt, tells_what_an_answer_says) {
  request call;
  call.operation = operation_name::put_item;
  call.attempt = 2;
  watched_attempt watched(noon);
  watched.timings().first_byte = 3ms;
  watched.timings().sent = 500;
  watched.timings().received = 120;
  watched.timings().reused = true;
  http::client_response came;
  came.status = 400;
  came.fields.add("X-Amzn-RequestId", "ID");
  came.fields.add("x-amz-id-2", "EXTENDED");
  const error why(errc::validation, "no");
  const attempt_report told = watched.report(call, "host:8000", came, &why, noon + 5ms);
  EXPECT_EQ(told.operation, operation_name::put_item);
  EXPECT_EQ(told.attempt, 2u);
  EXPECT_EQ(told.host, "host:8000");
  EXPECT_EQ(told.status, 400u);
  EXPECT_EQ(told.request_id, "ID");
  EXPECT_EQ(told.extended_id, "EXTENDED");
  EXPECT_EQ(told.failure, &why);
  EXPECT_EQ(told.connection, connection_use::kept);
  EXPECT_EQ(told.bytes_sent, 500u);
  EXPECT_EQ(told.bytes_received, 120u);
  EXPECT_EQ(in_ms(told.times), "0 0 0 0 3 0 5");
}

TEST(watched_attempt, knows_a_resumed_connection_from_an_opened_one) {
  struct {
    bool reused, resumed;
    connection_use use;
  } const cases[] = {
      {false, false, connection_use::opened},
      {false, true, connection_use::resumed},
      {true, false, connection_use::kept},
      {true, true, connection_use::kept},
  };
  for (const auto& each : cases) {
    watched_attempt watched(noon);
    watched.timings().reused = each.reused;
    watched.timings().resumed = each.resumed;
    EXPECT_EQ(watched.report(request(), "", http::client_response(), nullptr, noon).connection, each.use);
  }
}

TEST(watched_attempt, what_failed_has_the_time_until_then) {
  struct {
    exchange_phase phase;
    std::size_t received;
    connection_use use;
    std::string times;
  } const cases[] = {
      {exchange_phase::wait, 0, connection_use::none, "100 0 0 0 0 0 100"},
      {exchange_phase::resolve, 0, connection_use::none, "1 99 0 0 0 0 100"},
      {exchange_phase::connect, 0, connection_use::none, "1 99 0 0 0 0 100"},
      {exchange_phase::handshake, 0, connection_use::none, "1 0 99 0 0 0 100"},
      {exchange_phase::write, 0, connection_use::opened, "1 0 0 99 0 0 100"},
      {exchange_phase::read, 0, connection_use::opened, "1 0 0 0 99 0 100"},
      {exchange_phase::read, 7, connection_use::opened, "1 0 0 0 0 99 100"},
  };
  for (const auto& each : cases) {
    watched_attempt watched(noon);
    if (each.phase != exchange_phase::wait) watched.timings().wait = 1ms;
    watched.timings().received = each.received;
    const http::exchange_failure failure(errc::timed_out, each.phase, "late");
    const attempt_report told = watched.report(request(), "", failure, nullptr, noon + 100ms);
    EXPECT_EQ(told.connection, each.use);
    EXPECT_EQ(in_ms(told.times), each.times) << to_string(each.phase);
  }
}

}  // namespace
}  // namespace dynamo::aws
