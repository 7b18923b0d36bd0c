#include <event_source/mapping/shard_mapping.hpp>

#include <dynamo/value/limits.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <string>
#include <vector>

namespace dynamo::event_source {
namespace {

using namespace std::chrono_literals;

event_record record(int number, std::size_t size = 100, std::optional<instant> created = std::nullopt) {
  event_record one;
  one.number = *sequence_number::parse(std::to_string(number));
  one.created = created;
  one.text = std::string(size, 'x');
  return one;
}
std::vector<event_record> records(int first, int last) {
  std::vector<event_record> all;
  for (int number = first; number <= last; ++number) all.push_back(record(number));
  return all;
}

/// Plays a mapping's surroundings, and notes what it wants: "invoke 1-3", "checkpoint 3", "aside 2-3 exhausted 2", "wait 100".
class player {
 public:
  explicit player(const settings& how) : mapping(how) {}

  /// Invocations are answered with what the script says, one word each, and successfully from then on: ok, fail (an error), died,
  /// unheard (never executed), or the numbers that failed: "3", "3,5". Until there is nothing to do but to read or to be finished.
  std::string play(std::deque<std::string> script = {}) {
    std::string log;
    for (int steps = 0; steps < 1'000; ++steps) {
      const action next = mapping.next(now);
      if (next.what == action::kind::read || next.what == action::kind::finished) return log;
      if (!log.empty()) log += "; ";
      switch (next.what) {
        case action::kind::invoke: {
          log += "invoke " + range(next.count);
          mapping.invoking("id-" + std::to_string(++invocations));
          EXPECT_EQ(mapping.next(now).what, action::kind::wait);
          std::string word = "ok";
          if (!script.empty()) {
            word = script.front();
            script.pop_front();
          }
          mapping.answered(answer(word), now);
          break;
        }
        case action::kind::checkpoint:
          log += "checkpoint " + next.number.to_string();
          mapping.was_checkpointed();
          break;
        case action::kind::send_to_failure_destination: {
          const failure& what = mapping.given_up();
          const bool old = what.why == failure::condition::record_age_exceeded;
          log += "aside " + range(next.count) + (old ? " old " : " exhausted ") + std::to_string(what.invoke_count) +
                 (what.function_error ? " error" : "");
          EXPECT_EQ(what.batch_size, next.count);
          EXPECT_EQ(what.first, mapping.pending().front().number);
          EXPECT_EQ(what.last, mapping.pending()[next.count - 1].number);
          mapping.was_sent_to_failure_destination();
          break;
        }
        default: {
          const auto pause = std::chrono::duration_cast<std::chrono::milliseconds>(next.due.value() - now.steady);
          log += "wait " + std::to_string(pause.count());
          pass(pause);
        }
      }
    }
    return log + "; and so on for ever";
  }
  void pass(std::chrono::milliseconds time) {
    now.steady += time;
    now.wall += time;
  }

  shard_mapping mapping;
  moment now{std::chrono::steady_clock::time_point(1h), instant(1'000'000s)};
  int invocations = 0;

 private:
  std::string range(std::size_t count) const {
    const auto pending = mapping.pending();
    return pending.front().number.to_string() +
           (count == 1 ? std::string() : "-" + pending[count - 1].number.to_string());
  }
  static outcome answer(const std::string& word) {
    if (word == "ok") return {outcome::kind::response, "null"};
    if (word == "fail") return {outcome::kind::error, "it failed"};
    if (word == "died") return {outcome::kind::died, ""};
    if (word == "unheard") return {outcome::kind::not_executed, ""};
    std::string list;
    for (std::size_t at = 0; at <= word.size();) {
      const std::size_t end = std::min(word.find(',', at), word.size());
      list += (list.empty() ? "" : ",") + (R"({"itemIdentifier":")" + word.substr(at, end - at) + "\"}");
      at = end + 1;
    }
    return {outcome::kind::response, R"({"batchItemFailures":[)" + list + "]}"};
  }
};

settings retries(std::uint32_t most, bool bisect = false) {
  settings s;
  s.retries_max = most;
  s.bisect_on_error = bisect;
  return s;
}

TEST(shard_mapping, hands_over_retries_splits_and_gives_up_as_lambda_does) {
  const struct {
    const char* what;
    settings how;
    int records;
    std::deque<std::string> answers;
    const char* expected;
  } cases[] = {
      {"success", {}, 3, {"ok"}, "invoke 1-3; checkpoint 3"},
      {"nothing", {}, 0, {}, ""},
      {"an error is retried whole", {}, 3, {"fail"}, "invoke 1-3; wait 100; invoke 1-3; checkpoint 3"},
      {"so is a death", {}, 3, {"died"}, "invoke 1-3; wait 100; invoke 1-3; checkpoint 3"},
      {"pauses double",
       {},
       1,
       {"fail", "fail", "fail"},
       "invoke 1; wait 100; invoke 1; wait 200; invoke 1; wait 400; invoke 1; checkpoint 1"},
      {"a partial failure is retried from there",
       {},
       5,
       {"3"},
       "invoke 1-5; checkpoint 2; wait 100; invoke 3-5; checkpoint 5"},
      {"the lowest number wins", {}, 5, {"5,2,4"}, "invoke 1-5; checkpoint 1; wait 100; invoke 2-5; checkpoint 5"},
      {"an unknown number fails the batch", {}, 3, {"2,77"}, "invoke 1-3; wait 100; invoke 1-3; checkpoint 3"},
      {"the limit",
       retries(1),
       3,
       {"fail", "fail"},
       "invoke 1-3; wait 100; invoke 1-3; aside 1-3 exhausted 2 error; checkpoint 3"},
      {"no retries", retries(0), 2, {"fail"}, "invoke 1-2; aside 1-2 exhausted 1 error; checkpoint 2"},
      {"partial failures use up retries, and the rest is given up",
       retries(1),
       5,
       {"2", "3"},
       "invoke 1-5; checkpoint 1; wait 100; invoke 2-5; checkpoint 2; aside 3-5 exhausted 2; checkpoint 5"},
      {"what was never executed uses up none",
       retries(0),
       2,
       {"unheard", "unheard"},
       "invoke 1-2; wait 100; invoke 1-2; wait 200; invoke 1-2; checkpoint 2"},
      {"bisect: the poison is found without a retry",
       retries(0, true),
       8,
       {"fail", "ok", "fail", "ok", "fail", "fail"},
       "invoke 1-8; invoke 1-4; checkpoint 4; invoke 5-8; invoke 5-6; checkpoint 6; invoke 7-8; invoke 7; "
       "aside 7 exhausted 1 error; checkpoint 7; invoke 8; checkpoint 8"},
      {"bisect: alone, it is retried",
       retries(1, true),
       2,
       {"fail", "fail", "fail"},
       "invoke 1-2; invoke 1; wait 100; invoke 1; aside 1 exhausted 2 error; checkpoint 1; invoke 2; checkpoint 2"},
      {"bisect: a partial failure splits at its number",
       retries(0, true),
       4,
       {"3", "3", "3"},
       "invoke 1-4; checkpoint 2; invoke 3-4; invoke 3; aside 3 exhausted 1; checkpoint 3; invoke 4; checkpoint 4"},
      {"bisect: an odd number",
       retries(0, true),
       3,
       {"fail", "ok", "2", "ok", "ok"},
       "invoke 1-3; invoke 1; checkpoint 1; invoke 2-3; invoke 2; checkpoint 2; invoke 3; checkpoint 3"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    player p(one.how);
    p.mapping.took(records(1, one.records), p.now);
    EXPECT_EQ(p.play(one.answers), one.expected);
    EXPECT_TRUE(p.mapping.pending().empty());
  }
}

TEST(shard_mapping, without_a_limit_it_tries_for_ever_at_most_half_a_minute_apart) {
  player p({});
  p.mapping.took(records(1, 2), p.now);
  const std::string log = p.play(std::deque<std::string>(50, "fail"));
  EXPECT_NE(log.find("wait 25600; invoke 1-2; wait 30000; invoke 1-2; wait 30000"), std::string::npos) << log;
  EXPECT_TRUE(log.ends_with("wait 30000; invoke 1-2; checkpoint 2")) << log;
}

TEST(shard_mapping, failures_that_are_not_to_be_reported_are_none) {
  settings how;
  how.report_item_failures = false;
  player p(how);
  p.mapping.took(records(1, 3), p.now);
  EXPECT_EQ(p.play({"2"}), "invoke 1-3; checkpoint 3");
}

TEST(shard_mapping, what_failed_takes_no_newer_records_along) {
  settings how;
  how.batch_size = 4;
  player p(how);
  p.mapping.took(records(1, 7), p.now);
  EXPECT_EQ(
      p.play({"3", "3"}),
      "invoke 1-4; checkpoint 2; wait 100; invoke 3-4; wait 200; invoke 3-4; checkpoint 4; invoke 5-7; checkpoint 7");
}

TEST(shard_mapping, a_window_is_waited_out_unless_the_batch_is_full_or_the_shard_at_its_end) {
  settings how;
  how.batch_size = 5;
  how.batching_window = 10s;
  {
    player p(how);
    EXPECT_EQ(p.mapping.next(p.now).what, action::kind::read);
    EXPECT_FALSE(p.mapping.next(p.now).due);
    p.mapping.took(records(1, 2), p.now);
    p.pass(4s);
    p.mapping.took(records(3, 3), p.now);
    const action more = p.mapping.next(p.now);
    EXPECT_EQ(more.what, action::kind::read);
    EXPECT_EQ(more.count, 2u);
    EXPECT_EQ(more.due, p.now.steady + 6s);
    p.pass(6s);
    EXPECT_EQ(p.play(), "invoke 1-3; checkpoint 3");
  }
  {
    player p(how);
    p.mapping.took(records(1, 5), p.now);
    EXPECT_EQ(p.play(), "invoke 1-5; checkpoint 5");
  }
  {
    player p(how);
    p.mapping.took(records(1, 2), p.now);
    p.mapping.shard_ended();
    EXPECT_EQ(p.play(), "invoke 1-2; checkpoint 2");
    EXPECT_EQ(p.mapping.next(p.now).what, action::kind::finished);
  }
}

TEST(shard_mapping, an_event_is_no_larger_than_6_mb_unless_one_record_is) {
  settings how;
  how.batching_window = 300s;
  player p(how);
  std::vector<event_record> large;
  for (int number = 1; number <= 8; ++number) large.push_back(record(number, 2'000'000));
  large.push_back(record(9, 7'000'000));
  large.push_back(record(10, limits::function_payload_size_max - 2));
  p.mapping.took(std::move(large), p.now);
  p.mapping.shard_ended();
  EXPECT_EQ(p.play(),
            "invoke 1-3; checkpoint 3; invoke 4-6; checkpoint 6; invoke 7-8; checkpoint 8; invoke 9; "
            "checkpoint 9; invoke 10; checkpoint 10");
}

TEST(shard_mapping, a_full_event_does_not_wait_for_the_window) {
  settings how;
  how.batching_window = 300s;
  player p(how);
  std::vector<event_record> large;
  for (int number = 1; number <= 4; ++number) large.push_back(record(number, 2'000'000));
  p.mapping.took(std::move(large), p.now);
  EXPECT_EQ(p.play(), "invoke 1-3; checkpoint 3");
  EXPECT_EQ(p.mapping.next(p.now).what, action::kind::read);
}

TEST(shard_mapping, records_that_are_too_old_are_given_up_before_and_between_tries) {
  settings how;
  how.record_age_max = 60s;
  player p(how);
  std::vector<event_record> some;
  some.push_back(record(1, 100, p.now.wall - 61s));
  some.push_back(record(2, 100, p.now.wall - 60s));
  some.push_back(record(3, 100, p.now.wall - 59s));
  some.push_back(record(4));  // nobody knows how old it is
  some.push_back(record(5, 100, p.now.wall - 100s));
  p.mapping.took(std::move(some), p.now);
  EXPECT_EQ(
      p.play({"fail"}),
      "aside 1 old 0; checkpoint 1; invoke 2-5; wait 100; aside 2 old 1 error; checkpoint 2; invoke 3-5; checkpoint 5");
}

TEST(shard_mapping, a_clock_that_was_set_made_records_too_old_or_young_for_ever) {
  settings how;
  how.record_age_max = 60s;
  constexpr std::chrono::hours ten_years{24 * 3652};
  struct {
    const char* name;
    std::chrono::seconds created, set;  // before it is taken, and afterwards
    std::chrono::seconds passes;
    const char* expected;
  } const cases[] = {
      {"ahead before", -ten_years, 0s, 60s, "invoke 1; checkpoint 1"},
      {"ahead afterwards", 0s, ten_years, 60s, "invoke 1; checkpoint 1"},
      {"back before", ten_years, 0s, 61s, "aside 1 old 0; checkpoint 1"},
      {"back afterwards", -30s, -ten_years, 31s, "aside 1 old 0; checkpoint 1"},
      {"not at all", -30s, 0s, 30s, "invoke 1; checkpoint 1"},
  };
  for (const auto& each : cases) {
    player p(how);
    std::vector<event_record> one;
    one.push_back(record(1, 100, p.now.wall + each.created));
    p.mapping.took(std::move(one), p.now);
    p.now.wall += each.set + each.passes;
    p.now.steady += each.passes;
    EXPECT_EQ(p.play(), each.expected) << each.name;
  }
}

TEST(shard_mapping, asking_twice_changes_nothing) {
  player p(retries(0));
  p.mapping.took(records(1, 2), p.now);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(p.mapping.next(p.now).what, action::kind::invoke);
  p.mapping.invoking("id");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(p.mapping.next(p.now).what, action::kind::wait);
  p.mapping.answered({outcome::kind::timed_out, ""}, p.now);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(p.mapping.next(p.now).what, action::kind::send_to_failure_destination);
  EXPECT_EQ(p.mapping.given_up().request_id, "id");
  p.mapping.was_sent_to_failure_destination();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(p.mapping.next(p.now).what, action::kind::checkpoint);
}

TEST(first_failure, follows_lambdas_rules) {
  const std::vector<event_record> batch = records(11, 14);
  const std::size_t none = batch.size();
  const struct {
    const char* response;
    std::size_t expected;
  } cases[] = {
      {"", none},
      {" \n", none},
      {"null", none},
      {"{}", none},
      {R"({"batchItemFailures":[]})", none},
      {R"({"batchItemFailures":null})", none},
      {R"({"something":"else"})", none},
      {R"({"batchItemFailures":[{"itemIdentifier":"13"}]})", 2},
      {R"({"batchItemFailures":[{"itemIdentifier":"0013"}]})", 2},
      {R"({"batchItemFailures":[{"itemIdentifier":"14"},{"itemIdentifier":"12","more":[1]}]})", 1},
      {R"( { "batchItemFailures" : [ { "itemIdentifier" : "12" } ] } )", 1},
      {R"({"batchItemFailures":[{"itemIdentifier":"1\u0033"}]})", 2},
      // The whole batch.
      {R"({"batchItemFailures":[{"itemIdentifier":""}]})", 0},
      {R"({"batchItemFailures":[{"itemIdentifier":null}]})", 0},
      {R"({"batchItemFailures":[{"itemIdentifier":13}]})", 0},
      {R"({"batchItemFailures":[{"itemIdentifer":"13"}]})", 0},
      {R"({"batchItemFailures":[{"itemIdentifier":"15"}]})", 0},
      {R"({"batchItemFailures":[{"itemIdentifier":"13"},{"itemIdentifier":"x"}]})", 0},
      {R"({"batchItemFailures":[{}]})", 0},
      {R"({"batchItemFailures":["13"]})", 0},
      {R"({"batchItemFailures":{"itemIdentifier":"13"}})", 0},
      {R"({"batchItemFailures":"13"})", 0},
      {R"({"batchItemFailures":[{"itemIdentifier":"13"}])", 0},
      {R"({"batchItemFailures":[{"itemIdentifier":"13"}]} and more)", 0},
      {"true", 0},
      {R"("ok")", 0},
      {"[]", 0},
      {"garbage", 0},
      {"\xff\xfe", 0},
  };
  for (const auto& one : cases) EXPECT_EQ(first_failure(one.response, batch), one.expected) << one.response;
}

TEST(settings, outside_of_their_range_are_named) {
  const auto with = [](auto change) {
    settings s;
    change(s);
    const result<void> good = s.check();
    return good ? std::string("good") : good.error().message();
  };
  EXPECT_EQ(with([](settings&) {}), "good");
  EXPECT_NE(with([](settings& s) { s.batch_size = 0; }).find("batch_size must be 1 to 10000"), std::string::npos);
  EXPECT_NE(with([](settings& s) { s.batch_size = 10'001; }).find("batch_size"), std::string::npos);
  EXPECT_NE(with([](settings& s) { s.batching_window = 301s; }).find("batching_window"), std::string::npos);
  EXPECT_NE(with([](settings& s) { s.retries_max = 10'001; }).find("retries_max"), std::string::npos);
  EXPECT_NE(with([](settings& s) { s.record_age_max = 59s; }).find("record_age_max"), std::string::npos);
  EXPECT_NE(with([](settings& s) { s.retry_wait_max = 1ms; }).find("retry_wait_first"), std::string::npos);
}

}  // namespace
}  // namespace dynamo::event_source
