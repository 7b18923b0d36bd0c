#include "resolve.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/json/cursor.hpp>
#include <dynamo/json/writer.hpp>

#include <algorithm>
#include <span>

// The paths are sorted, so that those which share a beginning stand together: each level of the item is then passed over
// once, side by side with the paths that lead into it.

namespace dynamo::expression {
namespace {

using paths = std::span<const path* const>;

/// Indexes before names; names by their bytes, as a canonical item has them.
bool before(const path_step& a, const path_step& b) {
  if (a.index && b.index) return *a.index < *b.index;
  if (a.index.has_value() != b.index.has_value()) return a.index.has_value();
  return a.name < b.name;
}

bool path_before(const path* a, const path* b) { return std::ranges::lexicographical_compare(*a, *b, before); }

/// The paths at the front that have the same step at `depth`.
paths same_step(paths sorted, std::size_t depth) {
  const path_step& first = (*sorted.front())[depth];
  std::size_t n = 1;
  while (n < sorted.size() && (*sorted[n])[depth] == first) ++n;
  return sorted.first(n);
}

bool project_value(paths, std::size_t depth, std::string_view value, json::buffer& out);

/// Appends the selected members with their braces; false, with nothing appended, where there are none.
bool project_object(paths sorted, std::size_t depth, std::string_view object, json::buffer& out) {
  const std::size_t start = out.size();
  out.append('{');
  const std::size_t empty = out.size();
  json::cursor at(object);
  at.begin_object();
  for (std::string_view name; !sorted.empty() && at.next_name(name);) {
    while (!sorted.empty() && ((*sorted.front())[depth].index || (*sorted.front())[depth].name < name)) {
      sorted = sorted.subspan(same_step(sorted, depth).size());
    }
    if (sorted.empty() || (*sorted.front())[depth].name != name) {
      at.skip();
      continue;
    }
    const paths inside = same_step(sorted, depth);
    sorted = sorted.subspan(inside.size());
    const std::size_t before_member = out.size();
    if (before_member != empty) out.append(',');
    json::write_string(out, name);
    out.append(':');
    if (!project_value(inside, depth + 1, at.skip(), out)) out.truncate(before_member);
  }
  if (out.size() == empty) {
    out.truncate(start);
    return false;
  }
  out.append('}');
  return true;
}

bool project_array(paths sorted, std::size_t depth, std::string_view array, json::buffer& out) {
  const std::size_t start = out.size();
  out.append('[');
  const std::size_t empty = out.size();
  json::cursor at(array);
  at.begin_array();
  for (std::uint32_t i = 0; !sorted.empty() && (*sorted.front())[depth].index && at.next_element(); ++i) {
    const std::string_view value = at.skip();
    if (*(*sorted.front())[depth].index != i) continue;
    const paths inside = same_step(sorted, depth);
    sorted = sorted.subspan(inside.size());
    const std::size_t before_element = out.size();
    if (before_element != empty) out.append(',');
    if (!project_value(inside, depth + 1, value, out)) out.truncate(before_element);
  }
  if (out.size() == empty) {
    out.truncate(start);
    return false;
  }
  out.append(']');
  return true;
}

bool project_value(paths sorted, std::size_t depth, std::string_view value, json::buffer& out) {
  if (sorted.front()->size() == depth) {  // the shortest comes first: the path ends here and takes everything
    out.append(value);
    return true;
  }
  const attribute_type type = json::type_of(value);
  if (type != attribute_type::M && type != attribute_type::L) return false;
  const std::size_t start = out.size();
  out.append(type == attribute_type::M ? R"({"M":)" : R"({"L":)");
  const bool any = type == attribute_type::M ? project_object(sorted, depth, content(value), out)
                                             : project_array(sorted, depth, content(value), out);
  if (!any) {
    out.truncate(start);
    return false;
  }
  out.append('}');
  return true;
}

}  // namespace

void project(const projection& p, std::string_view item, json::buffer& out) {
  std::vector<const path*> sorted;
  sorted.reserve(p.size());
  for (const path& one : p) sorted.push_back(&one);
  std::ranges::sort(sorted, path_before);
  if (!project_object(sorted, 0, item, out)) out.append("{}");
}

}  // namespace dynamo::expression
