#include "violations.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dynamo::engine {
namespace {

std::string step_text(const value_place& place, std::string outer) {
  if (!outer.empty()) outer += '.';
  switch (place.kind) {
    case value_place::step::element: return outer + std::to_string(place.order + 1) + ".member";
    case value_place::step::map_key: return outer.append(place.name) + ".member";
    case value_place::step::member: break;
  }
  return outer.append(place.name);
}

}  // namespace

std::string value_place::text() const {
  std::string path = outer == nullptr ? std::string() : outer->text();
  const std::size_t first = path.empty() ? 0 : path.size() + 1;
  path = step_text(*this, std::move(path));
  if (kind == step::member && path[first] >= 'A' && path[first] <= 'Z') {
    path[first] = static_cast<char>(path[first] - 'A' + 'a');
  }
  return path;
}

std::string value_place::newer_text() const {
  return step_text(*this, outer == nullptr ? std::string() : outer->newer_text());
}

void violations::add(const value_place& place, std::string text, std::string newer_text, bool is_told_alone) {
  violation one{{}, std::move(text), std::move(newer_text), is_told_alone};
  for (const value_place* at = &place; at != nullptr; at = at->outer) one.order.push_back(at->order);
  std::ranges::reverse(one.order);
  found_.push_back(std::move(one));
}

void violations::add(const value_place& place, std::string_view value, std::string_view constraint) {
  add(place, fmt::format("Value '{}' at '{}' failed to satisfy constraint: {}", value, place.text(), constraint), {},
      false);
}

void violations::add_null(const value_place& place) {
  add(place, fmt::format("Value null at '{}' failed to satisfy constraint: Member must not be null", place.text()), {},
      false);
  has_null_ = true;
}

void violations::add_newer(const value_place& place, std::string_view value, std::string_view constraint) {
  add(place, fmt::format("Value '{}' at '{}' failed to satisfy constraint: {}", value, place.text(), constraint),
      fmt::format("Value at '{}' failed to satisfy constraint: {}", place.newer_text(), constraint), true);
}

void violations::add_unknown(const value_place& place, std::string_view value, std::string_view names,
                             std::string_view newer_names) {
  constexpr std::string_view told = "Member must satisfy enum value set: [{}]";
  add(place,
      fmt::format("Value '{}' at '{}' failed to satisfy constraint: {}", value, place.text(), fmt::format(told, names)),
      newer_names.empty() ? std::string() : "Failed to satisfy constraint: " + fmt::format(told, newer_names), false);
}

void violations::add_alone(std::string_view words) {
  if (!alone_) alone_ = words;
}

void violations::add_refused(error why) {
  if (!refused_) refused_.emplace(std::move(why));
}

result<void> violations::constraints() const {
  if (alone_) return fail(errc::validation, *alone_);
  if (found_.empty()) return {};
  std::vector<const violation*> sorted;
  for (const violation& one : found_) sorted.push_back(&one);
  std::ranges::stable_sort(sorted, {}, &violation::order);
  // Observed: where a required member is missing, the older layer tells all.
  const bool newly = wording_.era == error_wording::of_2026 && !has_null_;
  const auto alone = std::ranges::find_if(sorted, &violation::is_told_alone);
  if (newly && alone != sorted.end()) sorted = {*alone};
  std::string text = fmt::format("{} validation error{} detected: ", sorted.size(), sorted.size() == 1 ? "" : "s");
  const char* separator = "";
  for (const violation* one : sorted) {
    text.append(separator).append(newly && !one->newer_text.empty() ? one->newer_text : one->text);
    separator = "; ";
  }
  return fail(errc::validation, std::move(text));
}

result<void> violations::to_result() const {
  if (auto valid = constraints(); !valid) return valid;
  return values();
}

}  // namespace dynamo::engine
