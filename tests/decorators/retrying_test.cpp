#include <dynamo/decorators/retrying.hpp>

#include <dynamo/testing/virtual_clock.hpp>

#include <decorators/scripted_endpoint.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace dynamo {
namespace {

using namespace std::chrono_literals;
using testing::virtual_clock;
using testing_support::kept_outcome;
using testing_support::outcome_of;
using testing_support::scripted_endpoint;

/// Draws the longest wait that powers of two and a millisecond's multiples below a second allow.
class halfway_random final : public random_source {
 public:
  std::uint64_t next() noexcept override { return 7'000; }
};

error lost() { return error({.code = errc::transport, .message = "The connection broke", .outcome_unknown = true}); }

/// Both ways to call are tested alike: blocking, and started.
class Retrying : public ::testing::TestWithParam<bool> {
 protected:
  result<reply> outcome(request r) { return outcome_of(*via, std::move(r), GetParam(), time); }
  static request put() { return {operation_name::put_item, json::buffer(R"({"TableName":"t"})"), repeatable::yes}; }
  static request count() { return {operation_name::update_item, json::buffer(R"({"TableName":"t"})")}; }

  virtual_clock time;
  halfway_random random;
  std::shared_ptr<scripted_endpoint> inner = std::make_shared<scripted_endpoint>();
  std::shared_ptr<endpoint> via = retrying(inner, retry_settings(4, 10ms, 100ms), time, random);
};
INSTANTIATE_TEST_SUITE_P(, Retrying, ::testing::Bool(),
                         [](const auto& way) { return way.param ? "Started" : "Blocking"; });

TEST_P(Retrying, AnswersAtOnceWhatSucceedsAtOnce) {
  inner->answer(R"({"ok":1})");
  const auto before = time.now();
  const auto answer = outcome(put());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.view(), R"({"ok":1})");
  EXPECT_EQ(answer->attempts, 1U);
  EXPECT_EQ(time.now(), before);
}

TEST_P(Retrying, SendsTheSameRequestUntilItSucceedsAndCountsTheAttempts) {
  inner->answer(error(errc::throttled, "slow down"));
  inner->answer(error({.code = errc::internal_server_error, .attempts = 3}));
  inner->answer(R"({"ok":1})");
  const auto before = time.now();
  const auto answer = outcome(put());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->attempts, 5U);
  EXPECT_EQ(time.now() - before, 14ms);  // twice 7 ms: of up to 10 and of up to 20
  const auto sent = inner->requests();
  ASSERT_EQ(sent.size(), 3U);
  for (const auto& each : sent) EXPECT_EQ(each.body, R"({"TableName":"t"})");
}

TEST_P(Retrying, TellsWhichAttemptEachRequestIsAndOfHowMany) {
  for (int i = 0; i < 9; ++i) inner->answer(error(errc::throttled, "slow down"));
  EXPECT_FALSE(outcome(put()));
  const auto sent = inner->requests();
  ASSERT_EQ(sent.size(), 4U);
  for (unsigned i = 0; i < 4; ++i) {
    EXPECT_EQ(sent[i].attempt, i + 1);
    EXPECT_EQ(sent[i].attempts_max, 4U);
  }
}

TEST_P(Retrying, AnEndpointThatTriesOnceSaysSo) {
  via = retrying(inner, retry_settings(0, 10ms, 100ms), time, random);
  EXPECT_TRUE(outcome(put()));
  ASSERT_EQ(inner->calls(), 1U);
  EXPECT_EQ(inner->requests()[0].attempt, 1U);
  EXPECT_EQ(inner->requests()[0].attempts_max, 1U);
}

TEST_P(Retrying, GivesUpWithTheLastErrorAfterTheLastAttempt) {
  for (int i = 0; i < 9; ++i) inner->answer(error(errc::throttled, "slow down " + std::to_string(i)));
  const auto answer = outcome(put());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message(), "slow down 3");
  EXPECT_EQ(answer.error().attempts(), 4U);
  EXPECT_FALSE(answer.error().outcome_unknown());
  EXPECT_EQ(inner->calls(), 4U);
}

TEST_P(Retrying, SendsACounterWhoseReplyWasLostOnce) {
  inner->answer(lost());
  const auto answer = outcome(count());
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().outcome_unknown());
  EXPECT_EQ(inner->calls(), 1U);
}

TEST_P(Retrying, AThrottledPutThatMayHaveBeenExecutedBeforeSaysSo) {
  inner->answer(lost());
  for (int i = 0; i < 3; ++i) inner->answer(error(errc::throttled, "slow down"));
  const auto answer = outcome(put());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code(), errc::throttled);
  EXPECT_EQ(answer.error().attempts(), 4U);
  EXPECT_TRUE(answer.error().outcome_unknown());
}

TEST_P(Retrying, DoesNotWaitPastTheDeadline) {
  inner->answer(error(errc::throttled, "slow down"));
  inner->answer(error(errc::throttled, "still"));
  request r = put();
  r.deadline = time.steady_now() + 10ms;
  const auto before = time.now();
  const auto answer = outcome(std::move(r));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message(), "still");  // after 7 ms; another 7 would be too late
  EXPECT_EQ(answer.error().attempts(), 2U);
  EXPECT_EQ(time.now() - before, 7ms);
}

TEST_P(Retrying, StopsWaitingWhenAsked) {
  inner->answer(lost());
  request r = put();
  std::stop_source stop;
  r.stop = stop.get_token();
  if (GetParam()) {
    kept_outcome kept;
    via->start(std::move(r), kept);
    EXPECT_FALSE(kept.done());
    EXPECT_EQ(time.waiting(), 1U);
    stop.request_stop();
    ASSERT_TRUE(kept.done());
    EXPECT_EQ(time.waiting(), 0U);
    EXPECT_EQ(kept.answer().error().code(), errc::cancelled);
    EXPECT_TRUE(kept.answer().error().outcome_unknown());
    time.advance(1s);
    EXPECT_EQ(kept.completions(), 1);
  } else {
    stop.request_stop();
    const auto answer = via->call(std::move(r));
    EXPECT_EQ(answer.error().code(), errc::cancelled);
    EXPECT_TRUE(answer.error().outcome_unknown());
  }
  EXPECT_EQ(inner->calls(), 1U);
}

TEST(RetryingStarted, TheEndpointMayGoWhileACallWaits) {
  virtual_clock time;
  halfway_random random;
  auto inner = std::make_shared<scripted_endpoint>();
  inner->answer(error(errc::throttled, "slow down"));
  auto via = retrying(inner, {}, time, random);
  kept_outcome kept;
  via->start(request(operation_name::scan, json::buffer("{}")), kept);
  via.reset();
  time.advance(1min);
  ASSERT_TRUE(kept.done());
  EXPECT_TRUE(kept.answer());
  EXPECT_EQ(inner.use_count(), 1);
}

TEST(RetryingStarted, ATimerWithoutRoomEndsTheAttempts) {
  struct idle final : timer_task {
    void run() noexcept override {}
  };
  virtual_clock time;
  halfway_random random;
  const auto nothing = std::make_shared<idle>();
  while (time.after(1h, nothing)) {
  }
  auto inner = std::make_shared<scripted_endpoint>();
  inner->answer(error(errc::throttled, "slow down"));
  const auto via = retrying(inner, {}, time, random);
  kept_outcome kept;
  via->start(request(operation_name::scan, json::buffer("{}")), kept);
  ASSERT_TRUE(kept.done());
  EXPECT_EQ(kept.answer().error().code(), errc::throttled);
}

}  // namespace
}  // namespace dynamo
