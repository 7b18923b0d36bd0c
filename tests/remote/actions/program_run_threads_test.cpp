#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>
#include <remote/actions/program_run.hpp>
#include <remote/secrets.hpp>
#include <support/open_descriptors.hpp>
#include <support/scratch_folder.hpp>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dynamo::aws {
namespace {

using namespace std::chrono_literals;
using testing::virtual_clock;

struct program_runs : ::testing::Test {
  virtual_clock time{virtual_clock::blocking::waits_for_advance};
  const testing_support::scratch_folder folder;
  const std::size_t descriptors = testing_support::open_descriptors();

  /// No child is left, neither running nor as a zombie, and no descriptor.
  ~program_runs() override {
    EXPECT_EQ(testing_support::open_descriptors(), descriptors);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
    EXPECT_EQ(time.waiting(), 0u);
  }

  std::string run(const std::vector<std::string>& words, const std::stop_token& stop = {}) {
    program_limits limits;
    limits.output_bytes_max = 1'000;
    const auto got = run_program(words, limits, time, stop);
    return got ? "[" + std::string(got->reveal()) + "]" : error_text(got);
  }
  std::string run_script(const std::string& script) { return run({"/bin/sh", "-c", script}); }

  /// Blocks until a program has written its id there, and returns that.
  pid_t id_in(const std::string& path) const {
    for (;;) {
      std::ifstream file(path);
      std::string line;
      if (std::getline(file, line) && !file.eof()) return static_cast<pid_t>(std::stoi(line));
      std::this_thread::yield();
    }
  }
};

TEST_F(program_runs, what_they_print_is_taken_whole) {
  EXPECT_EQ(run({"/bin/echo", "-n", "a  b", "'c'", "$HOME;"}), "[a  b 'c' $HOME;]");
  EXPECT_EQ(run({"echo", "by name"}), "[by name\n]");
  EXPECT_EQ(run_script("printf 1; exec 1>&-; exit 0"), "[1]");
  EXPECT_EQ(run_script("exit 0"), "[]");
  EXPECT_EQ(run_script("head -c 1000 /dev/zero | tr '\\0' x"), "[" + std::string(1'000, 'x') + "]");
}

TEST_F(program_runs, input_is_empty_and_descriptors_are_three) {
  EXPECT_EQ(run({"/bin/cat"}), "[]");
  const int ours = ::open("/dev/null", O_RDONLY);  // would be inherited
  ASSERT_GT(ours, 2);
  EXPECT_EQ(run_script("for n in /proc/self/fd/*; do echo -n ${n##*/}; done"), run_script("echo -n 0123"))
      << "3 is the directory's own";
  ::close(ours);
}

TEST_F(program_runs, signals_are_as_in_a_new_process) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  EXPECT_EQ(run_script("kill -PIPE $$; echo -n ignored"), "unavailable: it ended with signal 13");
  std::signal(SIGPIPE, before);
}

TEST_F(program_runs, that_fail_say_how_and_not_what_they_were_told_or_printed) {
  const std::string secret = secret_named("x");
  EXPECT_EQ(run({"/bin/sh", "-c", "echo $0; exit 3", secret}), "unavailable: it ended with exit status 3");
  EXPECT_EQ(run({"/bin/sh", "-c", "kill -9 $$", secret}), "unavailable: it ended with signal 9");
  EXPECT_EQ(run({folder / "none", secret}), "unavailable: it cannot be started: No such file or directory");
  EXPECT_EQ(run({"no-such-program-of-dynamo"}), "unavailable: it cannot be started: No such file or directory");
  std::ofstream(folder / "text") << "echo";
  EXPECT_EQ(run({folder / "text"}), "unavailable: it cannot be started: Permission denied");
}

TEST_F(program_runs, that_never_stop_printing_are_killed) {
  EXPECT_EQ(run_script("head -c 1001 /dev/zero"), "unavailable: it printed more than 1000 bytes");
  EXPECT_EQ(run({"yes", secret_named("x")}), "unavailable: it printed more than 1000 bytes");
}

TEST_F(program_runs, that_hang_are_killed_with_their_group_after_a_minute) {
  const std::string script = "sleep 1000 & echo $! > '" + (folder / "id") + "'; trap '' TERM; wait";
  auto outcome = std::async(std::launch::async, [&] { return run_script(script); });
  const pid_t grandchild = id_in(folder / "id");
  time.advance(60s - 1us);
  EXPECT_EQ(outcome.wait_for(0s), std::future_status::timeout);
  EXPECT_EQ(::kill(grandchild, 0), 0);
  time.advance(1us);
  EXPECT_EQ(outcome.get(), "timed_out: it has not ended in 60 seconds");
  // It is nobody's child here, so that its end is seen by its name's.
  while (std::filesystem::exists("/proc/" + std::to_string(grandchild) + "/fd/0")) std::this_thread::yield();
}

TEST_F(program_runs, end_when_nobody_waits_for_them_any_more) {
  std::stop_source stop;
  const std::vector<std::string> words{"/bin/sh", "-c", "echo $$ > '" + (folder / "id") + "'; exec sleep 1000"};
  auto outcome = std::async(std::launch::async, [&] { return run(words, stop.get_token()); });
  const pid_t program = id_in(folder / "id");
  stop.request_stop();
  EXPECT_EQ(outcome.get(), "cancelled: it was ended, because nobody waits for it any more");
  EXPECT_EQ(::kill(program, 0), -1);
}

TEST_F(program_runs, what_runs_on_in_the_background_holds_nobody_up) {
  const std::string script = "sleep 1000 & echo $! > '" + (folder / "id") + "'; echo -n done";
  EXPECT_EQ(run_script(script), "[done]") << "though the other one has the output";
  const pid_t other = id_in(folder / "id");
  EXPECT_EQ(::kill(other, SIGKILL), 0);
}

TEST_F(program_runs, work_beside_threads_and_each_other) {
  std::vector<std::future<std::string>> all;
  for (int i = 0; i < 8; ++i) {
    all.push_back(std::async(std::launch::async, [&, i] {
      std::string last;
      for (int n = 0; n < 10; ++n) last = run({"echo", "-n", std::to_string(i)});
      return last;
    }));
  }
  for (int i = 0; i < 8; ++i) EXPECT_EQ(all[static_cast<std::size_t>(i)].get(), "[" + std::to_string(i) + "]");
}

TEST_F(program_runs, a_program_that_waits_for_all_its_children_takes_none_of_the_output) {
  const auto before = std::signal(SIGCHLD, SIG_IGN);  // the system waits for them
  EXPECT_EQ(run_script("echo -n printed; exit 1"), "[printed]") << "its status is not known";
  std::signal(SIGCHLD, before);
}

}  // namespace
}  // namespace dynamo::aws
