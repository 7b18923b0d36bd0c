#include <dynamo/base/random.hpp>

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdlib>
#include <string_view>

#include <pthread.h>
#include <sys/random.h>

namespace dynamo {
namespace {

/// Counts forks, so that a child never draws the numbers that its parent goes on to draw.
std::atomic<unsigned> forks{0};

/// xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021), seeded by the operating system.
/// Asking the system for every number would cost more than a read of an item does.
class generator {
 public:
  std::uint64_t next() noexcept {
    const unsigned forks_now = forks.load(std::memory_order_relaxed);
    if (!seeded_ || forks_seen_ != forks_now) {
      seed();
      forks_seen_ = forks_now;
    }
    const std::uint64_t drawn = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return drawn;
  }

 private:
  void seed() noexcept {
    // Fails only on kernels without the call or before the first seed at boot; there is no second source to turn to.
    if (::getentropy(state_.data(), sizeof state_) != 0) std::abort();
    seeded_ = true;
  }

  std::array<std::uint64_t, 4> state_{};
  unsigned forks_seen_ = 0;
  bool seeded_ = false;
};

class machine_random final : public random_source {
 public:
  machine_random() noexcept {
    ::pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });
  }
  std::uint64_t next() noexcept override {
    thread_local constinit generator numbers;
    return numbers.next();
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
