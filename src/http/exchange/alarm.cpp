#include <http/exchange/alarm.hpp>

#include <cerrno>
#include <cstdint>

#include <sys/eventfd.h>
#include <unistd.h>

namespace dynamo::http {

result<std::shared_ptr<alarm>> alarm::make(timer& time) {
  const int descriptor = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (descriptor < 0) return fail(errc::unavailable, "Cannot send HTTP requests: no file descriptors are left");
  return std::make_shared<alarm>(time, descriptor);
}

alarm::~alarm() { ::close(descriptor_); }

bool alarm::set_until(std::chrono::steady_clock::time_point due) {
  const std::scoped_lock lock(mutex_);
  deadline_ = never;
  if (due == never) return true;
  if (ticket_ && ticket_.due > due) {
    time_.cancel(ticket_);
    ticket_ = {};
  }
  if (!ticket_ && !wait_for(due)) return false;
  deadline_ = due;
  if (time_.steady_now() >= due)
    ring();  // a virtual clock that was advanced meanwhile runs the task at its next advance only
  return true;
}

void alarm::rest() noexcept {
  const std::scoped_lock lock(mutex_);
  deadline_ = never;
}

void alarm::silence() noexcept {
  const std::scoped_lock lock(mutex_);
  deadline_ = never;
  if (ticket_) time_.cancel(ticket_);
  ticket_ = {};
}

void alarm::cancel() noexcept {
  cancelled_.store(true, std::memory_order_release);
  wake();
}

void alarm::drain() noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(descriptor_, &count, sizeof count);
}

void alarm::run() noexcept {
  const std::scoped_lock lock(mutex_);
  ticket_ = {};
  if (deadline_ == never) return;
  // A timer that takes no more tasks rings too early rather than never.
  if (time_.steady_now() < deadline_ && wait_for(deadline_)) return;
  ring();
}

void alarm::ring() noexcept {
  deadline_ = never;
  wake();
}

bool alarm::wait_for(std::chrono::steady_clock::time_point due) {
  // A virtual clock may be advanced between these two calls, and the task would wait for too long.
  constexpr auto too_late = std::chrono::milliseconds(1);
  for (int tries = 0;; ++tries) {
    const auto wait = std::chrono::ceil<std::chrono::microseconds>(due - time_.steady_now());
    ticket_ = time_.after(wait, shared_from_this());
    if (!ticket_ || tries == 3 || ticket_.due < due + too_late || wait.count() <= 0) return static_cast<bool>(ticket_);
    time_.cancel(ticket_);
  }
}

void alarm::wake() noexcept {
  const int before = errno;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto put = ::write(descriptor_, &one, sizeof one);
  errno = before;
}

}  // namespace dynamo::http
