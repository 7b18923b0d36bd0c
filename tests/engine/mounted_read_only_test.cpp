// A database on a file system that is really mounted for reading only.

#include "engine/store_fixture.hpp"

#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dynamo::engine {
namespace {

constexpr int no_mount_here = 77;  // the machine gives this user no mounts of its own

bool write_text(const char* path, const std::string& text) {
  std::ofstream file(path);
  return static_cast<bool>(file << text << std::flush);
}

/// Gives this process mounts of its own, in which one directory can only be read.
bool mount_for_reading(const std::string& directory) {
  const std::string user = "0 " + std::to_string(::getuid()) + " 1";
  const std::string group = "0 " + std::to_string(::getgid()) + " 1";
  return ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && write_text("/proc/self/setgroups", "deny") &&
         write_text("/proc/self/uid_map", user) && write_text("/proc/self/gid_map", group) &&
         ::mount(directory.c_str(), directory.c_str(), nullptr, MS_BIND, nullptr) == 0 &&
         ::mount(nullptr, directory.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) == 0;
}

// The child of the next tests, a process with one thread until the mount is there.
TEST(MountForReading, DISABLED_Child) {
  const char* path = std::getenv("DYNAMO_TEST_PATH");
  ASSERT_NE(path, nullptr);
  if (!mount_for_reading(path)) ::_exit(no_mount_here);
  const logged said;
  const auto opened = must_open(path);
  ASSERT_TRUE(opened);
  EXPECT_EQ(must_read_all(*opened), rows_up_to(50));
  const auto refused = put(*opened, "later", "1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), errc::read_only);
  EXPECT_NE(refused.error().message().find("Mount the file system for writing."), std::string::npos)
      << refused.error().message();
  const auto second = open_store(path, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), errc::in_use) << second.error().message();
}

class MountedForReadingOnly : public ::testing::TestWithParam<const char*> {};

TEST_P(MountedForReadingOnly, ADatabaseCouldNotEvenBeRead) {
  const scratch_directory directory;
  const std::string path = directory / "db";
  fill(*must_open(path), 0, 50);
  if (*GetParam() != '\0') std::filesystem::remove(path + "/" + GetParam());
  const rows before = contents_of(path);
  const std::string variable = "DYNAMO_TEST_PATH=" + path;
  const char* arguments[] = {"child", "--gtest_filter=MountForReading.DISABLED_Child",
                             "--gtest_also_run_disabled_tests", "--gtest_brief=1", nullptr};
  const char* environment[] = {variable.c_str(), nullptr};
  const pid_t child = ::fork();
  if (child == 0) {
    ::execve("/proc/self/exe", const_cast<char**>(arguments), const_cast<char**>(environment));
    ::_exit(127);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == no_mount_here) GTEST_SKIP() << "This machine gives its users no mounts of their own.";
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(contents_of(path), before);
}

INSTANTIATE_TEST_SUITE_P(Without, MountedForReadingOnly, ::testing::Values("", "LOCK", "SYNCED"),
                         [](const auto& test) { return *test.param == '\0' ? "Nothing" : test.param; });

}  // namespace
}  // namespace dynamo::engine
