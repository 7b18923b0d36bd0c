#include <remote/service/sender.hpp>

#include <dynamo/decorators/observed.hpp>
#include <dynamo/decorators/retrying.hpp>
#include <dynamo/http/client.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>
#include <remote/variables.hpp>
#include <support/passing_time.hpp>

#include <deque>
#include <functional>
#include <latch>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::aws {
namespace {

using namespace std::chrono_literals;
using exchange_outcome = std::expected<http::client_response, http::exchange_failure>;

http::client_response answered(unsigned status, std::string_view body,
                               const std::vector<std::pair<std::string, std::string>>& fields = {}) {
  http::client_response out;
  out.status = status;
  out.body = json::buffer(body);
  for (const auto& [name, value] : fields) out.fields.add(name, value);
  return out;
}

/// A network of one's own making: keeps what was sent, and answers what was prepared.
class fake_carrier final : public carrier {
 public:
  exchange_outcome send(const http::exchange_request& r, const std::stop_token&) override {
    heads.emplace_back(r.head);
    bodies.emplace_back(r.body);
    deadlines.push_back(r.deadline);
    repeatable.push_back(r.repeatable);
    was_measured = r.timings != nullptr;
    if (takes) takes();
    if (measures && r.timings != nullptr) measures(*r.timings);
    if (answers.empty()) return answered(200, "{}");
    exchange_outcome next = std::move(answers.front());
    answers.pop_front();
    return next;
  }
  void start(const http::exchange_request& r, std::stop_token stop, http::exchange_sink& to) override {
    to.complete(send(r, stop));
  }
  void preconnect(std::size_t idle) override { wanted = idle; }
  void close() noexcept override { closed = true; }

  std::vector<std::string> heads, bodies;
  std::vector<std::chrono::steady_clock::time_point> deadlines;
  std::vector<bool> repeatable;
  std::deque<exchange_outcome> answers;
  std::function<void()> takes;  // some of the clock's time
  std::function<void(http::exchange_timings&)> measures;
  bool was_measured = false;
  bool closed = false;
  std::size_t wanted = 0;
};

struct kept final : reply_sink {
  std::optional<result<reply>> answer;
  void complete(result<reply> a) noexcept override { answer = std::move(a); }
};

/// One that is told by another thread.
struct awaited final : reply_sink {
  std::optional<result<reply>> answer;
  std::latch done{1};
  void complete(result<reply> a) noexcept override {
    answer = std::move(a);
    done.count_down();
  }
};

constexpr std::string_view skewed = R"({"__type":"com.amazon.coral.service#RequestTimeTooSkewed","message":"no"})";
constexpr std::string_view expired = R"({"__type":"com.amazon.coral.service#ExpiredTokenException","message":"no"})";

/// Each test twice: by call() and by start().
class sender : public ::testing::TestWithParam<bool> {
 protected:
  sender() { make({}); }
  void make(aws::variables variables) {
    explicit_settings given;
    given.region = "eu-west-1";
    auto loaded = load_configuration(given, auth::credentials("AKID", "secret"), with(variables));
    EXPECT_TRUE(loaded) << loaded.error().describe();
    hosts = std::make_shared<routes>(loaded->applied, with(variables), "tests",
                                     [this](const endpoint_url& to, const auto& by) {
                                       made_for.push_back(to.text() + (by ? " by " + by->host : ""));
                                       return wire;
                                     });
    provider_ports ports;
    ports.time = &time;
    ports.waits = &time;
    under_test = make_sender(sender_parts(hosts, credential_provider(*std::move(loaded), ports), time, passing));
  }

  result<reply> send(request asked) {
    if (!GetParam()) return under_test->call(std::move(asked));
    kept sink;
    under_test->start(std::move(asked), sink);
    while (!sink.answer && time.advance_to_next()) {
    }
    EXPECT_TRUE(sink.answer);
    return *std::move(sink.answer);
  }
  static request list_tables() { return request(operation_name::list_tables, json::buffer("{}")); }

  testing::virtual_clock time;
  testing_support::passing_time passing{time};
  std::shared_ptr<fake_carrier> wire = std::make_shared<fake_carrier>();
  std::shared_ptr<routes> hosts;
  std::vector<std::string> made_for;
  std::shared_ptr<endpoint> under_test;
};

TEST_P(sender, sends_a_request_once_and_brings_its_reply) {
  wire->answers.emplace_back(answered(200, R"({"TableNames":[]})", {{"x-amzn-RequestId", "ID"}}));
  const auto got = send(list_tables());
  ASSERT_TRUE(got) << got.error().describe();
  EXPECT_EQ(got->body.view(), R"({"TableNames":[]})");
  EXPECT_EQ(got->request_id, "ID");
  EXPECT_EQ(got->attempts, 1u);
  ASSERT_EQ(wire->heads.size(), 1u);
  EXPECT_NE(wire->heads[0].find("Credential=AKID/"), std::string::npos);
  EXPECT_NE(wire->heads[0].find("/eu-west-1/dynamodb/aws4_request"), std::string::npos);
  EXPECT_EQ(wire->bodies[0], "{}");
}

TEST_P(sender, asks_each_service_at_its_host) {
  (void)send(list_tables());
  (void)send(list_tables());
  (void)send(request(operation_name::list_streams, json::buffer("{}")));
  EXPECT_EQ(made_for, (std::vector<std::string>{"https://dynamodb.eu-west-1.amazonaws.com",
                                                "https://streams.dynamodb.eu-west-1.amazonaws.com"}));
}

TEST_P(sender, a_wrong_clock_is_set_by_the_answer_once) {
  const std::string date = "Sat, 28 Nov 2099 12:00:00 GMT";
  wire->answers.emplace_back(answered(400, skewed, {{"Date", date}}));
  const auto got = send(list_tables());
  ASSERT_TRUE(got) << got.error().describe();
  EXPECT_EQ(got->attempts, 2u);
  ASSERT_EQ(wire->heads.size(), 2u);
  EXPECT_NE(wire->heads[1].find("X-Amz-Date: 20991128T120000Z"), std::string::npos) << wire->heads[1];
  // What is refused at the right time is refused.
  wire->answers.emplace_back(answered(400, skewed, {{"Date", date}}));
  EXPECT_FALSE(send(list_tables()));
  EXPECT_EQ(wire->heads.size(), 3u);
}

TEST_P(sender, an_error_after_a_mended_clock_counts_both_requests) {
  wire->answers.emplace_back(answered(400, skewed, {{"Date", "Sat, 28 Nov 2099 12:00:00 GMT"}}));
  wire->answers.emplace_back(answered(500, R"({"__type":"InternalServerError","message":"no"})"));
  EXPECT_EQ(send(list_tables()).error().attempts(), 2u);
  wire->answers.emplace_back(answered(400, skewed, {{"Date", "Sun, 29 Nov 2099 12:00:00 GMT"}}));
  wire->answers.emplace_back(
      std::unexpected(http::exchange_failure(errc::transport, http::exchange_phase::read, "reset")));
  EXPECT_EQ(send(list_tables()).error().attempts(), 2u);
}

TEST_P(sender, a_refusal_without_a_date_mends_nothing) {
  wire->answers.emplace_back(answered(400, skewed));
  EXPECT_FALSE(send(list_tables()));
  EXPECT_EQ(wire->heads.size(), 1u);
}

TEST_P(sender, keys_at_hand_that_are_refused_are_not_tried_again) {
  wire->answers.emplace_back(answered(400, expired));
  const auto got = send(list_tables());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().message(), "no");
  EXPECT_EQ(wire->heads.size(), 1u);
}

TEST_P(sender, what_is_too_late_is_not_sent) {
  request late = list_tables();
  late.deadline = time.steady_now();
  EXPECT_EQ(send(std::move(late)).error().code(), errc::timed_out);
  request stopped = list_tables();
  std::stop_source stop;
  stopped.stop = stop.get_token();
  stop.request_stop();
  EXPECT_EQ(send(std::move(stopped)).error().code(), errc::cancelled);
  EXPECT_TRUE(wire->heads.empty());
}

TEST_P(sender, a_deadline_is_the_exchanges_too) {
  request asked = list_tables();
  asked.deadline = time.steady_now() + 5s;
  (void)send(std::move(asked));
  ASSERT_EQ(wire->deadlines.size(), 1u);
  EXPECT_EQ(wire->deadlines[0], time.steady_now() + 5s);
}

TEST_P(sender, says_what_may_be_sent_again_on_another_connection) {
  (void)send(list_tables());
  for (const repeatable each : {repeatable::yes, repeatable::no}) {
    (void)send(request(operation_name::put_item, json::buffer("{}"), each));
  }
  (void)send(request(operation_name::transact_write_items, json::buffer(R"({"ClientRequestToken":"t"})")));
  EXPECT_EQ(wire->repeatable, (std::vector<bool>{true, true, false, true}));
}

TEST_P(sender, a_lost_connection_is_told_with_what_is_known_of_it) {
  http::exchange_failure lost(errc::transport, http::exchange_phase::read, "reset");
  lost.sent = true;
  wire->answers.emplace_back(std::unexpected(lost));
  const auto got = send(list_tables());
  ASSERT_FALSE(got);
  EXPECT_TRUE(got.error().outcome_unknown());
  EXPECT_TRUE(got.error().retryable());
}

TEST_P(sender, goes_through_the_proxy_that_the_environment_names) {
  make({{"HTTPS_PROXY", "http://me:sEcReT@proxy.example:3128"}});
  EXPECT_TRUE(send(list_tables()));
  EXPECT_EQ(made_for, (std::vector<std::string>{"https://dynamodb.eu-west-1.amazonaws.com by proxy.example"}));
  EXPECT_EQ(wire->heads.at(0).find("Proxy"), std::string::npos) << "what is encrypted is not for the proxy";
}

TEST_P(sender, a_plain_request_is_asked_of_the_proxy) {
  make({{"HTTP_PROXY", "http://me:sEcReT@proxy.example:3128"}, {"AWS_ENDPOINT_URL", "http://db.example:8000"}});
  EXPECT_TRUE(send(list_tables()));
  EXPECT_TRUE(wire->heads.at(0).starts_with("POST http://db.example:8000/ HTTP/1.1\r\nHost: db.example:8000\r\n"));
  EXPECT_NE(wire->heads.at(0).find("Proxy-Authorization: Basic "), std::string::npos);
}

TEST_P(sender, a_proxy_that_wants_tls_is_refused) {
  make({{"HTTPS_PROXY", "https://proxy.example:3128"}});
  const auto got = send(list_tables());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code(), errc::not_supported);
  EXPECT_NE(got.error().message().find("HTTPS_PROXY"), std::string::npos);
}

TEST_P(sender, a_refusal_says_nothing_of_what_was_sent_before_it) {
  for (const bool before : {false, true}) {
    http::client_response refused =
        answered(400, R"({"__type":"com.amazon.coral.availability#ThrottlingException","message":"slow"})");
    refused.sent_before = before;
    wire->answers.emplace_back(std::move(refused));
    const auto got = send(request(operation_name::put_item, json::buffer("{}"), repeatable::yes));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().outcome_unknown(), before);
  }
}

TEST_P(sender, closed_hosts_answer_cancelled) {
  (void)send(list_tables());
  hosts->close();
  EXPECT_TRUE(wire->closed);
  EXPECT_EQ(send(list_tables()).error().code(), errc::cancelled);
}

/// Writes down what it is told, a line for each report.
class told final : public call_observer {
 public:
  call_notes call_begins(const request&) noexcept override {
    lines.emplace_back("begins");
    call_notes notes;
    notes.trace.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    return notes;
  }
  void attempt_ended(const attempt_report& a, void*) noexcept override {
    std::string line = std::to_string(a.attempt) + " at " + std::string(a.host).substr(0, 8);
    if (a.status != 0) line += ", " + std::to_string(a.status);
    if (!a.request_id.empty()) line += ", id " + std::string(a.request_id);
    if (!a.extended_id.empty()) line += ", id 2 " + std::string(a.extended_id);
    if (a.failure != nullptr) line += ", " + std::string(to_string(a.failure->code()));
    line += ", " + std::string(to_string(a.connection));
    for (const auto& [name, time] : {std::pair("wait", a.times.wait), std::pair("connect", a.times.connect),
                                     std::pair("handshake", a.times.handshake), std::pair("write", a.times.write),
                                     std::pair("first byte", a.times.first_byte), std::pair("read", a.times.read)}) {
      if (time.count() > 0) line += ", " + std::string(name) + " " + std::to_string(time / 1s) + " s";
    }
    lines.push_back(line);
  }
  void call_ended(const call_report& call, void*) noexcept override {
    lines.push_back("ends " + std::string(call.failure() != nullptr ? to_string(call.failure()->code()) : "well") +
                    " after " + std::to_string(call.attempts()) + ", " + std::to_string(call.time / 1s) + " s");
  }

  std::vector<std::string> lines;
};

exchange_outcome broken(errc code, http::exchange_phase phase) {
  return std::unexpected(http::exchange_failure(code, phase, "broken"));
}

TEST_P(sender, an_observer_is_told_of_each_call_and_attempt) {
  using phase = http::exchange_phase;
  const std::string throttled = R"({"__type":"com.amazonaws#ThrottlingException","message":"slow down"})";
  const std::string invalid = R"({"__type":"com.amazon.coral.validate#ValidationException","message":"no"})";
  struct scenario {
    scenario(const char* w, std::vector<exchange_outcome> a, std::vector<std::string> l)
        : what(w), answers(std::move(a)), lines(std::move(l)) {}
    const char* what;
    std::vector<exchange_outcome> answers;
    std::vector<std::string> lines;
  };
  std::vector<scenario> all;
  const auto add = [&](const char* what, std::vector<std::string> lines, auto... answers) {
    scenario& next = all.emplace_back(what, std::vector<exchange_outcome>(), std::move(lines));
    (next.answers.emplace_back(std::move(answers)), ...);
  };
  add("success", {"begins", "1 at dynamodb, 200, id A, id 2 B, opened", "ends well after 1, 1 s"},
      answered(200, "{}", {{"x-amzn-RequestId", "A"}, {"x-amz-id-2", "B"}}));
  add("the service says no", {"begins", "1 at dynamodb, 400, id A, validation, opened", "ends validation after 1, 1 s"},
      answered(400, invalid, {{"x-amzn-RequestId", "A"}}));
  add("throttled, then not",
      {"begins", "1 at dynamodb, 400, throttled, opened", "2 at dynamodb, 200, opened", "ends well after 2, 2 s"},
      answered(400, throttled), answered(200, "{}"));
  add("the clock is set",
      {"begins", "1 at dynamodb, 400, unrecognized, opened", "1 at dynamodb, 200, opened", "ends well after 2, 2 s"},
      answered(400, skewed, {{"Date", "Sat, 28 Nov 2099 12:00:00 GMT"}}), answered(200, "{}"));
  add("no connection became free",
      {"begins", "1 at dynamodb, timed_out, none, wait 1 s", "2 at dynamodb, 200, opened", "ends well after 2, 2 s"},
      broken(errc::timed_out, phase::wait), answered(200, "{}"));
  add("no name",
      {"begins", "1 at dynamodb, transport, none, connect 1 s", "2 at dynamodb, 200, opened", "ends well after 2, 2 s"},
      broken(errc::unavailable, phase::resolve), answered(200, "{}"));
  add("connect",
      {"begins", "1 at dynamodb, timed_out, none, connect 1 s", "2 at dynamodb, 200, opened", "ends well after 2, 2 s"},
      broken(errc::timed_out, phase::connect), answered(200, "{}"));
  add("handshake",
      {"begins", "1 at dynamodb, timed_out, none, handshake 1 s", "2 at dynamodb, 200, opened",
       "ends well after 2, 2 s"},
      broken(errc::timed_out, phase::handshake), answered(200, "{}"));
  add("write",
      {"begins", "1 at dynamodb, timed_out, opened, write 1 s", "2 at dynamodb, 200, opened", "ends well after 2, 2 s"},
      broken(errc::timed_out, phase::write), answered(200, "{}"));
  add("first byte",
      {"begins", "1 at dynamodb, timed_out, opened, first byte 1 s", "2 at dynamodb, 200, opened",
       "ends well after 2, 2 s"},
      broken(errc::timed_out, phase::read), answered(200, "{}"));
  add("cancelled", {"begins", "1 at dynamodb, cancelled, opened, first byte 1 s", "ends cancelled after 1, 1 s"},
      broken(errc::cancelled, phase::read));
  for (scenario& each : all) {
    make({});
    wire = std::make_shared<fake_carrier>();
    wire->takes = [this] { passing.pass(1s); };
    for (exchange_outcome& answer : each.answers) wire->answers.push_back(std::move(answer));
    const auto seen = std::make_shared<told>();
    under_test = observed(retrying(under_test, retry_settings(4, 0ms, 0ms), passing), seen, passing);
    (void)send(list_tables());
    EXPECT_EQ(seen->lines, each.lines) << each.what;
    for (const std::string& head : wire->heads) {
      EXPECT_NE(head.find("\r\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n"),
                std::string::npos);
    }
  }
}

TEST_P(sender, what_is_never_sent_has_no_attempts) {
  const auto seen = std::make_shared<told>();
  under_test = observed(under_test, seen, passing);
  request late = list_tables();
  late.deadline = time.steady_now();
  (void)send(std::move(late));
  request stopped = list_tables();
  std::stop_source stop;
  stopped.stop = stop.get_token();
  stop.request_stop();
  (void)send(std::move(stopped));
  EXPECT_EQ(seen->lines, (std::vector<std::string>{"begins", "ends timed_out after 1, 0 s", "begins",
                                                   "ends cancelled after 1, 0 s"}));
}

TEST_P(sender, what_the_pool_measured_is_told) {
  struct : call_observer {
    void attempt_ended(const attempt_report& what, void*) noexcept override {
      lines.push_back(std::string(to_string(what.connection)) + (what.resent ? " after a stale one, " : ", ") +
                      std::to_string(what.bytes_sent) + " out, " + std::to_string(what.bytes_received) + " in, read " +
                      std::to_string(what.times.read / 1ms));
    }
    std::vector<std::string> lines;
  } seen;
  const std::shared_ptr<call_observer> by(std::shared_ptr<void>(), &seen);
  under_test = observed(under_test, by, passing);
  wire->measures = [](http::exchange_timings& t) {
    t.reused = true;
    t.sent = 300;
    t.received = 20;
    t.read = 4ms;
  };
  (void)send(list_tables());
  wire->measures = [](http::exchange_timings& t) { t.resent = true; };
  (void)send(list_tables());
  EXPECT_EQ(seen.lines, (std::vector<std::string>{"kept, 300 out, 20 in, read 4",
                                                  "opened after a stale one, 0 out, 0 in, read 0"}));
}

TEST_P(sender, without_credentials_nothing_is_sent_and_the_call_ends) {
  const variables nothing{{"AWS_EC2_METADATA_DISABLED", "true"}, {"AWS_REGION", "eu-west-1"}};
  auto loaded = load_configuration(explicit_settings(), std::nullopt, with(nothing));
  ASSERT_TRUE(loaded) << loaded.error().describe();
  under_test = make_sender(sender_parts(hosts, credential_provider(*std::move(loaded), {}), time, passing));
  const auto seen = std::make_shared<told>();
  under_test = observed(under_test, seen, passing);
  awaited sink;
  if (GetParam()) {
    under_test->start(list_tables(), sink);
    sink.done.wait();
  } else {
    sink.answer = under_test->call(list_tables());
  }
  EXPECT_EQ(sink.answer->error().code(), errc::unavailable);
  EXPECT_EQ(seen->lines, (std::vector<std::string>{"begins", "ends unavailable after 1, 0 s"}));
}

TEST_P(sender, nothing_is_measured_for_nobody) {
  (void)send(list_tables());
  EXPECT_FALSE(wire->was_measured);
  under_test = observed(under_test, std::make_shared<call_observer>(), passing);
  (void)send(list_tables());
  EXPECT_TRUE(wire->was_measured);
}

INSTANTIATE_TEST_SUITE_P(both_ways, sender, ::testing::Bool(),
                         [](const auto& run) { return run.param ? "start" : "call"; });

}  // namespace
}  // namespace dynamo::aws
