#include "kept_values.hpp"

#include "java_text.hpp"

#include <dynamo/json/canonical.hpp>

#include <string>

namespace dynamo::engine {
namespace {

// The expressions are read before too deep a value is told: to them it is defined.
constexpr std::string_view refused_value = R"({"M":{}})";

}  // namespace

// One fault has other words here than in a PutItem (observed).
error value_problem::in_words_of_transactions(const error& why) {
  const bool nameless = why.message().ends_with("An attribute name must have at least one character");
  return nameless ? error(errc::validation, "Empty attribute name") : why;
}

void read_kept_values(value_problem& problem, value_map& values, member_reader& reader) {
  if (!reader.in().at_map(java_attribute_value)) return;
  reader.in().members([&](std::string_view name) {
    std::string placeholder(name);
    json::buffer canonical;
    const auto read = [&](json::cursor& at, json::value_layer layer) {
      return json::canonicalise_value(at, canonical, layer);
    };
    const auto worded = [&](const error& why) { return reader.of_placeholder(placeholder, why); };
    std::string value(refused_value);
    if (problem.keep(reader, read, worded)) value = canonical.view();
    values.emplace_back(std::move(placeholder), std::move(value));
  });
}

}  // namespace dynamo::engine
