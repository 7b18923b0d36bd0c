#include "wording.hpp"

#include <dynamo/json/canonical.hpp>

namespace dynamo::expression {

std::string_view name_of(parameter kind) noexcept {
  switch (kind) {
    case parameter::condition: return "ConditionExpression";
    case parameter::filter: return "FilterExpression";
    case parameter::key_condition: return "KeyConditionExpression";
    case parameter::update: return "UpdateExpression";
    case parameter::projection: return "ProjectionExpression";
    case parameter::search_condition: return "SearchConditionExpression";
  }
  return "";
}

error invalid(parameter kind, std::string_view what) {
  std::string message = "Invalid ";
  message.append(name_of(kind)).append(": ").append(what);
  return error(errc::validation, std::move(message));
}

std::string describe(const path& p) {
  std::string text = "[";
  for (const path_step& step : p) {
    if (text.size() > 1) text += ", ";
    if (step.index) {
      text.append("[").append(std::to_string(*step.index)).append("]");
    } else {
      text += step.name;
    }
  }
  text += ']';
  return text;
}

std::string describe_value(std::string_view canonical) {
  const attribute_type type = type_of(canonical);
  std::string text = "AttributeValue: {";
  text.append(to_string(type)).append(":");
  if (type == attribute_type::S || type == attribute_type::N || type == attribute_type::B)
    text += json::raw_scalar(canonical);
  text += '}';
  return text;
}

std::string_view operator_name(condition::kind kind) noexcept {
  using enum condition::kind;
  switch (kind) {
    case all: return "AND";
    case any: return "OR";
    case negation: return "NOT";
    case equal: return "=";
    case not_equal: return "<>";
    case less: return "<";
    case less_equal: return "<=";
    case greater: return ">";
    case greater_equal: return ">=";
    case between: return "BETWEEN";
    case in: return "IN";
    case attribute_exists: return "attribute_exists";
    case attribute_not_exists: return "attribute_not_exists";
    case attribute_type: return "attribute_type";
    case begins_with: return "begins_with";
    case contains: return "contains";
  }
  return "";
}

std::string incorrect_operand_type(std::string_view name, attribute_type type) {
  std::string text = "Incorrect operand type for operator or function; operator or function: ";
  text.append(name).append(", operand type: ").append(to_string(type));
  return text;
}

std::string wrong_number_of_operands(std::string_view function, std::size_t given) {
  std::string text = "Incorrect number of operands for operator or function; operator or function: ";
  text.append(function).append(", number of operands: ").append(std::to_string(given));
  return text;
}

std::string requires_path(std::string_view function) {
  std::string text = "Operator or function requires a document path; operator or function: ";
  text.append(function);
  return text;
}

attribute_type type_of(std::string_view canonical) noexcept { return json::type_of(canonical); }

}  // namespace dynamo::expression
