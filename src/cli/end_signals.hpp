#pragma once

#include <chrono>
#include <csignal>
#include <ctime>

#include <pthread.h>

namespace dynamo::cli {

/// The signals that end the program, SIGINT and SIGTERM, kept from its threads: the main thread takes them when it is ready for them. Made
/// before other threads are.
class end_signals {
 public:
  end_signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }
  void wait() const {
    int number = 0;
    while (sigwait(&set_, &number) != 0) {
    }
  }
  /// Whether one came within this time, less than a second.
  bool came_within(std::chrono::milliseconds time) const {
    const timespec limit{0, std::chrono::nanoseconds(time).count()};
    return sigtimedwait(&set_, nullptr, &limit) > 0;
  }
  /// The next one ends the process at once.
  void let_through() const { pthread_sigmask(SIG_UNBLOCK, &set_, nullptr); }

 private:
  sigset_t set_{};
};

}  // namespace dynamo::cli
