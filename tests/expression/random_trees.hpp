#pragma once

#include <dynamo/expression/tree.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/json/writer.hpp>
#include <dynamo/value/attribute_value.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::expression::test {

/// Makes an item, and expressions most of whose paths and values occur in it; other items and the remaining expressions come
/// from so few names and values that they often meet too.
class random_trees {
 public:
  explicit random_trees(std::mt19937_64& random) : random_(random) { subject_ = random_item(); }

  const item& subject() const noexcept { return subject_; }

  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
  bool one_in(std::size_t n) { return below(n) == 0; }

  std::string name() {
    static constexpr std::array<std::string_view, 6> names = {"a", "b", "status", "x.y", "\xC3\xA9", "q\""};
    return std::string(names[below(names.size())]);
  }

  attribute_value scalar() {
    switch (below(6)) {
      case 0: return text();
      case 1:
      case 2: return small_number();
      case 3: return bytes();
      case 4: return one_in(2);
      default: return null_t{};
    }
  }

  attribute_value value(unsigned depth = 0) {
    if (depth >= 3 || (depth > 0 && !one_in(2))) return scalar();
    switch (below(5)) {
      case 0: {
        attribute_value::map m;
        for (std::size_t n = below(4); n > 0; --n) m.insert_or_assign(name(), value(depth + 1));
        return m;
      }
      case 1: {
        attribute_value::list l;
        for (std::size_t n = below(4); n > 0; --n) l.push_back(value(depth + 1));
        return l;
      }
      case 2: return string_set({text(), text()});
      case 3: return number_set({small_number(), small_number()});
      default: return binary_set({bytes(), bytes()});
    }
  }

  item random_item() {
    item made;
    for (std::size_t n = below(6); n > 0; --n) made.insert_or_assign(name(), value());
    return made;
  }

  path random_path() {
    path p;
    if (!subject_.empty() && !one_in(4)) {
      (void)walk(p);
      if (one_in(6)) p.push_back(one_in(2) ? path_step(static_cast<std::uint32_t>(below(4))) : path_step(name()));
      return p;
    }
    p = {path_step(name())};
    while (p.size() < 4 && one_in(3)) {
      p.push_back(one_in(2) ? path_step(static_cast<std::uint32_t>(below(4))) : path_step(name()));
    }
    return p;
  }

  /// Canonical bytes, as the tree holds them.
  static std::string bound(const attribute_value& v) {
    json::buffer out;
    json::write_value(out, v);
    return std::string(out.view());
  }

  operand random_operand() {
    switch (below(5)) {
      case 0: return operand::size_of(random_path());
      case 1:
      case 2: return operand::bound(bound(known_value()));
      default: return operand::of(random_path());
    }
  }

  condition random_condition(unsigned depth = 0) {
    using enum condition::kind;
    if (depth < 4 && one_in(2)) {
      if (one_in(4)) return {negation, {}, {random_condition(depth + 1)}};
      condition chain{one_in(2) ? all : any, {}, {}};
      for (std::size_t n = 2 + below(3); n > 0; --n) chain.children.push_back(random_condition(depth + 1));
      return chain;
    }
    static constexpr std::array<condition::kind, 13> leaves = {
        equal,          not_equal,   less,    less_equal,       greater,
        greater_equal,  between,     in,      attribute_exists, attribute_not_exists,
        attribute_type, begins_with, contains};
    condition leaf{leaves[below(leaves.size())], {}, {}};
    switch (leaf.what) {
      case attribute_exists:
      case attribute_not_exists: leaf.operands = {operand::of(random_path())}; break;
      case attribute_type:
        leaf.operands = {operand::of(random_path()),
                         operand::bound(bound(std::string(to_string(static_cast<enum attribute_type>(below(10))))))};
        break;
      case between: leaf.operands = {random_operand(), random_operand(), random_operand()}; break;
      case in:
        for (std::size_t n = 2 + below(3); n > 0; --n) leaf.operands.push_back(random_operand());
        break;
      default: leaf.operands = {random_operand(), random_operand()}; break;
    }
    return leaf;
  }

  set_value random_right_side(unsigned depth = 0) {
    using enum set_value::kind;
    switch (depth < 3 ? below(6) : 5) {
      case 0: return {if_not_exists, {operand::of(random_path())}, {random_term(depth)}};
      case 1: return {list_append, {}, {random_term(depth), random_term(depth)}};
      case 2: return {plus, {}, {random_term(depth), random_term(depth)}};
      case 3: return {minus, {}, {random_term(depth), random_term(depth)}};
      default: return random_leaf();
    }
  }

  value_action random_change(bool numbers) {
    const attribute_value changed = numbers && one_in(2) ? small_number()
                                    : one_in(2)          ? attribute_value(string_set({text(), text()}))
                                                         : attribute_value(number_set({small_number()}));
    return {random_path(), bound(changed)};
  }

 private:
  /// Goes down into the subject some way, appending the steps taken, and returns what is there.
  const attribute_value* walk(path& steps) {
    const auto first = std::next(subject_.begin(), static_cast<std::ptrdiff_t>(below(subject_.size())));
    steps.emplace_back(first->first);
    const attribute_value* at = &first->second;
    while (!one_in(5)) {
      if (const auto* map = at->get_if<attribute_value::map>(); map != nullptr && !map->empty()) {
        const auto member = std::next(map->begin(), static_cast<std::ptrdiff_t>(below(map->size())));
        steps.emplace_back(member->first);
        at = &member->second;
      } else if (const auto* list = at->get_if<attribute_value::list>(); list != nullptr && !list->empty()) {
        const std::size_t index = below(list->size());
        steps.emplace_back(static_cast<std::uint32_t>(index));
        at = &(*list)[index];
      } else {
        break;
      }
    }
    return at;
  }

  attribute_value known_value() {
    path ignored;
    return subject_.empty() || one_in(3) ? value(2) : *walk(ignored);
  }

  std::string text() {
    static constexpr std::array<std::string_view, 7> texts = {"", "a", "ab", "b\n", "\xF0\x9D\x84\x9E", "z\"", "\x01"};
    return std::string(texts[below(texts.size())]);
  }
  number small_number() {
    static constexpr std::array<std::string_view, 8> numbers = {"0", "1", "2", "3", "-1", "1.5", "-1.5E3", "10"};
    return *number::parse(numbers[below(numbers.size())]);
  }
  binary bytes() {
    static constexpr std::array<std::string_view, 5> all = {"", "\x01", "\x01\x02", "\xFF", "\x7F"};
    return to_binary(all[below(all.size())]);
  }
  set_value random_leaf() {
    return {
        set_value::kind::operand, {one_in(2) ? operand::of(random_path()) : operand::bound(bound(known_value()))}, {}};
  }
  /// What may stand inside a function or beside + and -: an attribute, a value, or if_not_exists.
  set_value random_term(unsigned depth) {
    if (depth < 2 && one_in(4))
      return {set_value::kind::if_not_exists, {operand::of(random_path())}, {random_term(depth + 1)}};
    return random_leaf();
  }

  std::mt19937_64& random_;
  item subject_;
};

}  // namespace dynamo::expression::test
