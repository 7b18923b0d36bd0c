#include <dynamo/database.hpp>
#include <dynamo/streams.hpp>
#include <dynamo/table.hpp>

#include <gtest/gtest.h>
#include <support/wired.hpp>

#include <map>
#include <random>
#include <thread>

/// Readers that follow a table while it is written to.
namespace {

using namespace dynamo::streams;

struct counter {
  std::string name;
  std::int64_t value = 0;
  friend bool operator==(const counter&, const counter&) = default;
};
struct counters : dynamo::schema<"counters", counter, dynamo::partition_key<&counter::name>> {};
inline constexpr auto name = dynamo::attr<&counter::name>;
inline constexpr auto value = dynamo::attr<&counter::value>;

using copy = std::map<std::string, counter>;

constexpr const char* the_end = "the end";

/// Applies changes until the last one of a test.
class copying {
 public:
  template <class Change>
  bool take(const Change& change) {
    if (change.kind == dynamo::change_kind::remove) {
      items.erase(change.key(name).value());
    } else {
      EXPECT_TRUE(change.new_image);
      items[change.new_image->name] = *change.new_image;
    }
    EXPECT_LT(last, change.sequence_number);
    last = change.sequence_number;
    ++taken;
    return items.contains(the_end);
  }
  copy items;
  dynamo::sequence_number last;
  std::size_t taken = 0;
};

void write(const dynamo::table<counters>& table, std::uint64_t seed, int writes) {
  std::mt19937_64 random(seed);
  for (int i = 0; i < writes; ++i) {
    const std::string key = "counter " + std::to_string(random() % 20);
    if (random() % 5 == 0) {
      EXPECT_TRUE(table.remove(key).run());
    } else {
      EXPECT_TRUE(table.update(key, add(value, 1 + static_cast<std::int64_t>(random() % 3))).run());
    }
  }
}
copy contents(const dynamo::table<counters>& table) {
  copy all;
  for (auto item : table.scan().items()) {
    EXPECT_TRUE(item);
    if (item) all[item->name] = *item;
  }
  return all;
}

class following : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db_) << db_.error().describe();
    table_.emplace(*db_);
    ASSERT_TRUE(table_->create_if_absent(dynamo::stream_view::new_and_old_images).run());
  }
  void finish() {
    counter last;
    last.name = the_end;
    ASSERT_TRUE(table_->put(last).run());
  }
  dynamo::result<dynamo::testing_support::wired_database> db_ =
      dynamo::testing_support::wired(dynamo::database::in_memory());
  std::optional<dynamo::table<counters>> table_;
};

TEST_F(following, a_writer_and_readers_that_follow_it_end_equal) {
  copying by_batch, by_change, resuming;
  std::thread batches([&] {
    for (auto batch : read<counter>(*db_, "counters", from_oldest).batches()) {
      ASSERT_TRUE(batch) << batch.error().describe();
      bool done = false;
      for (const auto& change : *batch) done = by_batch.take(change);
      if (done) break;
    }
  });
  std::thread changes([&] {
    for (auto change : read<counter>(*db_, "counters", from_oldest, batch_size(7)).changes()) {
      ASSERT_TRUE(change) << change.error().describe();
      if (by_change.take(*change)) break;
    }
  });
  std::thread resumed([&] {  // a new reader for every batch
    starting_point from = from_oldest;
    for (bool done = false; !done;) {
      auto batch = read<counter>(*db_, "counters", from, batch_size(50)).next().run();
      ASSERT_TRUE(batch && *batch) << batch.error().describe();
      for (const auto& change : **batch) done = resuming.take(change);
      from = after((*batch)->position);
    }
  });
  std::thread writers[2];
  for (std::uint64_t seed = 0; seed < 2; ++seed)
    writers[seed] = std::thread([&, seed] { write(*table_, seed, 1'500); });
  for (std::thread& one : writers) one.join();
  finish();
  batches.join();
  changes.join();
  resumed.join();
  const copy table = contents(*table_);
  EXPECT_EQ(by_batch.items, table);
  EXPECT_EQ(by_change.items, table);
  EXPECT_EQ(resuming.items, table);
  EXPECT_EQ(by_batch.taken, by_change.taken);
  EXPECT_EQ(by_batch.taken, resuming.taken);
}

TEST_F(following, a_reader_of_a_quiet_stream_stops_when_asked_to) {
  std::stop_source stop;
  std::thread reader([&] {
    std::size_t batches = 0;
    for (auto batch : read<counter>(*db_, "counters", from_newest, stop_on(stop.get_token())).batches()) {
      EXPECT_TRUE(batch) << batch.error().describe();
      ++batches;
    }
    EXPECT_EQ(batches, 0u);
  });
  stop.request_stop();
  reader.join();
}

}  // namespace
