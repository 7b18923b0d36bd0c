#include <testing/volatile_files.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

namespace dynamo::testing {
namespace {

class VolatileFiles : public ::testing::Test {
 protected:
  VolatileFiles() {
    std::string name = (std::filesystem::temp_directory_path() / "dynamo_disk_XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
  }
  ~VolatileFiles() override { std::filesystem::remove_all(directory_); }

  std::string path(const std::string& name) const { return directory_ + "/" + name; }
  /// What the process sees, "-" for no file.
  std::string seen(const std::string& name) {
    if (!files_.exists(path(name))) return "-";
    const auto opened = files_.open(path(name));
    std::string bytes(files_.size(opened), '?');
    EXPECT_EQ(files_.read(opened, 0, bytes.size(), bytes.data()), bytes.size());
    EXPECT_EQ(files_.size(path(name)), bytes.size());
    return bytes;
  }
  /// What is on the disk, "-" for no file.
  std::string durable(const std::string& name) const {
    std::ifstream in(path(name), std::ios::binary);
    return in ? std::string(std::istreambuf_iterator<char>(in), {}) : "-";
  }
  volatile_files::file make_durable(const std::string& name, std::string_view bytes) {
    auto made = files_.create(path(name));
    EXPECT_TRUE(files_.write(made, 0, bytes));
    EXPECT_TRUE(files_.sync(made));
    EXPECT_TRUE(files_.sync_directory(directory_));
    EXPECT_EQ(durable(name), bytes);
    return made;
  }

  std::string directory_;
  volatile_files files_{true};
};

TEST_F(VolatileFiles, BytesReachTheDiskWithASyncOfTheFile) {
  const auto file = make_durable("a", "one ");
  ASSERT_TRUE(files_.write(file, 4, "two "));
  ASSERT_TRUE(files_.write(file, 8, "three"));
  EXPECT_EQ(seen("a"), "one two three");
  EXPECT_EQ(durable("a"), "one ");
  ASSERT_TRUE(files_.sync(file));
  EXPECT_EQ(durable("a"), "one two three");
}

TEST_F(VolatileFiles, BytesMayBeOverwrittenInPlace) {
  const auto file = make_durable("a", "0123456789");
  ASSERT_TRUE(files_.write(file, 2, "xx"));
  ASSERT_TRUE(files_.write(file, 3, "yy"));
  EXPECT_EQ(seen("a"), "01xyy56789");
  EXPECT_EQ(durable("a"), "0123456789");
  ASSERT_TRUE(files_.sync(file));
  EXPECT_EQ(durable("a"), "01xyy56789");
}

TEST_F(VolatileFiles, ANameReachesTheDiskWithASyncOfItsDirectory) {
  const auto file = files_.create(path("a"));
  ASSERT_TRUE(files_.write(file, 0, "synced"));
  ASSERT_TRUE(files_.sync(file));
  ASSERT_TRUE(files_.write(file, 6, " unsynced"));
  EXPECT_EQ(seen("a"), "synced unsynced");
  EXPECT_EQ(durable("a"), "-");
  ASSERT_TRUE(files_.sync_directory(directory_));
  EXPECT_EQ(durable("a"), "synced");
  EXPECT_EQ(seen("a"), "synced unsynced");
}

TEST_F(VolatileFiles, RenamesAndRemovalsReachTheDiskInTheirOrder) {
  make_durable("a", "1");
  make_durable("b", "2");
  const auto c = files_.create(path("c"));
  ASSERT_TRUE(files_.write(c, 0, "3"));
  ASSERT_TRUE(files_.sync(c));
  ASSERT_TRUE(files_.remove(path("b")));
  ASSERT_TRUE(files_.rename(path("a"), path("b")));
  ASSERT_TRUE(files_.rename(path("c"), path("a")));
  EXPECT_EQ(seen("a") + seen("b") + seen("c"), "31-");
  EXPECT_EQ(durable("a") + durable("b") + durable("c"), "12-");
  std::vector<std::string> names{"a", "b"};
  files_.correct_listing(directory_, names);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b"}));
  ASSERT_TRUE(files_.sync_directory(directory_));
  EXPECT_EQ(durable("a") + durable("b") + durable("c"), "31-");
  EXPECT_FALSE(files_.remove(path("c")));
  EXPECT_EQ(files_.open(path("c")), nullptr);
}

TEST_F(VolatileFiles, AListingShowsWhatTheProcessSees) {
  make_durable("old", "");
  ASSERT_TRUE(files_.remove(path("old")));
  const auto made = files_.create(path("new"));
  std::vector<std::string> names{"old"};
  files_.correct_listing(directory_ + "/", names);
  EXPECT_EQ(names, (std::vector<std::string>{"new"}));
}

TEST_F(VolatileFiles, AfterACrashNothingChangesTheDisk) {
  const auto file = make_durable("a", "1");
  ASSERT_TRUE(files_.write(file, 1, "2"));
  files_.crash(nullptr);
  EXPECT_FALSE(files_.sync(file));
  EXPECT_FALSE(files_.write(file, 1, "2"));
  EXPECT_EQ(files_.create(path("b")), nullptr);
  EXPECT_FALSE(files_.rename(path("a"), path("b")));
  EXPECT_FALSE(files_.remove(path("a")));
  EXPECT_FALSE(files_.sync_directory(directory_));
  EXPECT_EQ(durable("a"), "1");
}

TEST_F(VolatileFiles, ATornTailIsAPrefixOfWhatWasPending) {
  bool some = false;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    volatile_files files(true);
    const std::string name = "file" + std::to_string(seed);
    const auto made = files.create(path(name));
    ASSERT_TRUE(files.write(made, 0, "0123"));
    ASSERT_TRUE(files.sync(made));
    ASSERT_TRUE(files.sync_directory(directory_));
    ASSERT_TRUE(files.write(made, 4, "456789"));
    std::mt19937_64 random(seed);
    files.crash(&random);
    const std::string left = durable(name);
    EXPECT_EQ(left, std::string("0123456789").substr(0, left.size())) << "seed " << seed;
    EXPECT_GE(left.size(), 4u) << "seed " << seed;
    some = some || (left.size() > 4 && left.size() < 10);
  }
  EXPECT_TRUE(some);
}

TEST_F(VolatileFiles, WithoutDroppingEverythingIsOnTheDiskAtOnce) {
  volatile_files files(false);
  const auto made = files.create(path("a"));
  ASSERT_TRUE(files.write(made, 0, "1"));
  EXPECT_EQ(durable("a"), "1");
  ASSERT_TRUE(files.rename(path("a"), path("b")));
  EXPECT_EQ(durable("b"), "1");
  ASSERT_TRUE(files.remove(path("b")));
  EXPECT_EQ(durable("b"), "-");
}

}  // namespace
}  // namespace dynamo::testing
