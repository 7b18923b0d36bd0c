#include "prepared_read.hpp"

#include "statement_read.hpp"
#include "statement_write.hpp"

#include <partiql/parse.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <utility>
#include <variant>

namespace dynamo::engine {
namespace {

constexpr std::size_t prepared_texts = 64;
constexpr std::size_t prepared_text_size_max = 256;
constexpr std::size_t prepared_values_max = 2;  // a key has no more attributes

// What stands for the value of a parameter while its place is looked for. Every type is accepted beside `=`, so no other value parses otherwise.
std::string placeholder_of(std::size_t which) { return R"({"S":"?)" + std::to_string(which) + "\"}"; }

// The attributes that are compared with the parameters, one each. A literal that looks like a placeholder makes one value too many.
std::optional<std::vector<std::string>> attributes_of(const expression::condition& where, std::size_t values) {
  using expression::condition;
  using expression::operand;
  std::vector<std::string> attributes(values);
  std::size_t taken = 0;
  const auto take = [&](const condition& c) {
    if (c.what != condition::kind::equal) return false;
    const operand& left = c.operands[0];
    const operand& right = c.operands[1];
    if (left.what != operand::kind::path || left.at.size() != 1 || right.what != operand::kind::value) return false;
    for (std::size_t i = 0; i < values; ++i) {
      if (right.value != placeholder_of(i) || !attributes[i].empty()) continue;
      attributes[i] = left.at.front().name;
      ++taken;
      return true;
    }
    return false;
  };
  const bool all = where.what == condition::kind::all ? std::ranges::all_of(where.children, take) : take(where);
  if (!all || taken != values) return std::nullopt;
  return attributes;
}

std::optional<prepared_read> prepare_read(const statement_parameters& p) {
  std::vector<result<std::string>> placeholders;
  for (std::size_t i = 0; i < p.values.size(); ++i) placeholders.emplace_back(placeholder_of(i));
  auto parsed = partiql::parse(p.text, placeholders);
  if (!parsed) return std::nullopt;
  auto* const reading = std::get_if<partiql::select>(&*parsed);
  if (reading == nullptr || reading->index || !reading->order_by.empty() || !reading->where) return std::nullopt;
  auto attributes = attributes_of(*reading->where, p.values.size());
  if (!attributes) return std::nullopt;
  prepared_read made{std::string(table_of(*parsed)), {}, *std::move(attributes)};
  read_columns(*reading, made.columns);
  return made;
}

struct prepared_text {
  std::string text;
  std::size_t values = 0;
  std::optional<prepared_read> read;
};

}  // namespace

const prepared_read* find_prepared_read(const statement_parameters& p) {
  if (p.values.empty() || p.values.size() > prepared_values_max || p.text.size() > prepared_text_size_max) {
    return nullptr;
  }
  thread_local std::array<prepared_text, prepared_texts> kept;
  prepared_text& slot = kept[std::hash<std::string_view>()(p.text) % prepared_texts];
  if (slot.text != p.text || slot.values != p.values.size()) {
    auto read = prepare_read(p);
    slot = {p.text, p.values.size(), std::move(read)};
  }
  return slot.read ? &*slot.read : nullptr;
}

std::optional<json::buffer> prepared_key(const prepared_read& read, const statement_parameters& p,
                                         const key_schema& key) {
  const auto value_of = [&](const key_attribute& attribute) -> const std::string* {
    const auto found = std::ranges::find(read.attributes, attribute.name);
    if (found == read.attributes.end()) return nullptr;
    const auto& value = p.values[static_cast<std::size_t>(found - read.attributes.begin())];
    return value ? &*value : nullptr;
  };
  if (read.attributes.size() != key.partition.size() + key.sort.size()) return std::nullopt;
  const std::string* const partition = value_of(key.partition.front());
  const std::string* const sort = key.sort.empty() ? nullptr : value_of(key.sort.front());
  if (partition == nullptr || (sort == nullptr) != key.sort.empty()) return std::nullopt;
  return key_of(key, *partition, sort == nullptr ? std::string_view() : std::string_view(*sort));
}

}  // namespace dynamo::engine
