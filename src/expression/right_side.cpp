#include "right_side.hpp"

#include <dynamo/json/buffer.hpp>
#include <dynamo/json/canonical.hpp>

#include <utility>

namespace dynamo::expression {
namespace {

std::unexpected<error> no_such_attribute() {
  return fail(errc::validation, "The provided expression refers to an attribute that does not exist in the item");
}

result<attribute_value> arithmetic(const set_value& v, const item& from) {
  const auto left = right_side(v.children[0], from);
  if (!left) return left;
  const auto right = right_side(v.children[1], from);
  if (!right) return right;
  const number* a = left->get_if<number>();
  const number* b = right->get_if<number>();
  if (a == nullptr || b == nullptr) return wrong_operand_type();
  auto made = v.what == set_value::kind::plus ? number::add(*a, *b) : number::subtract(*a, *b);
  if (!made) return fail(made.error());
  return *made;
}

result<attribute_value> append(const set_value& v, const item& from) {
  auto front = right_side(v.children[0], from);
  if (!front) return front;
  auto back = right_side(v.children[1], from);
  if (!back) return back;
  auto* a = front->get_if<attribute_value::list>();
  auto* b = back->get_if<attribute_value::list>();
  if (a == nullptr || b == nullptr) return wrong_operand_type();
  a->insert(a->end(), std::make_move_iterator(b->begin()), std::make_move_iterator(b->end()));
  return front;
}

}  // namespace

std::unexpected<error> wrong_operand_type() {
  return fail(errc::validation, "An operand in the update expression has an incorrect data type");
}

const attribute_value* find(const path& p, const item& from) {
  const auto found = from.find(p.front().name);
  const attribute_value* at = found == from.end() ? nullptr : &found->second;
  for (auto step = p.begin() + 1; at != nullptr && step != p.end(); ++step) {
    if (step->index) {
      const auto* list = at->get_if<attribute_value::list>();
      at = list != nullptr && *step->index < list->size() ? &(*list)[*step->index] : nullptr;
    } else {
      const auto* map = at->get_if<attribute_value::map>();
      if (map == nullptr) return nullptr;
      const auto member = map->find(step->name);
      at = member == map->end() ? nullptr : &member->second;
    }
  }
  return at;
}

result<attribute_value> right_side(const set_value& v, const item& from) {
  switch (v.what) {
    case set_value::kind::operand: {
      const operand& o = v.operands.front();
      if (o.what == operand::kind::value) return tree_of(o.value);
      const attribute_value* found = find(o.at, from);
      if (found == nullptr) return no_such_attribute();
      return *found;
    }
    case set_value::kind::plus:
    case set_value::kind::minus: return arithmetic(v, from);
    case set_value::kind::if_not_exists: {
      const attribute_value* found = find(v.operands.front().at, from);
      if (found != nullptr) return *found;
      return right_side(v.children.front(), from);
    }
    case set_value::kind::list_append: return append(v, from);
  }
  return no_such_attribute();
}

attribute_value tree_of(std::string_view canonical) {
  const json::buffer padded(canonical);
  return json::read_value(padded.view());
}

}  // namespace dynamo::expression
