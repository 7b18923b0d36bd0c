#include <dynamo/base/clock.hpp>

namespace dynamo {
namespace {

class machine_clock final : public clock {
 public:
  instant now() const noexcept override {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace

const clock& system_clock() noexcept {
  static constinit const machine_clock the_clock;
  return the_clock;
}

}  // namespace dynamo
