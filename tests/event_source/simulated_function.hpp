#pragma once

#include <dynamo/event_source/failure.hpp>
#include <dynamo/event_source/function.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <iterator>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::test {

/// What a run of the simulation is to hold to, and how often handler and host misbehave.
class temper {
 public:
  double error = 0;            // of an invocation: it throws
  double partial = 0;          // one record of it fails, this time
  double timeout = 0;          // it is killed, somewhere amid its batch
  double death = 0;            // it dies likewise
  double garbage = 0;          // its answer is none
  double not_executed = 0;     // nobody took it
  bool poison_throws = false;  // a poison record fails the invocation as a whole, and is not reported by its number

  bool quiet() const { return error + partial + timeout + death + garbage == 0; }
};

/// A function that handles records one by one, misbehaves as its temper says, and checks what it is handed: changes are numbered by
/// their writer (attribute v) in the order of the stream, and none may come before all earlier ones are dealt with.
class simulated_function final : public event_source::function {
 public:
  simulated_function(std::mt19937_64& random, testing::virtual_clock& time, temper t)
      : random_(random), time_(time), temper_(t) {}

  struct seen {
    int number = 0;
    bool poison = false;
    std::string sequence_number;
  };

  void invoke(event_source::invocation what, event_source::outcome_sink& to) override {
    const std::vector<seen> batch = read(std::string(what.event.view()));
    check(batch);
    if (happens(temper_.not_executed)) return to.complete({event_source::outcome::kind::not_executed, ""});
    for (const seen& one : batch) {
      EXPECT_LE(++times_handed_over[one.number], handed_over_max) << "change " << one.number;
    }
    time_.advance(std::chrono::milliseconds(random_() % 500));
    to.complete(handle(batch));
  }
  std::string_view arn() const noexcept override { return "arn:aws:lambda:local:000000000000:function:simulated"; }

  void take_failure(const event_source::failure& what, std::span<const event_source::event_record> records) {
    std::string text;
    for (const auto& one : records) text += one.text;
    const std::vector<seen> batch = read(text);
    ASSERT_EQ(batch.size(), what.batch_size);
    EXPECT_EQ(batch.front().sequence_number, what.first.to_string());
    EXPECT_EQ(batch.back().sequence_number, what.last.to_string());
    check(batch);
    for (const seen& one : batch) {
      aside.insert(one.number);
      if (!one.poison) ++healthy_given_up;
    }
  }

  bool dealt_with(int number) const { return done.contains(number) || aside.contains(number); }
  /// Retries are counted anew by another worker.
  void another_worker() { times_handed_over.clear(); }

  std::set<int> done;                    // answered with success
  std::set<int> aside;                   // given up
  std::map<int, int> times_handed_over;  // by this worker
  int handed_over_max = std::numeric_limits<int>::max();
  int healthy_given_up = 0;

 private:
  using outcome = event_source::outcome;
  bool happens(double probability) { return std::uniform_real_distribution<>()(random_) < probability; }

  static std::vector<seen> read(const std::string& text) {
    std::vector<seen> batch;
    const auto after = [&](const char* what, std::size_t from) {
      const std::size_t at = text.find(what, from);
      return at == std::string::npos ? at : at + std::string_view(what).size();
    };
    for (std::size_t at = after("\"dynamodb\":", 0); at != std::string::npos;) {
      const std::size_t next = after("\"dynamodb\":", at);
      seen one;
      one.number = std::stoi(text.substr(after(R"("v":{"N":")", at), 9));
      const std::size_t number = after(R"("SequenceNumber":")", at);
      one.sequence_number = text.substr(number, text.find('"', number) - number);
      one.poison = text.substr(at, std::min(next, text.size()) - at).find(R"("poison")") != std::string::npos;
      batch.push_back(std::move(one));
      at = next;
    }
    return batch;
  }

  void check(const std::vector<seen>& batch) {
    ASSERT_FALSE(batch.empty());
    for (int number = 1; number < batch.front().number; ++number) {
      EXPECT_TRUE(dealt_with(number)) << "change " << number << " was passed over: " << batch.front().number << " came";
    }
    for (std::size_t i = 1; i < batch.size(); ++i) EXPECT_EQ(batch[i].number, batch[i - 1].number + 1);
  }

  outcome handle(const std::vector<seen>& batch) {
    // What a handler does before it is killed is of no account: nobody hears of it.
    if (happens(temper_.death)) return {outcome::kind::died, "signal 9"};
    if (happens(temper_.timeout)) {
      time_.advance(std::chrono::seconds(3));
      return {outcome::kind::timed_out, ""};
    }
    if (happens(temper_.garbage)) return {outcome::kind::response, garbage()};
    if (happens(temper_.error)) return {outcome::kind::error, "thrown"};
    std::size_t failed = happens(temper_.partial) ? random_() % batch.size() : batch.size();
    for (std::size_t i = 0; i < failed; ++i) {
      if (batch[i].poison) failed = i;
    }
    if (failed < batch.size() && temper_.poison_throws && batch[failed].poison) return {outcome::kind::error, "poison"};
    for (std::size_t i = 0; i < failed; ++i) done.insert(batch[i].number);
    if (failed == batch.size()) return {outcome::kind::response, random_() % 2 == 0 ? "null" : "{}"};
    std::string list;
    for (std::size_t i = failed; i < batch.size(); ++i) {
      if (i > failed && random_() % 2 == 0) continue;
      const std::string one = R"({"itemIdentifier":")" + batch[i].sequence_number + "\"}";
      list = random_() % 2 == 0 || list.empty() ? one + (list.empty() ? "" : ",") + list : list + "," + one;
    }
    return {outcome::kind::response, R"({"batchItemFailures":[)" + list + "]}"};
  }

  std::string garbage() {
    constexpr const char* texts[] = {"<html>", "{\"batchItemFailures\":[{}]}",
                                     "{\"batchItemFailures\":[{\"itemIdentifier\":\"\"}]}", "[]",
                                     "{\"batchItemFailures\":[{\"itemIdentifier\":\"1\"}]}"};
    return texts[random_() % std::size(texts)];
  }

  std::mt19937_64& random_;
  testing::virtual_clock& time_;
  temper temper_;
};

}  // namespace dynamo::test
