#include "statement_write.hpp"

#include "key_selection.hpp"

#include <dynamo/json/cursor.hpp>
#include <dynamo/json/writer.hpp>
#include <engine/parameters/table_reference.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace dynamo::engine {
namespace {

using expression::condition;

condition on_partition_key(condition::kind what, const key_schema& key) {
  const expression::path partition{std::string_view(key.partition.front().name)};
  return {what, {expression::operand::of(partition)}, {}};
}

condition joined_with(condition::kind how, condition first, std::optional<condition> second) {
  if (!second) return first;
  std::vector<condition> both;
  both.push_back(std::move(first));
  both.push_back(*std::move(second));
  return {how, {}, std::move(both)};
}

bool asks_for_existence(const condition& c) {
  return c.what == condition::kind::attribute_exists || c.what == condition::kind::attribute_not_exists ||
         std::ranges::any_of(c.children, asks_for_existence);
}

return_values returned_by(partiql::returning what) {
  switch (what) {
    case partiql::returning::nothing: break;
    case partiql::returning::all_old: return return_values::all_old;
    case partiql::returning::modified_old: return return_values::updated_old;
    case partiql::returning::all_new: return return_values::all_new;
    case partiql::returning::modified_new: return return_values::updated_new;
  }
  return return_values::none;
}

}  // namespace

std::unexpected<error> whole_key_missing() {
  return fail(errc::validation, "Where clause does not contain a mandatory equality on all key attributes");
}

json::buffer key_of(const key_schema& key, std::string_view partition, std::string_view sort) {
  json::buffer made;
  const auto member = [&](char before, const key_attribute& of, std::string_view value) {
    made.append(before);
    json::write_string(made, of.name);
    made.append(':');
    made.append(value);
  };
  if (key.sort.empty()) {
    member('{', key.partition.front(), partition);
  } else if (key.partition.front().name < key.sort.front().name) {
    member('{', key.partition.front(), partition);
    member(',', key.sort.front(), sort);
  } else {
    member('{', key.sort.front(), sort);
    member(',', key.partition.front(), partition);
  }
  made.append('}');
  return made;
}

result<void> read_insert(const partiql::insert& from, const key_schema& key, write_parameters& p) {
  p.operation = operation_name::put_item;
  const json::buffer item(from.item);
  json::cursor at(item);
  if (auto laid_down = lay_down_item(p, at, json::value_layer::older); !laid_down)
    return std::unexpected(laid_down.error());
  p.expressions.condition = on_partition_key(condition::kind::attribute_not_exists, key);
  p.is_insert = true;
  return check_item_size(p);
}

result<void> read_update(partiql::update from, const key_schema& key, write_parameters& p) {
  auto found = find_whole_key(std::move(from.where), key);
  if (!found) return whole_key_missing();
  p.operation = operation_name::update_item;
  p.key = key_of(key, found->partition, found->sort.value_or(""));
  p.expressions.update = std::move(from.steps);
  p.expressions.condition = joined_with(condition::kind::all, on_partition_key(condition::kind::attribute_exists, key),
                                        std::move(found->rest));
  p.returns = returned_by(from.returned);
  return {};
}

// A DELETE whose key has no item does nothing, whatever else the WHERE asks of the item; but one that asks whether attributes exist is
// refused there (observed, of attribute_not_exists() too).
result<void> read_delete(partiql::remove from, const key_schema& key, write_parameters& p) {
  auto found = find_whole_key(std::move(from.where), key);
  if (!found) return whole_key_missing();
  p.operation = operation_name::delete_item;
  p.key = key_of(key, found->partition, found->sort.value_or(""));
  if (found->rest) {
    p.expressions.condition =
        asks_for_existence(*found->rest)
            ? joined_with(condition::kind::all, on_partition_key(condition::kind::attribute_exists, key),
                          std::move(found->rest))
            : joined_with(condition::kind::any, on_partition_key(condition::kind::attribute_not_exists, key),
                          std::move(found->rest));
  }
  p.returns = returned_by(from.returned);
  return {};
}

result<void> read_exists(partiql::exists from, const key_schema& key, write_parameters& p) {
  std::optional<whole_key> found;
  if (from.of.where) found = find_whole_key(*std::move(from.of.where), key);
  if (!found || !found->rest) {
    return fail(errc::validation, "EXISTS() must contain a single item read with additional condition");
  }
  p.operation = operation_name::transact_write_items;  // a ConditionCheck
  p.key = key_of(key, found->partition, found->sort.value_or(""));
  p.expressions.condition = std::move(found->rest);
  return {};
}

result<void> read_write_statement(partiql::statement from, const key_schema& key, write_parameters& p) {
  if (const auto* made = std::get_if<partiql::insert>(&from)) return read_insert(*made, key, p);
  if (auto* made = std::get_if<partiql::update>(&from)) return read_update(std::move(*made), key, p);
  if (auto* made = std::get_if<partiql::remove>(&from)) return read_delete(std::move(*made), key, p);
  return read_exists(std::get<partiql::exists>(std::move(from)), key, p);
}

bool is_read(const partiql::statement& s) noexcept { return std::holds_alternative<partiql::select>(s); }

std::string_view table_of(const partiql::statement& s) noexcept {
  const auto named = [](const auto& one) -> std::string_view {
    if constexpr (requires { one.of; }) {
      return one.of.table;
    } else {
      return one.table;
    }
  };
  const std::string_view name = std::visit(named, s);
  return table_name_in_arn(name).value_or(name);
}

}  // namespace dynamo::engine
