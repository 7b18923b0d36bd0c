// What answers say that operations did.
#include "workload.hpp"

#include <algorithm>

namespace dynamo::isolation {
namespace {

using namespace testing_support;
using kind = action::kind;

std::int64_t number_in(std::string_view value) { return std::strtoll(text_member(value, "N").c_str(), nullptr, 10); }

/// What was seen of an item: its JSON, or nothing if there was none.
access seen(const std::string& item, const std::optional<std::string>& json) {
  if (item.front() != 'l') return {access::kind::read, item, json ? number_in(member(*json, "v").value_or("")) : 0, {}};
  access list{access::kind::list, item, 0, {}};
  if (!json) return list;
  const std::string elements_text = member(member(*json, "l").value_or(""), "L").value_or("[]");
  for (const std::string& one : elements(elements_text)) list.seen.push_back(number_in(one));
  return list;
}

access expected_by(const action& a) {
  if (a.item.front() == 'l') return {access::kind::list, a.item, 0, *a.expected};
  return {access::kind::read, a.item, a.expected->empty() ? 0 : a.expected->back(), {}};
}

std::optional<access> change_by(const action& a) {
  switch (a.what) {
    case kind::put:
    case kind::update: return access{access::kind::write, a.item, a.value, {}};
    case kind::erase: return access{access::kind::write, a.item, 0, {}};
    case kind::append: return access{access::kind::append, a.item, a.value, {}};
    default: return std::nullopt;
  }
}

// What an attempt does if it is applied: all that it expects, then all that it changes.
void enter_effects(operation& o, const attempt& made) {
  for (const action& a : made.actions) {
    if (a.expected) o.does.push_back(expected_by(a));
  }
  for (const action& a : made.actions) {
    if (auto change = change_by(a)) o.does.push_back(*std::move(change));
  }
}

void enter_batch(operation& o, const attempt& made, const std::string& body) {
  std::map<std::string, std::string> found;
  for_each_member(member(body, "Responses").value_or("{}"), [&](std::string_view, std::string_view items) {
    for (std::string& item : elements(items)) {
      std::string name = text_member(member(item, "pk").value_or(""), "S");
      found[std::move(name)] = std::move(item);
    }
  });
  for (const action& a : made.actions) {
    const auto at = found.find(a.item);
    o.does.push_back(seen(a.item, at == found.end() ? std::nullopt : std::optional(at->second)));
  }
}

void enter_success(operation& o, const attempt& made, const std::string& body) {
  if (made.name == operation_name::batch_get_item) return enter_batch(o, made, body);
  if (made.name == operation_name::transact_get_items) {
    const auto responses = elements(member(body, "Responses").value_or("[]"));
    for (std::size_t i = 0; i < made.actions.size(); ++i) {
      o.does.push_back(seen(made.actions[i].item, i < responses.size() ? member(responses[i], "Item") : std::nullopt));
    }
    return;
  }
  const action& first = made.actions.front();
  if (made.name == operation_name::get_item) return o.does.push_back(seen(first.item, member(body, "Item")));
  if (first.returns == action::returned::old_item) o.does.push_back(seen(first.item, member(body, "Attributes")));
  enter_effects(o, made);
  if (first.returns == action::returned::new_item) o.does.push_back(seen(first.item, member(body, "Attributes")));
}

// Conditions that failed met something: the reasons hold it. False for reasons that nobody expects.
bool enter_reasons(operation& o, const attempt& made, const std::string& body) {
  const auto reasons = elements(member(body, "CancellationReasons").value_or("[]"));
  if (reasons.size() != made.actions.size()) return false;
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    const std::string code = text_member(reasons[i], "Code");
    if (code == "ConditionalCheckFailed") o.does.push_back(seen(made.actions[i].item, member(reasons[i], "Item")));
    if (code != "ConditionalCheckFailed" && code != "TransactionConflict" && code != "None") return false;
  }
  return true;
}

bool only_reads(const attempt& made) {
  return std::ranges::all_of(made.actions, [](const action& a) { return a.what == kind::get; });
}

}  // namespace

meaning take_answer(operation& o, const attempt& made, const answer& came) {
  using outcome = operation::outcome;
  o.came = outcome::ok;
  if (came.ok) {
    enter_success(o, made, came.body);
    return meaning::told;
  }
  switch (came.code) {
    case errc::conditional_check_failed:
      o.does.push_back(seen(made.actions.front().item, member(came.body, "Item")));
      return meaning::told;
    case errc::transaction_canceled:
      if (!enter_reasons(o, made, came.body)) return meaning::wrong;
      if (o.does.empty()) o.came = outcome::failed;  // by a conflict
      break;
    case errc::transaction_conflict:
    case errc::throttled: o.came = outcome::failed; break;
    case errc::transport:
    case errc::timed_out:
    case errc::internal_server_error:
    case errc::storage:
    case errc::read_only:
      enter_effects(o, made);
      o.came = only_reads(made) ? outcome::failed : outcome::unknown;
      return meaning::lost;
    default: return meaning::wrong;
  }
  if (o.does.empty()) enter_effects(o, made);
  return meaning::told;
}

}  // namespace dynamo::isolation
