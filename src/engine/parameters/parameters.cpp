#include "parameters.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/value/limits.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>

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

void violations::add(std::string_view parameter, std::string_view value, std::string_view constraint) {
  texts_.push_back(fmt::format("Value '{}' at '{}' failed to satisfy constraint: {}", value, parameter, constraint));
}

void violations::add_null(std::string_view parameter) {
  texts_.push_back(fmt::format("Value null at '{}' failed to satisfy constraint: Member must not be null", parameter));
}

result<void> violations::to_result() const {
  if (texts_.empty()) return {};
  return fail(errc::validation, fmt::format("{} validation error{} detected: {}", texts_.size(),
                                            texts_.size() == 1 ? "" : "s", fmt::join(texts_, "; ")));
}

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

bool parameter_reader::item(json::buffer& canonical) {
  if (null()) return false;
  canonical.clear();
  if (const auto size = json::canonicalise_item(at_, canonical); !size) refuse(size.error());
  return true;
}

bool expression_parameters::take(std::string_view member, parameter_reader& in) {
  struct text_parameter {
    std::string_view name;
    std::optional<std::string>& text;
  };
  for (const text_parameter& parameter :
       {text_parameter{"ConditionExpression", condition_text_}, text_parameter{"FilterExpression", filter_text_},
        text_parameter{"KeyConditionExpression", key_condition_text_}, text_parameter{"UpdateExpression", update_text_},
        text_parameter{"ProjectionExpression", projection_text_}}) {
    if (member != parameter.name) continue;
    parameter.text = in.string();
    return true;
  }
  const bool is_names = member == "ExpressionAttributeNames";
  if (!is_names && member != "ExpressionAttributeValues") return false;
  if (in.null()) return true;
  (is_names ? names_given_ : values_given_) = true;
  json::cursor& at = in.cursor();
  std::string_view name;
  if (!at.begin_object()) return true;
  while (in.ok() && at.next_name(name)) {
    std::string key(name);
    if (is_names) {
      if (auto attribute = in.string()) names_.emplace_back(std::move(key), *std::move(attribute));
      continue;
    }
    json::buffer canonical;
    if (auto size = json::canonicalise_value(at, canonical); !size) {
      // Too deep a value is the one fault of a value that is not told with the placeholder's name (observed).
      if (size.error().code() == errc::validation && !size.error().message().starts_with("Nesting Levels")) {
        in.refuse(error(errc::validation, fmt::format("ExpressionAttributeValues contains invalid value: {} for key {}",
                                                      size.error().message(), key)));
      } else {
        in.refuse(size.error());
      }
    } else {
      values_.emplace_back(std::move(key), std::string(canonical.view()));
    }
  }
  return true;
}

result<void> expression_parameters::parse() {
  using expression::parameter;
  const bool any_expression =
      condition_text_ || filter_text_ || key_condition_text_ || update_text_ || projection_text_;
  if (!any_expression) {
    if (names_given_) {
      return fail(errc::validation, "ExpressionAttributeNames can only be specified when using expressions");
    }
    if (values_given_) {
      return fail(errc::validation, "ExpressionAttributeValues can only be specified when using expressions");
    }
    return {};
  }
  if (names_given_ && names_.empty()) return fail(errc::validation, "ExpressionAttributeNames must not be empty");
  if (values_given_ && values_.empty()) return fail(errc::validation, "ExpressionAttributeValues must not be empty");

  std::size_t values_size = 0;
  for (const auto& [name, value] : values_) values_size += value.size();
  if (values_size > limits::expression_values_size_max) {
    return fail(errc::validation, fmt::format("ExpressionAttributeValues have {} bytes, {} is the limit", values_size,
                                              limits::expression_values_size_max));
  }

  expression::placeholders bound;
  for (const auto& [name, attribute] : names_) {
    if (auto added = bound.add_name(name, attribute); !added) return added;
  }
  for (const auto& [name, value] : values_) {
    if (auto added = bound.add_value(name, value); !added) return added;
  }
  // The parsers also check operand types and overlapping paths.
  const auto parse_into = [](auto& tree, const std::optional<std::string>& text, auto parser) -> result<void> {
    if (!text) return {};
    auto parsed = parser(*text);
    if (!parsed) return std::unexpected(parsed.error());
    tree.emplace(*std::move(parsed));
    return {};
  };
  const auto condition_parser = [&](parameter kind) {
    return [&bound, kind](std::string_view text) { return expression::parse_condition(text, bound, kind); };
  };
  result<void> parsed = parse_into(projection, projection_text_,
                                   [&](std::string_view text) { return expression::parse_projection(text, bound); });
  if (parsed) parsed = parse_into(filter, filter_text_, condition_parser(parameter::filter));
  if (parsed) {
    parsed =
        parse_into(update, update_text_, [&](std::string_view text) { return expression::parse_update(text, bound); });
  }
  if (parsed) parsed = parse_into(condition, condition_text_, condition_parser(parameter::condition));
  if (parsed) parsed = parse_into(key_condition, key_condition_text_, condition_parser(parameter::key_condition));
  if (!parsed) return parsed;
  return bound.all_used();
}

bool refuse_legacy(std::string_view member, parameter_reader& in) {
  constexpr auto legacy = std::to_array<std::string_view>({"AttributeUpdates", "AttributesToGet", "ConditionalOperator",
                                                           "Expected", "KeyConditions", "QueryFilter", "ScanFilter"});
  if (std::find(legacy.begin(), legacy.end(), member) == legacy.end()) return false;
  if (in.null()) return true;
  in.cursor().skip();
  in.refuse(
      error(errc::not_supported,
            fmt::format("The legacy parameter {} is not supported: use the expression that replaced it", member)));
  return true;
}

void check_table_name(const std::optional<std::string>& name, violations& found) {
  if (!name) {
    found.add_null("tableName");
    return;
  }
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  };
  if (!std::all_of(name->begin(), name->end(), allowed)) {
    found.add("tableName", *name, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
  }
  if (name->size() < limits::table_name_size_min) {
    found.add("tableName", *name,
              fmt::format("Member must have length greater than or equal to {}", limits::table_name_size_min));
  }
  if (name->size() > limits::table_name_size_max) {
    found.add("tableName", *name,
              fmt::format("Member must have length less than or equal to {}", limits::table_name_size_max));
  }
}

return_values read_return_values(parameter_reader& in, violations& found, std::string_view parameter,
                                 bool only_all_old) {
  const auto text = in.string();
  if (!text || *text == "NONE") return return_values::none;
  if (*text == "ALL_OLD") return return_values::all_old;
  if (!only_all_old) {
    if (*text == "ALL_NEW") return return_values::all_new;
    if (*text == "UPDATED_OLD") return return_values::updated_old;
    if (*text == "UPDATED_NEW") return return_values::updated_new;
  }
  found.add(parameter, *text,
            only_all_old ? "Member must satisfy enum value set: [ALL_OLD, NONE]"
                         : "Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]");
  return return_values::none;
}

capacity_report read_capacity_report(parameter_reader& in, violations& found) {
  const auto text = in.string();
  if (!text || *text == "NONE") return capacity_report::none;
  if (*text == "TOTAL") return capacity_report::total;
  if (*text == "INDEXES") return capacity_report::indexes;
  found.add("returnConsumedCapacity", *text, "Member must satisfy enum value set: [INDEXES, TOTAL, NONE]");
  return capacity_report::none;
}

bool read_collection_report(parameter_reader& in, violations& found) {
  const auto text = in.string();
  if (!text || *text == "NONE") return false;
  if (*text == "SIZE") return true;
  found.add("returnItemCollectionMetrics", *text, "Member must satisfy enum value set: [SIZE, NONE]");
  return false;
}

}  // namespace dynamo::engine
