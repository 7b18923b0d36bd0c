#include <dynamo/base/detail/own_process.hpp>

#include <string>

#include <pthread.h>

namespace dynamo {

namespace detail {

std::atomic<std::uint32_t> forks = 0;

namespace {
[[maybe_unused]] const int watching =
    pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });
}  // namespace

}  // namespace detail

std::unexpected<error> made_before_fork(std::string_view what) {
  return fail(
      errc::invalid_argument,
      std::string(what) +
          " was opened before fork(), and its threads and files are the parent's. Fork first and open then, or end a child "
          "with _exit() or exec().");
}

}  // namespace dynamo
