// Two processes that open one directory at the same time. Each is another run of this test program.

#include <dynamo/database.hpp>
#include <dynamo/testing/file_systems.hpp>

#include <gtest/gtest.h>
#include <support/scratch_folder.hpp>

#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace dynamo;
using testing_support::scratch_folder;

constexpr int rounds = 20;
constexpr int line_to_parent = 3;
constexpr unsigned alarm_seconds = 300;
enum word : char { ready = 'r', go = 'g', owner = 'o', refused = 'i', other_error = 'x', close = 'c' };

void say(int line, word what) {
  const char c = what;
  (void)!::write(line, &c, 1);
}
/// The end of the line is no word.
std::optional<char> heard(int line) {
  char c = 0;
  return ::read(line, &c, 1) == 1 ? std::optional(c) : std::nullopt;
}

/// A fresh directory every fourth round, and in between one that holds a database already; on disk and simulated.
std::string directory_of(int round, const std::string& folder) {
  return folder + (round % 2 == 1 ? "/simulated" : "/disk") + std::to_string(round / 4);
}

TEST(two_processes, DISABLED_one_of_them) {
  const char* const folder = std::getenv("DYNAMO_TEST_PATH");
  ASSERT_NE(folder, nullptr);
  ::alarm(alarm_seconds);
  for (int round = 0; round < rounds; ++round) {
    dynamo::testing::simulated_disk disk({.drop_unsynced = false});
    database_options options;
    if (round % 2 == 1) options.files = disk.files();
    say(line_to_parent, ready);
    ASSERT_EQ(heard(line_to_parent), go);
    const auto opened = database::open(directory_of(round, folder), options);
    const bool in_use = !opened && opened.error().code() == errc::in_use &&
                        opened.error().message().find("is in use") != std::string::npos;
    EXPECT_TRUE(opened || in_use) << opened.error();
    say(line_to_parent, opened ? owner : in_use ? refused : other_error);
    ASSERT_EQ(heard(line_to_parent), close);
  }
}

class process {
 public:
  explicit process(const std::string& folder) {
    std::array<int, 2> line{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line.data()), 0);
    const std::string variable = "DYNAMO_TEST_PATH=" + folder;
    const char* words[] = {"two_processes", "--gtest_filter=two_processes.DISABLED_one_of_them",
                           "--gtest_also_run_disabled_tests", "--gtest_brief=1", nullptr};
    const char* environment[] = {variable.c_str(), nullptr};
    pid_ = ::fork();
    if (pid_ == 0) {
      // dup2() of a descriptor to itself would leave it to be closed by execve().
      const int kept = ::fcntl(line[1], F_DUPFD, line_to_parent + 1);
      ::dup2(kept, line_to_parent);
      ::close(kept);
      ::execve("/proc/self/exe", const_cast<char**>(words), const_cast<char**>(environment));
      ::_exit(127);
    }
    ::close(line[1]);
    line_ = line[0];
  }
  process(const process&) = delete;
  process& operator=(const process&) = delete;
  ~process() {
    ::close(line_);
    int status = 0;
    EXPECT_EQ(::waitpid(pid_, &status, 0), pid_);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  }
  int line() const { return line_; }

 private:
  pid_t pid_ = -1;
  int line_ = -1;
};

TEST(two_processes, that_open_a_directory_are_one_owner_and_one_error) {
  const scratch_folder folder;
  const process a(folder / ""), b(folder / "");
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE(round);
    ASSERT_EQ(heard(a.line()), ready);
    ASSERT_EQ(heard(b.line()), ready);
    for (const process* each : {&a, &b}) say(each->line(), go);
    const auto of_a = heard(a.line()), of_b = heard(b.line());
    // The owner keeps the directory until both have answered.
    EXPECT_TRUE((of_a == owner && of_b == refused) || (of_a == refused && of_b == owner))
        << of_a.value_or('-') << of_b.value_or('-');
    for (const process* each : {&a, &b}) say(each->line(), close);
  }
}

}  // namespace
