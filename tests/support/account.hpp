#pragma once

#include <dynamo/remote.hpp>

#include <support/prefixed_tables.hpp>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace dynamo::testing_support {

/// What every table that `./dev test --aws` makes is called. Then follow 12 hexadecimal digits, which are the run's, and `_`.
inline constexpr std::string_view prefix_of_all_runs = "dynamo_test_";

inline std::string environment_variable(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// From now on this process is killed when the one that started it is. A run that was killed makes no tables then.
inline void end_with_parent() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() == 1) std::raise(SIGKILL);  // it was killed already
}

/// The account that tests/peers/aws was told to use: as dynamo::remote() finds it, but for what DYNAMO_TEST_AWS_ENDPOINT, _REGION and _PROFILE
/// say. A run has many callers, so that throttling is retried for longer.
inline std::shared_ptr<endpoint> account() {
  constexpr unsigned attempts = 12;
  end_with_parent();
  remote_options options;
  options.endpoint_url = environment_variable("DYNAMO_TEST_AWS_ENDPOINT");
  options.region = environment_variable("DYNAMO_TEST_AWS_REGION");
  options.profile = environment_variable("DYNAMO_TEST_AWS_PROFILE");
  options.retries = retry_settings::standard();
  options.retries->attempts = attempts;
  auto made = remote(options);
  if (!made) throw std::runtime_error(made.error().describe());
  return made->endpoint();
}

/// A line of its own at the end of the file that DYNAMO_TEST_LEDGER names, whole even if the process is killed after it.
inline void note_in_ledger(std::string_view line) {
  const std::string path = environment_variable("DYNAMO_TEST_LEDGER");
  if (path.empty()) return;
  const std::string text = std::string(line) + '\n';
  const int ledger = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  const bool noted = ledger >= 0 && ::write(ledger, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (ledger >= 0) ::close(ledger);
  if (!noted) throw std::runtime_error("Cannot write to the ledger " + path);
}

/// A part of the account that has no tables yet: the next of this process.
inline std::shared_ptr<endpoint> part_of_account(std::string_view prefix_of_run) {
  static std::atomic<unsigned> parts{0};
  return std::make_shared<prefixed_tables>(
      account(), std::string(prefix_of_run) + std::to_string(::getpid()) + '_' + std::to_string(++parts) + '_',
      note_in_ledger);
}

}  // namespace dynamo::testing_support
