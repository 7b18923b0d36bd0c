#include <dynamo/json/detail/wrong_type.hpp>

#include <json/words.hpp>

namespace dynamo::json {
namespace {

std::string_view found_value(token found, std::string_view text) {
  switch (found) {
    case token::string: return "STRING_VALUE";
    case token::boolean: return text == "true" ? "TRUE_VALUE" : "FALSE_VALUE";
    case token::number: return is_decimal(text) ? "DECIMAL_VALUE" : "NUMBER_VALUE";
    default: return "NULL_VALUE";
  }
}

}  // namespace

bool is_decimal(std::string_view number) noexcept { return number.find_first_of(".eE") != std::string_view::npos; }

std::string wrong_scalar(token found, std::string_view text, std::string_view java_class) {
  if (found == token::object) return std::string(words::structure_unexpected);
  if (found == token::array)
    return std::string(words::collection_unknown).append("class java.lang.").append(java_class);
  if (found == token::string && java_class == "Boolean") return std::string(words::token_unexpected);
  return std::string(found_value(found, text)).append(" cannot be converted to ").append(java_class);
}

std::string wrong_structure(token found, std::string_view shape) {
  if (found != token::array) return std::string(words::value_unexpected);
  return std::string(words::collection_unknown).append("class ").append(words::java_package).append(shape);
}

std::string wrong_map(token found, std::string_view java_values) {
  if (found != token::array) return std::string(words::field_unexpected);
  return std::string(words::collection_unknown).append("java.util.Map<java.lang.String, ").append(java_values) + ">";
}

std::string wrong_list(token found) {
  return std::string(found == token::object ? words::structure_unexpected : words::field_unexpected);
}

}  // namespace dynamo::json
