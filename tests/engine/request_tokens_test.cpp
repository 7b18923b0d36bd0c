// ClientRequestToken: a transaction that comes again is not executed again.
#include "operations/core_fixture.hpp"
#include "transaction_fixture.hpp"

#include <engine/rows/stored_token.hpp>
#include <engine/storage/key_space.hpp>

#include <chrono>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using namespace std::chrono_literals;

const std::string adds_one =
    R"({"Update":{"TableName":"things","Key":{"pk":{"S":"count"}},"UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}}}})";

class request_tokens : public transaction_fixture {
 protected:
  std::string count() {
    const std::string found = got({get_action("count", R"(,"ProjectionExpression":"n")")});
    return text_member(
        member(member(elements(member(found, "Responses").value_or("[]")).at(0), "Item").value_or("{}"), "n")
            .value_or("{}"),
        "N");
  }
  const std::string other_words = "idempotent_parameter_mismatch: ";
};

TEST_F(request_tokens, of_a_transaction_that_comes_again_stop_it) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(told_of({adds_one}, token("t")), "{}");
  EXPECT_EQ(count(), "1");
  EXPECT_EQ(told_of({adds_one}, token("u")), "{}");
  EXPECT_EQ(told_of({adds_one}), "{}");
  EXPECT_EQ(count(), "3");
}

TEST_F(request_tokens, are_refused_with_other_content) {
  ASSERT_EQ(told_of({adds_one, put_action("a", "1")}, token("t")), "{}");
  for (const texts& other :
       {texts{adds_one}, texts{adds_one, put_action("a", "2")}, texts{put_action("a", "1"), adds_one},
        texts{adds_one, put_action("a", "1", if_absent)}, texts{adds_one, put_action("a", "1", "", "others")}}) {
    EXPECT_EQ(transact(other, token("t")).code, errc::idempotent_parameter_mismatch) << joined(other);
  }
  EXPECT_EQ(count(), "1");
}

TEST_F(request_tokens, know_the_same_content_in_another_order_of_members) {
  ASSERT_EQ(
      told_of(
          {put_action(
              "a", "1",
              R"(,"ConditionExpression":"#a <> :b AND #b <> :a","ExpressionAttributeNames":{"#a":"x","#b":"y"},"ExpressionAttributeValues":{":a":{"S":"1"},":b":{"S":"2"}})")},
          token("t")),
      "{}");
  EXPECT_EQ(
      told_of(
          {R"({"Put":{"Item":{"v":{"S":"1"},"pk":{"S":"a"}},"ExpressionAttributeValues":{":b":{"S":"2"},":a":{"S":"1"}},"ExpressionAttributeNames":{"#b":"y","#a":"x"},"ConditionExpression":"#a <> :b AND #b <> :a","TableName":"things"}})"},
          token("t") + R"(,"ReturnConsumedCapacity":"TOTAL")"),
      R"({"ConsumedCapacity":[{"CapacityUnits":2.0,"ReadCapacityUnits":2.0,"TableName":"things"}]})")
      << "a replay costs what reading its items costs";
}

TEST_F(request_tokens, of_a_cancelled_transaction_are_not_kept) {
  put("a", "1");
  EXPECT_EQ(transact({adds_one, put_action("a", "2", if_absent)}, token("t")).code, errc::transaction_canceled);
  erase("a");
  EXPECT_EQ(told_of({adds_one, put_action("a", "2", if_absent)}, token("t")), "{}");
  EXPECT_EQ(count(), "1");
}

TEST_F(request_tokens, are_kept_though_nothing_was_to_change) {
  const texts checks{check_action("a", "attribute_not_exists(pk)")};
  ASSERT_EQ(told_of(checks, token("t")), "{}");
  put("a", "1");
  EXPECT_EQ(told_of(checks, token("t")), "{}");
  EXPECT_EQ(transact(checks, token("u")).code, errc::transaction_canceled);
}

TEST_F(request_tokens, hold_for_ten_minutes) {
  ASSERT_EQ(told_of({adds_one}, token("t")), "{}");
  time_.advance(10min);
  EXPECT_EQ(told_of({adds_one}, token("t")), "{}");
  EXPECT_EQ(count(), "1");
  time_.advance(1s);
  EXPECT_EQ(told_of({adds_one}, token("t")), "{}");
  EXPECT_EQ(count(), "2");
}

TEST_F(request_tokens, survive_a_restart) {
  reopen();
  make_tables();
  ASSERT_EQ(told_of({adds_one}, token("t")), "{}");
  time_.advance(5min);
  reopen();
  EXPECT_EQ(told_of({adds_one}, token("t")), "{}");
  EXPECT_EQ(transact({put_action("a", "1")}, token("t")).code, errc::idempotent_parameter_mismatch);
  EXPECT_EQ(count(), "1");
  time_.advance(6min);
  reopen();
  EXPECT_EQ(told_of({adds_one}, token("t")), "{}");
  EXPECT_EQ(count(), "2");
}

class stored_tokens : public on_simulated_disk<transaction_fixture> {
 protected:
  void SetUp() override {
    reopen();
    make_tables();
  }
  std::size_t kept() {
    put("last", std::to_string(++puts_));  // what was erased before is committed before
    const std::string begin = engine::token_key(core_->rows->prefix(), "");
    std::size_t count = 0;
    const auto at = core_->rows->range(begin, engine::after_prefix(begin), engine::direction::forward);
    for (; at->valid(); at->next()) ++count;
    return count;
  }
  int puts_ = 0;
};

TEST_F(stored_tokens, are_erased_once_they_mean_nothing) {
  constexpr int many = 1'000;  // some slices
  for (int i = 0; i < many; ++i) ASSERT_TRUE(transact({put_action("a", "1")}, token(std::to_string(i))).ok);
  EXPECT_EQ(kept(), std::size_t{many});
  time_.advance(9min);
  EXPECT_EQ(kept(), std::size_t{many});
  ASSERT_TRUE(transact({put_action("a", "1")}, token("young")).ok);
  time_.advance(8min);
  EXPECT_EQ(kept(), 1u);
  EXPECT_TRUE(transact({put_action("a", "1")}, token("young")).ok);
  time_.advance(20min);
  EXPECT_EQ(kept(), 0u);
  ASSERT_TRUE(transact({put_action("a", "1")}, token("late")).ok);  // the job wakes
  time_.advance(20min);
  EXPECT_EQ(kept(), 0u);
}

TEST_F(stored_tokens, of_an_earlier_process_are_erased_too) {
  ASSERT_TRUE(transact({put_action("a", "1")}, token("t")).ok);
  reopen();
  time_.advance(20min);
  EXPECT_EQ(kept(), 0u);
}

TEST_F(stored_tokens, are_there_with_what_the_transaction_wrote_or_not_at_all) {
  using dynamo::testing::disk_fault;
  for (const auto how : {disk_fault::kind::io_error, disk_fault::kind::no_space}) {
    for (std::uint64_t passing = 0; passing < 8; ++passing) {
      begin_anew();
      make_tables();
      disk_fault fault(disk_fault::operation::any_write, how);
      fault.passing = passing;
      disk_->fail(fault);
      int tried = 0;
      while (tried < 20 &&
             transact({put_action("a", std::to_string(tried + 1)), put_action("b", std::to_string(tried + 1))},
                      token(std::to_string(tried + 1)))
                 .ok) {
        ++tried;
      }
      ASSERT_LT(tried, 20) << "nothing failed";
      reopen();
      const std::string there = value_of("a");
      EXPECT_EQ(value_of("b"), there);
      const int last = there == "-" ? 0 : std::stoi(there);
      EXPECT_TRUE(last == tried || last == tried + 1) << last << ", acknowledged " << tried;
      EXPECT_EQ(kept(), static_cast<std::size_t>(last));
    }
  }
}

}  // namespace
