#pragma once

/// co_await and completion tokens for every operation<T>. Include it where you use Boost.Asio; nothing else in the library
/// includes Asio. Completions are posted to the associated executor, never called inline: a million awaits that are
/// ready at once do not deepen the stack.
///
///     auto found = co_await users.get("user123");   // inside boost::asio::awaitable<...>; result<std::optional<User>>
///
/// Per-operation cancellation is forwarded as request::stop.

#include <dynamo/protocol/operation.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace dynamo::detail {

/// One operation under way: owns the handler until the endpoint completes it, then carries the outcome to its executor.
template <class T, class Handler>
class pending_call final : public reply_sink {
 public:
  using decoder = typename operation<T>::decoder;
  pending_call(Handler handler, std::shared_ptr<endpoint> via, decoder decode, std::shared_ptr<void> state)
      : via_(std::move(via)),
        decode_(decode),
        state_(std::move(state)),
        work_(boost::asio::get_associated_executor(handler)),
        handler_(std::move(handler)) {}

  void start(request r) {
    auto slot = boost::asio::get_associated_cancellation_slot(handler_);
    if (slot.is_connected()) {
      r.stop = stop_.emplace().get_token();
      slot.assign([stop = *stop_](boost::asio::cancellation_type) mutable { stop.request_stop(); });
    }
    via_->start(std::move(r), *this);
  }

  void complete(result<reply> answer) noexcept override {
    // The frame of this call moves into the posted completion, so that it is freed before the handler runs.
    auto executor = work_.get_executor();
    boost::asio::post(executor, [self = std::unique_ptr<pending_call>(this), answer = std::move(answer)]() mutable {
      auto slot = boost::asio::get_associated_cancellation_slot(self->handler_);
      if (slot.is_connected()) slot.clear();
      result<T> outcome = answer ? self->decode_(std::move(*answer), self->state_.get())
                                 : result<T>(std::unexpected(std::move(answer).error()));
      Handler handler = std::move(self->handler_);
      self.reset();
      std::move(handler)(std::move(outcome));
    });
  }

 private:
  std::shared_ptr<endpoint> via_;
  decoder decode_;
  std::shared_ptr<void> state_;
  boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler>> work_;
  std::optional<std::stop_source> stop_;
  Handler handler_;
};

template <class T, class Token>
  requires boost::asio::completion_token_for<Token, void(result<T>)>
struct asio_bridge<T, Token> {
  static constexpr bool available = true;

  template <class AnyToken>
  static auto start(operation<T>&& call, AnyToken&& token) {
    return boost::asio::async_initiate<Token, void(result<T>)>(
        [](auto handler, operation<T> op) {
          using handler_type = decltype(handler);
          if (!op.request_) {
            auto executor = boost::asio::get_associated_executor(handler);
            boost::asio::post(executor, [handler = std::move(handler), why = std::move(op.request_).error()]() mutable {
              std::move(handler)(result<T>(std::unexpected(std::move(why))));
            });
            return;
          }
          auto pending = std::make_unique<pending_call<T, handler_type>>(std::move(handler), std::move(op.via_),
                                                                         op.decode_, std::move(op.state_));
          pending.release()->start(std::move(*op.request_));  // complete() takes it back
        },
        token, std::move(call));
  }
};

}  // namespace dynamo::detail
