#include <engine/storage/directory_lock.hpp>

#include <gtest/gtest.h>
#include <support/scratch_folder.hpp>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dynamo::engine {
namespace {

using testing_support::scratch_folder;

// A fork between the opening of LOCK and its entry in the list of what a child closes gave the child the lock for good.
TEST(DirectoryLock, AChildThatWasForkedAmidAnOpenKeptTheDirectory) {
  constexpr int children_max = 300;
  const scratch_folder folder;
  std::array<int, 2> life{};
  ASSERT_EQ(::pipe2(life.data(), O_CLOEXEC), 0);
  std::atomic<bool> forking = true;
  std::vector<pid_t> children;
  std::thread forker([&] {
    for (int i = 0; i < children_max; ++i) {
      const pid_t child = ::fork();
      if (child == 0) {
        ::close(life[1]);
        char c = 0;
        (void)!::read(life[0], &c, 1);  // until the parent has looked
        ::_exit(0);
      }
      children.push_back(child);
    }
    forking = false;
  });
  int refused = 0;
  while (forking && refused == 0) {
    if (!directory_lock::take(folder / "")) ++refused;
  }
  forker.join();
  EXPECT_TRUE(directory_lock::take(folder / ""));
  EXPECT_EQ(refused, 0);
  ::close(life[1]);
  for (const pid_t child : children) ::waitpid(child, nullptr, 0);
  ::close(life[0]);
}

}  // namespace
}  // namespace dynamo::engine
