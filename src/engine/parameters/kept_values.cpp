#include "kept_values.hpp"

#include <dynamo/json/canonical.hpp>

#include <string>

namespace dynamo::engine {

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
