#pragma once

/// co_await and completion tokens for every operation<T>. Include it where you use Boost.Asio; nothing else in the library
/// includes Asio. Completions are posted to the associated executor, never called inline: a million awaits that are
/// ready at once do not deepen the stack.
///
///     auto found = co_await users.get("user123");   // inside boost::asio::awaitable<...>; result<std::optional<User>>
///
/// Per-operation cancellation is forwarded as request::stop. A context that ends while calls wait on it destroys their handlers without
/// calling them, as it does for Asio's own I/O; a write that was under way is committed all the same.
///
/// What a codec of your own throws reaches who waits as errc::decoding.

#include <dynamo/protocol/operation.hpp>

// g++ 12 takes Asio's operator delete of a coroutine's frame for another allocator's, where it inlines one of the two.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/use_awaitable.hpp>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

#include <atomic>
#include <concepts>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace dynamo::detail {

/// A call whose handler waits for its outcome. Linked into the list of its execution context.
class waiting_call {
 public:
  waiting_call* before = nullptr;
  waiting_call* after = nullptr;
  virtual void drop() noexcept = 0;  ///< destroys the handler, uncalled

 protected:
  ~waiting_call() = default;
};

/// The calls that wait on one execution context, for as long as it lives. Thread-safe.
class waiting_calls {
 public:
  std::mutex mutex;
  bool ended = false;  ///< guarded by `mutex`, as all of this: the context is going, and takes no completions any more

  void link(waiting_call& one) noexcept {
    one.after = first_;
    if (first_ != nullptr) first_->before = &one;
    first_ = &one;
  }
  void unlink(waiting_call& one) noexcept {
    (one.before != nullptr ? one.before->after : first_) = one.after;
    if (one.after != nullptr) one.after->before = one.before;
    one.before = one.after = nullptr;
  }
  waiting_call* first() const noexcept { return first_; }

 private:
  waiting_call* first_ = nullptr;
};

/// Drops what waits when its context ends, as Asio's own I/O objects do: handlers are destroyed without being called. What was asked of
/// the endpoint goes on; its outcome is received and forgotten.
class waiting_calls_service final : public boost::asio::execution_context::service {
 public:
  static inline boost::asio::execution_context::id id;

  explicit waiting_calls_service(boost::asio::execution_context& context) : service(context) {}
  const std::shared_ptr<waiting_calls>& calls() const noexcept { return calls_; }

 private:
  void shutdown() noexcept override {
    std::unique_lock lock(calls_->mutex);
    calls_->ended = true;
    while (waiting_call* one = calls_->first()) {
      calls_->unlink(*one);
      lock.unlock();
      one->drop();  // may destroy a coroutine, and with it anything
      lock.lock();
    }
  }

  const std::shared_ptr<waiting_calls> calls_ = std::make_shared<waiting_calls>();
};

template <class Executor>
std::shared_ptr<waiting_calls> waiting_calls_of(const Executor& executor) {
  if constexpr (requires {
                  {
                    boost::asio::query(executor, boost::asio::execution::context)
                  } -> std::convertible_to<boost::asio::execution_context&>;
                }) {
    boost::asio::execution_context& context = boost::asio::query(executor, boost::asio::execution::context);
    return boost::asio::use_service<waiting_calls_service>(context).calls();
  } else {
    return nullptr;  // an executor that stands on nothing
  }
}

/// One operation under way: owns the handler until the endpoint completes it, then carries the outcome to its executor. Owned by the
/// endpoint, which completes it exactly once, whatever has become of the handler.
template <class T, class Handler>
class pending_call final : public reply_sink, waiting_call {
 public:
  using decoder = typename operation<T>::decoder;
  pending_call(Handler handler, decoder decode, std::shared_ptr<void> state)
      : decode_(decode), caller_(std::in_place, std::move(handler), std::move(state)) {}

  /// The caller holds `via` meanwhile: the outcome may come, and its handler destroy everything, before this returns.
  void start(const std::shared_ptr<endpoint>& via, request r) {
    auto slot = boost::asio::get_associated_cancellation_slot(caller_->handler);
    if (slot.is_connected()) {
      r.stop = stop_.emplace().get_token();
      slot.assign([stop = *stop_](boost::asio::cancellation_type) mutable { stop.request_stop(); });
    }
    caller_->via = via;
    calls_ = waiting_calls_of(caller_->work.get_executor());
    if (calls_) link();
    via->start(std::move(r), *this);
  }

  void complete(result<reply> answer) noexcept override {
    const std::shared_ptr<waiting_calls> calls = calls_;
    std::unique_lock<std::mutex> lock;
    if (calls) {
      lock = std::unique_lock(calls->mutex);
      if (calls->ended) {
        lock.unlock();
        return release();
      }
      calls->unlink(*this);
    }
    const std::unique_ptr<pending_call> self(this);
    // While the lock is held the context cannot go. The caller moves into the posted completion, and is freed before the handler runs.
    auto executor = caller_->work.get_executor();
    boost::asio::post(executor, [caller = *std::move(caller_), decode = decode_, answer = std::move(answer)]() mutable {
      auto slot = boost::asio::get_associated_cancellation_slot(caller.handler);
      if (slot.is_connected()) slot.clear();
      result<T> outcome = decoded(decode, answer, caller.state.get());
      Handler handler = std::move(caller.handler);
      caller.release();
      std::move(handler)(std::move(outcome));
    });
  }

 private:
  /// What belongs to who waits, and goes with the handler.
  struct waiting_caller {
    waiting_caller(Handler h, std::shared_ptr<void> s)
        : state(std::move(s)), work(boost::asio::get_associated_executor(h)), handler(std::move(h)) {}
    void release() {
      via.reset();
      state.reset();
      work.reset();
    }
    std::shared_ptr<endpoint> via;
    std::shared_ptr<void> state;
    boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler>> work;
    Handler handler;
  };

  /// What a user's codec throws must not leave the loop that runs the handlers.
  [[nodiscard]] static result<T> decoded(decoder decode, result<reply>& answer, void* state) {
    if (!answer) return std::unexpected(std::move(answer).error());
    try {
      return decode(std::move(*answer), state);
    } catch (const std::exception& thrown) {
      return fail(errc::decoding, std::string("The reply could not be read: a codec threw ") + thrown.what());
    } catch (...) {
      return fail(errc::decoding, "The reply could not be read: a codec threw something");
    }
  }

  void link() {
    std::unique_lock lock(calls_->mutex);
    if (!calls_->ended) return calls_->link(*this);
    lock.unlock();
    drop();
  }
  void drop() noexcept override {
    caller_.reset();
    release();
  }
  /// For a call that is dropped: by the context and by the endpoint, in either order; the second deletes it.
  void release() noexcept {
    if (released_.exchange(true, std::memory_order_acq_rel)) delete this;
  }

  decoder decode_;
  std::optional<std::stop_source> stop_;
  std::shared_ptr<waiting_calls> calls_;
  std::optional<waiting_caller> caller_;
  std::atomic<bool> released_ = false;
};

template <class T, class Token>
  requires boost::asio::completion_token_for<Token, void(result<T>)>
struct asio_bridge<T, Token> {
  static constexpr bool available = true;

  template <class AnyToken>
  static auto start(operation<T>&& call, AnyToken&& token) {
    return boost::asio::async_initiate<std::remove_reference_t<AnyToken>, void(result<T>)>(
        [](auto handler, operation<T> op) {
          using handler_type = decltype(handler);
          std::shared_ptr<endpoint> via;
          result<request> asked = op.take(via);
          if (!asked) {
            auto executor = boost::asio::get_associated_executor(handler);
            boost::asio::post(executor, [handler = std::move(handler), why = std::move(asked).error()]() mutable {
              std::move(handler)(result<T>(std::unexpected(std::move(why))));
            });
            return;
          }
          auto pending =
              std::make_unique<pending_call<T, handler_type>>(std::move(handler), op.decode_, std::move(op.state_));
          pending.release()->start(via, *std::move(asked));  // complete() takes it back
        },
        token, std::move(call));
  }
};

}  // namespace dynamo::detail
