#include <table/batch/batch_plan.hpp>

#include <gtest/gtest.h>

#include <set>

/// What a batch call decides, without any call: chunks, repetitions, outcomes.
namespace {

using namespace dynamo::detail;
using namespace std::chrono_literals;
using dynamo::errc;
using dynamo::error;
using dynamo::result;
using kind = batch_plan::action::kind;
using status = batch_plan::status;

class some_waits final : public dynamo::random_source {
 public:
  std::uint64_t next() noexcept override { return next_ += 0x9E3779B97F4A7C15; }

 private:
  std::uint64_t next_ = 1;
};

class batch_plan_test : public ::testing::Test {
 protected:
  batch_settings settings = [] {
    batch_settings s;
    s.chunk_entries_max = 3;
    s.chunk_bytes_max = 100;
    s.parallel = 2;
    s.retry = dynamo::retry_settings(3, 100ms, 2000ms);
    return s;
  }();

  static std::string key(int n) { return "k" + std::to_string(n); }
  void begin(int entries, std::size_t bytes_each = 10) {
    batch_inputs inputs;
    for (int i = 0; i < entries; ++i) inputs.add(key(i), std::string(bytes_each, 'x'));
    plan.emplace(std::move(inputs), settings);
  }
  /// The chunk that is sent now, as the numbers of its entries; empty if none is.
  std::vector<std::uint32_t> send() {
    const batch_plan::action next = plan->next(now);
    last = next;
    return next.what == kind::send ? plan->entries_of(next.chunk) : std::vector<std::uint32_t>();
  }
  void answer(std::size_t chunk, std::vector<int> unprocessed = {}, std::vector<int> found = {},
              std::size_t bytes = 100) {
    batch_reply reply;
    for (const int n : unprocessed) reply.unprocessed.push_back(key(n));
    for (const int n : found) reply.found.push_back({key(n), "item"});
    reply.bytes = bytes;
    plan->answered(chunk, reply, now, random);
  }
  void fail(std::size_t chunk, errc code, bool unknown = false) {
    dynamo::error_detail detail;
    detail.code = code;
    detail.message = "no";
    detail.outcome_unknown = unknown;
    plan->answered(chunk, std::unexpected(error(std::move(detail))), now, random);
  }
  /// Waits as the plan says. False unless there is a wait, of at most so long.
  bool waits(std::chrono::milliseconds longest) {
    const batch_plan::action next = plan->next(now);
    if (next.what != kind::wait || next.until - now > longest) return false;
    now = next.until;
    return true;
  }
  status of(std::uint32_t entry) const { return plan->outcome_of(entry).now; }
  bool done() { return plan->next(now).what == kind::done; }

  using chunk_list = std::vector<std::uint32_t>;
  std::optional<batch_plan> plan;
  batch_plan::action last{kind::done};
  batch_plan::time_point now{1h};
  some_waits random;
};

TEST_F(batch_plan_test, chunks_hold_what_a_request_may_hold_and_so_many_are_under_way) {
  begin(7);
  EXPECT_EQ(send(), (chunk_list{0, 1, 2}));
  EXPECT_EQ(send(), (chunk_list{3, 4, 5}));
  EXPECT_TRUE(send().empty());
  EXPECT_EQ(last.what, kind::pending);
  answer(0);
  EXPECT_EQ(send(), (chunk_list{6}));
  answer(1);
  answer(2);
  EXPECT_TRUE(done());
  EXPECT_EQ(plan->requests(), 3u);
  EXPECT_EQ(plan->retries(), 0u);
}

TEST_F(batch_plan_test, chunks_are_bounded_by_bytes_too_and_hold_one_entry_at_least) {
  begin(4, 60);
  EXPECT_EQ(send(), (chunk_list{0}));
  begin(4, 40);
  EXPECT_EQ(send(), (chunk_list{0, 1}));
  begin(2, 1000);
  EXPECT_EQ(send(), (chunk_list{0}));
}

TEST_F(batch_plan_test, nothing_to_do_is_done) {
  begin(0);
  EXPECT_TRUE(done());
}

TEST_F(batch_plan_test, of_inputs_with_one_key_the_last_one_is_sent) {
  batch_inputs inputs;
  inputs.add("a", "first");
  inputs.add(error(errc::invalid_argument, "no"));
  inputs.add("b", "other");
  inputs.add("a", "last");
  ASSERT_EQ(inputs.entries().size(), 2u);
  EXPECT_EQ(inputs.entries()[0].text, "last");
  EXPECT_EQ(inputs.entries()[0].last_input, 3u);
  EXPECT_EQ(inputs.inputs()[0].entry, 0u);
  EXPECT_EQ(inputs.inputs()[1].entry, batch_inputs::none);
  EXPECT_EQ(inputs.inputs()[2].entry, 1u);
  EXPECT_EQ(inputs.find("b"), 1u);
  EXPECT_EQ(inputs.find("c"), batch_inputs::none);
}

TEST_F(batch_plan_test, what_is_neither_found_nor_unprocessed_is_missing) {
  begin(3);
  send();
  answer(0, {1}, {2});
  EXPECT_EQ(of(0), status::missing);
  EXPECT_EQ(of(1), status::open);
  EXPECT_EQ(of(2), status::found);
  EXPECT_EQ(plan->outcome_of(2).item, "item");
  EXPECT_TRUE(waits(100ms));
  EXPECT_EQ(send(), (chunk_list{1}));
  answer(1, {}, {1});
  EXPECT_EQ(of(1), status::found);
  EXPECT_TRUE(done());
  EXPECT_EQ(plan->retries(), 1u);
}

// Symptom: leftovers of a batch vanished without an error.
TEST_F(batch_plan_test, what_stays_unprocessed_is_told) {
  settings.writes = true;
  begin(2);
  send();
  answer(0, {0, 1});
  EXPECT_TRUE(waits(100ms));
  EXPECT_EQ(send(), (chunk_list{0, 1}));
  answer(1, {1});  // progress: counted from the start
  EXPECT_EQ(of(0), status::written);
  EXPECT_TRUE(waits(100ms));
  send();
  answer(2, {1});
  EXPECT_TRUE(waits(200ms));
  send();
  answer(3, {1});
  EXPECT_TRUE(done());
  EXPECT_EQ(of(1), status::unprocessed);

  settings.writes = false;
  begin(1);
  for (std::size_t i = 0; i < 3; ++i) {
    send();
    answer(i, {0});
    EXPECT_TRUE(i == 2 || waits(400ms));
  }
  EXPECT_TRUE(done());
  ASSERT_EQ(of(0), status::failed);
  EXPECT_EQ(plan->outcome_of(0).why->code(), errc::throttled);
}

TEST_F(batch_plan_test, what_was_cut_by_its_size_is_asked_for_at_once) {
  begin(3);
  send();
  answer(0, {1, 2}, {0}, 16'000'000);
  EXPECT_EQ(send(), (chunk_list{1, 2}));
}

TEST_F(batch_plan_test, a_chunk_that_fails_takes_nothing_else_with_it) {
  settings.writes = true;
  begin(6);
  send();
  send();
  fail(0, errc::resource_not_found);
  answer(1);
  EXPECT_TRUE(done());
  EXPECT_EQ(of(0), status::failed);
  EXPECT_EQ(plan->outcome_of(2).why->code(), errc::resource_not_found);
  EXPECT_EQ(of(3), status::written);
}

TEST_F(batch_plan_test, a_throttled_chunk_waits_while_others_go_on) {
  settings.writes = true;
  begin(9);
  send();
  send();
  fail(0, errc::throttled);
  EXPECT_EQ(send(), (chunk_list{6, 7, 8}));
  answer(last.chunk);
  answer(1);
  EXPECT_TRUE(waits(100ms));
  EXPECT_EQ(send(), (chunk_list{0, 1, 2}));
  fail(last.chunk, errc::internal_server_error);
  EXPECT_TRUE(waits(200ms));
  send();
  fail(last.chunk, errc::throttled);
  EXPECT_TRUE(done());
  EXPECT_EQ(of(0), status::failed);
  EXPECT_FALSE(plan->outcome_of(0).why->outcome_unknown());
  EXPECT_EQ(plan->retries(), 2u);
}

TEST_F(batch_plan_test, a_refused_chunk_is_halved_until_the_one_at_fault_is_alone) {
  settings.writes = true;
  settings.chunk_entries_max = 25;
  settings.chunk_bytes_max = 10'000;
  begin(25);
  int requests = 0;
  for (chunk_list sent = send(); !sent.empty(); sent = send()) {
    ++requests;
    ASSERT_LT(requests, 20);
    const bool poisoned = std::find(sent.begin(), sent.end(), 13u) != sent.end();
    if (poisoned) {
      fail(last.chunk, errc::validation);
    } else {
      answer(last.chunk);
    }
  }
  EXPECT_TRUE(done());
  for (std::uint32_t i = 0; i < 25; ++i) EXPECT_EQ(of(i), i == 13 ? status::failed : status::written) << i;
  EXPECT_EQ(plan->retries(), 0u);
}

TEST_F(batch_plan_test, a_lost_reply_is_remembered_whatever_is_answered_later) {
  settings.writes = true;
  for (const bool throttled : {false, true}) {
    begin(1);
    send();
    fail(0, errc::transport, true);
    EXPECT_TRUE(waits(400ms));
    send();
    fail(1, errc::throttled);
    EXPECT_TRUE(waits(400ms));
    send();
    if (throttled) {
      fail(2, errc::throttled);
    } else {
      answer(2, {0});
    }
    EXPECT_TRUE(done());
    ASSERT_EQ(of(0), status::failed);
    EXPECT_TRUE(plan->outcome_of(0).why->outcome_unknown());
  }
}

TEST_F(batch_plan_test, a_reply_about_something_else_is_not_believed) {
  for (const bool writes : {false, true}) {
    settings.writes = writes;
    begin(6);
    send();
    send();
    answer(0, {5});  // was sent with the other chunk
    answer(1, {77});
    EXPECT_TRUE(done());
    for (std::uint32_t i = 0; i < 6; ++i) {
      ASSERT_EQ(of(i), status::failed);
      EXPECT_EQ(plan->outcome_of(i).why->code(), errc::decoding);
      EXPECT_EQ(plan->outcome_of(i).why->outcome_unknown(), writes);
    }
  }
}

TEST_F(batch_plan_test, no_wait_passes_the_deadline) {
  settings.writes = true;
  settings.deadline = now + 50ms;
  begin(1);
  send();
  answer(0, {0});
  EXPECT_TRUE(done());
  EXPECT_EQ(of(0), status::unprocessed);
}

TEST_F(batch_plan_test, what_is_under_way_when_the_rest_is_given_up_still_counts) {
  settings.writes = true;
  begin(9);
  send();
  send();
  fail(0, errc::throttled);
  plan->abandon(error(errc::cancelled, "enough"));
  EXPECT_EQ(plan->next(now).what, kind::pending);
  answer(1);
  EXPECT_TRUE(done());
  EXPECT_EQ(of(0), status::failed);
  EXPECT_EQ(of(3), status::written);
  EXPECT_EQ(plan->outcome_of(8).why->code(), errc::cancelled);
}

}  // namespace
