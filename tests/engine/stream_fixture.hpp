#pragma once

#include "../support/scratch_folder.hpp"
#include "../support/wire.hpp"

#include <dynamo/base/clock.hpp>
#include <dynamo/database_options.hpp>
#include <dynamo/testing/virtual_clock.hpp>
#include <engine/engine.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::engine_tests {

using testing_support::answer;
using testing_support::elements;
using testing_support::member;
using testing_support::text_member;

/// The tests' first moment: 2026-03-01T08:00:00.
inline constexpr instant beginning{std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + std::chrono::hours(8)};

/// Keeps what a start() was answered until somebody wants it.
class kept_answer final : public reply_sink {
 public:
  void complete(result<reply> came) noexcept override {
    const std::scoped_lock held(mutex_);
    EXPECT_FALSE(came_) << "completed twice";
    came_.emplace(testing_support::to_answer(came));
    changed_.notify_all();
  }
  /// Waits for the answer and hands it out.
  answer get() {
    std::unique_lock held(mutex_);
    changed_.wait(held, [&] { return came_.has_value(); });
    return *std::exchange(came_, std::nullopt);
  }
  bool has_come() {
    const std::scoped_lock held(mutex_);
    return came_.has_value();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<answer> came_;
};

/// One record as a reader sees it; absent images are empty.
struct seen_record {
  std::string kind, keys, old_image, new_image, number, text;
};

struct seen_page {
  answer came;
  std::vector<seen_record> records;
  std::string next;  ///< empty at the end of a shard
};

inline seen_page to_page(answer came) {
  seen_page page;
  page.came = std::move(came);
  if (!page.came.ok) return page;
  for (const std::string& record : elements(member(page.came.body, "Records").value_or("[]"))) {
    const std::string change = member(record, "dynamodb").value_or("{}");
    page.records.push_back({text_member(record, "eventName"), member(change, "Keys").value_or(""),
                            member(change, "OldImage").value_or(""), member(change, "NewImage").value_or(""),
                            text_member(change, "SequenceNumber"), record});
  }
  page.next = text_member(page.came.body, "NextShardIterator");
  return page;
}

/// An endpoint with a clock that the test moves: in memory, or on disk once reopen() is called.
class stream_fixture : public ::testing::Test {
 protected:
  void SetUp() override { open_in_memory(); }

  void open_in_memory() {
    auto opened = engine::open_in_memory(options());
    ASSERT_TRUE(opened) << opened.error().describe();
    db_ = *opened;
  }
  void reopen() {
    db_.reset();
    auto opened = engine::open(path(), options());
    ASSERT_TRUE(opened) << opened.error().describe();
    db_ = *opened;
  }
  std::string path() const { return folder_ / "db"; }
  database_options options() {
    database_options how;
    how.time = &time_;
    how.maintenance_timer = &time_;
    how.durability = durability::process_crash;
    how.cache_bytes = 1u << 20;
    return how;
  }

  answer call(operation_name op, std::string_view body) { return testing_support::call(*db_, op, body); }
  std::string told(operation_name op, std::string_view body) { return call(op, body).to_string(); }

  /// Makes a table with one key attribute, `pk`, and answers its stream's ARN.
  std::string make_table(const std::string& name = "things", const std::string& view = "NEW_AND_OLD_IMAGES") {
    const answer made = call(operation_name::create_table, R"({"TableName":")" + name + R"(",
      "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
      "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST",
      "StreamSpecification":{"StreamEnabled":true,"StreamViewType":")" +
                                                               view + R"("}})");
    EXPECT_TRUE(made.ok) << made.to_string();
    return text_member(member(made.body, "TableDescription").value_or(""), "LatestStreamArn");
  }
  void put(const std::string& pk, const std::string& value, const std::string& table = "things") {
    const answer done = call(operation_name::put_item, R"({"TableName":")" + table + R"(","Item":{"pk":{"S":")" + pk +
                                                           R"("},"v":{"S":")" + value + R"("}}})");
    ASSERT_TRUE(done.ok) << done.to_string();
  }
  void erase(const std::string& pk) {
    ASSERT_TRUE(call(operation_name::delete_item, R"({"TableName":"things","Key":{"pk":{"S":")" + pk + R"("}}})").ok);
  }
  void set_stream(const std::string& specification) {
    const answer done =
        call(operation_name::update_table, R"({"TableName":"things","StreamSpecification":)" + specification + "}");
    ASSERT_TRUE(done.ok) << done.to_string();
  }
  void disable_stream() { set_stream(R"({"StreamEnabled":false})"); }

  std::string describe(const std::string& arn) {
    return call(operation_name::describe_stream, R"({"StreamArn":")" + arn + "\"}").body;
  }
  std::string shard_text(const std::string& arn) {
    const auto shards =
        elements(member(member(describe(arn), "StreamDescription").value_or("{}"), "Shards").value_or("[]"));
    return shards.size() == 1 ? shards.front() : "";
  }
  std::string shard_of(const std::string& arn) { return text_member(shard_text(arn), "ShardId"); }

  answer iterator_answer(const std::string& arn, const std::string& type, const std::string& number = "") {
    return call(operation_name::get_shard_iterator,
                R"({"StreamArn":")" + arn + R"(","ShardId":")" + shard_of(arn) + R"(","ShardIteratorType":")" + type +
                    "\"" + (number.empty() ? "" : R"(,"SequenceNumber":")" + number + "\"") + "}");
  }
  std::string iterator(const std::string& arn, const std::string& type = "TRIM_HORIZON",
                       const std::string& number = "") {
    const answer came = iterator_answer(arn, type, number);
    EXPECT_TRUE(came.ok) << came.to_string();
    return text_member(came.body, "ShardIterator");
  }
  static std::string records_text(const std::string& iterator, const std::string& more = "") {
    return R"({"ShardIterator":")" + iterator + "\"" + more + "}";
  }
  seen_page page(const std::string& iterator, const std::string& more = "") {
    return to_page(call(operation_name::get_records, records_text(iterator, more)));
  }
  /// The values of `pk` in all records from an iterator on.
  std::vector<std::string> keys_from(std::string at) {
    std::vector<std::string> keys;
    while (!at.empty()) {
      const seen_page here = page(at, R"(,"Limit":7)");
      EXPECT_TRUE(here.came.ok) << here.came.to_string();
      for (const seen_record& record : here.records) {
        keys.push_back(text_member(member(record.keys, "pk").value_or(""), "S"));
      }
      if (here.records.empty()) break;
      at = here.next;
    }
    return keys;
  }

  testing_support::scratch_folder folder_;
  dynamo::testing::virtual_clock time_{dynamo::testing::virtual_clock::blocking::passes_the_time, beginning};
  std::shared_ptr<endpoint> db_;
};

}  // namespace dynamo::engine_tests
