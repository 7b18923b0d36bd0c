#include "kept_values.hpp"

#include <dynamo/json/canonical.hpp>

#include <string>

namespace dynamo::engine {

// One fault has other words here than in a PutItem (observed).
error value_problem::in_words_of_transactions(const error& why) {
  const bool nameless = why.message().ends_with("An attribute name must have at least one character");
  return nameless ? error(errc::validation, "Empty attribute name") : why;
}

void read_kept_values(value_problem& problem, value_map& values, member_reader& reader) {
  reader.in().members([&](std::string_view name) {
    std::string placeholder(name);
    json::buffer canonical;
    if (problem.keep(reader, [&](json::cursor& at) { return json::canonicalise_value(at, canonical); })) {
      values.emplace_back(std::move(placeholder), std::string(canonical.view()));
    }
  });
}

}  // namespace dynamo::engine
