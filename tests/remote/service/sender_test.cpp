#include <remote/service/sender.hpp>

#include <dynamo/http/client.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>
#include <remote/variables.hpp>

#include <deque>
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
    if (answers.empty()) return answered(200, "{}");
    exchange_outcome next = std::move(answers.front());
    answers.pop_front();
    return next;
  }
  void start(const http::exchange_request& r, std::stop_token stop, http::exchange_sink& to) override {
    to.complete(send(r, stop));
  }
  void close() noexcept override { closed = true; }

  std::vector<std::string> heads, bodies;
  std::vector<std::chrono::steady_clock::time_point> deadlines;
  std::deque<exchange_outcome> answers;
  bool closed = false;
};

struct kept final : reply_sink {
  std::optional<result<reply>> answer;
  void complete(result<reply> a) noexcept override { answer = std::move(a); }
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
    under_test = make_sender(
        sender_parts(hosts, credential_provider(*std::move(loaded), ports), http::exchange_times(), time, time));
  }

  result<reply> send(request asked) {
    if (!GetParam()) return under_test->call(std::move(asked));
    kept sink;
    under_test->start(std::move(asked), sink);
    EXPECT_TRUE(sink.answer);
    return *std::move(sink.answer);
  }
  static request list_tables() { return request(operation_name::list_tables, json::buffer("{}")); }

  testing::virtual_clock time;
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

TEST_P(sender, closed_hosts_answer_cancelled) {
  (void)send(list_tables());
  hosts->close();
  EXPECT_TRUE(wire->closed);
  EXPECT_EQ(send(list_tables()).error().code(), errc::cancelled);
}

INSTANTIATE_TEST_SUITE_P(both_ways, sender, ::testing::Bool(),
                         [](const auto& run) { return run.param ? "start" : "call"; });

}  // namespace
}  // namespace dynamo::aws
