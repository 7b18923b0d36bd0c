#include <dynamo/testing/child_process.hpp>

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::testing {
namespace {

using namespace std::chrono_literals;
using piped = child_process::piped;

child_process shell(const std::string& script, piped what = piped::output) {
  return child_process::start("/bin/sh", {"-c", script}, what).value();
}

TEST(child_process, gives_lines_and_then_the_rest) {
  child_process child = shell("printf 'one\\n\\nthree\\nfour\\nfive'");
  EXPECT_EQ(child.line(), "one");
  EXPECT_EQ(child.line(), "");
  std::string some;
  EXPECT_TRUE(child.read_some(some));
  EXPECT_TRUE(some.starts_with("three\n")) << some;
  EXPECT_EQ(some + child.read_all(), "three\nfour\nfive");
  EXPECT_EQ(child.line(), "");
  EXPECT_TRUE(child.wait().ok());
}

TEST(child_process, gives_the_last_line_without_its_end) { EXPECT_EQ(shell("printf last").line(), "last"); }

TEST(child_process, pipes_what_is_asked_for) {
  const std::string script = "echo said; echo wrong >&2";
  const std::vector<std::pair<piped, std::string>> cases{
      {piped::output, "said\n"},
      {piped::errors, "wrong\n"},
      {piped::both, "said\nwrong\n"},
      {piped::output_alone, "said\n"},
  };
  for (const auto& [what, expected] : cases) EXPECT_EQ(shell(script, what).read_all(), expected);
}

TEST(child_process, drops_the_errors_if_only_the_output_is_asked_for) {
  const std::string script = "readlink /proc/self/fd/2";
  EXPECT_EQ(shell(script, piped::output_alone).line(), "/dev/null");
  EXPECT_NE(shell(script, piped::output).line(), "/dev/null");
}

TEST(child_process, gives_its_variables_or_those_of_this_process) {
  EXPECT_EQ(child_process::start("/bin/sh", {"-c", "echo $A-$B"}, piped::output, {{"A=1", "B=2"}}).value().line(),
            "1-2");
  EXPECT_NE(shell("echo $PATH").line(), "");
}

TEST(child_process, looks_for_a_name_in_the_path) {
  EXPECT_EQ(child_process::start("printf", {"%s", "found"}).value().line(), "found");
}

TEST(child_process, says_which_program_cannot_be_started) {
  const auto none = child_process::start("/no/such/program", {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code(), errc::unavailable);
  EXPECT_EQ(none.error().message(), "/no/such/program cannot be started: No such file or directory");
}

TEST(child_process, says_how_it_ended_as_often_as_it_is_asked) {
  struct row {
    std::string script;
    int signal, code, status;
    std::string text;
  };
  const std::vector<row> cases{
      {"exit 0", 0, 0, 0, "ended with 0"},
      {"exit 7", 0, 7, 7, "ended with 7"},
      {"kill -KILL $$", SIGKILL, 0, 128 + SIGKILL, "ended by signal 9 (Killed)"},
  };
  for (const row& r : cases) {
    child_process child = shell(r.script);
    for (int i = 0; i < 2; ++i) {
      const child_process::ending how = child.wait();
      EXPECT_EQ(how.signal, r.signal) << r.script;
      EXPECT_EQ(how.code, r.code) << r.script;
      EXPECT_EQ(how.status(), r.status) << r.script;
      EXPECT_EQ(how.ok(), r.status == 0) << r.script;
      EXPECT_EQ(how.to_string(), r.text);
    }
    EXPECT_EQ(child.id(), 0);
    child.send_signal(SIGKILL);  // to nobody
  }
}

TEST(child_process, stops_waiting_for_a_program_that_says_nothing) {
  child_process silent = shell("kill -STOP $$; echo awake");
  std::string text;
  EXPECT_FALSE(silent.read_some(text, 0ms));
  EXPECT_EQ(silent.read_all(0ms), "");
  // Stopped for good or not yet: the first SIGCONT may come too early.
  while (!silent.read_some(text, 1ms)) silent.send_signal(SIGCONT);
  EXPECT_EQ(text, "awake\n");
}

TEST(child_process, writes_to_nobody_when_nobody_reads) {
  child_process child = shell("exec yes");  // for ever
  EXPECT_EQ(child.line(), "y");
  child.stop_reading();
  EXPECT_EQ(child.line(), "");
  EXPECT_FALSE(child.wait().ok());
}

TEST(child_process, is_killed_and_waited_for_at_the_end_of_its_scope) {
  pid_t id = 0;
  {
    child_process first = shell("kill -STOP $$");
    child_process moved = std::move(first);
    id = moved.id();
    EXPECT_EQ(::kill(id, 0), 0);
  }
  EXPECT_EQ(::kill(id, 0), -1);  // not even a zombie
  EXPECT_EQ(errno, ESRCH);
}

}  // namespace
}  // namespace dynamo::testing
