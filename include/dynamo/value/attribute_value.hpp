#pragma once

#include <dynamo/base/binary.hpp>
#include <dynamo/value/number.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace dynamo {

class attribute_value;

/// DynamoDB's ten attribute types, by the letters of the wire.
enum class attribute_type : std::uint8_t { S, N, B, BOOL, NUL, M, L, SS, NS, BS };
std::string_view to_string(attribute_type) noexcept;  ///< "S", "N", ..., "NULL"
/// The type that to_string() writes so; nothing for any other text. Case matters.
std::optional<attribute_type> attribute_type_from(std::string_view) noexcept;

struct null_t {
  friend constexpr bool operator==(null_t, null_t) noexcept = default;
};
/// Sets hold distinct members in ascending order (text by UTF-8 bytes, numbers by value, binaries by bytes).
/// The classes exist so that a set is never taken for a list; they are ordinary sorted vectors inside.
template <class T>
class set_of {
 public:
  set_of() = default;
  explicit set_of(std::vector<T> members);  ///< sorts, and drops what occurs twice
  const std::vector<T>& members() const noexcept { return members_; }
  friend bool operator==(const set_of&, const set_of&) = default;

 private:
  std::vector<T> members_;
};
using string_set = set_of<std::string>;
using number_set = set_of<number>;
using binary_set = set_of<binary>;

/// Any DynamoDB value, owned. For members whose type is only known at run time, and for updates inside the engine;
/// typed tables never build one for ordinary members. Copying, comparing and destroying one recurse as deep as it is nested:
/// the readers of this library stop at limits::nesting_depth_max.
class attribute_value {
 public:
  using list = std::vector<attribute_value>;
  using map = std::map<std::string, attribute_value, std::less<>>;
  using storage =
      std::variant<std::string, number, binary, bool, null_t, map, list, string_set, number_set, binary_set>;

  // Compiled once, like everything that takes the variant apart: a file that only has a member of this type is spared it.
  attribute_value() noexcept;
  attribute_value(std::string);       // NOLINT(google-explicit-constructor)
  attribute_value(const char*);       // NOLINT(google-explicit-constructor)
  attribute_value(std::string_view);  // NOLINT(google-explicit-constructor)
  attribute_value(number) noexcept;   // NOLINT(google-explicit-constructor)
  template <detail::integer Integer>
  attribute_value(Integer n) noexcept : attribute_value(number(n)) {}  // NOLINT(google-explicit-constructor)
  template <detail::character Character>
  attribute_value(Character) noexcept {  // NOLINT(google-explicit-constructor): refused, in words
    static_assert(!detail::character<Character>,
                  "dynamo: a character is neither a text nor a number; write std::string(1, c), or +c for its code");
  }
  template <std::same_as<bool> Bool>
  attribute_value(Bool b) noexcept : attribute_value(truth{b}) {}  // NOLINT(google-explicit-constructor)
  attribute_value(null_t) noexcept;                                // NOLINT(google-explicit-constructor)
  attribute_value(binary) noexcept;                                // NOLINT(google-explicit-constructor)
  attribute_value(map) noexcept;                                   // NOLINT(google-explicit-constructor)
  attribute_value(list) noexcept;                                  // NOLINT(google-explicit-constructor)
  attribute_value(string_set) noexcept;                            // NOLINT(google-explicit-constructor)
  attribute_value(number_set) noexcept;                            // NOLINT(google-explicit-constructor)
  attribute_value(binary_set) noexcept;                            // NOLINT(google-explicit-constructor)
  attribute_value(const attribute_value&);
  attribute_value(attribute_value&&) noexcept;
  attribute_value& operator=(const attribute_value&);
  attribute_value& operator=(attribute_value&&) noexcept;
  ~attribute_value();

  attribute_type type() const noexcept { return static_cast<attribute_type>(value_.index()); }
  template <class T>
  const T* get_if() const noexcept {
    return std::get_if<T>(&value_);
  }
  template <class T>
  T* get_if() noexcept {
    return std::get_if<T>(&value_);
  }
  const storage& value() const noexcept { return value_; }
  friend bool operator==(const attribute_value& a, const attribute_value& b) { return a.equals(b); }

 private:
  struct truth {
    bool value;
  };
  explicit attribute_value(truth) noexcept;
  bool equals(const attribute_value&) const;

  storage value_;
};

/// An item: its attributes by name, in ascending order of the names' UTF-8 bytes.
using item = attribute_value::map;

/// Bytes that DynamoDB counts for a value (without its name) and for an item (names included).
/// S: its UTF-8 bytes; N: number::size(); B: its bytes; BOOL and NULL: 1; sets: the sum of their members;
/// L and M: 3, and 1 for each element beside its value (and its name).
/// Source: "Item sizes and formats", Amazon DynamoDB Developer Guide; numbers as the service's recorded answers have it.
std::size_t size_of(const attribute_value&) noexcept;
std::size_t size_of(const item&) noexcept;

}  // namespace dynamo
