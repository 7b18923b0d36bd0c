#include "waiting_sink.hpp"

#include <dynamo/base/log.hpp>
#include <dynamo/event_source/function_host.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <event_source/host/line_splitter.hpp>
#include <gtest/gtest.h>
#include <support/open_descriptors.hpp>
#include <support/program.hpp>
#include <support/sanitizer.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <list>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dynamo::test {
namespace {

using namespace std::chrono_literals;
using namespace event_source;
using testing_support::open_descriptors;
using kind = event_source::outcome::kind;

/// Gone, or a zombie that its adoptive parent has not yet buried.
bool is_gone(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/stat");
  std::string number, name, state;
  return !(status >> number >> name >> state) || state == "Z";
}

class hosted : public ::testing::Test {
 protected:
  hosted() {
    set_log_sink({});
    how.program = DYNAMO_BOOTSTRAP;
    how.time_limit = 60s;
    how.init_time = 60s;
    how.restart_wait_first = 1ms;
    how.restart_wait_max = 10ms;
    how.output = [this](std::string_view line) {
      const std::scoped_lock lock(mutex);
      lines.emplace_back(line);
    };
  }
  ~hosted() override {
    host.reset();
    // Whatever was started has been waited for.
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
  }
  void start(const std::string& mode = "") {
    if (!mode.empty()) how.arguments = {mode};
    auto started = function_host::start(how);
    ASSERT_TRUE(started) << started.error().describe();
    host = *std::move(started);
  }
  std::vector<std::string> lines_now() {
    const std::scoped_lock lock(mutex);
    return lines;
  }

  host_options how;
  std::mutex mutex;
  std::vector<std::string> lines;
  std::shared_ptr<function_host> host;
};

TEST_F(hosted, a_program_gets_events_and_answers) {
  start();
  for (int i = 0; i < 20; ++i) {
    const std::string event = R"({"do":"echo","number":)" + std::to_string(i) + "}";
    const outcome what = invoke(*host, event);
    EXPECT_EQ(what.what, kind::response);
    EXPECT_EQ(what.text, event);
  }
  EXPECT_EQ(host->arn(), "arn:aws:lambda:local:000000000000:function:function");
}

TEST_F(hosted, invocations_wait_in_line) {
  start();
  std::list<waiting_sink> sinks(50);
  int number = 0;
  for (waiting_sink& sink : sinks) {
    host->invoke({"id-" + std::to_string(number), json::buffer(std::to_string(number))}, sink);
    ++number;
  }
  number = 0;
  for (waiting_sink& sink : sinks) EXPECT_EQ(sink.wait().text, std::to_string(number++));
}

TEST_F(hosted, an_error_is_told_and_the_program_goes_on) {
  start();
  const outcome what = tell(*host, "error");
  EXPECT_EQ(what.what, kind::error);
  EXPECT_EQ(what.text, R"({"errorMessage":"as it was told","errorType":"Function.Told"})");
  EXPECT_EQ(tell(*host, "echo").what, kind::response);
}

TEST_F(hosted, who_dies_is_started_again) {
  start();
  for (int i = 0; i < 3; ++i) {
    const outcome what = tell(*host, "die");
    EXPECT_EQ(what.what, kind::died);
    EXPECT_EQ(what.text, R"({"errorMessage":"the function's program ended with exit status 3"})");
    EXPECT_EQ(tell(*host, "echo").what, kind::response);
  }
}

TEST_F(hosted, who_takes_too_long_is_killed_and_started_again) {
  how.time_limit = 100ms;
  start();
  const outcome what = tell(*host, "hang");
  EXPECT_EQ(what.what, kind::timed_out);
  EXPECT_EQ(what.text, R"({"errorMessage":"Task timed out after 0.10 seconds"})");
  outcome after;
  do {  // on a busy machine this may take too long as well
    after = tell(*host, "echo");
  } while (after.what == kind::timed_out);
  EXPECT_EQ(after.what, kind::response);
}

TEST_F(hosted, an_answer_of_more_than_6_mb_is_refused_and_a_failure) {
  start();
  const outcome what = tell(*host, "large");
  EXPECT_EQ(what.what, kind::error);
  EXPECT_NE(what.text.find("ResponseSizeTooLarge"), std::string::npos);
  EXPECT_EQ(tell(*host, "echo").what, kind::response);  // its connection survived
}

TEST_F(hosted, an_answer_to_another_invocation_is_refused) {
  start();
  EXPECT_EQ(tell(*host, "wrong id").text, "400");
}

TEST_F(hosted, who_asks_for_more_without_an_answer_has_failed) {
  start();
  EXPECT_EQ(tell(*host, "next").what, kind::error);
  EXPECT_EQ(tell(*host, "echo").what, kind::response);
}

TEST_F(hosted, who_cannot_begin_fails_what_waits_for_it) {
  start("exits");
  for (int i = 0; i < 3; ++i) {
    const outcome what = tell(*host, "echo");
    EXPECT_EQ(what.what, kind::died);
    EXPECT_NE(what.text.find("exit status 3 as it began"), std::string::npos);
  }
}

TEST_F(hosted, an_init_error_is_told) {
  start("init error");
  const outcome what = tell(*host, "echo");
  EXPECT_EQ(what.what, kind::error);
  EXPECT_EQ(what.text, R"({"errorMessage":"cannot begin"})");
}

TEST_F(hosted, who_never_asks_for_work_is_killed) {
  how.init_time = 50ms;
  start("sleeps");
  EXPECT_EQ(tell(*host, "echo").what, kind::timed_out);
}

TEST_F(hosted, output_comes_line_by_line) {
  start();
  EXPECT_EQ(tell(*host, "print").what, kind::response);
  host->stop(60s);
  std::vector<std::string> all = lines_now();
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, (std::vector<std::string>{"and without an end", "to errors", "to output"}));
}

TEST_F(hosted, a_program_finds_lambdas_environment_and_nothing_else) {
  ::setenv("DYNAMO_TEST_SECRET", "not to be passed on", 1);  // NOLINT(concurrency-mt-unsafe)
  how.function_name = "sample";
  how.memory_mb = 256;
  how.environment = {{"MINE", "1"}, {"TZ", "Europe/Berlin"}};
  const int leaked = ::dup(0);  // without O_CLOEXEC
  start();
  const std::string all = "\n" + tell(*host, "surroundings").text;
  ::close(leaked);
  for (const char* line : {"AWS_LAMBDA_RUNTIME_API=127.0.0.1:", "AWS_LAMBDA_FUNCTION_NAME=sample\n",
                           "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256\n", "AWS_REGION=local\n", "MINE=1\n",
                           "TZ=Europe/Berlin\n", "AWS_LAMBDA_FUNCTION_VERSION=$LATEST\n"}) {
    EXPECT_NE(all.find("\n" + std::string(line)), std::string::npos) << line;
  }
  EXPECT_EQ(all.find("DYNAMO_TEST_SECRET"), std::string::npos);
  // Standard input, output and error, its socket, and the one with which it counts.
  EXPECT_NE(all.find("\ndescriptors=5\n"), std::string::npos) << all;
}

TEST_F(hosted, nothing_is_left_behind_by_deaths_time_outs_and_stops) {
  const std::size_t before = open_descriptors();
  for (int i = 0; i < 3; ++i) {
    start();
    tell(*host, "die");
    const outcome left = tell(*host, "leave a child");
    EXPECT_EQ(left.what, kind::response);
    host->stop(60s);
    while (!is_gone(std::stoi(left.text))) std::this_thread::yield();
    host.reset();
  }
  while (open_descriptors() > before) std::this_thread::yield();  // a timer of the listener's may hold some for a while
}

/// A process that hosts a function which has left a child, and its end.
class hosting_process {
 public:
  explicit hosting_process(const char* mode)
      : program_(testing_support::run_program({DYNAMO_HOSTING, DYNAMO_BOOTSTRAP, mode},
                                              testing::child_process::piped::output)) {
    std::istringstream(program_.line()) >> function >> child;
    EXPECT_GT(function, 0);
    EXPECT_GT(child, 0);
  }
  void end(int signal) {
    program_.send_signal(signal);
    program_.wait();
  }
  pid_t function = 0, child = 0;

 private:
  testing::child_process program_;
};

// It would go on with its batch beside its successor.
TEST(function_host, that_is_killed_takes_its_function_and_all_of_its_children_along) {
  for (const int signal : {SIGKILL, SIGTERM, SIGSEGV}) {
    hosting_process host("waits");
    EXPECT_FALSE(is_gone(host.function)) << "although the thread that started it has ended";
    EXPECT_FALSE(is_gone(host.child));
    host.end(signal);
    while (!is_gone(host.function) || !is_gone(host.child)) std::this_thread::yield();
  }
  hosting_process host("exits");  // without destructors
  host.end(0);
  while (!is_gone(host.function) || !is_gone(host.child)) std::this_thread::yield();
}

// Shells' usual way to end: kill 0.
TEST_F(hosted, a_function_that_signals_its_group_harms_nobody_else) {
  start("is stubborn");
  const pid_t function = std::stoi(tell(*host, "who").text);
  EXPECT_NE(::getpgid(function), ::getpgrp());
  EXPECT_EQ(::kill(-::getpgid(function), SIGTERM), 0);
  EXPECT_EQ(std::stoi(tell(*host, "who").text), function);
}

TEST_F(hosted, each_attempt_has_an_invocation_id_and_an_answer_to_another_is_refused) {
  start();
  const std::string first = tell(*host, "attempt").text, second = tell(*host, "attempt").text;
  EXPECT_EQ(first.size(), 36u) << first;
  EXPECT_NE(first, second);
  EXPECT_EQ(tell(*host, "two answers").text, "400");
}

TEST_F(hosted, a_trace_id_had_a_minus_sign_while_the_clock_stood_before_1970) {
  dynamo::testing::virtual_clock time(dynamo::testing::virtual_clock::blocking::passes_the_time, instant(-24h));
  how.wall = &time;
  how.time_limit = 60s;
  start();
  const std::string before = tell(*host, "times").text;
  EXPECT_TRUE(before.starts_with("Root=1-00000000-")) << before;
  EXPECT_TRUE(before.ends_with(" -86340000")) << before;
  time.jump(24h + 0x5bef4de7s);
  const std::string now = tell(*host, "times").text;
  EXPECT_TRUE(now.starts_with("Root=1-5bef4de7-")) << now;
}

TEST_F(hosted, who_does_not_end_when_told_is_killed) {
  start("is stubborn");
  EXPECT_EQ(tell(*host, "echo").what, kind::response);
  host->stop(50ms);
  EXPECT_EQ(tell(*host, "echo").what, kind::stopped);
}

TEST_F(hosted, what_is_under_way_at_a_stop_may_end_and_what_waits_is_not_executed) {
  start();
  waiting_sink hangs, waits;
  host->invoke({"1", json::buffer(R"({"do":"hang"})")}, hangs);
  host->invoke({"2", json::buffer(R"({"do":"echo"})")}, waits);
  host->stop(100ms);
  EXPECT_NE(hangs.wait().what, kind::response);  // died, or it had not begun
  EXPECT_EQ(waits.wait().what, kind::stopped);
}

TEST_F(hosted, a_program_that_is_not_there_is_refused_at_once) {
  how.program = "/no/such/bootstrap";
  const auto started = function_host::start(how);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code(), errc::invalid_argument);
  EXPECT_NE(started.error().message().find("/no/such/bootstrap"), std::string::npos);
}

// The message named neither the descriptor nor the system's reason.
TEST_F(hosted, a_host_that_lacks_descriptors_did_not_say_why) {
  if (testing_support::sanitized) GTEST_SKIP() << "a sanitizer takes descriptors";
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  std::vector<std::string> told;
  for (rlim_t most = 0; most < before.rlim_cur && !host; ++most) {
    rlimit few = before;
    few.rlim_cur = most;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
    auto started = function_host::start(how);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    if (started) {
      host = *std::move(started);
    } else {
      EXPECT_EQ(started.error().code(), errc::unavailable) << started.error();
      if (told.empty() || told.back() != started.error().message()) told.push_back(started.error().message());
    }
  }
  ASSERT_TRUE(host) << "the loop ends when a host begins";
  ASSERT_GE(told.size(), 2u);
  EXPECT_EQ(told[0], "Cannot create an eventfd for the function host: Too many open files");
  for (const std::string& each : told) {
    EXPECT_NE(each.find("Too many open files"), std::string::npos) << each;
    EXPECT_EQ(each.find("to be had"), std::string::npos) << each;
  }
}

TEST(line_splitter, gives_lines_and_cuts_what_is_too_long) {
  const struct {
    std::vector<std::string> pieces;
    std::vector<std::string> lines;
  } cases[] = {
      {{}, {}},
      {{"a\n"}, {"a"}},
      {{"a", "b", "\nc\n\nd"}, {"ab", "c", "", "d"}},
      {{"abcde\n"}, {"abcde"}},
      {{"abcdef\n"}, {"abcde", "f"}},
      {{"abcdefghijk"}, {"abcde", "fghij", "k"}},
      {{"abcd", "e", "\nf"}, {"abcde", "", "f"}},
  };
  for (const auto& one : cases) {
    std::vector<std::string> lines;
    const auto take = [&](std::string_view line) { lines.emplace_back(line); };
    line_splitter splitter(5);
    for (const std::string& piece : one.pieces) splitter.take(piece, take);
    splitter.finish(take);
    EXPECT_EQ(lines, one.lines);
  }
}

}  // namespace
}  // namespace dynamo::test
