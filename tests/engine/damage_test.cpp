// What becomes of a stopped database when bytes of its files change: all data, an error where a read meets the damage, or a refusal that
// changes nothing. What opens takes a write, and opens again.

#include "engine/store_fixture.hpp"

#include <engine/storage/directory_lock.hpp>
#include <engine/storage/disk_store.hpp>
#include <engine/storage/file_system.hpp>
#include <engine/storage/rocksdb_options.hpp>

#include <rocksdb/env.h>
#include <support/seeds.hpp>

#include <random>

namespace dynamo::engine {
namespace {

namespace fs = std::filesystem;

constexpr int row_count = 700;
/// Noise, so that no two blocks of a table are alike: RocksDB's checksums do not say where a block belongs, so it could not be told if
/// one took the exact place of another.
std::string value_of(int i) {
  std::mt19937_64 random(static_cast<std::uint64_t>(i));
  std::string value(i % 20 == 0 ? 3'000 : 30 + random() % 170, '\0');
  for (char& each : value) each = static_cast<char>(random());
  return value;
}

/// A database whose tables and logs begin and end at our word only, so that each run makes the same files.
class small_database {
 public:
  small_database(const std::string& path, testing::simulated_disk& disk) {
    database_options wanted;
    rocksdb::Options options = disk_options(wanted);
    env_ = rocksdb::NewCompositeEnv(disk.files()->for_rocksdb());
    options.env = env_.get();
    options.disable_auto_compactions = true;
    options.max_write_buffer_number = 32;
    options.target_file_size_base = 4096;
    auto listener = std::make_shared<store_listener>();
    options.listeners = {listener};
    EXPECT_TRUE(rocksdb::DB::Open(options, path, &db_).ok());
    auto marks = std::make_shared<synced_marks>(path);
    EXPECT_TRUE(marks->begin(*env_->GetFileSystem(), {0, 0, 0, true, end_of_manifest(*db_)}).ok());
    listener->watch(marks);
    rows_ =
        std::make_unique<disk_store>(std::shared_ptr<rocksdb::DB>(db_), path, durability::power_loss, listener, marks);
  }
  void write(const std::string& key, const std::string& value) {
    ASSERT_TRUE(put(*rows_, key, value));
    written_[key] = value;
  }
  void erase(const std::string& key) {
    write_batch batch;
    batch.erase(key);
    ASSERT_TRUE(rows_->write({&batch}));
    written_.erase(key);
  }
  /// New rows, other values of old rows, and old rows erased: what an older table or log knows of them must not come back.
  void fill(int from, int to) {
    for (int i = from; i < to; ++i) {
      write(key_of(i), value_of(i));
      if (i % 5 == 0) write(key_of(i / 2), value_of(i + row_count));
      if (i % 11 == 0) erase(key_of(i / 3));
    }
  }
  const rows& written() const { return written_; }
  void to_tables() { EXPECT_TRUE(db_->Flush({}).ok()); }
  void compact() { EXPECT_TRUE(db_->CompactRange({}, nullptr, nullptr).ok()); }
  /// As if the process died between adding a table and removing its log.
  void keep_what_is_no_longer_needed() { EXPECT_TRUE(db_->DisableFileDeletions().ok()); }
  /// From now on logs pile up.
  void keep_logs() { EXPECT_TRUE(db_->PauseBackgroundWork().ok()); }
  void begin_another_log() {
    rocksdb::FlushOptions later;
    later.wait = false;
    later.allow_write_stall = true;
    EXPECT_TRUE(db_->Flush(later).ok());
  }
  void end() { EXPECT_TRUE(db_->ContinueBackgroundWork().ok()); }

 private:
  std::unique_ptr<rocksdb::Env> env_;
  rocksdb::DB* db_ = nullptr;
  std::unique_ptr<store> rows_;
  rows written_;
};

/// Reads everything in every way. Whether all of it can be read; what can be must be true.
bool reads_truly(const store& from, const rows& expected) {
  bool whole = true;
  const auto walk = [&](direction way, auto next, auto end) {
    auto cursor = from.range("key ", "key!", way);
    for (; cursor->valid() && next != end; cursor->next(), ++next) {
      ASSERT_EQ(cursor->key(), next->first);
      ASSERT_TRUE(cursor->value() == next->second) << "another value of " << next->first;
    }
    ASSERT_FALSE(cursor->valid()) << "a row too many: " << cursor->key();
    if (const auto ended = cursor->status(); !ended) {
      EXPECT_EQ(ended.error().code(), errc::corruption) << ended.error().message();
      whole = false;
    } else {
      EXPECT_TRUE(next == end) << "no row from " << next->first << " on, in silence";
    }
  };
  walk(direction::forward, expected.begin(), expected.end());
  walk(direction::backward, expected.rbegin(), expected.rend());
  for (int i = -1; i <= row_count && !::testing::Test::HasFailure(); ++i) {
    const auto known = expected.find(key_of(i));
    const std::string found = get(from, key_of(i));
    if (found.starts_with('!')) {
      whole = false;
    } else {
      EXPECT_TRUE(found == (known == expected.end() ? "-" : known->second)) << key_of(i) << " is " << found;
    }
  }
  return whole;
}

class Damage : public ::testing::Test {
 protected:
  Damage() {
    testing::simulated_disk disk({.drop_unsynced = false});
    fs::create_directory(directory_ / "live");
    small_database live(directory_ / "live", disk);
    live.fill(0, 150);
    live.to_tables();
    live.fill(150, 300);
    live.to_tables();
    live.compact();
    live.fill(300, 350);
    live.to_tables();
    live.keep_what_is_no_longer_needed();
    live.fill(350, 400);
    live.to_tables();
    live.keep_logs();
    for (int i = 400; i < row_count; i += 100) {
      live.begin_another_log();
      live.fill(i, i + 100);
    }
    fs::copy(directory_ / "live", whole());
    live.end();
    all_ = live.written();
    options_.files = disk_.files();
    find_names();
  }
  /// Instead of what a process left that was killed.
  void close_it_first() {
    must_open(whole(), options_).reset();
    find_names();
  }
  void find_names() {
    names_.clear();
    for (const auto& path : files_with(whole(), "")) names_.push_back(path.filename());
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
  void damage(const std::string& name, const std::optional<std::string>& bytes, const std::string& what) {
    check_all({{name, bytes}}, name + ": " + what);
  }
  void check_all(const std::map<std::string, std::optional<std::string>>& changed, const std::string& what) {
    SCOPED_TRACE(what);
    const std::string copy = directory_ / "copy";
    fs::remove_all(copy);
    fs::copy(whole(), copy);
    for (const auto& [name, bytes] : changed) {
      if (bytes) {
        write_file(copy + "/" + name, *bytes);
      } else {
        fs::remove(copy + "/" + name);
      }
    }
    check_directory(copy);
  }
  /// Not with SYNCED: without it, and with a last log that is nobody's, it cannot be told what is missing.
  void exchange(const std::string& one, const std::string& other) {
    if (one == sync_mark::file_name || other == sync_mark::file_name) return;
    check_all({{one, read(other)}, {other, read(one)}}, one + " and " + other + " changed places");
  }
  void check_directory(const std::string& copy) {
    const rows before = contents_of(copy);
    auto opened = open_store(copy, options_);
    if (!opened) {
      ++refused_;
      EXPECT_TRUE(opened.error().code() == errc::corruption || opened.error().code() == errc::invalid_argument)
          << opened.error().describe();
      EXPECT_EQ(contents_of(copy), before) << opened.error().message();
      return;
    }
    const bool all_is_there = reads_truly(**opened, all_);
    ++(all_is_there ? unharmed_ : failed_reads_);
    const auto written = put(**opened, "later", "1");
    if (!written) {  // a compaction met the damage first
      EXPECT_EQ(written.error().code(), errc::read_only);
      EXPECT_NE(written.error().message().find("Corruption"), std::string::npos) << written.error().message();
    }
    opened->reset();
    const auto again = open_store(copy, options_);
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_TRUE(!written || get(**again, "later") == "1");
    EXPECT_TRUE(reads_truly(**again, all_) || !all_is_there);
  }

  scratch_directory directory_;
  testing::simulated_disk disk_{{.drop_unsynced = false}};
  database_options options_;
  logged said_;
  rows all_;
  std::vector<std::string> names_;
  int checked() const { return refused_ + failed_reads_ + unharmed_; }
  int refused_ = 0, failed_reads_ = 0, unharmed_ = 0;
};

TEST_F(Damage, TheDirectoryHasEverythingThatCanBeDamaged) {
  int logs = 0, tables = 0;
  for (const std::string& name : names_) {
    logs += name.ends_with(".log") && !read(name).empty() ? 1 : 0;
    tables += name.ends_with(".sst") ? 1 : 0;
  }
  EXPECT_EQ(logs, 4);  // one of them is in the tables
  EXPECT_GE(tables, 4);
  damage("CURRENT", read("CURRENT"), "as it is");
  EXPECT_EQ(unharmed_, 1);
}

/// Every length in turn; four tests, so that they run beside each other. Every fifth where seeds are few, as under sanitizers.
class EveryLength : public Damage, public ::testing::WithParamInterface<int> {
 protected:
  void cut(const std::string& name) {
    const std::string bytes = read(name);
    const std::size_t apart = testing_support::seeds_are_few() ? 5 : 1;
    for (auto size = static_cast<std::size_t>(GetParam()); size < bytes.size(); size += 4 * apart) {
      damage(name, bytes.substr(0, size), "cut at " + std::to_string(size));
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
    damage(name, bytes.substr(0, size) + std::string(bytes.size() - size, '\0'), "zero from " + std::to_string(size));
  }
  EXPECT_GT(refused_, unharmed_);
}

TEST_F(Damage, SideFilesThatAreLongerOrGone) {
  for (const std::string name : {"CURRENT", "IDENTITY", "SYNCED"}) {
    damage(name, read(name) + "more", "longer");
    damage(name, std::nullopt, "removed");
  }
}

TEST_F(Damage, TwoFilesThatChangedPlaces) {
  for (const std::string& one : names_) {
    for (const std::string& other : names_) {
      if (one < other) exchange(one, other);
    }
  }
  EXPECT_GT(refused_, 0);
}

TEST_F(Damage, ATableFileThatSaysItHasNoChecksumsEndedTheProcess) {
  const std::string name = name_with(".sst");
  const auto footer = [&](std::size_t offset, std::size_t size) {
    std::string bytes = read(name);
    const std::size_t at = bytes.size() - 53;
    bytes[at] = 0;  // no checksums; and after it where two blocks are
    for (const std::size_t handle : {at + 1, at + 5}) {
      const std::size_t numbers[] = {offset, size};
      for (const std::size_t i : {0u, 1u}) {
        bytes[handle + 2 * i] = static_cast<char>(numbers[i] % 128 + 128);
        bytes[handle + 2 * i + 1] = static_cast<char>(numbers[i] / 128);
      }
    }
    return bytes;
  };
  for (std::size_t size = 1; size < 300; ++size) damage(name, footer(3 * size, size), std::to_string(size));
  EXPECT_GT(refused_, 0);
}

TEST_F(Damage, ATableFileWhoseEndNamesABlockOfAnySizeEndedTheProcess) {
  const std::string name = name_with(".sst");
  const std::string whole = read(name);
  const std::size_t handles = whole.size() - 52;
  for (std::size_t at = handles; at < whole.size() - 12; ++at) {
    std::string bytes = whole;
    std::mt19937_64 noise(at);
    for (std::size_t i = at; i < whole.size() - 12; ++i) bytes[i] = static_cast<char>(noise());
    damage(name, bytes, "noise from " + std::to_string(at - handles) + " on");
  }
  EXPECT_EQ(refused_, checked());
}

TEST_F(Damage, ATableFileWithoutItsPropertiesEndedTheProcess) {
  const std::string name = name_with(".sst");
  const std::string whole = read(name);
  const std::size_t properties = whole.find("rocksdb.block.based.table.index.type");
  ASSERT_NE(properties, whole.npos);
  for (std::size_t at = properties; at < whole.size() - 53; at += 7) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    damage(name, bytes, "bit flipped at " + std::to_string(at));
  }
  EXPECT_EQ(refused_, checked());
}

/// Some bytes of some file changed, in one of several ways. Four tests, so that they run beside each other.
class RandomDamage : public Damage, public ::testing::WithParamInterface<int> {
 protected:
  void one(std::mt19937_64& random) {
    const std::string& name = names_[random() % names_.size()];
    std::string bytes = read(name);
    const std::size_t at = bytes.empty() ? 0 : random() % bytes.size();
    const std::size_t size = bytes.empty() ? 0 : 1 + random() % std::min<std::size_t>(bytes.size() - at, 5'000);
    const std::string& other = names_[random() % names_.size()];
    switch (random() % 8) {
      case 0:
        if (bytes.empty()) return;
        bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1 << random() % 8));
        return damage(name, bytes, "bit flipped at " + std::to_string(at));
      case 1:
        return damage(name, bytes.replace(at, size, size, '\0'),
                      std::to_string(size) + " zeros at " + std::to_string(at));
      case 2: return damage(name, bytes.substr(0, at), "cut at " + std::to_string(at));
      case 3:
        return damage(name, bytes.erase(at, size), std::to_string(size) + " bytes taken out at " + std::to_string(at));
      case 4: return damage(name, read(other), "the bytes of " + other);
      case 5: return exchange(name, other);
      case 6: {
        const std::size_t to = bytes.empty() ? 0 : random() % bytes.size();
        const std::size_t less_than_a_block = 2'000;
        const std::size_t both = std::min({size, less_than_a_block, bytes.size() - std::max(at, to)});
        if (at == to || std::max(at, to) - std::min(at, to) < both) return;
        std::swap_ranges(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                         bytes.begin() + static_cast<std::ptrdiff_t>(at + both),
                         bytes.begin() + static_cast<std::ptrdiff_t>(to));
        return damage(name, bytes,
                      std::to_string(both) + " bytes at " + std::to_string(at) + " and " + std::to_string(to) +
                          " changed places");
      }
      default: return damage(name, std::nullopt, "removed");
    }
  }
};

TEST_P(RandomDamage, IsNeverSilent) {
  if (GetParam() % 2 == 1) close_it_first();
  testing_support::for_each_seed(5, [&](std::mt19937_64& random) {
    std::seed_seq mixed{static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(GetParam())};
    std::mt19937_64 own(mixed);
    for (const int until = checked() + 40; checked() < until && !HasFailure();) one(own);
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
