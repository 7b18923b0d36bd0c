#include <remote/actions/files.hpp>

#include <gtest/gtest.h>
#include <remote/secrets.hpp>
#include <support/scratch_folder.hpp>

#include <filesystem>
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

namespace dynamo::aws {
namespace {

namespace fs = std::filesystem;
using testing_support::scratch_folder;

void write(const std::string& path, std::string_view text) { std::ofstream(path) << text; }

/// The content in brackets, "none", or why there is none.
std::string text_of_file(const std::string& path, std::size_t bytes_max = 100) {
  const auto got = read_small_file(path, bytes_max);
  if (!got) return error_text(got);
  return *got ? "[" + std::string((*got)->reveal()) + "]" : "none";
}

TEST(small_files, are_read_whole) {
  const scratch_folder folder;
  write(folder / "a", std::string("some\0text\n", 10));
  EXPECT_EQ(text_of_file(folder / "a"), std::string("[some\0text\n]", 12));
  write(folder / "empty", "");
  EXPECT_EQ(text_of_file(folder / "empty"), "[]");
  EXPECT_EQ(text_of_file("/dev/null"), "[]");
  fs::create_symlink(folder / "a", folder / "link");
  EXPECT_EQ(text_of_file(folder / "link"), text_of_file(folder / "a"));
  EXPECT_FALSE(text_of_file("/proc/self/comm").empty()) << "which says that it has 0 bytes";
  EXPECT_NE(text_of_file("/proc/self/comm"), "[]");
}

TEST(small_files, that_are_not_there_are_none) {
  const scratch_folder folder;
  EXPECT_EQ(text_of_file(folder / "a"), "none");
  EXPECT_EQ(text_of_file(folder / "a/b"), "none");
  write(folder / "a", "");
  EXPECT_EQ(text_of_file(folder / "a/b"), "none");
  fs::create_symlink(folder / "nowhere", folder / "link");
  EXPECT_EQ(text_of_file(folder / "link"), "none");
}

TEST(small_files, of_more_bytes_are_refused) {
  const scratch_folder folder;
  write(folder / "a", std::string(100, 'x'));
  EXPECT_EQ(text_of_file(folder / "a"), "[" + std::string(100, 'x') + "]");
  write(folder / "a", std::string(101, 'x'));
  EXPECT_EQ(text_of_file(folder / "a"), "unavailable: " + (folder / "a") + ": it is longer than 100 bytes");
  EXPECT_EQ(text_of_file("/proc/self/maps"), "unavailable: /proc/self/maps: it is longer than 100 bytes");
}

TEST(small_files, are_files_and_nothing_that_hangs_or_never_ends) {
  const scratch_folder folder;
  EXPECT_EQ(text_of_file(folder / ""), "unavailable: " + (folder / "") + ": it is a directory, not a file");
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(text_of_file(folder / "pipe"), "unavailable: " + (folder / "pipe") + ": it is a pipe, not a file");
  EXPECT_EQ(text_of_file("/dev/zero"), "unavailable: /dev/zero: it is a device or a socket, not a file");
}

TEST(small_files, that_may_not_be_read_say_so) {
  const scratch_folder folder;
  fs::create_symlink(folder / "a", folder / "b");
  fs::create_symlink(folder / "b", folder / "a");
  EXPECT_EQ(text_of_file(folder / "a"), "unavailable: " + (folder / "a") + ": Too many levels of symbolic links");
  if (::geteuid() == 0) return;  // to root nothing is forbidden
  write(folder / "c", "x");
  ::chmod((folder / "c").c_str(), 0);
  EXPECT_EQ(text_of_file(folder / "c"), "unavailable: " + (folder / "c") + ": Permission denied");
}

std::size_t entries_of(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(replaced_files, are_their_owners_alone_and_leave_nothing_beside_them) {
  const scratch_folder folder;
  write(folder / "a", "old");
  ::chmod((folder / "a").c_str(), 0644);
  EXPECT_EQ(error_text(replace_file(folder / "a", secret_named("new"))), "");
  EXPECT_EQ(text_of_file(folder / "a"), "[" + secret_named("new") + "]");
  struct stat about{};
  ASSERT_EQ(::stat((folder / "a").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777U, 0600U);
  EXPECT_EQ(entries_of(folder / ""), 1u);
  EXPECT_EQ(error_text(replace_file(folder / "b", "")), "");
  EXPECT_EQ(text_of_file(folder / "b"), "[]");
}

TEST(replaced_files, keep_what_a_link_led_to) {
  const scratch_folder folder;
  write(folder / "a", "old");
  fs::create_symlink(folder / "a", folder / "link");
  EXPECT_EQ(error_text(replace_file(folder / "link", "new")), "");
  EXPECT_FALSE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(text_of_file(folder / "link"), "[new]");
  EXPECT_EQ(text_of_file(folder / "a"), "[old]");
}

TEST(replaced_files, that_cannot_be_replaced_are_as_they_were) {
  const scratch_folder folder;
  EXPECT_EQ(error_text(replace_file(folder / "no/a", secret_named("x"))),
            "unavailable: " + (folder / "no/a") + ": No such file or directory");
  fs::create_directories(folder / "a/b");
  EXPECT_EQ(error_text(replace_file(folder / "a", secret_named("x"))),
            "unavailable: " + (folder / "a") + ": Is a directory");
  EXPECT_EQ(entries_of(folder / ""), 1u);
}

}  // namespace
}  // namespace dynamo::aws
