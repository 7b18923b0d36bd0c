#include <engine/storage/known_gaps.hpp>

#include "engine/store_fixture.hpp"
#include "support/seeds.hpp"

#include <gtest/gtest.h>
#include <rocksdb/perf_context.h>
#include <rocksdb/perf_level.h>

#include <random>
#include <utility>

namespace dynamo::engine {
namespace {

using watcher = known_gaps::watcher;
constexpr auto forward = direction::forward;
constexpr auto backward = direction::backward;

/// A write of rows, under way until it is gone.
class write_of {
 public:
  write_of(known_gaps& gaps, std::string_view row) : batches_{&batch_} {
    batch_.put(row, "");
    written_.emplace(gaps, batches_);
  }

 private:
  write_batch batch_;
  const std::vector<const write_batch*> batches_;
  std::optional<known_gaps::writing> written_;
};

void find_gap(known_gaps& gaps, std::string_view begin, std::string_view end) {
  watcher::start(gaps, begin, "z", forward)->found_none_up_to(end, gaps.latest_in_sight());
}

std::string leap(known_gaps& gaps, std::string_view key, direction way) {
  const auto found = gaps.find(key, way);
  return found ? found->to : "-";
}

TEST(known_gaps, are_leapt_over_from_any_key_in_them_both_ways) {
  known_gaps gaps;
  EXPECT_TRUE(gaps.empty());
  find_gap(gaps, "b", "e");
  EXPECT_FALSE(gaps.empty());
  EXPECT_EQ(leap(gaps, "a", forward), "-");
  EXPECT_EQ(leap(gaps, "b", forward), "e");
  EXPECT_EQ(leap(gaps, "d", forward), "e");
  EXPECT_EQ(leap(gaps, "e", forward), "-");
  EXPECT_EQ(leap(gaps, "b", backward), "-") << "the last key before b is in no gap";
  EXPECT_EQ(leap(gaps, "c", backward), "b");
  EXPECT_EQ(leap(gaps, "e", backward), "b");
  EXPECT_EQ(leap(gaps, "f", backward), "-");
}

TEST(known_gaps, lose_the_key_of_a_row_before_it_is_written) {
  known_gaps gaps;
  find_gap(gaps, "b", "h");
  const write_of under_way(gaps, "d");
  EXPECT_EQ(leap(gaps, "b", forward), "d");
  EXPECT_EQ(leap(gaps, "d", forward), "-");
  EXPECT_EQ(leap(gaps, std::string("d\0", 2), forward), "h");
  EXPECT_EQ(leap(gaps, "h", backward), std::string("d\0", 2));
  EXPECT_EQ(leap(gaps, "d", backward), "b");
}

TEST(known_gaps, that_touch_are_one_of_the_later_moment) {
  known_gaps gaps;
  find_gap(gaps, "b", "d");
  {
    const write_of done(gaps, "x");
  }
  find_gap(gaps, "d", "f");
  EXPECT_EQ(leap(gaps, "b", forward), "f");
  EXPECT_EQ(gaps.find("b", forward)->moment, 1u);
}

TEST(known_gaps, hold_no_row_that_was_written_while_their_reader_walked) {
  for (const std::string_view when : {"before", "during", "after"}) {
    known_gaps gaps;
    std::optional<write_of> row;
    if (when == "before") row.emplace(gaps, "d");
    auto ahead = watcher::start(gaps, "b", "h", forward);
    auto back = watcher::start(gaps, "k", "q", backward);
    row.reset();
    if (when == "during") row.emplace(gaps, "d"), row.reset();
    {
      const write_of done(gaps, "n");
    }
    ahead->found_none_up_to("g", gaps.latest_in_sight());
    back->found_none_up_to("k", gaps.latest_in_sight());
    if (when == "after") row.emplace(gaps, "d"), row.reset();
    EXPECT_EQ(leap(gaps, "b", forward), "d") << when;
    EXPECT_EQ(leap(gaps, "d", forward), "-") << when;
    EXPECT_EQ(leap(gaps, "n", forward), "-") << when;
    EXPECT_EQ(leap(gaps, "q", backward), std::string("n\0", 2)) << when;
  }
}

// A row that moved was seen nowhere: a walk saw the write that was not done yet, and took its gap for one of readers that had not.
TEST(known_gaps, are_later_than_a_write_that_their_walk_may_have_seen) {
  known_gaps gaps;
  const std::uint64_t of_an_earlier_reader = gaps.moment();
  {
    const write_of moved(gaps, "x");
    find_gap(gaps, "b", "h");
  }
  ASSERT_TRUE(gaps.find("c", forward));
  EXPECT_GT(gaps.find("c", forward)->moment, of_an_earlier_reader);
  EXPECT_LE(gaps.find("c", forward)->moment, gaps.moment()) << "who begins now may leap";
}

TEST(known_gaps, that_were_not_used_for_longest_are_forgotten) {
  known_gaps gaps;
  const auto name = [](std::size_t i) { return std::to_string(1000 + i); };
  for (std::size_t i = 0; i < known_gaps::gaps_max; ++i) find_gap(gaps, name(2 * i), name(2 * i + 1));
  EXPECT_EQ(leap(gaps, name(0), forward), name(1));
  find_gap(gaps, name(2 * known_gaps::gaps_max), name(2 * known_gaps::gaps_max + 1));
  EXPECT_EQ(leap(gaps, name(0), forward), name(1));
  EXPECT_EQ(leap(gaps, name(2), forward), "-");
  EXPECT_EQ(leap(gaps, name(4), forward), name(5));
}

TEST(known_gaps, have_a_bounded_number_of_watchers) {
  known_gaps gaps;
  std::vector<watcher> all;
  for (std::size_t i = 0; i < known_gaps::watchers_max; ++i) all.push_back(*watcher::start(gaps, "a", "b", forward));
  EXPECT_FALSE(watcher::start(gaps, "a", "b", forward));
  all.pop_back();
  EXPECT_TRUE(watcher::start(gaps, "a", "b", forward));
}

/// What readers step over, counted by RocksDB, on disk and in memory.
class known_gaps_of_a_store : public ::testing::TestWithParam<bool> {
 protected:
  known_gaps_of_a_store() : opened_(GetParam() ? must_open(directory_ / "db") : open_memory_store({}).value()) {
    rocksdb::SetPerfLevel(rocksdb::PerfLevel::kEnableCount);
  }
  ~known_gaps_of_a_store() override { rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable); }

  store& opened() { return *opened_; }
  std::string key(int i) const { return std::string(opened_->prefix()) + std::to_string(100000 + i); }

  void write(int from, int to, write_batch::kind what) {
    write_batch batch;
    for (int i = from; i < to; ++i) {
      if (what == write_batch::kind::put) {
        batch.put(key(i), std::to_string(i));
      } else {
        batch.erase(key(i));
      }
    }
    ASSERT_TRUE(opened().write({&batch}));
  }
  void put(int from, int to) { write(from, to, write_batch::kind::put); }
  void erase(int from, int to) { write(from, to, write_batch::kind::erase); }

  /// At most so many rows of a range; `skipped` is how many erased keys were stepped over.
  std::vector<int> read(const store_reader& in, int from, int to, direction way, std::size_t rows_max,
                        stops where = stops::at_rows) {
    rocksdb::get_perf_context()->Reset();
    std::vector<int> found;
    const auto at = in.range(key(from), key(to), way, where);
    for (; (at->valid() || at->between_rows()) && found.size() < rows_max; at->next()) {
      EXPECT_TRUE(at->status());
      if (at->valid()) found.push_back(std::stoi(std::string(at->value())));
    }
    EXPECT_TRUE(at->status());
    skipped_ = rocksdb::get_perf_context()->internal_delete_skipped_count;
    return found;
  }
  std::uint64_t skipped_ = 0;

 private:
  scratch_directory directory_;
  std::unique_ptr<store> opened_;
};

INSTANTIATE_TEST_SUITE_P(Kinds, known_gaps_of_a_store, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "OnDisk" : "InMemory"; });

TEST_P(known_gaps_of_a_store, are_stepped_through_once) {
  put(0, 3001);
  erase(0, 3000);
  EXPECT_EQ(read(opened(), 0, 3001, forward, 1), (std::vector{3000}));
  EXPECT_GE(skipped_, 3000u);
  EXPECT_EQ(read(opened(), 0, 3001, forward, 1), (std::vector{3000}));
  EXPECT_LE(skipped_, 1u);
}

TEST_P(known_gaps_of_a_store, are_found_backwards_and_after_other_rows_too) {
  put(0, 3002);
  erase(1, 3001);
  EXPECT_EQ(read(opened(), 0, 3001, backward, 1), (std::vector{0}));
  EXPECT_GE(skipped_, 3000u);
  EXPECT_EQ(read(opened(), 0, 3001, backward, 1), (std::vector{0}));
  EXPECT_LE(skipped_, 1u);
  EXPECT_EQ(read(opened(), 0, 3002, forward, 10), (std::vector{0, 3001}));
  EXPECT_LE(skipped_, 300u) << "it comes into the gap from a row before it, and leaps when it has skipped some keys";
  EXPECT_EQ(read(opened(), 0, 3002, backward, 10), (std::vector{3001, 0}));
  EXPECT_LE(skipped_, 300u);
}

TEST_P(known_gaps_of_a_store, are_stepped_through_in_bounded_steps) {
  put(0, 20001);
  erase(0, 20000);
  for (const direction way : {forward, backward}) {
    rocksdb::get_perf_context()->Reset();
    const auto at = way == forward ? opened().range(key(0), key(20001), way, stops::between_rows_too)
                                   : opened().range(key(-1), key(20000), way, stops::between_rows_too);
    std::size_t steps = 0;
    for (; at->between_rows(); at->next()) {
      ++steps;
      EXPECT_LE(rocksdb::get_perf_context()->internal_delete_skipped_count, 3000u);
      rocksdb::get_perf_context()->Reset();
      EXPECT_FALSE(at->valid());
      EXPECT_TRUE(at->status());
    }
    EXPECT_EQ(steps > 5, way == forward) << steps << ": the way back meets a gap that is known";
    EXPECT_EQ(at->valid(), way == forward);
    EXPECT_TRUE(at->status());
  }
  EXPECT_EQ(read(opened(), 0, 20001, forward, 1), (std::vector{20000}));
  EXPECT_LE(skipped_, 1u);
}

TEST_P(known_gaps_of_a_store, do_not_have_what_was_written_while_a_cursor_stood_between_rows) {
  put(0, 20001);
  erase(0, 20000);
  const auto at = opened().range(key(0), key(20001), forward, stops::between_rows_too);
  ASSERT_TRUE(at->between_rows());
  put(100, 101);
  put(19000, 19001);
  while (at->between_rows()) at->next();
  EXPECT_EQ(at->value(), "20000") << "a cursor sees the moment when it was made";
  EXPECT_EQ(read(opened(), 0, 20001, forward, 3), (std::vector{100, 19000, 20000}));
}

TEST_P(known_gaps_of_a_store, keep_a_work_queue_flat) {
  constexpr int items = 5000, taken = 25;
  put(0, items);
  std::uint64_t most = 0;
  for (int first = 0; first < items; first += taken) {
    std::vector<int> expected;
    for (int i = first; i < first + taken; ++i) expected.push_back(i);
    ASSERT_EQ(read(opened(), 0, items, forward, taken), expected);
    most = std::max(most, skipped_);
    erase(first, first + taken);
  }
  EXPECT_LE(most, 300u);
}

TEST_P(known_gaps_of_a_store, are_not_those_of_an_earlier_moment) {
  put(0, 3001);
  const auto before = opened().snapshot();
  erase(0, 3000);
  EXPECT_EQ(read(opened(), 0, 3001, forward, 1), (std::vector{3000}));
  EXPECT_EQ(read(*before, 0, 3001, forward, 1), (std::vector{0}));
  const auto after = opened().snapshot();
  put(1000, 1001);
  EXPECT_EQ(read(*after, 0, 3001, forward, 1), (std::vector{3000}));
  EXPECT_EQ(read(opened(), 0, 3001, forward, 1), (std::vector{1000}));
  EXPECT_EQ(read(opened(), 0, 3000, backward, 1), (std::vector{1000}));
}

TEST_P(known_gaps_of_a_store, never_hide_a_row) {
  testing_support::for_each_seed(3, [&](std::mt19937_64& random) {
    constexpr int keys = 6000;
    std::map<int, int> model;
    erase(0, keys);
    const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
    const auto expect_rows = [&](const store_reader& in, const std::map<int, int>& expected, const char* what) {
      const int from = draw(2) == 0 ? 0 : draw(keys), to = draw(2) == 0 ? keys : draw(keys);
      const direction way = draw(2) == 0 ? forward : backward;
      const stops where = draw(2) == 0 ? stops::at_rows : stops::between_rows_too;
      std::vector<int> rows;
      if (from < to) {
        const std::vector<std::pair<int, int>> all(expected.lower_bound(from), expected.lower_bound(to));
        for (const auto& [row, value] : all) rows.push_back(row);
      }
      if (way == backward) std::ranges::reverse(rows);
      const auto limit = static_cast<std::size_t>(1 + draw(5));
      if (rows.size() > limit) rows.resize(limit);
      ASSERT_EQ(read(in, from, to, way, limit, where), rows) << what << ": " << from << " to " << to;
    };
    std::unique_ptr<const store_reader> moment;
    std::map<int, int> model_then;
    for (int step = 0; step < 200 && !::testing::Test::HasFatalFailure(); ++step) {
      const int from = draw(keys);
      switch (draw(8)) {
        case 0: {
          const int to = std::min(keys, from + draw(2400));
          put(from, to);
          for (int i = from; i < to; ++i) model[i] = i;
          break;
        }
        case 1: {
          const int to = std::min(keys, from + draw(4500));
          erase(from, to);
          model.erase(model.lower_bound(from), model.lower_bound(to));
          break;
        }
        case 2:
          put(from, from + 1);
          model[from] = from;
          break;
        case 3:
          erase(from, from + 1);
          model.erase(from);
          break;
        case 4:
          moment = opened().snapshot();
          model_then = model;
          break;
        default:
          expect_rows(opened(), model, "now");
          if (moment) expect_rows(*moment, model_then, "in a snapshot");
      }
    }
  });
}

}  // namespace
}  // namespace dynamo::engine
