#pragma once

#include <dynamo/protocol/operation.hpp>

#include <optional>
#include <type_traits>
#include <utility>

/// The guard against g++ 12, which destroys an aggregate temporary twice when its full expression contains co_await. Nobody can
/// see from an argument where it stands, but the code that awaits sees what the call was made of: see docs/coroutines.md.
namespace dynamo {

namespace detail {

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ <= 12
/// An optional is none, but is made from one in the same expression.
template <class T>
inline constexpr bool destroys_as_aggregate =
    std::is_aggregate_v<T> && !std::is_array_v<T> && !std::is_trivially_destructible_v<T>;
template <class T>
inline constexpr bool destroys_as_aggregate<std::optional<T>> = destroys_as_aggregate<T>;
/// Whether this argument may be such a temporary. A moved variable looks the same, because both are rvalues: see
/// docs/adr/0012-temporaries-on-gxx-12.md.
template <class Value>
inline constexpr bool freed_twice =
    !std::is_lvalue_reference_v<Value> && destroys_as_aggregate<std::remove_cvref_t<Value>>;
#else
template <class Value>
inline constexpr bool freed_twice = false;
#endif

/// The constraint's name is what the compiler says of a `table::key` that is made of such a temporary, which would hide it.
template <class... Values>
concept named_first_since_gxx_12_destroys_aggregate_temporaries_twice = (!freed_twice<Values> && ...);

/// A part of a call, such as a condition or a clause of an update, that was made of such a temporary: so is the call.
template <class Part>
class part_on_temporary : public Part {
 public:
  using part = Part;
  using Part::Part;
  explicit part_on_temporary(Part&& made) : Part(std::move(made)) {}
};
template <class T>
inline constexpr bool is_on_temporary = false;
template <class Part>
inline constexpr bool is_on_temporary<part_on_temporary<Part>> = true;

template <bool OnTemporary>
struct marking {
  template <class Part>
  using type = Part;
};
template <>
struct marking<true> {
  template <class Part>
  using type = part_on_temporary<Part>;
};
/// `Part`, marked if one of these arguments it is made of is a temporary or marked itself.
template <class Part, class... Values>
using part_made_of = typename marking<((freed_twice<Values> || is_on_temporary<std::remove_cvref_t<Values>>) ||
                                       ...)>::template type<Part>;

}  // namespace detail

/// An operation whose arguments were temporaries that g++ 12 must not see beside co_await. `run()` and callbacks are as they
/// always are; awaiting it is a compile error that says what to do. Becomes an operation<T> where one is asked for.
template <class T>
class [[nodiscard("an operation does nothing until it is run or awaited")]] operation_on_temporary
    : public operation<T> {
 public:
  using operation<T>::operation;
  explicit operation_on_temporary(operation<T>&& made) noexcept : operation<T>(std::move(made)) {}

  operation_on_temporary<detailed<T>> with_details() && {
    return operation_on_temporary<detailed<T>>(static_cast<operation<T>&&>(*this).with_details());
  }

  template <class Token>
    requires requires { detail::asio_bridge<T, std::decay_t<Token>>::available; }
  auto operator()(Token&& token) && {
    using started = decltype(static_cast<operation<T>&&>(*this)(std::forward<Token>(token)));
    constexpr bool not_awaited = std::is_void_v<started> || requires(started& future) { future.wait(); };
    static_assert(
        not_awaited,
        "dynamo: name the item, key or value first and pass the variable, without std::move, or name the call, "
        "`dynamo::operation<T> call = ...;`, and await that: g++ 12 destroys an aggregate temporary twice when the "
        "expression contains co_await (docs/coroutines.md)");
    return static_cast<operation<T>&&>(*this)(std::forward<Token>(token));
  }
};

namespace detail {

template <class T>
operation_on_temporary<T> on_temporary(operation<T>&& made) {
  return operation_on_temporary<T>(std::move(made));
}
template <class T, bool OnTemporary>
using operation_made = std::conditional_t<OnTemporary, operation_on_temporary<T>, operation<T>>;

}  // namespace detail
}  // namespace dynamo
