#include "strict_reader.hpp"

#include <dynamo/json/canonical.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <system_error>

namespace dynamo::engine {

std::optional<std::string> strict_reader::text() {
  if (at_.peek() == json::token::string) return std::string(at_.read_string());
  refuse_type("a string");
  return std::nullopt;
}

std::optional<std::int32_t> strict_reader::integer() {
  const json::cursor before = at_;
  if (at_.peek() == json::token::number) {
    const std::string_view digits = at_.read_number();
    std::int64_t value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool whole = read.ptr == digits.data() + digits.size();
    if (read.ec == std::errc() && whole && value >= std::numeric_limits<std::int32_t>::min() &&
        value <= std::numeric_limits<std::int32_t>::max()) {
      return static_cast<std::int32_t>(value);
    }
    if (whole && at_.ok()) {
      refuse(error(errc::serialization, fmt::format("invalid value: integer `{}`, expected i32{}", digits, where())));
      return std::nullopt;
    }
    at_ = before;
  }
  refuse_type("i32");
  return std::nullopt;
}

bool strict_reader::begins_list() {
  if (at_.peek() == json::token::array) return true;
  refuse_type("a sequence");
  return false;
}

bool strict_reader::begins_map() {
  if (at_.peek() == json::token::object) return true;
  refuse_type("a map");
  return false;
}

bool strict_reader::null() {
  if (at_.peek() != json::token::null) return false;
  at_.read_null();
  return true;
}

void strict_reader::names(name_map& names) {
  if (!begins_map()) return;
  std::string_view name;
  at_.begin_object();
  while (ok() && at_.next_name(name)) {
    std::string placeholder(name);
    if (auto attribute = text()) names.emplace_back(std::move(placeholder), *std::move(attribute));
  }
}

// The words for a bad value are those of Query.
void strict_reader::values(value_map& values) {
  if (!begins_map()) return;
  std::string_view name;
  at_.begin_object();
  while (ok() && at_.next_name(name)) {
    std::string placeholder(name);
    json::buffer canonical;
    const auto size = json::canonicalise_value(at_, canonical);
    if (!size) return refuse(size.error());
    values.emplace_back(std::move(placeholder), std::string(canonical.view()));
  }
}

void strict_reader::refuse_repeated(std::string_view member) {
  refuse(error(errc::serialization, fmt::format("duplicate field `{}`{}", member, where())));
}

void strict_reader::refuse_missing(std::string_view member) {
  refuse(error(errc::validation, fmt::format("missing field `{}`{}", member, where())));
}

void strict_reader::refuse(error why) {
  if (!refusal_) refusal_.emplace(std::move(why));
}

result<void> strict_reader::status() {
  if (refusal_) return std::unexpected(*refusal_);
  if (!at_.ok()) {  // AWS's words are not recorded
    return fail(errc::serialization,
                fmt::format("The request is not valid JSON: {} at byte {}", at_.problem(), at_.position()));
  }
  if (!at_.at_end()) return fail(errc::serialization, "trailing characters" + where());
  return {};
}

// A value of another type: scalars are taken first, lists and objects are not.
void strict_reader::refuse_type(std::string_view expected) {
  std::string found;
  switch (at_.peek()) {
    case json::token::null:
      at_.read_null();
      found = "null";
      break;
    case json::token::boolean: found = fmt::format("boolean `{}`", at_.read_bool()); break;
    case json::token::string: found = fmt::format("string \"{}\"", at_.read_string()); break;
    case json::token::number: {
      const std::string_view digits = at_.read_number();
      const bool whole = digits.find_first_of(".eE") == std::string_view::npos;
      found = fmt::format("{} `{}`", whole ? "integer" : "floating point", digits);
      break;
    }
    case json::token::array: found = "sequence"; break;
    case json::token::object: found = "map"; break;
    default: at_.skip(); return;  // no JSON
  }
  if (!at_.ok()) return;
  refuse(error(errc::serialization, fmt::format("invalid type: {}, expected {}{}", found, expected, where())));
}

std::string strict_reader::where() const {
  const std::string_view read = text_.substr(0, at_.position());
  const auto line = 1 + std::ranges::count(read, '\n');
  const auto newline = read.rfind('\n');
  return fmt::format(" at line {} column {}", line,
                     newline == std::string_view::npos ? read.size() : read.size() - newline - 1);
}

}  // namespace dynamo::engine
