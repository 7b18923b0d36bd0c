#include <dynamo/base/clock.hpp>

#include <ctime>

namespace dynamo {
namespace {

class machine_clock final : public clock {
 public:
  instant now() const noexcept override {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
  // Unlike the monotonic clock it goes on while the machine sleeps.
  std::chrono::microseconds elapsed() const noexcept override {
    timespec passed{};
    (void)::clock_gettime(CLOCK_BOOTTIME, &passed);
    return std::chrono::seconds(passed.tv_sec) + std::chrono::microseconds(passed.tv_nsec / 1'000);
  }
};

}  // namespace

const clock& system_clock() noexcept {
  static constinit const machine_clock the_clock;
  return the_clock;
}

}  // namespace dynamo
