#include "wording.hpp"

#include <utility>

namespace dynamo::partiql {

error not_well_formed(std::string_view detail) {
  std::string message = "Statement wasn't well formed, can't be processed: ";
  return refused(std::move(message.append(detail)));
}

error at(std::string_view what, const position& where) {
  std::string message(what);
  return refused(std::move(message.append(" at ").append(to_string(where))));
}

error refused(std::string what) { return {errc::validation, std::move(what)}; }

error wrong_number_of_operands(std::string_view function, std::size_t given) {
  std::string message = "Incorrect number of operands for operator or function; operator or function: ";
  message.append(function).append(", number of operands: ").append(std::to_string(given));
  return refused(std::move(message));
}

error requires_path(std::string_view function) {
  std::string message = "Operator or function requires a document path; operator or function: ";
  return refused(std::move(message.append(function)));
}

error without_parameter(const error& why) {
  const std::string& message = why.message();
  if (!message.starts_with("Invalid ")) return why;
  const std::size_t colon = message.find("Expression: ");
  if (colon == std::string::npos) return why;
  return refused(message.substr(colon + std::string_view("Expression: ").size()));
}

}  // namespace dynamo::partiql
