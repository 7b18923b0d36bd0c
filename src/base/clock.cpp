#include <dynamo/base/clock.hpp>

#include <array>
#include <ctime>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace dynamo {
namespace {

// The kernel's name for this boot, and the time name space, since each of these may shift CLOCK_BOOTTIME. Empty where either cannot be read.
std::string read_boot_id() {
  std::array<char, 64> text{};
  const int file = ::open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  const ssize_t got = ::read(file, text.data(), text.size());
  (void)::close(file);
  if (got <= 1) return {};
  std::string id(text.data(), static_cast<std::size_t>(got) - 1);  // without the line's end
  const ssize_t named = ::readlink("/proc/self/ns/time", text.data(), text.size());
  if (named <= 0) return {};
  return id.append(1, ' ').append(text.data(), static_cast<std::size_t>(named));
}

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
  std::string_view boot_id() const noexcept override {
    static const std::string id = read_boot_id();
    return id;
  }
};

}  // namespace

const clock& system_clock() noexcept {
  static constinit const machine_clock the_clock;
  return the_clock;
}

}  // namespace dynamo
