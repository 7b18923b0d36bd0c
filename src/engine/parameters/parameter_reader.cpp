#include "parameter_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

namespace dynamo::engine {
namespace {

// What DynamoDB's JSON reader calls the thing it found in place of what it expected.
std::string_view found_name(json::token t, std::string_view text) {
  switch (t) {
    case json::token::number: return "NUMBER_VALUE";
    case json::token::string: return "STRING_VALUE";
    case json::token::boolean: return text == "true" ? "TRUE_VALUE" : "FALSE_VALUE";
    case json::token::array: return "START_ARRAY";
    case json::token::object: return "START_OBJECT";
    default: return "NULL_VALUE";
  }
}

error malformed(const json::cursor& at) {
  return error(errc::serialization,
               fmt::format("The request is not valid JSON: {} at byte {}", at.problem(), at.position()));
}

}  // namespace

void parameter_reader::refuse(error e) {
  if (!refusal_) refusal_.emplace(std::move(e));
}

result<void> parameter_reader::status() const {
  if (refusal_) return std::unexpected(*refusal_);
  if (!at_.ok()) return std::unexpected(malformed(at_));
  if (!at_.at_end()) return fail(errc::serialization, "Trailing data after the JSON object");
  return {};
}

bool parameter_reader::null() {
  if (at_.peek() != json::token::null) return false;
  at_.read_null();
  return true;
}

bool parameter_reader::expect(json::token expected, std::string_view type) {
  const json::token found = at_.peek();
  if (found == expected) return true;
  if (found == json::token::null) {
    at_.read_null();
    return false;
  }
  const std::string_view text = at_.skip();
  if (!at_.ok()) return false;
  if (found == json::token::object || found == json::token::array) {
    refuse(error(errc::serialization, found == json::token::object
                                          ? "Start of structure or map found where not expected"
                                          : "Unrecognized collection type class java.lang." + std::string(type)));
  } else {
    refuse(error(errc::serialization, fmt::format("{} cannot be converted to {}", found_name(found, text), type)));
  }
  return false;
}

std::optional<std::string> parameter_reader::string() {
  if (!expect(json::token::string, "String")) return std::nullopt;
  return std::string(at_.read_string());
}

std::optional<bool> parameter_reader::boolean() {
  if (!expect(json::token::boolean, "Boolean")) return std::nullopt;
  return at_.read_bool();
}

std::optional<std::int64_t> parameter_reader::integer() {
  if (!expect(json::token::number, "Integer")) return std::nullopt;
  const std::string_view digits = at_.read_number();
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  // A fraction is cut off, as DynamoDB does; what does not fit is refused.
  if (problem != std::errc() || (end != digits.data() + digits.size() && *end != '.')) {
    refuse(error(errc::serialization, fmt::format("{} cannot be converted to Integer", digits)));
    return std::nullopt;
  }
  return value;
}

std::optional<instant> parameter_reader::time() {
  if (!expect(json::token::number, "Timestamp")) return std::nullopt;
  const std::string_view digits = at_.read_number();
  constexpr double earliest = -62'135'596'800.0;  // the year 1
  constexpr double latest = 253'402'300'799.0;    // the end of 9999
  double seconds = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), seconds).ec != std::errc()) {
    const bool is_nearly_zero = digits.find("e-") != digits.npos || digits.find("E-") != digits.npos;
    seconds = is_nearly_zero ? 0 : digits.starts_with('-') ? earliest : latest;
  }
  seconds = std::clamp(seconds, earliest, latest);
  return instant(std::chrono::microseconds(std::llround(seconds * 1e6)));
}

}  // namespace dynamo::engine
