#include <dynamo/base/random.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <string_view>

#include <pthread.h>
#include <sys/random.h>

namespace dynamo {
namespace {

/// Counts forks, so that a child never draws the numbers that its parent has in stock.
std::atomic<unsigned> forks{0};

/// Numbers of one thread, fetched 32 at a time: a system call for each would cost more than a read of an item.
struct stock {
  std::array<std::uint64_t, 32> numbers{};  // 256 bytes, the most that getentropy gives at once
  std::size_t left = 0;
  unsigned forks_seen = 0;

  std::uint64_t take() noexcept {
    const unsigned forks_now = forks.load(std::memory_order_relaxed);
    if (left == 0 || forks_seen != forks_now) {
      // Fails only on kernels without the call or before the first seed at boot; there is no second source to turn to.
      if (::getentropy(numbers.data(), sizeof numbers) != 0) std::abort();
      left = numbers.size();
      forks_seen = forks_now;
    }
    return numbers[--left];
  }
};

class machine_random final : public random_source {
 public:
  machine_random() noexcept {
    ::pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });
  }
  std::uint64_t next() noexcept override {
    thread_local constinit stock numbers;
    return numbers.take();
  }
};

}  // namespace

random_source& system_random() noexcept {
  static machine_random the_source;
  return the_source;
}

std::string make_request_id(random_source& random) {
  // 256 bits in base 32, which is what the service's own identifiers look like.
  constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
  constexpr std::size_t size = 52;
  constexpr std::size_t digits_per_draw = 13;  // the last one has 4 bits
  std::string id(size, '0');
  for (std::size_t i = 0; i < size;) {
    std::uint64_t bits = random.next();
    for (std::size_t end = i + digits_per_draw; i < end; ++i, bits >>= 5) id[i] = digits[bits & 31];
  }
  return id;
}

}  // namespace dynamo
