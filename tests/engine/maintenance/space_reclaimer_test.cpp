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

class space_on_disk : public ::testing::Test {
 protected:
  space_on_disk() { open(); }

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

  /// Text that does not become much less when it is compressed.
  static std::string noise(std::size_t size) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-";
    static std::mt19937 random(1);
    std::string text(size, ' ');
    for (char& each : text) each = digits[random() % digits.size()];
    return text;
  }
  /// 5 MB, in table files.
  void fill(const std::string& table) {
    for (int i = 0; i < items; ++i) {
      const std::string text = noise(50'000);
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
  void wait_until_at_most(std::uint64_t wanted) const {
    const auto end = std::chrono::steady_clock::now() + 2min;
    while (bytes() > wanted && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(10ms);
    EXPECT_LE(bytes(), wanted);
  }
  void wait_until_little_is_left() const { wait_until_at_most(little); }
  std::string path() const { return directory_ / "db"; }

  dynamo::testing::virtual_clock time_;

 private:
  scratch_directory directory_;
  std::optional<database> opened_;
};

class space_of_dropped_tables : public space_on_disk {};

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

class space_of_deleted_items : public space_on_disk {
 protected:
  static constexpr int jobs = 20'000;

  static std::string key(int i) { return R"({"queue":{"S":"q"},"job":{"N":")" + std::to_string(i) + R"("}})"; }
  void batch(int from, int to, std::string (*request)(int)) {
    for (int at = from; at < to; at += 25) {
      std::string requests;
      for (int i = at; i < std::min(at + 25, to); ++i) requests += (i == at ? "" : ",") + request(i);
      must(operation_name::batch_write_item, R"({"RequestItems":{"jobs":[)" + requests + "]}}");
    }
  }
  void put_jobs() {
    batch(0, jobs, [](int i) {
      std::string item = key(i);
      item.back() = ',';
      return R"({"PutRequest":{"Item":)" + item + R"("text":{"S":")" + noise(200) + R"("}}}})";
    });
  }
  void delete_jobs(int from, int to) {
    batch(from, to, [](int i) { return R"({"DeleteRequest":{"Key":)" + key(i) + "}}"; });
  }
};

TEST_F(space_of_deleted_items, is_given_back_after_a_reader_stepped_over_many) {
  must(operation_name::create_table,
       R"({"TableName":"jobs","BillingMode":"PAY_PER_REQUEST",
       "AttributeDefinitions":[{"AttributeName":"queue","AttributeType":"S"},{"AttributeName":"job","AttributeType":"N"}],
       "KeySchema":[{"AttributeName":"queue","KeyType":"HASH"},{"AttributeName":"job","KeyType":"RANGE"}]})");
  put_jobs();
  open();  // now they lie in table files
  delete_jobs(0, 1000);
  EXPECT_EQ(count("jobs"), jobs - 1000);
  EXPECT_EQ(time_.waiting(), 0u) << "some erased rows are no work";
  delete_jobs(1000, jobs - 1);
  EXPECT_EQ(time_.waiting(), 0u);
  const std::uint64_t before = bytes();
  EXPECT_EQ(count("jobs"), 1);
  EXPECT_EQ(time_.waiting(), 1u);
  must(operation_name::put_item, R"({"TableName":"jobs","Item":)" + key(7) + "}");
  time_.advance(space_reclaimer::waits);
  wait_until_at_most(before / 2);
  EXPECT_EQ(count("jobs"), 2) << "what came meanwhile is kept";
  EXPECT_EQ(time_.waiting(), 0u) << "nothing is left to be stepped over";
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

TEST(space_reclaimer, notes_a_bounded_number_of_skipped_ranges) {
  const auto rows = open_memory_store({}).value();
  dynamo::testing::virtual_clock time;
  space_reclaimer job(*rows, time);
  for (std::size_t i = 0; i < space_reclaimer::skipped_max; ++i) EXPECT_TRUE(job.note_skipped({"a", "b"}));
  EXPECT_FALSE(job.note_skipped({"a", "b"}));
  EXPECT_TRUE(job.has_work());
  time.advance(space_reclaimer::waits);
  EXPECT_EQ(job.run_slice(), std::nullopt);
  EXPECT_TRUE(job.note_skipped({"a", "b"}));
}

}  // namespace
}  // namespace dynamo::engine
