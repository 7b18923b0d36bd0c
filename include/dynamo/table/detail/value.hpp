#pragma once

#include <dynamo/table/detail/temporaries.hpp>
#include <dynamo/table/path.hpp>

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace dynamo::detail {

// ---- which C++ values an attribute can be compared with or set to ------------------------------------------------

template <class T>
concept numeric = std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;

template <class Field, class Value>
consteval bool fits() {
  using value = std::remove_cvref_t<Value>;
  if constexpr (std::is_same_v<Field, value>) {
    return true;
  } else if constexpr (std::is_same_v<Field, std::string>) {
    return std::is_convertible_v<const value&, std::string_view>;
  } else if constexpr (std::is_same_v<Field, bool> || std::is_same_v<value, bool>) {
    return false;  // a bool is neither a number nor made of one
  } else if constexpr (character<value>) {
    return false;  // nor is a character, but for a member of that very type
  } else if constexpr (numeric<Field>) {
    return std::integral<value> || (std::floating_point<Field> && std::floating_point<value>);
  } else {
    return std::is_convertible_v<Value&&, Field>;
  }
}

/// A value on its way into an expression: canonical JSON, or why there is none.
struct bound_value {
  std::string json;
  std::optional<error> problem;
  bool absent = false;  ///< an empty optional or set

  bound_value();
  bound_value(bound_value&&) noexcept;
  bound_value& operator=(bound_value&&) noexcept;
  ~bound_value();
};

using value_writer = void (*)(encoder&, const void*);
bound_value encode_value(value_writer, const void*);
bound_value encode_text(std::string_view);
bound_value encode_integer(std::int64_t);
bound_value encode_integer(std::uint64_t);
bound_value out_of_range();
bound_value null_text();

/// Whether a value that stands for a text is a pointer that leads to none.
template <class Value>
constexpr bool is_null_text(const Value& value) noexcept {
  if constexpr (std::is_pointer_v<Value>) {
    return value == nullptr;
  } else {
    return false;
  }
}
/// A text of the caller's, which may be a null pointer: then it is empty, and is_null().
class text_argument {
 public:
  template <std::convertible_to<std::string_view> Text>
  text_argument(const Text& text)  // NOLINT(google-explicit-constructor): stands for a std::string_view
      : text_(is_null_text(text) ? std::string_view() : std::string_view(text)), null_(is_null_text(text)) {}
  std::string_view get() const noexcept { return text_; }
  bool is_null() const noexcept { return null_; }

 private:
  std::string_view text_;
  bool null_;
};

/// In place of a value that would remove a member which every item has.
bound_value no_value_for_required();

template <class T>
bound_value encode_as(const T& value) {
  if constexpr (omittable<T>) {
    if (codec<T>::absent(value)) {
      bound_value nothing;
      nothing.absent = true;
      return nothing;
    }
  }
  return encode_value(operations<T>::write, &value);
}

/// Encodes for an attribute of type Field. An integer is written as it is, whatever the attribute's width: a comparison with
/// -1 makes sense for an unsigned attribute, and so does adding it. What is stored is validated by encode_stored().
template <class Field, class Value>
bound_value encode_for(Value&& value) {
  using given = std::remove_cvref_t<Value>;
  static_assert(fits<Field, Value>(),
                "dynamo: this value does not fit the attribute's type; it must be of the type of the struct's member");
  if constexpr (std::is_same_v<Field, std::string>) {
    if (is_null_text(value)) return null_text();
    return encode_text(value);
  } else if constexpr (numeric<Field> && std::integral<given>) {
    return encode_integer(static_cast<std::conditional_t<std::is_signed_v<given>, std::int64_t, std::uint64_t>>(value));
  } else if constexpr (std::is_same_v<Field, given>) {
    return encode_as<Field>(value);
  } else if constexpr (fits<Field, Value>()) {
    return encode_as<Field>(static_cast<Field>(std::forward<Value>(value)));
  } else {
    return {};
  }
}

/// False for an integer that a member of this type cannot hold.
template <class Field, class Value>
constexpr bool holds(const Value& value) {
  if constexpr (integer<Field> && integer<Value>) {
    return std::in_range<Field>(value);
  } else {
    return true;
  }
}
/// The same for a value that will be stored: it has to be one that the member can hold.
template <class Field, class Value>
bound_value encode_stored(Value&& value) {
  if (!holds<Field>(value)) return out_of_range();
  return encode_for<Field>(std::forward<Value>(value));
}
/// The same for a step, which leads from one value that the member can hold to another.
template <class Field, class Value>
bound_value encode_step(Value&& value) {
  if constexpr (integer<Field> && integer<std::remove_cvref_t<Value>> && sizeof(Field) < sizeof(std::int64_t)) {
    using limits = std::numeric_limits<Field>;
    constexpr std::int64_t reach = std::int64_t{limits::max()} - std::int64_t{limits::min()};
    if (std::cmp_greater(value, reach) || std::cmp_less(value, -reach)) return out_of_range();
  }
  return encode_for<Field>(std::forward<Value>(value));
}

}  // namespace dynamo::detail
