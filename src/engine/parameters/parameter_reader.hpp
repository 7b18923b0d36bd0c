#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/base/result.hpp>
#include <dynamo/json/cursor.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine {

enum class whole_number : bool { integer, long_integer };

/// Reads the values of one request body. Every read takes the value the cursor stands at and answers JSON of the wrong type the way
/// DynamoDB does (errc::serialization). `null` is the same as an absent member.
class parameter_reader {
 public:
  explicit parameter_reader(json::cursor& at) : at_(at) {}

  std::optional<std::string> string();
  std::optional<bool> boolean();
  std::optional<std::int64_t> integer(whole_number = whole_number::integer);
  /// A moment, as a number of seconds since 1970 that may have a fraction. One before the year 1 or after 9999 is one of these.
  std::optional<instant> time();
  /// Whether an object or an array stands here, and is to be read. `shape` is the object's name in the service model; a map's values are named as in
  /// Java.
  bool at_structure(std::string_view shape);
  bool at_map(std::string_view java_values);
  bool at_list();
  /// Skips a JSON null and says so.
  bool null();
  /// Calls `take(name)` for each member of the object the cursor stands at; it reads or skips the member's value.
  template <class Take>
  void members(Take take) {
    std::string_view name;
    at_.begin_object();
    while (ok() && at_.next_name(name)) take(name);
  }
  json::cursor& cursor() noexcept { return at_; }

  /// The first thing that went wrong with a body that has been read: of the text, or of a value's type.
  result<void> status() const;
  void refuse(error);
  bool ok() const noexcept { return at_.ok() && !refusal_; }

 private:
  /// The value is not what was expected: passes over it. `told(token, text)` makes the words.
  template <class Told>
  void refuse_type(Told told);
  bool scalar(json::token, std::string_view java_class);
  json::cursor& at_;
  std::optional<error> refusal_;
};

}  // namespace dynamo::engine
