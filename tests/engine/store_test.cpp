#include "engine/store_fixture.hpp"

#include <array>
#include <cstdlib>
#include <functional>
#include <latch>
#include <ostream>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

namespace dynamo::engine {
namespace {

/// The same behaviour on disk and in memory.
class StoreTest : public ::testing::TestWithParam<bool> {
 protected:
  StoreTest() {
    if (GetParam()) {
      opened_ = must_open(directory_ / "db");
    } else {
      opened_ = std::move(open_memory_store({}).value());
    }
  }
  store& opened() { return *opened_; }
  std::string key(std::string_view k) const { return std::string(opened_->prefix()).append(k); }

 private:
  scratch_directory directory_;
  std::unique_ptr<store> opened_;
};

INSTANTIATE_TEST_SUITE_P(Kinds, StoreTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "OnDisk" : "InMemory"; });

TEST_P(StoreTest, KeepsWhatWasWritten) {
  ASSERT_TRUE(put(opened(), "b", "2"));
  ASSERT_TRUE(put(opened(), "a", ""));
  ASSERT_TRUE(put(opened(), "b", std::string(100000, 'x')));
  EXPECT_EQ(get(opened(), "a"), "");
  EXPECT_EQ(get(opened(), "b"), std::string(100000, 'x'));
  EXPECT_EQ(get(opened(), "c"), "-");
}

TEST_P(StoreTest, AppliesTheOperationsOfAllBatchesInOrder) {
  write_batch first;
  first.put(key("a"), "1");
  first.put(key("b"), "1");
  first.erase(key("a"));
  write_batch second;
  second.put(key("c"), "2");
  second.erase_range(key("x"), key("y"));  // what it held is not asked for again
  second.erase_range(key("z"), key("y"));  // an empty range is no mistake
  ASSERT_TRUE(opened().write({&first, &second}));
  EXPECT_EQ(must_read_all(opened()), (rows{{"b", "1"}, {"c", "2"}}));
  EXPECT_TRUE(opened().write({}));
  EXPECT_TRUE(opened().write({}, synced::always));
}

TEST_P(StoreTest, RangesIncludeTheirBeginningAndExcludeTheirEndInBothDirections) {
  for (const char* name : {"a", "b", "c", "d", "e"}) ASSERT_TRUE(put(opened(), name, name));
  const auto walk = [&](std::string_view from, std::string_view to, direction way) {
    std::string names;
    const auto cursor = opened().range(key(from), key(to), way);
    for (; cursor->valid(); cursor->next()) names += cursor->value();
    EXPECT_TRUE(cursor->status());
    return names;
  };
  EXPECT_EQ(walk("b", "d", direction::forward), "bc");
  EXPECT_EQ(walk("b", "d", direction::backward), "cb");
  EXPECT_EQ(walk("aa", "dd", direction::backward), "dcb");
  EXPECT_EQ(walk("", "z", direction::forward), "abcde");
  EXPECT_EQ(walk("b", "b", direction::forward), "");
  EXPECT_EQ(walk("d", "b", direction::backward), "");
}

TEST_P(StoreTest, ARangeSeesTheMomentWhenItWasMade) {
  fill(opened(), 0, 3);
  const auto cursor = opened().range(key(""), key("z"), direction::forward);
  ASSERT_TRUE(put(opened(), key_of(1), "changed"));
  fill(opened(), 3, 5);
  rows seen;
  for (; cursor->valid(); cursor->next()) seen.emplace(cursor->key().substr(opened().prefix().size()), cursor->value());
  EXPECT_EQ(seen, rows_up_to(3));
}

TEST_P(StoreTest, AVisitorMayReadAgain) {
  fill(opened(), 0, 2);
  struct nested final : value_visitor {
    const store& from;
    std::string inner, outer;
    explicit nested(const store& s) : from(s) {}
    void operator()(std::string_view value) override {
      inner = get(from, key_of(1));
      outer = value;
    }
  } visit(opened());
  ASSERT_TRUE(opened().get(key(key_of(0)), visit));
  EXPECT_EQ(visit.outer, "value 0");
  EXPECT_EQ(visit.inner, "value 1");
}

TEST_P(StoreTest, EstimatesItsSize) {
  write_batch batch;
  for (int i = 0; i < 2000; ++i) batch.put(key(key_of(i)), "value of some bytes");
  ASSERT_TRUE(opened().write({&batch}));
  EXPECT_GT(opened().size_in_bytes(), 20000u);
  EXPECT_LT(opened().size_in_bytes(), 4000000u);
  EXPECT_GT(opened().size_of_range(key("key"), key("kez")), 10000u);
  EXPECT_EQ(opened().size_of_range(key("kez"), key("key")), 0u);
}

TEST(MemoryStore, DatabasesDoNotSeeEachOtherAndTakeTheirDataWithThem) {
  auto first = open_memory_store({}).value();
  auto second = open_memory_store({}).value();
  fill(*first, 0, 10);
  ASSERT_TRUE(put(*second, "mine", "1"));
  EXPECT_EQ(must_read_all(*second), (rows{{"mine", "1"}}));
  first.reset();
  EXPECT_EQ(must_read_all(*second), (rows{{"mine", "1"}}));
  EXPECT_TRUE(must_read_all(*open_memory_store({}).value()).empty());
}

TEST(MemoryStore, ACursorOutlivesItsDatabase) {
  auto opened = open_memory_store({}).value();
  fill(*opened, 0, 2);
  const auto cursor = opened->range(opened->prefix(), std::string(opened->prefix()) + 'z', direction::forward);
  opened.reset();
  ASSERT_TRUE(cursor->valid());
  EXPECT_EQ(cursor->value(), "value 0");
}

TEST(DiskStore, KeepsDataOverACleanClose) {
  const scratch_directory directory;
  for (const durability level : {durability::power_loss, durability::process_crash}) {
    const std::string path = directory / std::to_string(static_cast<int>(level));
    database_options options;
    options.durability = level;
    for (int run = 0; run < 3; ++run) {
      must_open(path, options);  // and nothing else
      const auto opened = must_open(path, options);
      EXPECT_EQ(must_read_all(*opened), rows_up_to(run * 10));
      EXPECT_TRUE(opened->write({}, synced::always));
      fill(*opened, run * 10, run * 10 + 10);
    }
  }
}

TEST(DiskStore, ACursorKeepsTheDatabaseOpen) {
  const scratch_directory directory;
  auto opened = must_open(directory / "db");
  fill(*opened, 0, 2);
  auto cursor = opened->range("", "z", direction::forward);
  opened.reset();
  ASSERT_TRUE(cursor->valid());
  EXPECT_EQ(cursor->value(), "value 0");
  EXPECT_EQ(open_store(directory / "db", {}).error().code(), errc::in_use);
  cursor.reset();
  EXPECT_EQ(must_read_all(*must_open(directory / "db")), rows_up_to(2));
}

struct refusal {
  const char* name;
  std::function<void(const std::string& path)> prepare;
  errc code;
  const char* words;
  bool create_if_missing = true;
  durability level = durability::power_loss;
};

void PrintTo(const refusal& shown, std::ostream* out) { *out << shown.name; }

class Refusals : public ::testing::TestWithParam<refusal> {};

TEST_P(Refusals, AreSentencesThatNameThePathAndLeaveItAlone) {
  const scratch_directory directory;
  const std::string path = directory / "db";
  GetParam().prepare(path);
  database_options options;
  options.create_if_missing = GetParam().create_if_missing;
  options.durability = GetParam().level;
  const bool is_directory = std::filesystem::is_directory(path);
  const rows before = is_directory ? contents_of(path) : rows();
  const auto opened = open_store(path, options);
  ASSERT_FALSE(opened);
  EXPECT_EQ(std::filesystem::is_directory(path), is_directory);
  EXPECT_EQ(is_directory ? contents_of(path) : rows(), before);
  EXPECT_EQ(opened.error().code(), GetParam().code) << opened.error().message();
  EXPECT_NE(opened.error().message().find(GetParam().words), std::string::npos) << opened.error().message();
  EXPECT_NE(opened.error().message().find(path), std::string::npos) << opened.error().message();
}

INSTANTIATE_TEST_SUITE_P(
    OpenStore, Refusals,
    ::testing::Values(
        refusal{"NoSuchDirectory", [](const std::string&) {}, errc::invalid_argument, "There is no database", false},
        refusal{"EmptyDirectory", [](const std::string& path) { std::filesystem::create_directory(path); },
                errc::invalid_argument, "There is no database", false},
        refusal{"File", [](const std::string& path) { write_file(path, "x"); }, errc::invalid_argument, "is a file"},
        refusal{"UnrelatedFiles",
                [](const std::string& path) {
                  std::filesystem::create_directory(path);
                  write_file(path + "/thesis.tex", "x");
                },
                errc::invalid_argument, "it holds thesis.tex"},
        refusal{"ParentIsAFile",
                [](const std::string& path) { std::filesystem::create_symlink("/etc/passwd/nothing", path); },
                errc::storage, "cannot be"},
        refusal{"CurrentIsMissing",
                [](const std::string& path) {
                  fill(*must_open(path), 0, 3);
                  std::filesystem::remove(path + "/CURRENT");
                },
                errc::corruption, "CURRENT is missing"},
        refusal{"MemoryOnDisk", [](const std::string&) {}, errc::invalid_argument, "open it in memory", true,
                durability::memory}),
    [](const auto& test) { return test.param.name; });

TEST(DiskStore, ASecondOpenOfTheSameDirectoryIsToldThatItIsInUse) {
  const scratch_directory directory;
  auto first = must_open(directory / "db");
  const auto second = open_store(directory / "db", {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), errc::in_use);
  EXPECT_NE(second.error().message().find(directory / "db"), std::string::npos);
  first.reset();
  EXPECT_TRUE(open_store(directory / "db", {}));
}

/// A working directory of this process, until the end of a test.
class working_in {
 public:
  explicit working_in(const std::string& directory) : before_(std::filesystem::current_path()) {
    std::filesystem::current_path(directory);
  }
  working_in(const working_in&) = delete;
  working_in& operator=(const working_in&) = delete;
  ~working_in() { std::filesystem::current_path(before_); }

 private:
  const std::filesystem::path before_;
};

TEST(DiskStore, OneDirectoryWasOpenedTwiceByAnotherSpellingOfItsPath) {
  const scratch_directory directory;
  std::filesystem::create_directory(directory / "other");
  std::filesystem::create_directory_symlink(directory / "db", directory / "link");
  const working_in here(directory / "other");
  for (const bool simulated : {false, true}) {
    testing::simulated_disk disk;
    database_options options;
    if (simulated) options.files = disk.files();
    const auto first = must_open("../db", options);
    fill(*first, 0, 1);
    for (const std::string& path : {directory / "db", directory / "db/", directory / "db//.", directory / "other/../db",
                                    directory / "link", std::string("../db"), std::string("../link/")}) {
      const auto second = open_store(path, options);
      ASSERT_FALSE(second) << path;
      EXPECT_EQ(second.error().code(), errc::in_use) << second.error().message();
    }
    std::filesystem::current_path(directory / "db");
    EXPECT_EQ(open_store(".", options).error().code(), errc::in_use);
    std::filesystem::current_path(directory / "other");
    fill(*first, 0, 3);
    EXPECT_EQ(must_read_all(*first), rows_up_to(3));
  }
}

TEST(DiskStore, WhoReadsTheLockFileGaveTheDirectoryAway) {
  const scratch_directory directory;
  const auto opened = must_open(directory / "db");
  EXPECT_EQ(read_file(directory / "db/LOCK"), "");  // opens and closes it
  const std::string another_process = "flock --nonblock '" + (directory / "db/LOCK") + "' true";
  EXPECT_NE(std::system(another_process.c_str()), 0);  // NOLINT(concurrency-mt-unsafe)
}

TEST(DiskStore, TwoThreadsThatOpenADirectoryAreOneOwnerAndOneError) {
  const scratch_directory directory;
  for (int round = 0; round < 20; ++round) {
    testing::simulated_disk disk;
    database_options options;
    if (round % 2 == 1) options.files = disk.files();
    std::latch together(2);
    std::array<result<std::unique_ptr<store>>, 2> opened;
    std::array<std::thread, 2> threads;
    for (std::size_t i = 0; i < 2; ++i) {
      threads[i] = std::thread([&, i] {
        together.arrive_and_wait();
        opened[i] = open_store(directory / (round % 2 == 1 ? "simulated" : "db"), options);
      });
    }
    for (auto& each : threads) each.join();
    ASSERT_NE(opened[0].has_value(), opened[1].has_value());
    EXPECT_EQ((opened[0] ? opened[1] : opened[0]).error().code(), errc::in_use);
  }
}

TEST(DiskStore, ARelativePathLedElsewhereAfterChdir) {
  const scratch_directory directory;
  std::filesystem::create_directory(directory / "here");
  const std::string megabyte(1u << 20, 'x');
  {
    const working_in here(directory / "here");
    testing::simulated_disk disk({.drop_unsynced = false});
    database_options options;
    options.files = disk.files();
    const auto opened = must_open("db", options);
    std::filesystem::current_path("/");
    // More than RocksDB keeps in memory: it begins another log, and a table.
    for (int i = 0; i < 80; ++i) ASSERT_TRUE(put(*opened, key_of(i), megabyte)) << i;
    EXPECT_GT(opened->size_in_bytes(), 1u << 20);
  }
  EXPECT_EQ(must_read_all(*must_open(directory / "here/db")).size(), 80u);
}

TEST(DiskStore, AFifoUnderTheNameOfAFileHeldTheOpenForEver) {
  const scratch_directory directory;
  fill(*must_open(directory / "db"), 0, 3);
  for (const char* name :
       {"LOCK", "SYNCED", "CURRENT", "IDENTITY", "MANIFEST-000001", "OPTIONS-000001", "000099.log", "000099.sst"}) {
    for (const bool fifo : {true, false}) {
      const std::string copy = directory / "copy";
      std::filesystem::remove_all(copy);
      std::filesystem::copy(directory / "db", copy);
      std::filesystem::remove(copy + "/" + name);
      if (fifo) {
        ASSERT_EQ(::mkfifo((copy + "/" + name).c_str(), 0600), 0);
      } else {
        std::filesystem::create_directory(copy + "/" + name);
      }
      const auto opened = open_store(copy, {});
      ASSERT_FALSE(opened) << name;
      EXPECT_EQ(opened.error().code(), errc::invalid_argument) << opened.error().message();
      EXPECT_NE(opened.error().message().find(std::string("/") + name + " is no regular file"), std::string::npos)
          << opened.error().message();
    }
  }
}

TEST(DiskStore, MakesTheDirectoriesAboveIt) {
  const scratch_directory directory;
  EXPECT_TRUE(open_store(directory / "a/b/c", {}));
}

TEST(DiskStore, ADirectoryWithoutPermissionIsAStorageError) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const scratch_directory directory;
  std::filesystem::create_directory(directory / "db");
  ::chmod((directory / "db").c_str(), 0);
  EXPECT_EQ(open_store(directory / "db", {}).error().code(), errc::storage);
  ::chmod((directory / "db").c_str(), 0700);
}

}  // namespace
}  // namespace dynamo::engine
