#include "parse.hpp"

#include "meaning.hpp"
#include "syntax_parser.hpp"
#include "values.hpp"
#include "wording.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace dynamo::partiql {
namespace {

/// `"table"` or `"table"."index"`, and no alias.
struct source_names {
  std::string table;
  std::optional<std::string> index;
};
result<source_names> source_of(const statement_syntax& s) {
  const auto nameless = [](const expression::path_step& step) { return step.index.has_value(); };
  if (!s.table || s.joined || s.table->what != node::kind::path || s.table->odd_component) {
    return fail(refused(std::string(single_table)));
  }
  const expression::path& names = s.table->path;
  if (names.size() > 2 || std::ranges::any_of(names, nameless)) return fail(refused(std::string(single_table)));
  if (s.aliased) return fail(refused(std::string(no_aliases)));
  source_names made{names.front().name, std::nullopt};
  if (names.size() == 2) made.index = names.back().name;
  return made;
}

result<std::string> table_written_to(const statement_syntax& s) {
  auto source = source_of(s);
  if (!source) return fail(source.error());
  if (source->index) return fail(refused(std::string(not_on_index)));
  return std::move(source->table);
}

result<select> select_of(const statement_syntax& s) {
  if (s.unsupported) return fail(at("Unsupported clause: " + s.unsupported->name, s.unsupported->where));
  auto source = source_of(s);
  if (!source) return fail(source.error());
  select made{{}, std::move(source->table), std::move(source->index), std::nullopt, {}};
  std::set<std::string> names;
  for (const node& column : s.columns) {
    auto path = path_of(column);
    if (!path) return fail(path.error());
    // In the words of DynamoDB's downloadable version.
    if (std::string name = column_name(*path); !names.insert(name).second) {
      return fail(refused("Duplicate identifiers in select clause: " + name));
    }
    made.columns.push_back(*std::move(path));
  }
  if (s.where) {
    auto where = condition_of(*s.where);
    if (!where) return fail(where.error());
    made.where = *std::move(where);
  }
  for (const order_syntax& next : s.order_by) {
    auto path = path_of(next.by);
    if (!path) return fail(path.error());
    if (path->size() != 1) return fail(at(unexpected_component, next.by.where));
    made.order_by.push_back({path->front().name, next.descending});
  }
  return made;
}

result<insert> insert_of(const statement_syntax& s) {
  if (s.table->path.size() != 1) return fail(refused(std::string(single_table)));
  if (s.unsupported) return fail(at("Unsupported clause: " + s.unsupported->name, s.unsupported->where));
  // The next two sentences are ours.
  if (!s.value_keyword) return fail(at("INSERT takes one item after the word VALUE", s.item->where));
  if (s.item->what != node::kind::tuple) return fail(at("The item of INSERT must be a tuple", s.item->where));
  return insert{s.table->path.front().name, *s.item->canonical};
}

result<expression::condition> where_of(const statement_syntax& s) {
  if (!s.where) return expression::condition{expression::condition::kind::all, {}, {}};
  return condition_of(*s.where);
}

result<update> update_statement_of(const statement_syntax& s) {
  auto table = table_written_to(s);
  if (!table) return fail(table.error());
  std::optional<result<expression::condition>> where;
  if (s.where_first) where = where_of(s);
  if (where && !*where) return fail(where->error());
  auto steps = update_of(s.steps);
  if (!steps) return fail(steps.error());
  if (!where) where = where_of(s);
  if (!*where) return fail(where->error());
  return update{*std::move(table), *std::move(steps), **std::move(where), s.returned};
}

std::string_view words_of(returning what) {
  switch (what) {
    case returning::nothing: return "";
    case returning::all_old: return "ALL OLD";
    case returning::modified_old: return "MODIFIED OLD";
    case returning::all_new: return "ALL NEW";
    case returning::modified_new: return "MODIFIED NEW";
  }
  return "";
}

result<remove> remove_of(const statement_syntax& s) {
  auto table = table_written_to(s);
  if (!table) return fail(table.error());
  if (s.returned != returning::nothing && s.returned != returning::all_old) {
    std::string what = "Invalid returning clause: RETURNING ";
    what.append(words_of(s.returned));
    return fail(refused(what.append(" *. Only RETURNING ALL OLD * is allowed in DELETE statements.")));
  }
  auto where = where_of(s);
  if (!where) return fail(where.error());
  return remove{*std::move(table), *std::move(where), s.returned};
}

std::expected<statement, refusal> finished(auto made) {
  if (!made) return std::unexpected(refusal{made.error()});
  return statement(*std::move(made));
}

std::expected<statement, refusal> statement_of(const statement_syntax& s, bool in_exists) {
  if (in_exists) {
    auto made = select_of(s);
    if (!made) return std::unexpected(refusal{made.error()});
    return exists{*std::move(made)};
  }
  switch (s.what) {
    case statement_syntax::kind::select: return finished(select_of(s));
    case statement_syntax::kind::insert: return finished(insert_of(s));
    case statement_syntax::kind::update: return finished(update_statement_of(s));
    case statement_syntax::kind::remove: return finished(remove_of(s));
  }
  return std::unexpected(refusal{not_well_formed("")});
}

bool is_exists(const node& n) {
  return n.what == node::kind::call && n.text == "exists" && n.children.size() == 1 &&
         n.children.front().what == node::kind::substatement &&
         n.children.front().statement->what == statement_syntax::kind::select;
}

std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

std::expected<statement, refusal> parse(std::string_view text, std::span<const result<std::string>> parameters) {
  const auto refuse = [](error why) { return std::unexpected(refusal{std::move(why)}); };
  // The caller names the member as its operation does; this is for everybody else.
  if (text.size() > statement_size_max && characters_of(text) > statement_size_max) {
    return refuse(refused("A statement must have length less than or equal to " + std::to_string(statement_size_max)));
  }
  const auto tokens = tokenise(text);
  if (!tokens) return refuse(not_well_formed(""));
  syntax_parser parser(*tokens);
  node root;
  if (!parser.parse(root)) return refuse(*parser.why());

  const bool in_exists = is_exists(root);
  if (!in_exists && root.what != node::kind::substatement) {
    return refuse(refused("Unsupported operation: " + operation_name(root)));
  }
  if (parser.parameters() != parameters.size()) return refuse(refused(std::string(parameters_mismatch)));
  statement_syntax& syntax = in_exists ? *root.children.front().statement : *root.statement;
  if (auto why = bind_values(syntax, parameters)) return std::unexpected(*std::move(why));
  return statement_of(syntax, in_exists);
}

std::string column_name(const expression::path& path) {
  std::size_t first = path.size() - 1;
  while (first > 0 && path[first].index) --first;
  std::string name = path[first].name;
  for (++first; first < path.size(); ++first) name.append("[").append(std::to_string(*path[first].index)).append("]");
  return name;
}

}  // namespace dynamo::partiql
