#pragma once

#include "member.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/json/cursor.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// Reads the values of a body as the service behind SearchVectors does: types are strict, a required member that is null has the wrong one,
/// and what is wrong is told with its line and column, counted in bytes, the line from 1. The first fault counts; after it nothing is
/// read. Errors: serialization; validation for a member that is missing.
///
/// Not thread-safe. The body outlives it.
class strict_reader {
 public:
  explicit strict_reader(const json::buffer& body) : text_(body.view()), at_(body) {}

  /// Calls `take(name)` for each member of the body; it reads or skips the value.
  template <class Take>
  void members(Take take) {
    if (at_.peek() != json::token::object) return refuse_type("a structure");
    std::string_view name;
    at_.begin_object();
    while (ok() && at_.next_name(name)) {
      const std::string kept(name);
      take(std::string_view(kept));
    }
  }

  // Each takes the value where the reader stands. Nothing for a fault.
  std::optional<std::string> text();
  std::optional<std::int32_t> integer();
  /// Whether a list or an object begins here; the caller then reads it with cursor().
  bool begins_list();
  bool begins_map();
  /// Skips a null and says so: for members that may be.
  bool null();
  void names(name_map&);
  void values(value_map&);

  void refuse_repeated(std::string_view member);
  /// After the last member.
  void refuse_missing(std::string_view member);
  void refuse(error);

  json::cursor& cursor() noexcept { return at_; }
  bool ok() const noexcept { return at_.ok() && !refusal_; }
  result<void> status();

 private:
  void refuse_type(std::string_view expected);
  std::string where() const;

  const std::string_view text_;
  json::cursor at_;
  std::optional<error> refusal_;
};

}  // namespace dynamo::engine
