#include "fake_runtime_api.hpp"
#include "kept_lines.hpp"

#include <dynamo/lambda.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>
#include <lambda/loop.hpp>
#include <support/scripted_peer.hpp>

#include <cstdlib>
#include <functional>
#include <future>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

namespace dynamo::lambda {
namespace {

using testing_support::peer_connection;
using testing_support::scripted_peer;

constexpr std::string_view request = "/2018-06-01/runtime/invocation/8476a536-e9f4-11e8-9739-2dfe598c3fcd";

class any_handler final : public event_handler {
 public:
  using function = std::function<answer(std::string_view, const context&)>;
  explicit any_handler(function f) : does_(std::move(f)) {}
  answer handle(const json::buffer& event, const context& about) override { return does_(event.view(), about); }

 private:
  function does_;
};

answer echo(std::string_view event, const context&) { return json::buffer(event); }

/// A loop on a thread of its own, and the API that it asks.
class looping : public ::testing::Test {
 protected:
  looping() : on(*http::listener::open({}, fake)) {}
  ~looping() override {
    if (ended.valid()) end();
    fake->close();
  }

  void start(any_handler::function f) { start("127.0.0.1:" + std::to_string(on.port()), std::move(f)); }
  void start(const std::string& address, any_handler::function f) {
    api.emplace(*http::client::to(address), log, system_clock(), system_timer());
    handler = std::make_unique<any_handler>(std::move(f));
    ended = std::async(std::launch::async, [this] { return loop(*api, *handler, log); });
  }
  exit_status end() {
    api->connection().cancel();
    return ended.get();
  }

  std::shared_ptr<fake_runtime_api> fake = std::make_shared<fake_runtime_api>();
  http::listener on;
  kept_lines lines;
  const logger log{lines, log_level::debug, system_clock()};
  std::optional<runtime_api> api;
  std::unique_ptr<any_handler> handler;
  std::future<exit_status> ended;
};

TEST_F(looping, events_are_answered_one_after_another) {
  context seen;
  std::string trace;
  start([&](std::string_view event, const context& about) {
    seen = about;
    const char* set = std::getenv("_X_AMZN_TRACE_ID");
    trace = set != nullptr ? set : "";
    return echo(event, about);
  });
  for (int i = 0; i < 20; ++i) {
    const std::string event = std::string(static_cast<std::size_t>(i) * 40'000, ' ') + std::to_string(i);
    fake->offer_event(event);
    const auto told = fake->wait_for_message();
    EXPECT_EQ(told.method, "POST");
    EXPECT_EQ(told.target, std::string(request) + "/response");
    EXPECT_EQ(told.body, event);
    EXPECT_EQ(told.error_type, "");
  }
  fake->wait_until_idle();
  EXPECT_EQ(end(), exit_stopped);
  EXPECT_EQ(seen.request_id, "8476a536-e9f4-11e8-9739-2dfe598c3fcd");
  EXPECT_EQ(seen.deadline, instant(std::chrono::milliseconds(1'790'000'000'000)));
  EXPECT_EQ(trace, "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700");
  EXPECT_EQ(lines.all(), "") << "what goes well is not worth a line";
}

http::response event_with(std::string_view name, std::string_view value) {
  http::response r(200, json::buffer("event"));
  r.add_field("Lambda-Runtime-Aws-Request-Id", "r-1");
  if (!name.empty()) r.add_field(name, value);
  return r;
}

// It tells the attempts of one request apart, so that a late answer to an earlier one is not taken for the next one's.
TEST_F(looping, the_invocation_id_is_given_back_with_every_answer_and_error) {
  start([](std::string_view event, const context& about) -> answer {
    if (about.invocation_id == "attempt-2") return std::unexpected(function_error("Function.NotToday", "closed"));
    return echo(event, about);
  });
  for (const std::string_view id : {"attempt-1", "attempt-2", "3/\"?&=+~"}) {
    fake->offer(event_with("Lambda-Runtime-Invocation-Id", id));
    EXPECT_EQ(fake->wait_for_message().invocation_id, id);
  }
  fake->offer(event_with("", ""));
  EXPECT_EQ(fake->wait_for_message().invocation_id, "") << "an older host sends none";
  EXPECT_EQ(end(), exit_stopped);
}

// setenv() keeps every value that it was ever given.
TEST_F(looping, the_trace_id_takes_no_memory_of_its_own_for_each_invocation) {
  std::set<const void*> places;
  std::string seen;
  start([&](std::string_view event, const context& about) {
    const char* const at = std::getenv("_X_AMZN_TRACE_ID");
    if (at != nullptr) places.insert(at);
    seen = at != nullptr ? at : "none";
    return echo(event, about);
  });
  const auto handled = [&](const std::string& trace) {
    fake->offer(event_with(trace.empty() ? "" : "Lambda-Runtime-Trace-Id", trace));
    (void)fake->wait_for_message();
    return seen;
  };
  for (int i = 0; i < 50; ++i) {
    const std::string trace = "Root=1-" + std::to_string(i) + std::string(static_cast<std::size_t>(i), 'f');
    EXPECT_EQ(handled(trace), trace);
  }
  EXPECT_EQ(places.size(), 1u);
  EXPECT_EQ(handled(""), "none");
  EXPECT_EQ(handled(std::string(9'000, 'x')), "none") << "none is better than a part of one";
  EXPECT_EQ(handled("Root=1"), "Root=1");
  EXPECT_EQ(places.size(), 1u);
  EXPECT_EQ(end(), exit_stopped);
}

TEST_F(looping, an_event_that_stalls_in_its_middle_ends_it_and_waiting_for_one_does_not) {
  testing::virtual_clock time{testing::virtual_clock::blocking::waits_for_advance};
  std::promise<void> asked, begin, begun;
  scripted_peer peer({[&](peer_connection& to) {
    to.receive_head();
    asked.set_value();
    begin.get_future().wait();
    to.send("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r-1\r\nContent-Length: 5\r\n\r\nev");
    begun.set_value();
    to.wait_for_end();
  }});
  http::client_options options;
  options.time = &time;
  api.emplace(*http::client::to("127.0.0.1:" + std::to_string(peer.port()), options), log, system_clock(),
              system_timer());
  handler = std::make_unique<any_handler>(echo);
  ended = std::async(std::launch::async, [this] { return loop(*api, *handler, log); });
  asked.get_future().wait();
  time.advance(std::chrono::hours(24));
  begin.set_value();
  begun.get_future().wait();
  // How far the client has read is not known here: its time begins with the first byte that it has.
  while (ended.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    time.advance(std::chrono::seconds(1));
    std::this_thread::yield();
  }
  EXPECT_EQ(ended.get(), exit_runtime_api_failed);
  EXPECT_TRUE(lines.has("the response was not whole 30000 ms after it began")) << lines.all();
}

TEST_F(looping, errors_and_exceptions_are_reported_and_it_goes_on) {
  start([](std::string_view event, const context& about) -> answer {
    if (event == "1") return std::unexpected(function_error("Function.NotToday", "closed"));
    if (event == "2") throw std::runtime_error("thrown");
    if (event == "3") throw 5;
    if (event == "4") return std::unexpected(function_error("not a type\r\nX: y", "closed"));
    return echo(event, about);
  });
  for (const auto& [event, type, message] : std::vector<std::array<std::string, 3>>{
           {"1", "Function.NotToday", "closed"},
           {"2", "Function.ExceptionThrown", "thrown"},
           {"3", "Function.ExceptionThrown", "an exception that is no std::exception"},
           {"4", "Function.HandlerFailed", "closed"}}) {
    fake->offer_event(event);
    const auto told = fake->wait_for_message();
    EXPECT_EQ(told.target, std::string(request) + "/error");
    EXPECT_EQ(told.error_type, type);
    EXPECT_EQ(told.body, R"({"errorMessage":")" + message + R"(","errorType":")" + type + R"(","stackTrace":[]})");
  }
  fake->offer_event("5");
  EXPECT_EQ(fake->wait_for_message().body, "5");
  EXPECT_EQ(end(), exit_stopped);
  EXPECT_TRUE(lines.has(R"("requestId":"8476a536-e9f4-11e8-9739-2dfe598c3fcd","message":"the event has no answer",)"
                        R"("errorType":"Function.ExceptionThrown","error":"thrown"})"))
      << lines.all();
}

TEST_F(looping, a_response_that_is_too_large_becomes_an_error) {
  start(echo);
  fake->answer_with(413);
  fake->offer_event("large");
  EXPECT_EQ(fake->wait_for_message().target, std::string(request) + "/response");
  const auto told = fake->wait_for_message();
  EXPECT_EQ(told.target, std::string(request) + "/error");
  EXPECT_EQ(told.error_type, "Function.ResponseSizeTooLarge");
  fake->wait_until_idle();
  EXPECT_EQ(end(), exit_stopped);
}

// Its time was over, perhaps; the host knows better.
TEST_F(looping, an_answer_that_is_refused_is_logged_and_it_goes_on) {
  start(echo);
  fake->answer_with(403);
  fake->offer_event("late");
  (void)fake->wait_for_message();
  fake->wait_until_idle();
  EXPECT_TRUE(lines.has(R"("message":"the Runtime API refuses the answer","status":403)")) << lines.all();
  EXPECT_EQ(end(), exit_stopped);
}

TEST_F(looping, it_ends_when_the_api_has_failed) {
  start(echo);
  fake->answer_with(500);
  fake->offer_event("1");
  EXPECT_EQ(ended.get(), exit_runtime_api_failed);
  EXPECT_TRUE(lines.has(R"("status":500)")) << lines.all();
}

TEST_F(looping, it_ends_when_there_is_no_event_to_be_had) {
  const auto with = [](unsigned status, const char* id) {
    http::response r(status, json::buffer("x"));
    if (*id != '\0') r.add_field("Lambda-Runtime-Aws-Request-Id", id);
    return r;
  };
  struct row {
    unsigned status;
    const char* id;
    const char* words;
  };
  for (const row& r :
       {row{500, "r", "answered 500"}, row{403, "r", "answered 403"}, row{202, "r", "answered 202"},
        row{200, "", "without a usable request id"}, row{200, "a/../b", "without a usable request id"}}) {
    fake->offer(with(r.status, r.id));
    start(echo);
    EXPECT_EQ(ended.get(), exit_runtime_api_failed) << r.words;
    EXPECT_TRUE(lines.has(r.words)) << lines.all();
    EXPECT_TRUE(fake->told_nothing());
  }
}

TEST_F(looping, it_ends_when_the_connection_is_lost_and_nobody_is_there_any_more) {
  start(echo);
  fake->offer_event("1");
  (void)fake->wait_for_message();
  fake->wait_until_idle();
  const auto stopped = std::async(std::launch::async, [this] { on.stop(std::chrono::milliseconds(0)); });
  EXPECT_EQ(ended.get(), exit_runtime_api_failed);
  fake->close();
  EXPECT_TRUE(lines.has("cannot get the next event")) << lines.all();
}

TEST_F(looping, an_answer_is_given_again_when_its_connection_is_lost) {
  std::string second;
  const std::string next = "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r-1\r\nContent-Length: 5\r\n\r\nevent";
  std::promise<void> answered;
  scripted_peer peer({[&](peer_connection& to) {
                        to.receive_head();
                        to.send(next);
                        to.receive_head();  // the answer, and the connection is lost
                      },
                      [&](peer_connection& to) {
                        second = to.receive_head();
                        second += to.receive(5);
                        to.send("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
                        to.receive_head();
                        answered.set_value();
                        to.wait_for_end();
                      }});
  start("127.0.0.1:" + std::to_string(peer.port()), echo);
  answered.get_future().wait();
  EXPECT_EQ(end(), exit_stopped);
  EXPECT_TRUE(second.starts_with("POST /2018-06-01/runtime/invocation/r-1/response HTTP/1.1\r\n")) << second;
  EXPECT_TRUE(second.ends_with("event")) << second;
}

TEST_F(looping, what_is_no_runtime_api_ends_it) {
  scripted_peer peer({[](peer_connection& to) {
    to.receive_head();
    to.send("220 mail.example.org ESMTP\r\n");
    to.wait_for_end();
  }});
  start("127.0.0.1:" + std::to_string(peer.port()), echo);
  EXPECT_EQ(ended.get(), exit_runtime_api_failed);
  EXPECT_TRUE(lines.has("it is not HTTP/1")) << lines.all();
}

TEST_F(looping, a_cancel_amid_an_event_lets_the_answer_go_first) {
  start([&](std::string_view event, const context& about) {
    api->connection().cancel();
    return echo(event, about);
  });
  fake->offer_event("last");
  EXPECT_EQ(fake->wait_for_message().body, "last");
  EXPECT_EQ(ended.get(), exit_stopped);
}

}  // namespace
}  // namespace dynamo::lambda
