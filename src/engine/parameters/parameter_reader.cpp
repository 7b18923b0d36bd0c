#include "parameter_reader.hpp"

#include <dynamo/json/detail/wrong_type.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>

namespace dynamo::engine {
namespace {

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

template <class Told>
void parameter_reader::refuse_type(Told told) {
  const json::token found = at_.peek();
  const std::string_view text = at_.skip();
  if (at_.ok()) refuse(error(errc::serialization, told(found, text)));
}

bool parameter_reader::at_structure(std::string_view shape) {
  if (at_.peek() == json::token::object) return true;
  if (!null()) refuse_type([&](json::token found, std::string_view) { return json::wrong_structure(found, shape); });
  return false;
}

bool parameter_reader::at_map(std::string_view java_values) {
  if (at_.peek() == json::token::object) return true;
  if (!null()) refuse_type([&](json::token found, std::string_view) { return json::wrong_map(found, java_values); });
  return false;
}

bool parameter_reader::at_list() {
  if (at_.peek() == json::token::array) return true;
  if (!null()) refuse_type([](json::token found, std::string_view) { return json::wrong_list(found); });
  return false;
}

bool parameter_reader::scalar(json::token expected, std::string_view java_class) {
  if (at_.peek() == expected) return true;
  if (!null()) {
    refuse_type([&](json::token found, std::string_view text) { return json::wrong_scalar(found, text, java_class); });
  }
  return false;
}

std::optional<std::string> parameter_reader::string() {
  if (!scalar(json::token::string, "String")) return std::nullopt;
  return std::string(at_.read_string());
}

std::optional<bool> parameter_reader::boolean() {
  if (!scalar(json::token::boolean, "Boolean")) return std::nullopt;
  return at_.read_bool();
}

std::optional<std::int64_t> parameter_reader::integer(whole_number type) {
  const bool is_long = type == whole_number::long_integer;
  const std::string_view java_class = is_long ? "Long" : "Integer";
  if (!scalar(json::token::number, java_class)) return std::nullopt;
  const std::string_view digits = at_.read_number();
  if (!at_.ok()) return std::nullopt;
  std::int64_t value = 0;
  const bool fits = !json::is_decimal(digits) &&
                    std::from_chars(digits.data(), digits.data() + digits.size(), value).ec == std::errc() &&
                    (is_long || (value >= std::numeric_limits<std::int32_t>::min() &&
                                 value <= std::numeric_limits<std::int32_t>::max()));
  if (fits) return value;
  refuse(error(errc::serialization, json::wrong_scalar(json::token::number, digits, java_class)));
  return std::nullopt;
}

std::optional<instant> parameter_reader::time() {
  if (!scalar(json::token::number, "Timestamp")) return std::nullopt;
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
