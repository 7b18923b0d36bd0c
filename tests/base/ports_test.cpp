#include <dynamo/base/clock.hpp>
#include <dynamo/base/log.hpp>
#include <dynamo/base/random.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

namespace dynamo {
namespace {

/// Hands out what it was given.
class scripted_random final : public random_source {
 public:
  explicit scripted_random(std::vector<std::uint64_t> numbers) : numbers_(std::move(numbers)) {}
  std::uint64_t next() noexcept override { return numbers_[at_++ % numbers_.size()]; }

 private:
  std::vector<std::uint64_t> numbers_;
  std::size_t at_ = 0;
};

TEST(Clock, TellsTheTimeOfTheMachine) {
  const auto before = std::chrono::system_clock::now();
  const instant now = system_clock().now();
  EXPECT_GE(now + std::chrono::microseconds(1), before);
  EXPECT_LE(now, std::chrono::system_clock::now());
}

TEST(Clock, EveryProcessOfOneBootReadsTheSameName) {
  const std::string id(system_clock().boot_id());
  EXPECT_GE(id.size(), 36U) << id;
  EXPECT_EQ(id.find('\n'), std::string::npos) << id;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const std::string cat =
        "printf '%s %s' \"$(cat /proc/sys/kernel/random/boot_id)\" \"$(readlink /proc/self/ns/time)\"";
    ::dup2(ends[1], 1);
    ::execl("/bin/sh", "sh", "-c", cat.c_str(), nullptr);
    ::_exit(1);
  }
  ::close(ends[1]);
  std::string seen(id.size() + 1, ' ');
  const ssize_t got = ::read(ends[0], seen.data(), seen.size());
  ::close(ends[0]);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(seen.substr(0, got < 0 ? 0 : static_cast<std::size_t>(got)), id);
}

TEST(RequestId, Has52CharactersAsTheServicesOwn) {
  const std::string id = make_request_id(system_random());
  EXPECT_EQ(id.size(), 52U);
  EXPECT_TRUE(std::ranges::all_of(id, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); })) << id;
  EXPECT_NE(id, make_request_id(system_random()));
}

TEST(RequestId, RepeatsWithItsSource) {
  scripted_random zeros({0}), ones({~std::uint64_t{0}}), same({~std::uint64_t{0}});
  EXPECT_EQ(make_request_id(zeros), std::string(52, '0'));
  EXPECT_EQ(make_request_id(ones), make_request_id(same));
}

TEST(Random, AChildProcessDrawsOtherNumbersThanItsParent) {
  system_random().next();  // seeds the generator that the child inherits
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const std::uint64_t drawn = system_random().next();
    ::_exit(::write(ends[1], &drawn, sizeof drawn) == sizeof drawn ? 0 : 1);
  }
  std::uint64_t drawn = 0;
  EXPECT_EQ(::read(ends[0], &drawn, sizeof drawn), static_cast<ssize_t>(sizeof drawn));
  EXPECT_NE(system_random().next(), drawn);
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Log, GoesToTheSinkThatWasSetLast) {
  std::vector<std::pair<log_level, std::string>> lines;
  set_log_sink([&](log_level level, std::string_view message) { lines.emplace_back(level, message); });
  log(log_level::warning, "first");
  log(log_level::debug, "second");
  set_log_sink({});
  log(log_level::error, "nobody hears this");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0], (std::pair{log_level::warning, std::string("first")}));
  EXPECT_EQ(lines[1].first, log_level::debug);
}

TEST(Log, WhatASinkThrowsStopsThere) {
  set_log_sink([](log_level, std::string_view) { throw std::runtime_error("disk full"); });
  EXPECT_NO_THROW(log(log_level::error, "message"));
  set_log_sink({});
}

}  // namespace
}  // namespace dynamo
