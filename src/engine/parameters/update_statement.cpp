#include "update_statement.hpp"

#include <dynamo/json/buffer.hpp>
#include <dynamo/json/canonical.hpp>

#include <string>
#include <string_view>

namespace dynamo::engine {
namespace {

using expression::operand;
using expression::path;
using expression::path_step;
using expression::set_value;

constexpr std::size_t statement_itself = 3;
constexpr std::size_t further_element = 4;  // of a target
constexpr std::size_t read_path = 1;
constexpr std::size_t read_element = 14;

std::size_t bytes_of(const path_step& step) {
  return step.index ? std::to_string(*step.index).size() : step.name.size();
}

std::size_t cost_of_target(const path& target) {
  std::size_t cost = 0;
  for (const path_step& step : target) cost += further_element + bytes_of(step);
  return cost - further_element;
}

std::size_t cost_of_value(std::string_view canonical) {
  const json::buffer padded(canonical);
  return json::size_of_value(padded.view());
}

std::size_t cost_of(const operand& read) {
  if (read.what == operand::kind::value) return cost_of_value(read.value);
  std::size_t cost = read_path;
  for (const path_step& step : read.at) cost += read_element + bytes_of(step);
  return cost;
}

std::size_t cost_of(set_value::kind what) noexcept {
  switch (what) {
    case set_value::kind::operand: break;
    case set_value::kind::plus: return 34;
    case set_value::kind::minus:
    case set_value::kind::list_append: return 37;
    case set_value::kind::if_not_exists: return 39;
  }
  return 0;
}

// No deeper than the parser lets it be.
std::size_t cost_of(const set_value& right) {
  std::size_t cost = cost_of(right.what);
  for (const operand& each : right.operands) cost += cost_of(each);
  for (const set_value& each : right.children) cost += cost_of(each);
  return cost;
}

}  // namespace

std::size_t statement_size(const expression::update& update) {
  std::size_t size = statement_itself;
  for (const auto& [target, to] : update.set) size += cost_of_target(target) + cost_of(to);
  for (const path& target : update.remove) size += cost_of_target(target);
  for (const auto* actions : {&update.add, &update.erase}) {
    for (const auto& [target, value] : *actions) size += cost_of_target(target) + cost_of_value(value);
  }
  return size;
}

}  // namespace dynamo::engine
