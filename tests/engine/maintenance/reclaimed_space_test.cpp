// What gives back the room of erased rows loses none of the others, wherever the disk fails or the power goes. Nor does it let rows go whose
// erasure the power cut takes back.
#include "../../support/seeds.hpp"
#include "engine/store_fixture.hpp"

#include <atomic>
#include <optional>
#include <random>

namespace dynamo::engine {
namespace {

using dynamo::testing::disk_fault;
using dynamo::testing::simulated_disk;

/// Rows before, in and behind a range. One batch erases the range and the row that names it, as a drop does; nothing syncs it.
class reclaimed_space : public ::testing::Test {
 protected:
  static constexpr int rows_each = 40;

  void begin_anew() {
    opened_.reset();
    std::filesystem::remove_all(path());
    reopen();
    for (const std::string part : {"a", "b", "c"}) {
      for (int i = 0; i < rows_each; ++i) must_put(row(part, i), std::string(10'000, 'x'));
      reopen();  // the rows come into a table file of their own
    }
    give_back();  // the file of the range goes down to a level from where it can be removed
    must_put("name of b", "there");
    reopen();
    must_put("z", "in the log");
  }
  void reopen() {
    opened_.reset();
    disk_.emplace();
    database_options how;
    how.durability = durability::process_crash;
    how.files = disk_->files();
    auto opened = open_store(path(), how);
    ASSERT_TRUE(opened) << opened.error().describe();
    opened_ = *std::move(opened);
  }
  void drop() {
    write_batch batch;
    batch.erase("name of b");
    batch.erase_range("b", "c");
    ASSERT_TRUE(opened_->write({&batch}));
  }
  void give_back() { opened_->give_back({{"b", "c"}}, stop_); }

  void expect_nothing_lost(const std::string& when) {
    for (int i = 0; i < rows_each; ++i) {
      EXPECT_EQ(get(*opened_, row("a", i)).size(), 10'000u) << i << ' ' << when;
      EXPECT_EQ(get(*opened_, row("c", i)).size(), 10'000u) << i << ' ' << when;
      if (is_dropped()) continue;
      EXPECT_EQ(get(*opened_, row("b", i)).size(), 10'000u)
          << i << ": the drop is taken back, its row is gone " << when;
    }
  }
  bool is_dropped() const { return get(*opened_, "name of b") == "-"; }

  std::optional<simulated_disk> disk_;

 private:
  static std::string row(const std::string& part, int i) { return part + std::to_string(1000 + i); }
  void must_put(const std::string& key, const std::string& value) { ASSERT_TRUE(put(*opened_, key, value)); }
  std::string path() const { return directory_ / "db"; }

  scratch_directory directory_;
  std::unique_ptr<store> opened_;
  std::atomic<bool> stop_ = false;
};

TEST_F(reclaimed_space, is_not_given_back_before_its_erasure_is_on_the_disk) {
  begin_anew();
  drop();
  disk_->crash();
  reopen();
  EXPECT_FALSE(is_dropped()) << "nothing syncs a drop by itself, or this test shows nothing";
  testing_support::for_each_seed(5, [&](std::mt19937_64& random) {
    begin_anew();
    drop();
    give_back();
    disk_->crash_with_torn_tail(random());
    reopen();
    expect_nothing_lost("after a power cut");
    EXPECT_TRUE(is_dropped());
  });
}

// RocksDB waits a second after each failure, so there are no more of them here than there are operations.
TEST_F(reclaimed_space, loses_no_row_whichever_operation_of_the_disk_fails) {
  testing_support::for_each_seed(1, [&](std::mt19937_64& random) {
    int dropped = 0, taken_back = 0;
    for (std::uint64_t passing = 0; passing < 14; ++passing) {
      begin_anew();
      drop();
      disk_fault fault(disk_fault::operation::any_write,
                       passing % 2 == 0 ? disk_fault::kind::io_error : disk_fault::kind::no_space);
      fault.passing = passing;
      disk_->fail(fault);
      give_back();
      const std::string when = "with " + std::to_string(passing) + " operations before the failure";
      expect_nothing_lost(when);
      EXPECT_TRUE(is_dropped());
      if (random() % 2 == 0) {
        disk_->crash();
      } else {
        disk_->crash_with_torn_tail(random());
      }
      reopen();
      expect_nothing_lost("after a power cut " + when);
      ++(is_dropped() ? dropped : taken_back);
    }
    EXPECT_GT(dropped, 0);
    EXPECT_GT(taken_back, 0);
  });
}

}  // namespace
}  // namespace dynamo::engine
