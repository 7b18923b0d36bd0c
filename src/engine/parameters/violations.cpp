#include "violations.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dynamo::engine {

std::string value_place::text() const {
  std::string path = outer == nullptr ? std::string() : outer->text();
  if (!path.empty()) path += '.';
  switch (kind) {
    case step::element: return path + std::to_string(order + 1) + ".member";
    case step::map_key: return path.append(name) + ".member";
    case step::member: break;
  }
  const std::size_t first = path.size();
  path += name;
  if (path[first] >= 'A' && path[first] <= 'Z') path[first] = static_cast<char>(path[first] - 'A' + 'a');
  return path;
}

void violations::add(const value_place& place, std::string text) {
  violation one;
  one.text = std::move(text);
  for (const value_place* at = &place; at != nullptr; at = at->outer) one.order.push_back(at->order);
  std::ranges::reverse(one.order);
  found_.push_back(std::move(one));
}

void violations::add(const value_place& place, std::string_view value, std::string_view constraint) {
  add(place, fmt::format("Value '{}' at '{}' failed to satisfy constraint: {}", value, place.text(), constraint));
}

void violations::add_null(const value_place& place) {
  add(place, fmt::format("Value null at '{}' failed to satisfy constraint: Member must not be null", place.text()));
}

void violations::add_alone(const value_place& place, std::string_view constraint) {
  if (!alone_) alone_ = fmt::format("Value at '{}' failed to satisfy constraint: {}", place.name, constraint);
}

result<void> violations::to_result() const {
  if (alone_) return fail(errc::validation, "1 validation error detected: " + *alone_);
  if (found_.empty()) return {};
  std::vector<const violation*> sorted;
  for (const violation& one : found_) sorted.push_back(&one);
  std::ranges::stable_sort(sorted, {}, &violation::order);
  std::string text = fmt::format("{} validation error{} detected: ", sorted.size(), sorted.size() == 1 ? "" : "s");
  const char* separator = "";
  for (const violation* one : sorted) {
    text.append(separator).append(one->text);
    separator = "; ";
  }
  return fail(errc::validation, std::move(text));
}

}  // namespace dynamo::engine
