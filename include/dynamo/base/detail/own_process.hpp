#pragma once

#include <dynamo/base/result.hpp>

#include <atomic>
#include <cstdint>
#include <string_view>

namespace dynamo {

namespace detail {
/// How many forks lie between this process and the one in which the library was loaded.
extern std::atomic<std::uint32_t> forks;
}  // namespace detail

/// Remembers the process in which it was made. After fork() a child holds copies of objects whose threads, locks and files are its
/// parent's: such objects answer an error there, and are left as they are instead of destroyed.
class own_process {
 public:
  own_process() noexcept : made_in_(detail::forks.load(std::memory_order_relaxed)) {}
  bool is_this() const noexcept { return made_in_ == detail::forks.load(std::memory_order_relaxed); }

 private:
  std::uint32_t made_in_;
};

/// What such an object answers in a child; `what` begins the sentence: "This database".
std::unexpected<error> made_before_fork(std::string_view what);

/// A deleter for objects with threads or files: does nothing in a child.
class delete_in_own_process {
 public:
  template <class T>
  void operator()(T* object) const noexcept {
    if (made_.is_this()) delete object;
  }

 private:
  own_process made_;
};

}  // namespace dynamo
