// What becomes of a stopped database when bytes of its files change: all data, an error where a read meets the damage, or a refusal that
// changes nothing. What opens takes a write, and opens again.

#include "engine/store_fixture.hpp"

#include <engine/directory_lock.hpp>
#include <engine/disk_store.hpp>
#include <engine/file_system.hpp>
#include <engine/rocksdb_options.hpp>

#include <rocksdb/env.h>
#include <support/seeds.hpp>

#include <random>

namespace dynamo::engine {
namespace {

namespace fs = std::filesystem;

constexpr int row_count = 700;
std::string value_of(int i) {
  return std::string(200 + static_cast<std::size_t>(i % 7) * 300, static_cast<char>('a' + i % 26));
}

/// A database whose memory holds 64 KB, so that a few hundred rows make logs, tables and compactions.
class small_database {
 public:
  small_database(const std::string& path, testing::simulated_disk& disk) {
    database_options wanted;
    rocksdb::Options options = disk_options(wanted);
    env_ = rocksdb::NewCompositeEnv(disk.files()->for_rocksdb());
    options.env = env_.get();
    options.write_buffer_size = 65'536;
    options.max_write_buffer_number = 32;
    options.level0_file_num_compaction_trigger = 3;
    auto listener = std::make_shared<store_listener>();
    options.listeners = {listener};
    EXPECT_TRUE(rocksdb::DB::Open(options, path, &db_).ok());
    auto marks = std::make_shared<synced_marks>(path);
    EXPECT_TRUE(marks->begin(*env_->GetFileSystem(), {0, 0, 0, true, end_of_manifest(*db_)}).ok());
    listener->watch(marks);
    rows_ =
        std::make_unique<disk_store>(std::shared_ptr<rocksdb::DB>(db_), path, durability::power_loss, listener, marks);
  }
  void fill(int from, int to) {
    for (int i = from; i < to; ++i) ASSERT_TRUE(put(*rows_, key_of(i), value_of(i)));
  }
  /// From now on logs pile up.
  void keep_logs() { EXPECT_TRUE(db_->PauseBackgroundWork().ok()); }
  void settle() {
    rocksdb::FlushOptions wait;
    EXPECT_TRUE(db_->Flush(wait).ok());
  }
  void end() { EXPECT_TRUE(db_->ContinueBackgroundWork().ok()); }

 private:
  std::unique_ptr<rocksdb::Env> env_;
  rocksdb::DB* db_ = nullptr;
  std::unique_ptr<store> rows_;
};

class Damage : public ::testing::Test {
 protected:
  Damage() {
    testing::simulated_disk disk({.drop_unsynced = false});
    fs::create_directory(directory_ / "live");
    small_database live(directory_ / "live", disk);
    live.fill(0, 400);
    live.settle();
    live.keep_logs();
    live.fill(400, row_count);
    fs::copy(directory_ / "live", whole());
    live.end();
    for (int i = 0; i < row_count; ++i) all_[key_of(i)] = value_of(i);
    for (const auto& path : files_with(whole(), "")) names_.push_back(path.filename());
    options_.files = disk_.files();
  }
  std::string whole() const { return directory_ / "whole"; }
  std::string read(const std::string& name) const { return read_file(whole() + "/" + name); }
  std::string name_with(std::string_view text) const {
    for (const std::string& name : names_) {
      if (name.find(text) != name.npos) return name;
    }
    ADD_FAILURE() << "no file like " << text;
    return {};
  }

  /// A copy in which one file has other bytes, or none (removed).
  void judge(const std::string& name, const std::optional<std::string>& bytes, const std::string& what) {
    SCOPED_TRACE(name + ": " + what);
    const std::string copy = directory_ / "copy";
    fs::remove_all(copy);
    fs::copy(whole(), copy);
    if (bytes) {
      write_file(copy + "/" + name, *bytes);
    } else {
      fs::remove(copy + "/" + name);
    }
    judge_directory(copy);
  }
  void judge_directory(const std::string& copy) {
    const rows before = contents_of(copy);
    auto opened = open_store(copy, options_);
    if (!opened) {
      ++refused_;
      EXPECT_TRUE(opened.error().code() == errc::corruption || opened.error().code() == errc::invalid_argument)
          << opened.error().describe();
      EXPECT_EQ(contents_of(copy), before) << opened.error().message();
      return;
    }
    const auto found = read_all(**opened);
    if (!found) {
      ++failed_reads_;
      EXPECT_EQ(found.error().code(), errc::corruption);
    } else {
      ++unharmed_;
      EXPECT_TRUE(*found == all_) << found->size() << " of " << all_.size() << " rows, in silence";
    }
    EXPECT_TRUE(put(**opened, "later", "1"));
    opened->reset();
    auto again = open_store(copy, options_);
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(get(**again, "later"), "1");
    if (!found) return;
    rows expected = all_;
    expected["later"] = "1";
    const auto later = read_all(**again);
    EXPECT_TRUE(later && *later == expected);
  }

  scratch_directory directory_;
  testing::simulated_disk disk_{{.drop_unsynced = false}};
  database_options options_;
  logged said_;
  rows all_;
  std::vector<std::string> names_;
  int refused_ = 0, failed_reads_ = 0, unharmed_ = 0;
};

TEST_F(Damage, TheDirectoryHasEverythingThatCanBeDamaged) {
  int logs = 0, tables = 0;
  for (const std::string& name : names_) {
    logs += name.ends_with(".log") && !read(name).empty() ? 1 : 0;
    tables += name.ends_with(".sst") ? 1 : 0;
  }
  EXPECT_GE(logs, 2);
  EXPECT_GE(tables, 2);
  judge("CURRENT", read("CURRENT"), "as it is");
  EXPECT_EQ(unharmed_, 1);
}

/// Every length in turn; four tests, so that they run beside each other.
class EveryLength : public Damage, public ::testing::WithParamInterface<int> {
 protected:
  void cut(const std::string& name) {
    const std::string bytes = read(name);
    for (auto size = static_cast<std::size_t>(GetParam()); size < bytes.size(); size += 4) {
      judge(name, bytes.substr(0, size), "cut at " + std::to_string(size));
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Four, EveryLength, ::testing::Range(0, 4));

TEST_P(EveryLength, OfTheManifestLostSyncedRows) {
  cut(name_with("MANIFEST-"));
  EXPECT_GT(refused_, unharmed_);  // the last records may be of no consequence
}
TEST_P(EveryLength, OfSideFilesIsNeverSilent) {
  for (const char* name : {"CURRENT", "IDENTITY", "SYNCED"}) cut(name);
}

TEST_F(Damage, AManifestWhoseEndIsZeroLostSyncedRows) {
  const std::string name = name_with("MANIFEST-");
  const std::string bytes = read(name);
  for (std::size_t size = 3; size < bytes.size(); size += 17) {
    judge(name, bytes.substr(0, size) + std::string(bytes.size() - size, '\0'), "zero from " + std::to_string(size));
  }
  EXPECT_GT(refused_, unharmed_);
}

TEST_F(Damage, SideFilesThatAreLongerOrGone) {
  for (const std::string name : {"CURRENT", "IDENTITY", "SYNCED"}) {
    judge(name, read(name) + "more", "longer");
    judge(name, std::nullopt, "removed");
  }
}

/// Some bytes of some file changed, in one of several ways. Four tests, so that they run beside each other.
class RandomDamage : public Damage, public ::testing::WithParamInterface<int> {
 protected:
  void one(std::mt19937_64& random) {
    const std::string& name = names_[random() % names_.size()];
    std::string bytes = read(name);
    const std::size_t at = bytes.empty() ? 0 : random() % bytes.size();
    const std::size_t size = bytes.empty() ? 0 : 1 + random() % std::min<std::size_t>(bytes.size() - at, 5'000);
    switch (random() % 6) {
      case 0:
        if (bytes.empty()) return;
        bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1 << random() % 8));
        return judge(name, bytes, "bit flipped at " + std::to_string(at));
      case 1:
        return judge(name, bytes.replace(at, size, size, '\0'),
                     std::to_string(size) + " zeros at " + std::to_string(at));
      case 2: return judge(name, bytes.substr(0, at), "cut at " + std::to_string(at));
      case 3:
        return judge(name, bytes.erase(at, size), std::to_string(size) + " bytes taken out at " + std::to_string(at));
      case 4: return judge(name, read(names_[random() % names_.size()]), "another file's bytes");
      default: return judge(name, std::nullopt, "removed");
    }
  }
};

TEST_P(RandomDamage, IsNeverSilent) {
  testing_support::for_each_seed(1, [&](std::mt19937_64& random) {
    std::seed_seq mixed{static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(GetParam())};
    std::mt19937_64 own(mixed);
    for (int i = 0; i < 450 && !HasFailure(); ++i) one(own);
  });
  RecordProperty("refused", refused_);
  RecordProperty("failed_reads", failed_reads_);
  RecordProperty("unharmed", unharmed_);
  EXPECT_GT(refused_, 0);
  EXPECT_GT(unharmed_, 0);
}

INSTANTIATE_TEST_SUITE_P(Four, RandomDamage, ::testing::Range(0, 4));

}  // namespace
}  // namespace dynamo::engine
