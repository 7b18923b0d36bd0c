#pragma once

#include <dynamo/protocol/operation.hpp>

#include <type_traits>
#include <utility>

/// The guard against g++ 12, which destroys an aggregate temporary twice when its full expression contains co_await. Nobody can
/// see from an argument where it stands, but the code that awaits sees what the call was made of: see docs/coroutines.md.
namespace dynamo {

namespace detail {

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ <= 12
/// Whether this argument may be such a temporary. A moved variable looks the same, because both are rvalues.
template <class Value>
inline constexpr bool freed_twice =
    !std::is_lvalue_reference_v<Value> && std::is_aggregate_v<std::remove_cvref_t<Value>> &&
    !std::is_array_v<std::remove_cvref_t<Value>> && !std::is_trivially_destructible_v<std::remove_cvref_t<Value>>;
#else
template <class Value>
inline constexpr bool freed_twice = false;
#endif

}  // namespace detail

/// An operation whose arguments were temporaries that g++ 12 must not see beside co_await. `run()` and callbacks are as they
/// always are; awaiting it is a compile error that says what to do. Becomes an operation<T> where one is asked for.
template <class T>
class [[nodiscard("an operation does nothing until it is run or awaited")]] operation_on_temporary
    : public operation<T> {
 public:
  explicit operation_on_temporary(operation<T>&& made) noexcept : operation<T>(std::move(made)) {}

  operation_on_temporary<detailed<T>> with_details() && {
    return operation_on_temporary<detailed<T>>(static_cast<operation<T>&&>(*this).with_details());
  }

  template <class Token>
    requires requires { detail::asio_bridge<T, std::decay_t<Token>>::available; }
  auto operator()(Token&& token) && {
    using started = decltype(static_cast<operation<T>&&>(*this)(std::forward<Token>(token)));
    static_assert(
        std::is_void_v<started>,
        "dynamo: name the item, key or array first and pass the variable, without std::move: g++ 12 destroys an "
        "aggregate temporary twice when the expression contains co_await (docs/coroutines.md)");
    return static_cast<operation<T>&&>(*this)(std::forward<Token>(token));
  }
};

namespace detail {

template <class T>
operation_on_temporary<T> on_temporary(operation<T>&& made) {
  return operation_on_temporary<T>(std::move(made));
}

}  // namespace detail
}  // namespace dynamo
