#include <dynamo/base/log.hpp>

#include <cstdio>
#include <mutex>
#include <string>
#include <utility>

#include <pthread.h>

namespace dynamo {
namespace {

void write_to_stderr(log_level level, std::string_view message) {
  if (level < log_level::warning) return;
  std::string line = level == log_level::warning ? "dynamo: warning: " : "dynamo: error: ";
  line.append(message).push_back('\n');
  std::fwrite(line.data(), 1, line.size(), stderr);
}

struct logger {
  std::mutex mutex;
  log_sink sink = write_to_stderr;
};

/// Never destroyed: background threads may have something to say while the program ends.
logger& the_logger() {
  static logger& instance = *new logger;
  // A child of fork() must not find it locked by a thread that it does not have.
  [[maybe_unused]] static const int free_in_children =
      pthread_atfork([] { instance.mutex.lock(); }, [] { instance.mutex.unlock(); }, [] { instance.mutex.unlock(); });
  return instance;
}

}  // namespace

void set_log_sink(log_sink sink) {
  const std::scoped_lock lock(the_logger().mutex);
  std::swap(the_logger().sink, sink);
}

void log(log_level level, std::string_view message) {
  const std::scoped_lock lock(the_logger().mutex);
  if (!the_logger().sink) return;
  try {
    the_logger().sink(level, message);
  } catch (...) {  // NOLINT(bugprone-empty-catch): the caller that logs has nobody to tell
  }
}

}  // namespace dynamo
