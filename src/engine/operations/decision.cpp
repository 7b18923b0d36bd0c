#include "decision.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/json/writer.hpp>
#include <dynamo/protocol/service_error.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/rows/index_key.hpp>
#include <engine/rows/key_path_rules.hpp>
#include <engine/rows/stored_row.hpp>
#include <engine/rows/vector_value.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace dynamo::engine {
namespace {

constexpr char no_item_padded[2 + json::buffer::padding + 1] = "{}";
constexpr std::string_view no_item(no_item_padded, 2);

error condition_failed(const write_parameters& p, std::string_view old_item) {
  if (p.is_insert) return error(errc::duplicate_item, "Duplicate primary key exists in table");
  error_detail detail;
  detail.code = errc::conditional_check_failed;
  detail.message = "The conditional request failed";
  detail.type = wire_type(detail.code);
  if (p.item_on_failure && !old_item.empty()) {
    detail.body = error_body(detail.type, detail.message, old_item).view();
  }
  return error(std::move(detail));
}

std::size_t depth_of(const attribute_value& value) {
  std::size_t deepest = 0;
  if (const auto* map = value.get_if<attribute_value::map>()) {
    for (const auto& [name, member] : *map) deepest = std::max(deepest, depth_of(member));
    return deepest + 1;
  }
  if (const auto* list = value.get_if<attribute_value::list>()) {
    for (const attribute_value& member : *list) deepest = std::max(deepest, depth_of(member));
    return deepest + 1;
  }
  return 0;
}

// An update that only takes away creates nothing where there is no item. Source: API Reference, AttributeValueUpdate, "If no
// item with the specified Key is found", DELETE; observed with the REMOVE and DELETE clauses too.
bool only_removes(const expression::update& update) { return update.set.empty() && update.add.empty(); }

// Where there is no item, there is nothing to take away: a path that leads nowhere is in order then (observed).
result<void> apply_to_nothing(expression::update update, item& made) {
  update.remove.clear();
  update.erase.clear();
  return expression::apply(update, made);
}

result<void> apply_update(const expression::update& update, bool is_new, item& tree) {
  const bool takes_away = !update.remove.empty() || !update.erase.empty();
  return is_new && takes_away ? apply_to_nothing(update, tree) : expression::apply(update, tree);
}

std::size_t size_of_values(const expression::set_value& right) {
  std::size_t size = 0;
  for (const expression::operand& each : right.operands) size += each.value.size();
  for (const expression::set_value& each : right.children) size += size_of_values(each);
  return size;
}

// What the finished item cannot be larger than. Each byte of the text of an update stands for one value or path at the most.
std::size_t finished_size_bound(const write_parameters& p, std::string_view old_item) {
  std::size_t values = 0;
  if (p.expressions.legacy.attribute_updates) {
    for (const auto& [target, to] : p.expressions.update->set)
      values += target.front().name.size() + size_of_values(to);
    for (const auto& [target, value] : p.expressions.update->add) values += target.front().name.size() + value.size();
    return old_item.size() + values;
  }
  if (p.expressions.values) {
    for (const auto& [name, value] : *p.expressions.values) values += value.size();
  }
  if (p.expressions.names) {
    for (const auto& [name, attribute] : *p.expressions.names) values += attribute.size();
  }
  return old_item.size() + p.expressions.update_text->size() * (old_item.size() + values);
}

// Only asked where the condition failed: of short updates of small items the answer is known without making the item.
bool makes_too_large_item(const write_parameters& p, std::string_view old_item) {
  if (!p.expressions.update || (!p.expressions.update_text && !p.expressions.legacy.attribute_updates)) return false;
  if (finished_size_bound(p, old_item) <= limits::item_size_max) return false;
  item tree = json::read_item(old_item.empty() ? p.key.view() : old_item);
  return apply_update(*p.expressions.update, old_item.empty(), tree) && size_of(tree) > limits::item_size_max;
}

// AttributeUpdates have no operands: the same fault has words of its own there. Source: API Reference, TransactWriteItems, "Validation Error".
error without_operands(const error& why) {
  if (why.message() != "An operand in the update expression has an incorrect data type") return why;
  return error(errc::validation, "Type mismatch for attribute to update");
}

decision decide_update(const write_parameters& p, const table_descriptor& table, std::string_view old_item,
                       write_batch& rows) {
  if (old_item.empty() && p.expressions.update && only_removes(*p.expressions.update)) return {};
  item tree = json::read_item(old_item.empty() ? p.key.view() : old_item);
  if (p.expressions.update) {
    if (auto applied = apply_update(*p.expressions.update, old_item.empty(), tree); !applied) {
      return decision::refuse(p.expressions.legacy.attribute_updates ? without_operands(applied.error())
                                                                     : applied.error());
    }
  }
  const std::size_t size = size_of(tree);
  if (size > limits::item_size_max) return decision::refuse(update_too_large());
  for (const auto& [name, value] : tree) {
    if (depth_of(value) >= limits::nesting_depth_max) {
      return decision::refuse(
          error(errc::validation,
                "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond "
                "supported limit"));
    }
  }
  decision d;
  json::buffer& arena = rows.arena();
  d.row.offset = arena.size();
  arena.commit((static_cast<void>(arena.extend(row_header_size)), row_header_size));
  json::write_item(arena, tree);
  d.row.size = arena.size() - d.row.offset;
  write_row_header(arena.data() + d.row.offset, size);
  const std::string_view made = rows.text(d.row).substr(row_header_size);
  if (auto valid = check_index_keys(table, made, index_key_source::update, old_item); !valid)
    return decision::refuse(valid.error());
  if (auto valid = check_vectors(table, made, index_key_source::update, old_item); !valid)
    return decision::refuse(valid.error());
  const bool same = !old_item.empty() && made == old_item;
  d.what = same ? decision::kind::unchanged : decision::kind::store;
  return d;
}

}  // namespace

result<void> check_update(const write_parameters& p, const table_descriptor& table) {
  if (!p.expressions.update) return {};
  for (const expression::path& path : touched(*p.expressions.update)) {
    if (!table.is_key(path.front().name)) continue;
    return fail(errc::validation,
                fmt::format("One or more parameter values were invalid: Cannot update attribute {}. This "
                            "attribute is part of the key",
                            path.front().name));
  }
  return check_key_updates(table, *p.expressions.update);
}

bool needs_old_item(const write_parameters& p, const table_descriptor& table) {
  return p.operation != operation_name::put_item || p.expressions.condition || p.returns != return_values::none ||
         p.capacity != capacity_report::none || table.stream || !table.indexes.empty() || !table.vector_indexes.empty();
}

decision decide(const write_parameters& p, const table_descriptor& table, std::string_view old_item,
                write_batch& rows) {
  if (p.expressions.condition &&
      !expression::evaluate(*p.expressions.condition, old_item.empty() ? no_item : old_item)) {
    if (makes_too_large_item(p, old_item)) return decision::refuse(update_too_large());
    return decision::refuse(condition_failed(p, old_item));
  }
  decision d;
  switch (p.operation) {
    case operation_name::update_item: return decide_update(p, table, old_item, rows);
    case operation_name::delete_item:
      d.what = old_item.empty() ? decision::kind::unchanged : decision::kind::erase;
      return d;
    case operation_name::transact_write_items: return d;  // a ConditionCheck
    default:
      d.row = p.row;
      d.what = !old_item.empty() && rows.text(p.row).substr(row_header_size) == old_item ? decision::kind::unchanged
                                                                                         : decision::kind::store;
      return d;
  }
}

}  // namespace dynamo::engine
