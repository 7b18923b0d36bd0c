#include "reference.hpp"

#include "../support/wire.hpp"
#include "legacy_form.hpp"
#include "partiql_form.hpp"

#include <algorithm>
#include <array>

namespace dynamo::model {
namespace {

using testing_support::member;

// The sort conditions of a query; :a is the operation's place, :b the place of its value.
constexpr std::array<std::string_view, 8> sort_conditions{
    "", "sk = :a", "sk < :a", "sk <= :a", "sk > :a", "sk >= :a", "sk BETWEEN :a AND :b", "begins_with(sk, :a)"};
constexpr std::array<std::string_view, sort_conditions.size()> sort_comparisons{"",   "EQ", "LT",      "LE",
                                                                                "GT", "GE", "BETWEEN", "BEGINS_WITH"};

const table_shape& shape_of(int table) { return shapes[static_cast<std::size_t>(table)]; }

std::size_t sort_condition_of(const operation& o) {
  const char type = shape_of(o.write.at.table).sort_type;
  if (type == '\0') return 0;
  const std::size_t wanted = static_cast<std::size_t>(o.write.condition) % sort_conditions.size();
  if (wanted == 7 && type == 'N') return 1;                                     // begins_with is for text
  return wanted == 6 && o.write.value % places < o.write.at.sort ? 5 : wanted;  // bounds out of order are an error
}

bool fits(const operation& o, int sort) {
  const int a = o.write.at.sort;
  switch (sort_condition_of(o)) {
    case 1: return sort == a;
    case 2: return sort < a;
    case 3: return sort <= a;
    case 4: return sort > a;
    case 5: return sort >= a;
    case 6: return sort >= a && sort <= o.write.value % places;
    case 7: return string_keys[static_cast<std::size_t>(sort)].starts_with(string_keys[static_cast<std::size_t>(a)]);
    default: return true;
  }
}

int filter_bound(const operation& o) { return o.write.value - 3; }

// An index is queried for one value of its partition key and, if it has a sort key, for a part of its numbers.
std::string partition_value(const index_shape& index, const operation& o) {
  if (index.partition == "pk") return key_value(shape_of(index.table).partition_type, o.write.at.partition);
  if (index.partition == "n") return R"({"N":")" + std::to_string(o.write.value - 2) + R"("})";
  return std::string(R"({"S":")") + static_cast<char>('a' + o.write.value % 4) + R"("})";
}
int number_bound(const operation& o) { return o.write.condition - 5; }
enum class bound : std::uint8_t { none, at_least, less };
bound bound_of(const index_shape& index, const operation& o) {
  return index.sort.empty() ? bound::none : static_cast<bound>((o.extra / 120) % 3);
}

std::string legacy_keys_text(const operation& o) {
  const table_shape& shape = shape_of(o.write.at.table);
  const std::size_t sort = sort_condition_of(o);
  std::string text = comparison_text("pk", "EQ", {key_value(shape.partition_type, o.write.at.partition)});
  if (sort != 0) {
    std::vector<std::string> bounds{key_value(shape.sort_type, o.write.at.sort)};
    if (sort == 6) bounds.push_back(key_value(shape.sort_type, o.write.value % places));
    text += "," + comparison_text("sk", sort_comparisons[sort], bounds);
  }
  text = R"(,"KeyConditions":{)" + text + "}";
  if (filtered(o)) {
    const std::string least = R"({"N":")" + std::to_string(filter_bound(o)) + R"("})";
    text += R"(,"QueryFilter":{)" + comparison_text("n", "GE", {least}) + "}";
  }
  return text;
}

std::string legacy_index_keys_text(const operation& o) {
  const index_shape& index = *index_of(o);
  const bound limited = bound_of(index, o);
  std::string text = comparison_text(index.partition, "EQ", {partition_value(index, o)});
  if (limited != bound::none) {
    const std::string number = R"({"N":")" + std::to_string(number_bound(o)) + R"("})";
    text += "," + comparison_text("n", limited == bound::at_least ? "GE" : "LT", {number});
  }
  return R"(,"KeyConditions":{)" + text + "}";
}

std::string page_members(const operation& o) {
  std::string text;
  if (backwards(o)) text += R"(,"ScanIndexForward":false)";
  if (page_size(o) != 0) text += R"(,"Limit":)" + std::to_string(page_size(o));
  return text;
}

}  // namespace

std::string reference::write(const item_write& w) {
  const auto table = tables_.find(w.at.table);
  if (table == tables_.end()) return "resource_not_found";
  const std::optional<thing> before = find(w.at);
  const outcome came = outcome_of(judged(w), before);
  if (came.what == outcome::kind::refused) return "validation";
  if (came.what == outcome::kind::condition_failed) {
    return "conditional_check_failed " + (before ? item_text(w.at, *before) : std::string());
  }
  become(w.at, came.now);
  return came.reply;
}

std::string reference::say(const item_write& w) {
  if (!exists(w.at.table)) return "resource_not_found";
  const statement_outcome came = statement_outcome_of(judged(w), find(w.at));
  become(w.at, came.now);
  return came.told;
}

item_write reference::judged(item_write w) const {
  w.judged_by = vector_indexes_in(w.at.table);
  return w;
}

std::string reference::item_at(const place& at) const {
  const auto found = exists(at.table) ? find(at) : std::nullopt;
  return found ? item_text(at, *found) : std::string();
}

std::optional<thing> reference::find(const place& at) const {
  const auto& items = tables_.at(at.table).items;
  const auto found = items.find(at);
  return found == items.end() ? std::nullopt : std::optional(found->second);
}

void reference::become(const place& at, const std::optional<thing>& now) {
  const std::optional<thing> before = find(at);
  if (now == before) return;
  record(at, before ? item_text(at, *before) : "", now ? item_text(at, *now) : "");
  auto& items = tables_.at(at.table).items;
  if (now) {
    items[at] = *now;
  } else {
    items.erase(at);
  }
}

void reference::record(const place& at, const std::string& old_image, const std::string& new_image) {
  const contents& table = tables_.at(at.table);
  if (!table.open_stream) return;
  streams_[*table.open_stream].records.push_back({old_image.empty()   ? "INSERT"
                                                  : new_image.empty() ? "REMOVE"
                                                                      : "MODIFY",
                                                  key_text(at), old_image, new_image, ""});
}

std::string reference::transact_write(const std::vector<action>& actions) {
  return transact(actions, outcome_of_request, "{}");
}

std::string reference::say_transact_write(const std::vector<action>& actions) {
  return transact(actions, outcome_of_statement, R"({"Responses":[]})");
}

std::string reference::transact(const std::vector<action>& actions, action_judge outcome_of_action,
                                std::string_view done) {
  for (const action& a : actions) {
    if (!exists(a.write.at.table)) return "resource_not_found";
  }
  std::string reasons;
  bool cancelled = false;
  std::vector<std::optional<thing>> now;
  for (const action& a : actions) {
    action now_judged = a;
    now_judged.write = judged(a.write);
    const action_outcome came = outcome_of_action(now_judged, find(a.write.at));
    reasons += " " + came.reason;
    cancelled = cancelled || came.reason != "None";
    now.push_back(came.now);
  }
  if (cancelled) return "transaction_canceled" + reasons;
  for (std::size_t i = 0; i < actions.size(); ++i) become(actions[i].write.at, now[i]);
  return std::string(done);
}

reference::action_outcome reference::outcome_of_request(const action& a, const std::optional<thing>& before) {
  const outcome came = outcome_of(a.write, before);
  switch (came.what) {
    case outcome::kind::done: return {"None", a.only_checks ? before : came.now};
    case outcome::kind::refused: return {"ValidationError", before};
    case outcome::kind::condition_failed: break;
  }
  return {"ConditionalCheckFailed" + (before ? item_text(a.write.at, *before) : ""), before};
}

// EXISTS is the check of a condition, in either language.
reference::action_outcome reference::outcome_of_statement(const action& a, const std::optional<thing>& before) {
  if (a.only_checks) return outcome_of_request(a, before);
  const statement_outcome came = statement_outcome_of(a.write, before);
  constexpr std::string_view failed = "conditional_check_failed ";
  if (came.told.starts_with(failed)) return {"ConditionalCheckFailed" + came.told.substr(failed.size()), before};
  if (came.told == "duplicate_item") return {"DuplicateItem", before};
  if (came.told == "validation") return {"ValidationError", before};
  return {"None", came.now};
}

std::string reference::transact_get(const std::vector<action>& actions) const {
  std::string text;
  for (const action& a : actions) {
    if (!exists(a.write.at.table)) return "resource_not_found";
    const std::optional<thing> found = find(a.write.at);
    text += (text.empty() ? "" : ",") + (found ? R"({"Item":)" + item_text(a.write.at, *found) + "}" : "{}");
  }
  return R"({"Responses":[)" + text + "]}";
}

void reference::expire(const std::vector<std::pair<place, std::string>>& items) {
  for (const auto& [at, text] : items) {
    const std::optional<thing> before = find(at);
    record(at, before ? item_text(at, *before) : "", text);
    tables_.at(at.table).items.erase(at);
  }
  for (const auto& [at, text] : items) record(at, text, "");
}

std::string reference::get(const place& at) const {
  const auto table = tables_.find(at.table);
  if (table == tables_.end()) return "resource_not_found";
  const auto found = table->second.items.find(at);
  return found == table->second.items.end() ? "{}" : R"({"Item":)" + item_text(at, found->second) + "}";
}

reference::range reference::query(const operation& o) const {
  range found;
  for (const auto& [at, it] : tables_.at(o.write.at.table).items) {
    if (at.partition != o.write.at.partition || !fits(o, at.sort)) continue;
    ++found.examined;
    if (!filtered(o) || (it.n && *it.n >= filter_bound(o))) found.items.push_back(item_text(at, it));
  }
  if (backwards(o)) std::ranges::reverse(found.items);
  return found;
}

std::vector<std::string> reference::scan(int table) const {
  std::vector<std::string> found;
  for (const auto& [at, it] : tables_.at(table).items) found.push_back(item_text(at, it));
  std::ranges::sort(found);
  return found;
}

std::vector<std::string> reference::query_index(const operation& o) const {
  const index_shape& index = *index_of(o);
  const bound limited = bound_of(index, o);
  std::vector<std::string> found;
  for (const auto& [at, it] : tables_.at(index.table).items) {
    const std::string item = item_text(at, it);
    const auto row = index_row(index, item);
    if (!row || member(item, index.partition) != partition_value(index, o)) continue;
    if (limited == bound::at_least && *it.n < number_bound(o)) continue;
    if (limited == bound::less && *it.n >= number_bound(o)) continue;
    found.push_back(*row);
  }
  std::ranges::sort(found);
  return found;
}

std::string reference::batch_write(const std::vector<item_write>& writes) {
  for (const item_write& w : writes) {
    if (!exists(w.at.table)) return "resource_not_found";
  }
  for (const item_write& w : writes) {
    if (outcome_of(judged(w), std::nullopt).what == outcome::kind::refused) return "validation";
  }
  for (const item_write& w : writes) write(w);
  return R"({"UnprocessedItems":{}})";
}

std::string reference::batch_get(const std::vector<item_write>& places_asked) const {
  std::vector<std::string> found;
  for (const item_write& w : places_asked) {
    if (!exists(w.at.table)) return "resource_not_found";
    const auto& items = tables_.at(w.at.table).items;
    if (const auto at = items.find(w.at); at != items.end()) found.push_back(item_text(w.at, at->second));
  }
  std::ranges::sort(found);
  std::string text;
  for (const std::string& item : found) text += item;
  return text;
}

void reference::create(int table, bool with_vector_indexes) {
  const auto made = indexes_of(table);
  const vector_index_set vectors = with_vector_indexes ? vector_indexes_made_with(table) : 0;
  tables_.emplace(table, contents{{}, std::nullopt, {made.begin(), made.end()}, vectors, false});
}

std::vector<const index_shape*> reference::present_indexes(int table) const {
  auto all = indexes_of(table);
  std::erase_if(all, [&](const index_shape* index) { return !has_index(*index); });
  return all;
}

void reference::drop(int table) { tables_.erase(table); }

void reference::open_stream(int table, std::string arn) {
  tables_.at(table).open_stream = streams_.size();
  streams_.push_back({table, {}, std::move(arn)});
}

std::vector<std::string> reference::table_names() const {
  std::vector<std::string> names;
  for (const auto& [table, unused] : tables_) names.emplace_back(shape_of(table).name);
  std::ranges::sort(names);
  return names;
}

std::string query_text(const operation& o) {
  const table_shape& shape = shape_of(o.write.at.table);
  const std::size_t sort = sort_condition_of(o);
  std::string text = R"({"TableName":")" + std::string(shape.name) + '"';
  if (speaks(o.write, language::legacy_parameters)) return text + legacy_keys_text(o) + page_members(o);
  text += R"(,"KeyConditionExpression":"pk = :p)";
  if (sort != 0) text += " AND " + std::string(sort_conditions[sort]);
  text += R"(","ExpressionAttributeValues":{":p":)" + key_value(shape.partition_type, o.write.at.partition);
  if (sort != 0) text += R"(,":a":)" + key_value(shape.sort_type, o.write.at.sort);
  if (sort == 6) text += R"(,":b":)" + key_value(shape.sort_type, o.write.value % places);
  if (filtered(o)) text += R"(,":f":{"N":")" + std::to_string(filter_bound(o)) + R"("})";
  text += "}";
  if (filtered(o)) text += R"(,"FilterExpression":"n >= :f")";
  return text + page_members(o);
}

const index_shape* index_of(const operation& o) {
  const auto all = indexes_of(o.write.at.table);
  return all.empty() ? nullptr : all[static_cast<std::size_t>(o.extra / 400) % all.size()];
}

std::string index_query_text(const operation& o) {
  const index_shape& index = *index_of(o);
  const bound limited = bound_of(index, o);
  std::string text = R"({"TableName":")" + std::string(shape_of(index.table).name) + R"(","IndexName":")" +
                     std::string(index.name) + '"';
  if (speaks(o.write, language::legacy_parameters)) return text + legacy_index_keys_text(o) + page_members(o);
  text += R"(,"KeyConditionExpression":")" + std::string(index.partition) + " = :p";
  if (limited == bound::at_least) text += " AND n >= :a";
  if (limited == bound::less) text += " AND n < :a";
  text += R"(","ExpressionAttributeValues":{":p":)" + partition_value(index, o);
  if (limited != bound::none) text += R"(,":a":{"N":")" + std::to_string(number_bound(o)) + R"("})";
  return text + "}" + page_members(o);
}

}  // namespace dynamo::model
