#include <engine/maintenance/space_reclaimer.hpp>

#include "engine/store_fixture.hpp"
#include "support/wire.hpp"

#include <dynamo/database.hpp>
#include <dynamo/testing/virtual_clock.hpp>
#include <engine/storage/rocksdb_store.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <thread>

namespace dynamo::engine {
namespace {

using namespace std::chrono_literals;
using testing_support::call;

/// Small files that every database has, and a little more.
constexpr std::uint64_t little = 1u << 20;
constexpr int items = 100;

class space_of_dropped_tables : public ::testing::Test {
 protected:
  space_of_dropped_tables() { open(); }

  void open() {
    opened_.reset();
    database_options options;
    options.durability = durability::process_crash;
    options.maintenance_timer = &time_;
    auto opened = database::open(path(), options);
    ASSERT_TRUE(opened) << opened.error().message();
    opened_ = *std::move(opened);
  }
  void must(operation_name operation, const std::string& body) {
    const auto answer = call(*opened_->endpoint(), operation, body);
    EXPECT_TRUE(answer.ok) << answer.to_string();
  }
  void create(const std::string& table) {
    must(operation_name::create_table,
         R"({"TableName":")" + table +
             R"(","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],)"
             R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})");
  }
  void drop(const std::string& table) { must(operation_name::delete_table, R"({"TableName":")" + table + R"("})"); }

  /// 5 MB that do not become less when they are compressed, in table files.
  void fill(const std::string& table) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-";
    std::mt19937 random(1);
    std::string text(50'000, ' ');
    for (int i = 0; i < items; ++i) {
      for (char& each : text) each = digits[random() % digits.size()];
      must(operation_name::put_item, R"({"TableName":")" + table + R"(","Item":{"id":{"N":")" + std::to_string(i) +
                                         R"("},"text":{"S":")" + text + R"("}}})");
    }
    open();
  }
  int count(const std::string& table) {
    std::string body = R"({"TableName":")" + table + R"(","Select":"COUNT")", start;
    int found = 0;
    do {
      const auto answer = call(*opened_->endpoint(), operation_name::scan, body + start + "}");
      EXPECT_TRUE(answer.ok) << answer.to_string();
      found += std::stoi(testing_support::member(answer.body, "Count").value_or("0"));
      const auto last = testing_support::member(answer.body, "LastEvaluatedKey");
      start = last ? R"(,"ExclusiveStartKey":)" + *last : "";
    } while (!start.empty());
    return found;
  }
  std::uint64_t bytes() const { return bytes_in_directory(path()); }
  /// RocksDB rewrites files on threads of its own: this waits for them, for as long as a slow machine may need.
  void wait_until_little_is_left() const {
    const auto end = std::chrono::steady_clock::now() + 2min;
    while (bytes() > little && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(10ms);
    EXPECT_LE(bytes(), little);
  }
  std::string path() const { return directory_ / "db"; }

  dynamo::testing::virtual_clock time_;

 private:
  scratch_directory directory_;
  std::optional<database> opened_;
};

TEST_F(space_of_dropped_tables, is_given_back_and_that_of_others_is_kept) {
  create("before"), create("dropped"), create("after");
  must(operation_name::put_item, R"({"TableName":"before","Item":{"id":{"N":"1"}}})");
  must(operation_name::put_item, R"({"TableName":"after","Item":{"id":{"N":"1"}}})");
  fill("dropped");
  EXPECT_EQ(time_.waiting(), 0u) << "a database that has nothing to do has no timer";
  EXPECT_GT(bytes(), 3 * little);
  drop("dropped");
  EXPECT_EQ(time_.waiting(), 1u);
  time_.advance(space_reclaimer::waits);
  wait_until_little_is_left();
  EXPECT_EQ(time_.waiting(), 0u);
  EXPECT_EQ(count("before"), 1);
  EXPECT_EQ(count("after"), 1);
  open();
  EXPECT_EQ(time_.waiting(), 0u) << "what was given back is not looked for again";
  EXPECT_EQ(count("before"), 1);
  EXPECT_EQ(count("after"), 1);
}

TEST_F(space_of_dropped_tables, is_found_again_by_the_next_process) {
  create("kept"), create("dropped");
  fill("dropped");
  drop("dropped");
  create("dropped");
  open();
  EXPECT_GT(bytes(), 3 * little);
  EXPECT_EQ(time_.waiting(), 1u);
  must(operation_name::put_item, R"({"TableName":"dropped","Item":{"id":{"N":"1"}}})");
  time_.advance(space_reclaimer::waits);
  wait_until_little_is_left();
  EXPECT_EQ(count("dropped"), 1) << "a new table of the name is another one";
}

TEST_F(space_of_dropped_tables, is_left_alone_while_they_are_there) {
  create("kept"), create("small");
  fill("kept");
  drop("small");
  time_.advance(space_reclaimer::waits);
  open();
  EXPECT_EQ(count("kept"), items);
  EXPECT_EQ(time_.waiting(), 0u);
}

int starts = 0;
result<std::thread> second_start_succeeds(std::function<void()> body) {
  if (++starts == 1) return fail(errc::throttled, "no thread");
  return start_thread(std::move(body));
}

TEST(space_reclaimer, comes_again_where_there_was_no_thread) {
  const auto rows = open_memory_store({}).value();
  dynamo::testing::virtual_clock time;
  space_reclaimer job(*rows, time, second_start_succeeds);
  EXPECT_EQ(job.run_slice(), std::nullopt);
  table_descriptor table;
  table.id = 7;
  job.note_dropped(table);
  EXPECT_EQ(job.run_slice(), space_reclaimer::waits);
  time.advance(space_reclaimer::waits);
  EXPECT_EQ(job.run_slice(), space_reclaimer::waits);
  EXPECT_TRUE(job.has_work());
  EXPECT_EQ(job.run_slice(), std::nullopt);
  EXPECT_FALSE(job.has_work());
  EXPECT_EQ(starts, 2);
}

}  // namespace
}  // namespace dynamo::engine
