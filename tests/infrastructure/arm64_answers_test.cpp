// The program that infrastructure/ deploys, as qemu runs it under our function host: it answers each event file as the program of this machine
// does, and as the file beside says.
#include <dynamo/base/log.hpp>
#include <dynamo/event_source/function_host.hpp>

#include <event_source/waiting_sink.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/utsname.h>

namespace dynamo::test {
namespace {

using namespace std::chrono_literals;
using namespace event_source;
using kind = event_source::outcome::kind;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::vector<std::filesystem::path> event_files() {
  std::vector<std::filesystem::path> all;
  for (const auto& each : std::filesystem::directory_iterator(DYNAMO_LAMBDA_EVENTS)) {
    if (each.path().extension() == ".json") all.push_back(each.path());
  }
  std::ranges::sort(all);
  return all;
}

/// What a function logs: each line without what differs from run to run.
class kept_log {
 public:
  std::function<void(std::string_view)> output() {
    return [this](std::string_view line) {
      const std::scoped_lock lock(mutex_);
      lines_.push_back(stable_part(line));
    };
  }
  std::vector<std::string> lines() const {
    const std::scoped_lock lock(mutex_);
    return lines_;
  }

 private:
  static std::string stable_part(std::string_view line) {
    std::string text(line);
    for (const std::string_view member : {R"("timestamp":")", R"("microseconds":)"}) {
      const std::size_t at = text.find(member);
      if (at == std::string::npos) continue;
      const std::size_t from = at + member.size();
      text.erase(from, text.find_first_of(member.ends_with('"') ? "\"" : "},", from) - from);
    }
    return text;
  }

  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

/// A program under a host, whose log is kept.
class hosted_function {
 public:
  explicit hosted_function(const std::string& program, std::vector<std::string> arguments = {}) {
    host_options how;
    how.program = program;
    how.arguments = std::move(arguments);
    how.time_limit = how.init_time = 60s;
    how.output = log_.output();
    auto started = function_host::start(std::move(how));
    if (started) {
      host_ = *std::move(started);
    } else {
      ADD_FAILURE() << started.error().describe();
    }
  }

  outcome answer(const std::string& event) { return host_ ? invoke(*host_, event) : outcome(); }
  /// All of it: ends the program.
  std::vector<std::string> log() {
    if (host_) host_->stop(60s);
    return log_.lines();
  }

 private:
  kept_log log_;
  std::shared_ptr<function_host> host_;
};

/// The error that the program prints for an event from a file, as the Runtime API is told it.
std::string error_text(const std::string& printed) {
  const std::size_t colon = printed.find(": ");
  return printed.substr(colon + 2, printed.find_last_not_of('\n') - colon - 1);
}

/// Empty where arm64 is this machine's own architecture.
std::string qemu() {
  ::utsname machine{};
  ::uname(&machine);
  return std::string_view(machine.machine) == "aarch64" ? "" : DYNAMO_QEMU_AARCH64;
}

std::string why_not() {
  ::utsname machine{};
  ::uname(&machine);
  if (!std::filesystem::exists(DYNAMO_ARM64_FUNCTION)) return "there is no function for arm64";
  if (std::string_view(machine.machine) != "aarch64" && qemu().empty()) {
    return "there is no qemu-aarch64; apt-get install qemu-user";
  }
  return {};
}

TEST(arm64_function, answers_every_event_file_as_the_native_one_does) {
  set_log_sink({});
  std::unique_ptr<hosted_function> arm64 =
      qemu().empty() ? std::make_unique<hosted_function>(DYNAMO_ARM64_FUNCTION)
                     : std::make_unique<hosted_function>(qemu(), std::vector<std::string>{DYNAMO_ARM64_FUNCTION});
  hosted_function native(DYNAMO_NATIVE_FUNCTION);
  const auto files = event_files();
  ASSERT_GE(files.size(), 13U);
  for (std::filesystem::path file : files) {
    SCOPED_TRACE(file.filename());
    const std::string event = text_of(file);
    const outcome theirs = arm64->answer(event), ours = native.answer(event);
    EXPECT_EQ(theirs.what, ours.what);
    EXPECT_EQ(theirs.text, ours.text);
    const std::string expected = text_of(file.replace_extension(".answer"));
    if (expected.starts_with('{')) {
      EXPECT_EQ(theirs.what, kind::response);
      EXPECT_EQ(theirs.text + "\n", expected);
    } else {
      EXPECT_EQ(theirs.what, kind::error);
      EXPECT_NE(theirs.text.find(error_text(expected)), std::string::npos) << theirs.text;
    }
  }
  const auto log = arm64->log();
  EXPECT_EQ(log, native.log());
  EXPECT_GT(log.size(), files.size()) << "each change, and each batch";
}

}  // namespace
}  // namespace dynamo::test

int main(int count, char** arguments) {
  if (const std::string reason = dynamo::test::why_not(); !reason.empty()) {
    std::printf("skipped: %s\n", reason.c_str());
    return 77;
  }
  ::testing::InitGoogleTest(&count, arguments);
  return RUN_ALL_TESTS();
}
