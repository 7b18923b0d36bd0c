// Programs that fork before they open, after an open that failed, or that end before their child; and directories that another process
// wants. Each is another run of this test program, which has opened no database before.
#include "notes.hpp"

#include <dynamo/database.hpp>
#include <dynamo/testing/file_systems.hpp>

#include <gtest/gtest.h>
#include <support/forked_child.hpp>
#include <support/scratch_folder.hpp>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

namespace {

using namespace dynamo;
using testing_support::notes_schema;
using testing_support::require;
using testing_support::scratch_folder;
using testing_support::status_of_child;

constexpr int exited_by_itself = 17;

/// What another run of this program ends with, which has opened no database before: a disabled test, told where to work.
int status_of_program(const std::string& test, const std::string& folder) {
  ::setenv("DYNAMO_TEST_PATH", folder.c_str(), 1);
  return status_of_child([&] {
    const std::string filter = "--gtest_filter=" + test;
    const char* words[] = {"fork_test", filter.c_str(), "--gtest_also_run_disabled_tests", "--gtest_brief=1", nullptr};
    ::execv("/proc/self/exe", const_cast<char**>(words));
  });
}
std::string told_folder() {
  const char* const folder = std::getenv("DYNAMO_TEST_PATH");
  return folder != nullptr ? folder : "";
}
void make_one_note(const std::string& directory) {
  const auto db = database::open(directory);
  require(db.has_value(), 1);
  table<notes_schema> notes{*db};
  const testing_support::Note one{"a", "b"};
  require(notes.create_if_absent().run() && notes.put(one).run(), 2);
}
void expect_one_note(const std::string& directory) {
  const auto db = database::open(directory);
  ASSERT_TRUE(db) << db.error().describe();
  EXPECT_TRUE(table<notes_schema>{*db}.get("a").run().value());
}

TEST(fork_program, DISABLED_forks_before_it_opens) {
  const std::string child = told_folder() + "/child", parent = told_folder() + "/parent";
  const int status = status_of_child([&] {
    make_one_note(child);
    std::exit(exited_by_itself);
  });
  make_one_note(parent);
  std::exit(status);
}

TEST(fork, each_process_that_opens_after_it_has_a_database) {
  const scratch_folder folder;
  EXPECT_EQ(status_of_program("fork_program.DISABLED_forks_before_it_opens", folder / ""), exited_by_itself);
  expect_one_note(folder / "child");
  expect_one_note(folder / "parent");
}

TEST(fork_program, DISABLED_fails_to_open_and_forks) {
  constexpr int every_write = 40;  // of an open
  for (std::uint64_t passing = 0; passing < every_write; ++passing) {
    dynamo::testing::simulated_disk disk;
    dynamo::testing::disk_fault fault;
    fault.passing = passing;
    disk.fail(fault);
    database_options options;
    options.files = disk.files();
    if (database::open(told_folder() + "/db", options)) break;
    if (const int status = status_of_child([] { std::exit(exited_by_itself); }); status != exited_by_itself)
      std::exit(status);
  }
  std::exit(exited_by_itself);
}

TEST(fork, a_child_that_calls_exit_hung_when_its_parent_had_failed_to_open_a_database) {
  const scratch_folder folder;
  EXPECT_EQ(status_of_program("fork_program.DISABLED_fails_to_open_and_forks", folder / ""), exited_by_itself);
  make_one_note(folder / "db");
  for (const auto& file : std::filesystem::directory_iterator(folder / "db")) {
    if (file.path().filename().string().starts_with("MANIFEST-")) std::filesystem::resize_file(file, 20);
  }
  EXPECT_EQ(status_of_program("fork_program.DISABLED_fails_to_open_and_forks", folder / ""), exited_by_itself);
}

TEST(fork_program, DISABLED_is_refused_the_directory) {
  const auto db = database::open(told_folder() + "/db");
  std::exit(!db && db.error().code() == errc::in_use ? exited_by_itself : 1);
}

TEST(fork, another_process_was_given_the_directory_after_its_lock_file_was_read_or_removed) {
  const scratch_folder folder;
  const auto refused = [&] { return status_of_program("fork_program.DISABLED_is_refused_the_directory", folder / ""); };
  for (const bool simulated : {false, true}) {
    dynamo::testing::simulated_disk disk;
    database_options options;
    if (simulated) options.files = disk.files();
    const auto db = database::open(folder / "db", options);
    ASSERT_TRUE(db) << db.error().describe();
    EXPECT_EQ(refused(), exited_by_itself);
    std::ifstream(folder / "db/LOCK").get();
    EXPECT_EQ(refused(), exited_by_itself);
    std::filesystem::remove(folder / "db/LOCK");
    EXPECT_EQ(refused(), exited_by_itself);
    const auto second = database::open(folder / "db", options);
    EXPECT_TRUE(!second && second.error().code() == errc::in_use);
  }
}

TEST(fork_program, DISABLED_leaves_a_child) {
  make_one_note(told_folder() + "/db");
  const auto db = database::open(told_folder() + "/db");
  require(db.has_value(), 3);
  std::array<int, 2> begun{};
  require(::pipe(begun.data()) == 0, 4);
  char c = 0;
  if (::fork() == 0) {
    (void)!::write(begun[1], &c, 1);
    (void)!::read(STDIN_FILENO, &c, 1);  // until the test ends
  } else {
    (void)!::read(begun[0], &c, 1);
  }
  ::_exit(exited_by_itself);
}

// As after daemon(): the process that opened has ended without closing, its child lives on.
TEST(fork, a_child_that_outlives_its_parent_does_not_keep_the_directory) {
  const scratch_folder folder;
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
  const int before = ::dup(STDIN_FILENO);
  ::dup2(pipe[0], STDIN_FILENO);
  EXPECT_EQ(status_of_program("fork_program.DISABLED_leaves_a_child", folder / ""), exited_by_itself);
  ::dup2(before, STDIN_FILENO);
  ::close(before);
  expect_one_note(folder / "db");
  ::close(pipe[0]);
  ::close(pipe[1]);
}

}  // namespace
