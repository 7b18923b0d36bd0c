// One key, many writers, and a disk whose sync is slow: the lock of a key must not wait for the disk.
#include "../support/seeds.hpp"
#include "../support/wire.hpp"
#include "change_log.hpp"
#include "storage.hpp"
#include "things.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <future>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace dynamo;
using namespace dynamo::model;
using namespace dynamo::testing_support;

constexpr auto timeout = std::chrono::seconds(30);  // far beyond anything but a deadlock
constexpr std::string_view key = R"("TableName":"pairs","Key":{"pk":{"S":"hot"},"sk":{"N":"1"}})";

std::string one_more() {
  return "{" + std::string(key) +
         R"(,"UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}},"ReturnValues":"UPDATED_NEW"})";
}
std::string never() {  // and the item it met
  return "{" + std::string(key) + R"(,"UpdateExpression":"SET n = :no","ConditionExpression":"n < :no",)" +
         R"("ExpressionAttributeValues":{":no":{"N":"-1"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"})";
}
std::string counted(int n) { return R"({"Attributes":{"n":{"N":")" + std::to_string(n) + R"("}}})"; }
std::string counted_item(int n) {
  return R"({"n":{"N":")" + std::to_string(n) + R"("},"pk":{"S":"hot"},"sk":{"N":"1"}})";
}

class waiting final : public reply_sink {
 public:
  void complete(result<reply> came) noexcept override { told_.set_value(to_answer(came)); }
  bool was_told() const { return future_.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }
  answer get() {
    if (future_.wait_for(timeout) == std::future_status::ready) return future_.get();
    return {false, errc::timed_out, "never told", ""};
  }

 private:
  std::promise<answer> told_;
  std::future<answer> future_ = told_.get_future();
};

/// Writers of the hot key: the first waits for its sync, the others were started after it.
class hot_key {
 public:
  explicit hot_key(std::mt19937_64& random) : others_(40 + static_cast<int>(random() % 200)), random_(random) {}

  void open() {
    ASSERT_EQ(on_.open().value_or(""), "");
    const answer made = call(on_.db(), operation_name::create_table, create_table_text(0, true));
    ASSERT_TRUE(made.ok) << made.to_string();
    arn_ = text_member(member(made.body, "TableDescription").value_or(""), "LatestStreamArn");
    ASSERT_EQ(call(on_.db(), operation_name::update_item, one_more()).body, counted(1));
  }

  void block_the_first() {
    on_.disk().hold_syncs();
    first_ = std::async(std::launch::async, [this] { return call(on_.db(), operation_name::update_item, one_more()); });
    on_.disk().wait_for_held_sync();
    syncs_before_ = on_.disk().log_syncs();
  }

  /// False if they cannot even be started while the sync is blocked.
  bool start_the_others() {
    for (int i = 0; i < others_; ++i) {
      const bool refused = random_() % 8 == 0;
      expected_.push_back(refused ? -present_ : ++present_);
    }
    sinks_.resize(static_cast<std::size_t>(others_));
    starter_ = std::async(std::launch::async, [this] {
      for (std::size_t i = 0; i < sinks_.size(); ++i) {
        const std::string body = expected_[i] < 0 ? never() : one_more();
        on_.db().start(request(operation_name::update_item, json::buffer(body)), sinks_[i]);
      }
    });
    return starter_.wait_for(timeout) == std::future_status::ready;
  }

  bool nobody_was_told() const {
    return std::ranges::none_of(sinks_, &waiting::was_told) &&
           first_.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
  }

  void release() {
    on_.disk().release_syncs();
    starter_.wait();
  }

  storage on_{storage::kind::disk};
  std::string arn_;
  std::future<answer> first_;
  std::future<void> starter_;
  std::deque<waiting> sinks_;
  std::vector<int> expected_;  ///< the count an update makes; negative: the count a refused one meets
  int present_ = 2;
  std::uint64_t syncs_before_ = 0;

 private:
  const int others_;
  std::mt19937_64& random_;
};

TEST(hot_key, writers_queue_up_while_a_sync_is_under_way_and_share_the_next) {
  for_each_seed(5, [](std::mt19937_64& random) {
    hot_key hot(random);
    hot.open();
    if (::testing::Test::HasFatalFailure()) return;
    hot.block_the_first();
    EXPECT_TRUE(hot.start_the_others()) << "the key's lock is held until the commit";
    EXPECT_TRUE(hot.nobody_was_told()) << "an answer rests on what is not committed";
    hot.release();
    EXPECT_EQ(hot.first_.get().to_string(), counted(2));
    for (std::size_t i = 0; i < hot.sinks_.size(); ++i) {
      const answer told = hot.sinks_[i].get();
      if (hot.expected_[i] > 0) {
        EXPECT_EQ(told.to_string(), counted(hot.expected_[i]));
      } else {
        EXPECT_EQ(told.code, errc::conditional_check_failed) << told.to_string();
        EXPECT_EQ(member(told.body, "Item"), counted_item(-hot.expected_[i]));
      }
    }
    EXPECT_LE(hot.on_.disk().log_syncs() - hot.syncs_before_, 2u);

    std::vector<change> records;
    ASSERT_EQ(log_reader(hot.on_.db(), hot.arn_).read(records).value_or(""), "");
    images state;
    EXPECT_EQ(fold(records, state).value_or(""), "");
    EXPECT_EQ(records.size(), static_cast<std::size_t>(hot.present_));
    ASSERT_EQ(state.size(), 1u);
    EXPECT_EQ(state.begin()->second, counted_item(hot.present_));
  });
}

TEST(hot_key, a_failed_sync_fails_everything_behind_it_and_loses_nothing_acknowledged) {
  for_each_seed(5, [](std::mt19937_64& random) {
    hot_key hot(random);
    hot.open();
    if (::testing::Test::HasFatalFailure()) return;
    hot.block_the_first();
    EXPECT_TRUE(hot.start_the_others()) << "the key's lock is held until the commit";
    hot.on_.disk().fail({dynamo::testing::disk_fault::operation::sync, dynamo::testing::disk_fault::kind::io_error});
    hot.release();
    EXPECT_EQ(hot.first_.get().code, errc::storage);
    for (waiting& sink : hot.sinks_) {
      const answer told = sink.get();
      EXPECT_TRUE(!told.ok && (told.code == errc::storage || told.code == errc::read_only)) << told.to_string();
    }
    hot.on_.disk().mend();
    const answer late = call(hot.on_.db(), operation_name::update_item, one_more());
    EXPECT_EQ(late.code, errc::read_only) << late.to_string();
    EXPECT_NE(late.message.find("open the database again"), std::string::npos) << late.message;
    const answer refused = call(hot.on_.db(), operation_name::update_item, never());
    EXPECT_EQ(member(refused.body, "Item").value_or(refused.to_string()), counted_item(1));

    const auto expect_the_acknowledged = [&] {
      EXPECT_EQ(call(hot.on_.db(), operation_name::get_item, "{" + std::string(key) + "}").to_string(),
                R"({"Item":)" + counted_item(1) + "}");
      std::vector<change> records;
      EXPECT_EQ(log_reader(hot.on_.db(), hot.arn_).read(records).value_or(""), "");
      EXPECT_EQ(records.size(), 1u);
    };
    expect_the_acknowledged();
    hot.on_.crash();
    hot.on_.close();
    ASSERT_EQ(hot.on_.open().value_or(""), "");
    expect_the_acknowledged();
    EXPECT_EQ(call(hot.on_.db(), operation_name::update_item, one_more()).to_string(), counted(2));
  });
}

}  // namespace
