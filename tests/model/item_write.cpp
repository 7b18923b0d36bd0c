#include "item_write.hpp"

#include "legacy_form.hpp"
#include "operands.hpp"
#include "vectors.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace dynamo::model {
namespace {

constexpr std::string_view returned_on_failure = R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD")";

struct written_condition {
  std::string_view text;
  bool number = false, greater_number = false, string = false, member = false;
};
constexpr std::array<written_condition, item_write::conditions> condition_texts{{
    {""},
    {"attribute_exists(pk)"},
    {"attribute_not_exists(pk)"},
    {"n = :n", true},
    {"n < :n", true},
    {"NOT n >= :n", true},
    {"begins_with(s, :s)", false, false, true},
    {"contains(t, :m)", false, false, false, true},
    {"attribute_exists(n) AND (n > :n OR s = :s)", true, false, true},
    {"n BETWEEN :n AND :g", true, true},
    {"size(t) > :n", true},
    {"n IN (:n, :g)", true, true},
    {"n <> :n", true},
    {"attribute_not_exists(n) OR n <= :g", false, true},
    {"n > :n OR s = :s", true, false, true},
    {"attribute_exists(t) AND NOT contains(t, :m)", false, false, false, true},
    {"n >= :n AND begins_with(s, :s)", true, false, true},
}};

struct written_change {
  std::string_view set, others;  ///< set: what follows SET
  bool number = false, zero = false, string = false, members = false;
  std::string_view touched;  ///< one letter an attribute
};
constexpr std::array<written_change, item_write::changes> change_texts{{
    {"", "", false, false, false, false, ""},
    {"n = :vn", "", true, false, false, false, "n"},
    {"n = n + :vn", "", true, false, false, false, "n"},
    {"n = if_not_exists(n, :zero) - :vn", "", true, true, false, false, "n"},
    {"", "ADD n :vn", true, false, false, false, "n"},
    {"n = :vn", "REMOVE s", true, false, false, false, "ns"},
    {"", "ADD t :vt", false, false, false, true, "t"},
    {"n = :vn", "DELETE t :vt", true, false, false, true, "nt"},
    {"s = :vs", "REMOVE n ADD t :vt", false, false, true, true, "nst"},
    {"", "REMOVE n, s", false, false, false, false, "ns"},
    {"", "DELETE t :vt", false, false, false, true, "t"},
}};

const written_condition& condition_of(const item_write& w) {
  return condition_texts[static_cast<std::size_t>(w.condition)];
}
const written_change& change_of(const item_write& w) { return change_texts[static_cast<std::size_t>(w.change)]; }

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string all;
  for (const std::string& part : parts) all += (all.empty() ? "" : std::string(separator)) + part;
  return all;
}

thing item_to_put(const item_write& w) {
  thing it;
  if (w.change & 1) it.n = number_of(w);
  if (w.change & 2) it.s = text_of(w);
  if (w.change & 4) it.t = {first_member_of(w), second_member_of(w)};
  if (sets_vector(w.vector)) it.v = vector_value(w.vector);
  it.w = w.stamp;
  return it;
}

/// Nothing: DynamoDB refuses the update.
std::optional<thing> updated(const item_write& w, const thing& before) {
  thing it = before;
  const std::set<std::string> members{first_member_of(w), second_member_of(w)};
  switch (w.change) {
    case 1:
    case 5:
    case 7: it.n = number_of(w); break;
    case 2:
      if (!it.n) return std::nullopt;
      [[fallthrough]];
    case 4: it.n = it.n.value_or(0) + number_of(w); break;
    case 3: it.n = it.n.value_or(0) - number_of(w); break;
    default: break;
  }
  if (w.change == 5 || w.change == 9) it.s.reset();
  if (w.change == 9) it.n.reset();
  if (w.change == 6 || w.change == 8) it.t.insert(members.begin(), members.end());
  if (w.change == 7 || w.change == 10) {
    for (const std::string& member : members) it.t.erase(member);
  }
  if (w.change == 8) {
    it.s = text_of(w);
    it.n.reset();
  }
  if (sets_vector(w.vector)) it.v = vector_value(w.vector);
  if (removes_vector(w.vector)) it.v.reset();
  if (const auto position = changed_element(w.vector)) {
    if (!it.v) return std::nullopt;
    it.v = with_element(*it.v, *position, number_value(number_of(w)));
    if (!it.v) return std::nullopt;
  }
  if (!w.stamp.empty()) it.w = w.stamp;
  return it;
}

/// An update that takes away and gives nothing makes no item where there is none.
bool only_removes(const item_write& w) {
  if (!w.stamp.empty() || (w.vector != 0 && !removes_vector(w.vector))) return false;
  return w.change == 9 || w.change == 10 || (w.change == 0 && removes_vector(w.vector));
}

// The clauses of an update but SET.
std::string other_clauses(const item_write& w) {
  std::string others(change_of(w).others);
  constexpr std::string_view removes = "REMOVE ";
  if (!removes_vector(w.vector)) return others;
  if (others.starts_with(removes)) return "REMOVE v, " + others.substr(removes.size());
  return others.empty() ? "REMOVE v" : "REMOVE v " + others;
}

std::string target_text(const item_write& w) {
  const std::string table = R"({"TableName":")" + std::string(shapes[static_cast<std::size_t>(w.at.table)].name) + '"';
  return w.what == item_write::kind::put ? table + R"(,"Item":)" + item_text(w.at, item_to_put(w))
                                         : table + R"(,"Key":)" + key_text(w.at);
}

std::string_view return_values_of(const item_write& w) {
  constexpr std::array<std::string_view, item_write::return_choices> all{"NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD",
                                                                         "UPDATED_NEW"};
  const auto choice = static_cast<std::size_t>(w.returns);
  return w.what == item_write::kind::update ? all[choice] : all[choice % 2];
}

std::string reply_text(const item_write& w, const std::optional<thing>& before, const std::optional<thing>& now) {
  const std::string_view wanted = return_values_of(w);
  if (wanted == "NONE") return "{}";
  const std::optional<thing>& image = wanted.ends_with("OLD") ? before : now;
  if (!image) return "{}";
  if (wanted.starts_with("ALL")) return R"({"Attributes":)" + item_text(w.at, *image) + "}";
  std::set<std::string> touched;
  for (const char letter : change_of(w).touched) touched.insert(std::string(1, letter));
  if (w.vector != 0) touched.insert("v");
  if (!w.stamp.empty()) touched.insert("w");
  const std::string chosen = attributes_text(*image, touched);
  return chosen == "{}" ? "{}" : R"({"Attributes":)" + chosen + "}";
}

}  // namespace

item_write random_write(std::mt19937_64& random, int tables, int places_used) {
  const auto draw = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  item_write w;
  const int kind = draw(10);
  w.what = kind < 4 ? item_write::kind::put : kind < 8 ? item_write::kind::update : item_write::kind::erase;
  w.at = {draw(tables), draw(places_used), draw(places_used)};
  if (shapes[static_cast<std::size_t>(w.at.table)].sort_type == '\0') w.at.sort = 0;
  w.condition = draw(2) == 0 ? 0 : draw(item_write::conditions);
  w.change = draw(w.what == item_write::kind::update ? item_write::changes : 8);
  w.value = draw(item_write::values);
  w.returns = draw(item_write::return_choices);
  w.spoken = draw(languages);
  w.vector = random_vector_change(random, w.what == item_write::kind::update);
  if (changed_element(w.vector) && w.returns > 2) w.returns -= 2;  // all of the item is returned, or nothing
  return w;
}

operation_name name_of(const item_write& w) {
  switch (w.what) {
    case item_write::kind::put: return operation_name::put_item;
    case item_write::kind::update: return operation_name::update_item;
    default: return operation_name::delete_item;
  }
}

std::string action_body_of(const item_write& w) {
  std::string body = target_text(w);
  std::vector<std::string> values;
  const written_condition& condition = condition_of(w);
  if (w.condition != 0) {
    body += R"(,"ConditionExpression":")" + std::string(condition.text) + '"';
    if (condition.number) values.push_back(R"(":n":)" + number_value(number_of(w)));
    if (condition.greater_number) values.push_back(R"(":g":)" + number_value(greater_number_of(w)));
    if (condition.string) values.push_back(R"(":s":)" + string_value(text_of(w)));
    if (condition.member) values.push_back(R"(":m":)" + string_value(first_member_of(w)));
  }
  if (w.what == item_write::kind::update) {
    const written_change& change = change_of(w);
    std::vector<std::string> sets, sections;
    if (!change.set.empty()) sets.emplace_back(change.set);
    if (sets_vector(w.vector)) sets.emplace_back("v = :vv");
    if (const auto position = changed_element(w.vector)) {
      sets.push_back("v[" + std::to_string(*position) + "] = :ve");
    }
    if (!w.stamp.empty()) sets.emplace_back("w = :w");
    if (!sets.empty()) sections.push_back("SET " + joined(sets, ", "));
    if (const std::string others = other_clauses(w); !others.empty()) sections.push_back(others);
    if (!sections.empty()) body += R"(,"UpdateExpression":")" + joined(sections, " ") + '"';
    if (change.number) values.push_back(R"(":vn":)" + number_value(number_of(w)));
    if (change.zero) values.push_back(R"(":zero":)" + number_value(0));
    if (change.string) values.push_back(R"(":vs":)" + string_value(text_of(w)));
    if (change.members) values.push_back(R"(":vt":)" + members_value(w));
    if (sets_vector(w.vector)) values.push_back(R"(":vv":)" + vector_value(w.vector));
    if (changed_element(w.vector)) values.push_back(R"(":ve":)" + number_value(number_of(w)));
    if (!w.stamp.empty()) values.push_back(R"(":w":)" + string_value(w.stamp));
  }
  if (!values.empty()) body += R"(,"ExpressionAttributeValues":{)" + joined(values, ",") + "}";
  return body + std::string(returned_on_failure) + "}";
}

std::string body_of(const item_write& w) {
  std::string body;
  const auto legacy = speaks(w, language::legacy_parameters) ? legacy_members_of(w) : std::nullopt;
  if (legacy) {
    body = target_text(w) + *legacy + std::string(returned_on_failure);
  } else {
    body = action_body_of(w);
    body.pop_back();
  }
  return body + R"(,"ReturnValues":")" + std::string(return_values_of(w)) + "\"}";
}

bool holds(const item_write& w, const std::optional<thing>& item) {
  const thing it = item.value_or(thing());
  const int n = number_of(w);
  const int g = greater_number_of(w);
  switch (w.condition) {
    case 1: return item.has_value();
    case 2: return !item;
    case 3: return it.n == n;
    case 4: return it.n && *it.n < n;
    case 5: return !(it.n && *it.n >= n);
    case 6: return it.s && it.s->starts_with(text_of(w));
    case 7: return it.t.contains(first_member_of(w));
    case 8: return it.n && (*it.n > n || it.s == text_of(w));
    case 9: return it.n && *it.n >= n && *it.n <= g;
    case 10: return !it.t.empty() && static_cast<int>(it.t.size()) > n;
    case 11: return it.n && (*it.n == n || *it.n == g);
    case 12: return it.n != n;
    case 13: return !it.n || *it.n <= g;
    case 14: return (it.n && *it.n > n) || it.s == text_of(w);
    case 15: return !it.t.empty() && !it.t.contains(first_member_of(w));
    case 16: return it.n && *it.n >= n && it.s && it.s->starts_with(text_of(w));
    default: return true;
  }
}

outcome outcome_of(const item_write& w, const std::optional<thing>& before) {
  std::optional<thing> now;
  if (w.what == item_write::kind::put) {
    now = item_to_put(w);
    if (refuse(w.judged_by, before, *now, false)) return {outcome::kind::refused, before, {}};
  }
  if (!holds(w, before)) return {outcome::kind::condition_failed, before, {}};
  if (w.what == item_write::kind::update && (before || !only_removes(w))) {
    now = updated(w, before.value_or(thing()));
    if (!now || refuse(w.judged_by, before, *now, true)) return {outcome::kind::refused, before, {}};
  }
  return {outcome::kind::done, now, reply_text(w, before, now)};
}

}  // namespace dynamo::model
