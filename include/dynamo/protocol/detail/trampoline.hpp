#pragma once

#include <atomic>

namespace dynamo::detail {

/// Makes a loop of requests that are answered inside of start(), so that a thousand answers do not deepen the stack.
///
/// Each request has two events: start() has returned, and its answer has come. They come in either order, on one thread or on two. The second
/// of them goes on: of returned() and completed() exactly one returns true, and it sees what the other thread did before.
/// ```cpp
/// do {
///   jump.starting();
///   via.start(next_request(), *this);
/// } while (jump.returned() && has_more());   // the answer came inside of start()
///
/// void complete(result<reply> answer) noexcept override {
///   answer_ = std::move(answer);
///   if (jump.completed()) go_on();           // start() had returned
/// }
/// ```
/// After a false the other thread may have freed the object. Pure: starts and completes nothing itself.
class trampoline {
 public:
  /// Before each start().
  void starting() noexcept { one_came_.store(false, std::memory_order_relaxed); }
  /// After start(). True: its answer has come, and the caller goes on.
  [[nodiscard]] bool returned() noexcept { return is_second(); }
  /// In complete(), when the answer is stored. True: start() has returned, and the caller goes on.
  [[nodiscard]] bool completed() noexcept { return is_second(); }

 private:
  bool is_second() noexcept { return one_came_.exchange(true, std::memory_order_acq_rel); }

  std::atomic<bool> one_came_ = false;
};

}  // namespace dynamo::detail
