#include "projected_item.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/json/writer.hpp>

#include <cstddef>
#include <map>
#include <utility>

namespace dynamo::engine {
namespace {

void write_columns(json::buffer& out, const expression_parameters& p, std::string_view item) {
  std::map<std::string_view, std::string_view> members;  // in the order of a canonical item
  for (std::size_t i = 0; i < p.column_names.size(); ++i) {
    if (const auto value = expression::resolve((*p.projection)[i], item)) members.emplace(p.column_names[i], *value);
  }
  char separator = '{';
  for (const auto& [name, value] : members) {
    out.append(std::exchange(separator, ','));
    json::write_string(out, name);
    out.append(':');
    out.append(value);
  }
  out.append(members.empty() ? "{}" : "}");
}

}  // namespace

void write_projected(json::buffer& out, const expression_parameters& p, std::string_view item) {
  if (!p.projection) return out.append(item);
  if (!p.column_names.empty()) return write_columns(out, p, item);
  expression::project(*p.projection, item, out);
}

}  // namespace dynamo::engine
