#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <dynamo/protocol/item_collection.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>
#include <vector>

namespace dynamo {

/// What a call can tell besides its value; see operation::with_details().
struct call_details {
  std::string request_id;
  unsigned attempts = 1;
  std::optional<double> capacity_units;       ///< consumed, read or write as the operation has it
  std::optional<double> vector_search_bytes;  ///< VectorSearchRequestBytes: what a search compared and answered
  std::optional<double> vector_write_bytes;   ///< VectorWriteRequestBytes of all vector indexes that the write changed
  std::vector<item_collection> item_collections;  ///< one, if the call asked for it: see item_collection_metrics

  call_details() = default;
};
template <class T>
struct detailed {
  T value;
  call_details details;
  detailed(T v, call_details d) : value(std::move(v)), details(std::move(d)) {}
};
template <>
struct detailed<void> {
  call_details details;
  explicit detailed(call_details d) : details(std::move(d)) {}
};

namespace detail {
/// Specialised in <dynamo/asio.hpp>: how an operation is started with a completion token.
template <class T, class Token>
struct asio_bridge;

call_details read_details(const reply&);
/// Asks for consumed capacity in a body that is already complete; by index, if a write is to tell the bytes of vector indexes.
void request_details(request&, bool by_index);

/// What all operations share. Its members are compiled once, and not in every file that makes a call.
class prepared_call {
 public:
  prepared_call(std::shared_ptr<endpoint> via, result<request> prepared,
                std::shared_ptr<void> state = nullptr) noexcept;
  prepared_call(prepared_call&&) noexcept;
  prepared_call& operator=(prepared_call&&) noexcept;
  ~prepared_call();
  prepared_call with_state(std::shared_ptr<void>) &&;
  /// A write to a table with vector indexes: what they take is told by index only.
  void tell_capacity_by_index() noexcept { capacity_by_index_ = true; }

 protected:
  void end_within(std::chrono::milliseconds);
  void stop_when(std::stop_token);
  /// What is to be sent, once: the operation has no endpoint afterwards. An operation that was run or moved from is an error.
  [[nodiscard]] result<request> take(std::shared_ptr<endpoint>& via);

  /// The outcome of making the call on this thread.
  class received {
   public:
    explicit received(prepared_call&);
    received(const received&) = delete;
    received& operator=(const received&) = delete;
    ~received();
    /// Null after a failure.
    reply* answer() noexcept { return outcome_ ? &*outcome_ : nullptr; }
    std::unexpected<error> failure() noexcept { return std::unexpected<error>(std::move(outcome_).error()); }

   private:
    result<reply> outcome_;
  };

  std::shared_ptr<endpoint> via_;
  result<request> request_;
  std::shared_ptr<void> state_;
  bool capacity_by_index_ = false;
};
}  // namespace detail

/// A call that has been encoded and not yet made. The caller chooses how to wait:
/// `.run()` blocks; `co_await` suspends inside a boost::asio::awaitable, and any Asio completion token works, once
/// <dynamo/asio.hpp> is included.
///
/// Nothing the caller passed has to outlive the expression that made the operation. Move-only and single-shot.
/// Not thread-safe. An argument that could not be encoded surfaces as the operation's error; nothing is sent then.
template <class T>
class [[nodiscard("an operation does nothing until it is run or awaited")]] operation : detail::prepared_call {
 public:
  using value_type = T;
  /// Makes the value from a reply; `state` is what the maker of the operation put there (may be null).
  using decoder = result<T> (*)(reply&&, void* state);

  operation(std::shared_ptr<endpoint> via, result<request> prepared, decoder decode,
            std::shared_ptr<void> state = nullptr)
      : prepared_call(std::move(via), std::move(prepared), std::move(state)), decode_(decode) {}
  operation(detail::prepared_call&& call, decoder decode) noexcept : prepared_call(std::move(call)), decode_(decode) {}
  operation(operation&&) noexcept = default;
  operation& operator=(operation&&) noexcept = default;

  /// Makes the call and waits for its outcome.
  [[nodiscard]] result<T> run() && {
    received got(*this);
    if (reply* answer = got.answer()) return decode_(std::move(*answer), state_.get());
    return got.failure();
  }

  /// The same call, which ends with errc::timed_out so long after this at the latest, with all attempts; 0 or less: it is not made.
  operation within(std::chrono::milliseconds time) && {
    end_within(time);
    return std::move(*this);
  }
  /// The same call, which ends with errc::cancelled once the token is asked to stop, if it has no outcome by then. What it wrote stays written.
  operation until_stopped(std::stop_token token) && {
    stop_when(std::move(token));
    return std::move(*this);
  }

  /// The same call, and its value with consumed capacity, request id and attempts beside it.
  operation<detailed<T>> with_details() && {
    struct wrapped {
      decoder decode;
      std::shared_ptr<void> state;
    };
    if (via_ && request_) detail::request_details(*request_, capacity_by_index_);
    auto inner = std::make_shared<wrapped>(decode_, std::move(state_));
    return {std::move(via_), std::move(request_),
            [](reply&& answer, void* state) -> result<detailed<T>> {
              auto& inside = *static_cast<wrapped*>(state);
              call_details details = detail::read_details(answer);
              result<T> value = inside.decode(std::move(answer), inside.state.get());
              if (!value) return std::unexpected(std::move(value).error());
              if constexpr (std::is_void_v<T>) {
                return detailed<T>(std::move(details));
              } else {
                return detailed<T>(std::move(*value), std::move(details));
              }
            },
            std::move(inner)};
  }

  /// Starts the call with an Asio completion token of signature void(result<T>).
  template <class Token>
    requires requires { detail::asio_bridge<T, std::decay_t<Token>>::available; }
  auto operator()(Token&& token) && {
    return detail::asio_bridge<T, std::decay_t<Token>>::start(std::move(*this), std::forward<Token>(token));
  }

 private:
  template <class, class>
  friend struct detail::asio_bridge;

  decoder decode_;
};

}  // namespace dynamo
