// expects: ignoring return value
// What a result would gain by a type of its own that is [[nodiscard]]: with clang `co_await call;` would warn. g++ 12 lets it go in
// silence, whatever is [[nodiscard]]: as soon as a g++ warns, the other half of this pair fails and says so.
#include <coroutine>

#if defined(BREAK) && !defined(__clang__)
#error "dynamo: (clang only) ignoring return value"
#endif

#pragma GCC diagnostic error "-Wunused-result"

struct [[nodiscard]] outcome {
  bool ok = false;
};
struct call {
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  [[nodiscard]] outcome await_resume() const noexcept { return {}; }
};
struct coroutine {
  struct promise_type {
    coroutine get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};

coroutine application() {
#if defined(BREAK) || !defined(__clang__)
  co_await call();
#else
  (void)co_await call();
#endif
}
