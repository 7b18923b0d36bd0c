#pragma once

#include <dynamo/base/detail/descriptor.hpp>

#include <cstdint>

#include <sys/eventfd.h>
#include <unistd.h>

namespace dynamo::event_source {

/// Wakes the one thread that polls its descriptor. Thread-safe.
class wakeup {
 public:
  wakeup() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  bool is_open() const noexcept { return event_.is_open(); }
  int get() const noexcept { return event_.get(); }
  void raise() const noexcept {
    const std::uint64_t one = 1;
    (void)!::write(event_.get(), &one, sizeof one);  // it fails when it has been raised 2^64 times
  }
  void clear() const noexcept {
    std::uint64_t raised = 0;
    (void)!::read(event_.get(), &raised, sizeof raised);
  }

 private:
  descriptor event_;
};

}  // namespace dynamo::event_source
