// Readers that wait for a stream's next record instead of asking again and again.
#include "stream_fixture.hpp"

#include <dynamo/testing/file_systems.hpp>
#include <engine/commit/record_waiters.hpp>

#include <map>
#include <thread>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using namespace std::chrono_literals;

class record_waiters : public stream_fixture {
 protected:
  static request waiting(const std::string& iterator, std::chrono::milliseconds wait = 20s) {
    request r(operation_name::get_records, json::buffer(records_text(iterator)));
    r.long_poll = wait;
    return r;
  }
  /// Follows a stream to its end.
  std::vector<seen_record> follow(std::string at, bool blocking) {
    std::vector<seen_record> seen;
    while (!at.empty()) {
      kept_answer kept;
      seen_page here;
      if (blocking) {
        here = to_page(testing_support::to_answer(db_->call(waiting(at))));
      } else {
        db_->start(waiting(at), kept);
        here = to_page(kept.get());
      }
      EXPECT_TRUE(here.came.ok) << here.came.to_string();
      seen.insert(seen.end(), here.records.begin(), here.records.end());
      at = here.next;
    }
    return seen;
  }
};

TEST_F(record_waiters, readers_that_follow_miss_repeat_and_reorder_nothing) {
  constexpr int writers = 6, writes_each = 150, keys = 8;
  const std::string arn = make_table();
  const std::string start = iterator(arn);
  std::vector<std::vector<seen_record>> seen(5);
  std::vector<std::thread> readers, at_work;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    readers.emplace_back([&, i] { seen[i] = follow(start, i % 2 == 0); });
  }
  for (int writer = 0; writer < writers; ++writer) {
    at_work.emplace_back([&, writer] {
      for (int i = 0; i < writes_each; ++i) {
        const std::string key = std::to_string((writer + i) % keys);
        put(key, std::to_string(writer) + "." + std::to_string(i));
      }
    });
  }
  for (std::thread& one : at_work) one.join();
  disable_stream();
  for (std::thread& one : readers) one.join();

  ASSERT_EQ(seen[0].size(), static_cast<std::size_t>(writers * writes_each));
  std::map<std::string, std::string> images;
  for (std::size_t i = 0; i < seen[0].size(); ++i) {
    const seen_record& record = seen[0][i];
    if (i > 0) {
      ASSERT_LT(seen[0][i - 1].number, record.number);  // of one epoch: equally long
    }
    ASSERT_EQ(record.old_image, images[record.keys]) << "record " << i << " does not follow the one before of its key";
    images[record.keys] = record.new_image;
  }
  for (const auto& others : seen) {
    ASSERT_EQ(others.size(), seen[0].size());
    for (std::size_t i = 0; i < others.size(); ++i) ASSERT_EQ(others[i].text, seen[0][i].text);
  }
}

// Seen closed while its last record was on its way to the disk, the shard seemed to be read to its end.
TEST_F(record_waiters, a_shard_has_no_end_while_a_record_before_it_is_being_written) {
  dynamo::testing::simulated_disk disk;
  database_options how = options();
  how.durability = durability::power_loss;
  how.files = disk.files();
  auto opened = engine::open(path(), how);
  ASSERT_TRUE(opened) << opened.error().describe();
  db_ = *opened;
  const std::string arn = make_table();
  const std::string start = iterator(arn);
  disk.hold_syncs();
  kept_answer written;
  db_->start(request(operation_name::put_item,
                     json::buffer(std::string_view(R"({"TableName":"things","Item":{"pk":{"S":"a"}}})"))),
             written);
  disk.wait_for_held_sync();
  std::thread closing([&] { disable_stream(); });
  while (told(operation_name::describe_table, R"({"TableName":"things"})").find("StreamSpecification") !=
         std::string::npos) {
    std::this_thread::yield();  // until the end stands in the queue, after the record
  }
  EXPECT_FALSE(page(start).next.empty());
  disk.release_syncs();
  closing.join();
  EXPECT_TRUE(written.get().ok);
  const seen_page end = page(start);
  EXPECT_EQ(end.records.size(), 1u);
  EXPECT_TRUE(end.next.empty());
  db_.reset();
}

TEST_F(record_waiters, the_end_of_a_shard_is_told_only_behind_its_last_record) {
  for (int round = 0; round < 30; ++round) {
    const std::string table = "table" + std::to_string(round);
    const std::string arn = make_table(table);
    const std::string start = iterator(arn);
    std::vector<seen_record> seen;
    std::thread reader([&] { seen = follow(start, round % 2 == 0); });
    std::vector<std::thread> writers;
    for (int writer = 0; writer < 3; ++writer) {
      writers.emplace_back([&, writer] {
        for (int i = 0; i < 20; ++i) put(std::to_string(writer), std::to_string(i), table);
      });
    }
    // In the middle of it all: what is queued before the end belongs to the shard.
    EXPECT_TRUE(call(operation_name::update_table,
                     R"({"TableName":")" + table + R"(","StreamSpecification":{"StreamEnabled":false}})")
                    .ok);
    reader.join();
    for (std::thread& writer : writers) writer.join();
    EXPECT_EQ(seen.size(), page(start).records.size());
  }
}

TEST_F(record_waiters, a_reader_is_woken_by_a_write_of_its_own_stream) {
  const std::string arn = make_table("things"), other = make_table("others");
  kept_answer reader, of_other;
  db_->start(waiting(iterator(arn)), reader);
  db_->start(waiting(iterator(other)), of_other);
  put("a", "1");
  EXPECT_EQ(to_page(reader.get()).records.size(), 1u);
  EXPECT_FALSE(of_other.has_come());
  put("b", "1", "others");
  EXPECT_EQ(to_page(of_other.get()).records.size(), 1u);
}

TEST_F(record_waiters, a_reader_is_told_of_the_end_of_its_shard) {
  const std::string arn = make_table();
  kept_answer reader;
  db_->start(waiting(iterator(arn)), reader);
  disable_stream();
  const seen_page end = to_page(reader.get());
  EXPECT_TRUE(end.came.ok);
  EXPECT_TRUE(end.next.empty());
}

TEST_F(record_waiters, a_wait_ends_with_an_empty_page_that_goes_on) {
  const std::string arn = make_table();
  const auto expect_empty = [&](const seen_page& got) {
    EXPECT_TRUE(got.came.ok) << got.came.to_string();
    EXPECT_TRUE(got.records.empty());
    put("a", "1");
    EXPECT_EQ(page(got.next).records.size(), 1u);
    erase("a");
  };
  kept_answer kept;
  expect_empty(to_page(testing_support::to_answer(db_->call(waiting(iterator(arn, "LATEST"), 1ms)))));
  db_->start(waiting(iterator(arn, "LATEST"), 1ms), kept);
  expect_empty(to_page(kept.get()));
  // A deadline that comes earlier ends it, too.
  for (const bool blocking : {true, false}) {
    request r = waiting(iterator(arn, "LATEST"));
    r.deadline = std::chrono::steady_clock::now() + 100ms;
    if (blocking) {
      expect_empty(to_page(testing_support::to_answer(db_->call(std::move(r)))));
    } else {
      db_->start(std::move(r), kept);
      expect_empty(to_page(kept.get()));
    }
  }
}

TEST_F(record_waiters, a_reader_that_is_asked_to_stop_stops) {
  const std::string arn = make_table();
  std::stop_source source;
  request parked = waiting(iterator(arn)), blocked = waiting(iterator(arn));
  parked.stop = blocked.stop = source.get_token();
  kept_answer kept;
  db_->start(std::move(parked), kept);
  std::thread blocking(
      [&] { EXPECT_EQ(testing_support::to_answer(db_->call(std::move(blocked))).code, errc::cancelled); });
  source.request_stop();
  EXPECT_EQ(kept.get().code, errc::cancelled);
  blocking.join();
}

TEST_F(record_waiters, closing_the_database_answers_those_who_wait) {
  const std::string arn = make_table();
  std::vector<std::unique_ptr<kept_answer>> readers;
  for (int i = 0; i < 10; ++i) {
    readers.push_back(std::make_unique<kept_answer>());
    db_->start(waiting(iterator(arn)), *readers.back());
  }
  db_.reset();
  for (const auto& reader : readers) EXPECT_EQ(reader->get().code, errc::unavailable);
}

TEST_F(record_waiters, a_reader_too_many_is_answered_at_once) {
  const std::string arn = make_table();
  const std::string at = iterator(arn);
  std::vector<std::unique_ptr<kept_answer>> readers;
  for (std::size_t i = 0; i < engine::record_waiters::waiting_max; ++i) {
    readers.push_back(std::make_unique<kept_answer>());
    db_->start(waiting(at), *readers.back());
  }
  kept_answer one_more;
  db_->start(waiting(at), one_more);
  EXPECT_TRUE(to_page(one_more.get()).records.empty());
  EXPECT_TRUE(to_page(testing_support::to_answer(db_->call(waiting(at)))).records.empty());
  put("a", "1");
  for (const auto& reader : readers) EXPECT_EQ(to_page(reader->get()).records.size(), 1u);
}

}  // namespace
