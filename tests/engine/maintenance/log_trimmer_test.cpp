// The trimmer alone, on a store in memory and a virtual clock: where a log begins for readers, and what is erased when.
#include <engine/maintenance/log_trimmer.hpp>

#include <dynamo/testing/virtual_clock.hpp>
#include <engine/change_log/change_record.hpp>
#include <engine/storage/key_space.hpp>
#include <engine/tables/stored_catalog.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::engine {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

/// A store in memory that keeps which ranges were erased. Their keys may show for a while.
class noting_store final : public store {
 public:
  bool was_erased(std::string_view key) const {
    return std::ranges::any_of(erased_, [&](const auto& range) { return range.first <= key && key < range.second; });
  }

  result<void> write(const std::vector<const write_batch*>& batches, synced how) override {
    for (const write_batch* batch : batches) {
      for (const write_batch::operation& one : batch->operations()) {
        if (one.what == write_batch::kind::erase_range)
          erased_.emplace_back(batch->text(one.key), batch->text(one.value));
      }
    }
    return inner_->write(batches, how);
  }
  result<bool> get(std::string_view key, value_visitor& visit) const override { return inner_->get(key, visit); }
  std::unique_ptr<range_cursor> range(std::string_view from, std::string_view to, direction way,
                                      stops where) const override {
    return inner_->range(from, to, way, where);
  }
  std::string_view prefix() const noexcept override { return inner_->prefix(); }
  std::unique_ptr<const store_reader> snapshot() const override { return inner_->snapshot(); }
  std::uint64_t size_in_bytes() const override { return inner_->size_in_bytes(); }
  std::uint64_t size_of_range(std::string_view from, std::string_view to) const override {
    return inner_->size_of_range(from, to);
  }
  void give_back(const std::vector<key_interval>& ranges, std::atomic<bool>& stop) override {
    inner_->give_back(ranges, stop);
  }
  void compact(const std::vector<key_interval>& ranges, std::atomic<bool>& stop) override {
    inner_->compact(ranges, stop);
  }

 private:
  std::unique_ptr<store> inner_ = *open_memory_store({});
  std::vector<std::pair<std::string, std::string>> erased_;
};

class log_trimming : public ::testing::Test {
 protected:
  log_trimming() { begin(); }
  ~log_trimming() override { end(); }

  /// As another process that opens the same store.
  void begin(std::uint32_t epoch = 6) {
    end();
    commits_.emplace(store_, locks_, epoch);
    ages_.emplace(time_);
    trimmer_.emplace(store_, tables_, *commits_, *ages_);
  }
  void end() {
    trimmer_.reset();
    commits_.reset();
    ages_.reset();
  }

  stream_descriptor stream(std::uint32_t id) {
    stream_descriptor made;
    made.id = id;
    made.table_name = "t" + std::to_string(id);
    made.label = "label";
    tables_.put(made);
    return made;
  }
  void commit(const std::shared_ptr<prepared_change>& change) {
    commits_->reserve();
    ASSERT_EQ(commits_->enqueue(change), committer::verdict::queued);
    ASSERT_TRUE(commits_->wait(*change));
  }
  /// Writes a record of now and returns its number.
  change_number record(const stream_descriptor& of) {
    auto change = std::make_shared<prepared_change>();
    change_record what;
    what.when = time_.now();
    what.logged = ages_->now();
    what.keys = "{}";
    append_change_record(*change, store_.prefix(), of, what, change->rows.lay_down("{}"));
    commit(change);
    return number_of(change->rows.text(change->rows.operations().front().key));
  }
  change_number first_readable(const stream_descriptor& of) {
    const auto first = trimmer_->first_readable(of);
    EXPECT_TRUE(first);
    return first.value_or(change_number());
  }
  /// One slice, and the end of what it has enqueued.
  std::optional<microseconds> slice() {
    const auto again = trimmer_->run_slice();
    commit(std::make_shared<prepared_change>());
    return again;
  }
  bool was_erased(const stream_descriptor& of, change_number number) const {
    return store_.was_erased(change_key(store_.prefix(), of.id, only_shard, number));
  }

  testing::virtual_clock time_;
  noting_store store_;
  catalog tables_;
  key_locks locks_;
  std::optional<committer> commits_;
  std::optional<age_clock> ages_;
  std::optional<log_trimmer> trimmer_;
};

TEST_F(log_trimming, a_log_without_records_begins_where_its_stream_does) {
  stream_descriptor one = stream(1);
  EXPECT_EQ(first_readable(one), one.first);
  one.first = {6, 1'000};
  EXPECT_EQ(first_readable(one), (change_number{6, 1'000}));
  time_.advance(1'000h);
  EXPECT_EQ(first_readable(one), (change_number{6, 1'000}));
}

TEST_F(log_trimming, a_record_is_there_while_it_is_24_hours_old_at_the_most) {
  const stream_descriptor one = stream(1);
  const change_number first = record(one);
  time_.advance(1h);
  const change_number second = record(one);
  time_.advance(23h);
  EXPECT_LE(first_readable(one), first) << "exactly 24 hours";
  time_.advance(1us);
  EXPECT_EQ(first_readable(one), first.following());
  EXPECT_LE(first_readable(one), second);
  time_.advance(1h - 1us);
  EXPECT_LE(first_readable(one), second);
  time_.advance(1us);
  EXPECT_EQ(first_readable(one), second.following());
}

TEST_F(log_trimming, a_log_begins_after_its_last_old_record_however_many_there_are) {
  for (int old = 0; old < 9; ++old) {
    const stream_descriptor of = stream(static_cast<std::uint32_t>(100 + old));
    change_number last_old = of.first.preceding();
    for (int i = 0; i < old; ++i) last_old = record(of);
    time_.advance(24h);
    record(of);
    time_.advance(1us);
    record(of);
    EXPECT_EQ(first_readable(of), std::max(last_old.following(), of.first)) << old;
  }
}

TEST_F(log_trimming, a_wall_clock_that_is_set_makes_no_record_old) {
  const stream_descriptor one = stream(1);
  const change_number only = record(one);
  time_.jump(1'000h);
  EXPECT_LE(first_readable(one), only);
  time_.jump(-2'000h);
  EXPECT_LE(first_readable(one), only);
  time_.advance(24h + 1us);
  EXPECT_EQ(first_readable(one), only.following());
}

TEST_F(log_trimming, a_closed_stream_is_gone_after_24_hours) {
  stream_descriptor one = stream(1);
  one.enabled = false;
  one.closed = time_.now();
  EXPECT_FALSE(trimmer_->is_gone(one));
  time_.advance(24h);
  EXPECT_FALSE(trimmer_->is_gone(one));
  time_.advance(1us);
  EXPECT_TRUE(trimmer_->is_gone(one));
  one.enabled = true;
  EXPECT_FALSE(trimmer_->is_gone(one));
}

TEST_F(log_trimming, without_a_stream_there_is_nothing_to_come_back_for) {
  EXPECT_EQ(slice(), std::nullopt);
  stream(1);
  EXPECT_EQ(slice(), microseconds(log_trimmer::looks_every));
}

TEST_F(log_trimming, so_many_streams_are_one_slice) {
  for (std::uint32_t id = 1; id <= log_trimmer::streams_at_once + 1; ++id) stream(id);
  EXPECT_EQ(slice(), microseconds(0));
  EXPECT_EQ(slice(), microseconds(log_trimmer::looks_every));
  EXPECT_EQ(slice(), microseconds(0)) << "and from the first one again";
}

TEST_F(log_trimming, a_slice_comes_to_every_stream) {
  std::vector<stream_descriptor> all;
  for (std::uint32_t id = 1; id <= 2 * log_trimmer::streams_at_once; ++id) all.push_back(stream(id));
  std::vector<change_number> numbers;
  for (const stream_descriptor& one : all) numbers.push_back(record(one));
  time_.advance(25h + 1us);
  slice();
  EXPECT_TRUE(was_erased(all.front(), numbers.front()));
  EXPECT_FALSE(was_erased(all.back(), numbers.back()));
  slice();
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_TRUE(was_erased(all[i], numbers[i])) << i;
}

TEST_F(log_trimming, records_are_erased_an_hour_late_and_together) {
  const stream_descriptor one = stream(1);
  const change_number first = record(one);
  time_.advance(30min);
  const change_number second = record(one);
  slice();  // has looked at the oldest
  time_.advance(24h + 30min);
  slice();
  EXPECT_EQ(first_readable(one), second.following()) << "for readers both are gone";
  EXPECT_FALSE(was_erased(one, first));
  time_.advance(1us);
  slice();
  EXPECT_TRUE(was_erased(one, first));
  EXPECT_TRUE(was_erased(one, second));
}

TEST_F(log_trimming, the_next_process_knows_where_the_log_was_erased_to) {
  const stream_descriptor one = stream(1);
  const change_number old = record(one);
  time_.advance(25h + 1us);
  const change_number young = record(one);
  slice();
  EXPECT_TRUE(was_erased(one, old));
  EXPECT_FALSE(was_erased(one, young));
  begin(7);
  ASSERT_TRUE(trimmer_->load());
  EXPECT_EQ(first_readable(one), old.following());
  EXPECT_LE(first_readable(one), young);
}

TEST_F(log_trimming, a_stream_that_is_gone_is_erased_with_its_records) {
  stream_descriptor closed = stream(1);
  const stream_descriptor other = stream(2);
  const change_number gone = record(closed), stays = record(other);
  closed.enabled = false;
  closed.closed = time_.now();
  tables_.put(closed);
  time_.advance(24h);
  slice();
  EXPECT_TRUE(tables_.find_stream(1));
  time_.advance(1us);
  slice();
  EXPECT_FALSE(tables_.find_stream(1));
  EXPECT_TRUE(was_erased(closed, gone));
  EXPECT_TRUE(tables_.find_stream(2));
  EXPECT_FALSE(was_erased(other, stays));
}

TEST_F(log_trimming, a_slice_does_nothing_while_the_commit_queue_is_full) {
  const stream_descriptor one = stream(1);
  const change_number only = record(one);
  time_.advance(25h + 1us);
  for (std::size_t i = 0; i < committer::in_flight_max; ++i) commits_->reserve();
  EXPECT_EQ(trimmer_->run_slice(), microseconds(log_trimmer::looks_every));
  for (std::size_t i = 0; i < committer::in_flight_max; ++i) commits_->release();
  commit(std::make_shared<prepared_change>());
  EXPECT_FALSE(was_erased(one, only));
  slice();
  EXPECT_TRUE(was_erased(one, only));
}

TEST_F(log_trimming, the_age_clock_is_noted_when_it_is_new_and_every_hour) {
  stream(1);
  const auto noted = [&] { return (*get_clock(store_)).value_or(stored_clock()).age; };
  EXPECT_EQ(noted(), instant());
  slice();
  const instant first = time_.now();
  EXPECT_EQ(noted(), first);
  time_.advance(1h - 1us);
  slice();
  EXPECT_EQ(noted(), first);
  time_.advance(1us);
  slice();
  EXPECT_EQ(noted(), first + 1h);
}

TEST_F(log_trimming, what_the_wall_clock_was_set_by_is_noted_at_the_end) {
  stream(1);
  slice();
  trimmer_->note_clock();
  commit(std::make_shared<prepared_change>());
  EXPECT_EQ((*get_clock(store_))->offset, 0us);
  time_.jump(5h);
  trimmer_->note_clock();
  commit(std::make_shared<prepared_change>());
  EXPECT_EQ((*get_clock(store_))->offset, 5h);
}

TEST_F(log_trimming, the_next_process_of_this_boot_goes_on_from_the_age_that_was_noted) {
  stream(1);
  time_.jump(5h);
  slice();
  const instant age = ages_->now();
  begin(7);
  ASSERT_TRUE(trimmer_->load());
  EXPECT_EQ(ages_->now(), age);
  EXPECT_EQ(ages_->offset(), 5h);
}

TEST_F(log_trimming, a_watermark_of_the_wrong_size_is_corruption) {
  auto change = std::make_shared<prepared_change>();
  const std::string key = std::string(store_.prefix()) + watermark_space + std::string(8, '\0');
  change->rows.put(std::string_view(key), std::string_view("short"));
  commit(change);
  const auto loaded = trimmer_->load();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code(), errc::corruption);
  EXPECT_EQ(loaded.error().message(), "The watermark of a change log has the wrong size");
}

TEST_F(log_trimming, the_first_and_the_last_record_from_a_number_on) {
  const stream_descriptor one = stream(1), two = stream(2);
  const auto first = [&](change_number from) { return *first_record(store_, 1, from); };
  EXPECT_FALSE(first({}));
  EXPECT_FALSE(*last_record(store_, 1, {}));
  const change_number a = record(one);
  const instant when = time_.now();
  time_.advance(1h);
  record(two);
  time_.jump(3h);
  const change_number b = record(one);
  EXPECT_EQ(first({})->number, a);
  EXPECT_EQ(first(a)->number, a);
  EXPECT_EQ(first({})->when, when);
  EXPECT_EQ(first(a.following())->number, b);
  EXPECT_EQ(first(b)->when, when + 1h);
  EXPECT_EQ(first(b)->offset, 3h) << "what the wall clock showed more";
  EXPECT_FALSE(first(b.following()));
  EXPECT_EQ((*last_record(store_, 1, {}))->number, b);
  EXPECT_FALSE(*last_record(store_, 1, b.following()));
}

}  // namespace
}  // namespace dynamo::engine
