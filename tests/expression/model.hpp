#pragma once

#include <dynamo/expression/tree.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/value/attribute_value.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What expressions mean, said once more and as simply as can be: on trees of attribute values, by copying.
namespace dynamo::expression::model {

using maybe = std::optional<attribute_value>;

inline attribute_value bound(const std::string& canonical) { return json::read_value(json::buffer(canonical).view()); }

inline maybe at(attribute_value from, const path& p, std::size_t depth) {
  if (depth == p.size()) return from;
  if (p[depth].index) {
    const auto* list = from.get_if<attribute_value::list>();
    if (list == nullptr || *p[depth].index >= list->size()) return {};
    return at((*list)[*p[depth].index], p, depth + 1);
  }
  const auto* map = from.get_if<attribute_value::map>();
  if (map == nullptr || !map->contains(p[depth].name)) return {};
  return at(map->find(p[depth].name)->second, p, depth + 1);
}
inline maybe at(const item& from, const path& p) { return at(attribute_value(from), p, 0); }

inline maybe measured(const attribute_value& v) {
  if (const auto* text = v.get_if<std::string>()) {
    int units = 0;
    for (const char c : *text) {
      const auto byte = static_cast<unsigned char>(c);
      units += byte >= 0xF0 ? 2 : (byte & 0xC0) == 0x80 ? 0 : 1;
    }
    return attribute_value(units);
  }
  if (const auto* x = v.get_if<binary>()) return attribute_value(x->size());
  if (const auto* x = v.get_if<attribute_value::map>()) return attribute_value(x->size());
  if (const auto* x = v.get_if<attribute_value::list>()) return attribute_value(x->size());
  if (const auto* x = v.get_if<string_set>()) return attribute_value(x->members().size());
  if (const auto* x = v.get_if<number_set>()) return attribute_value(x->members().size());
  if (const auto* x = v.get_if<binary_set>()) return attribute_value(x->members().size());
  return {};
}

inline maybe value_of(const operand& o, const item& from) {
  if (o.what == operand::kind::value) return bound(o.value);
  const maybe found = at(from, o.at);
  return o.what == operand::kind::path || !found ? found : measured(*found);
}

template <class T>
std::optional<int> order_as(const attribute_value& a, const attribute_value& b) {
  const T* x = a.get_if<T>();
  const T* y = b.get_if<T>();
  if (x == nullptr || y == nullptr) return {};
  return *x < *y ? -1 : *y < *x ? 1 : 0;
}
inline std::optional<int> order(const maybe& a, const maybe& b) {
  if (!a || !b) return {};
  if (const auto o = order_as<number>(*a, *b)) return o;
  if (const auto o = order_as<binary>(*a, *b)) return o;
  const auto* x = a->get_if<std::string>();
  const auto* y = b->get_if<std::string>();
  if (x == nullptr || y == nullptr) return {};
  const bool less = std::lexicographical_compare(x->begin(), x->end(), y->begin(), y->end(), [](char l, char r) {
    return static_cast<unsigned char>(l) < static_cast<unsigned char>(r);
  });
  return less ? -1 : *x == *y ? 0 : 1;
}

template <class T>
bool found_in(const T* where, const T* what) {
  return where != nullptr && what != nullptr &&
         (what->empty() || std::search(where->begin(), where->end(), what->begin(), what->end()) != where->end());
}
template <class T>
bool member_of(const set_of<T>* set, const T* member) {
  return set != nullptr && member != nullptr && std::ranges::count(set->members(), *member) == 1;
}
inline bool contains(const attribute_value& c, const attribute_value& p) {
  if (const auto* list = c.get_if<attribute_value::list>()) return std::ranges::count(*list, p) > 0;
  return found_in(c.get_if<std::string>(), p.get_if<std::string>()) ||
         found_in(c.get_if<binary>(), p.get_if<binary>()) ||
         member_of(c.get_if<string_set>(), p.get_if<std::string>()) ||
         member_of(c.get_if<number_set>(), p.get_if<number>()) || member_of(c.get_if<binary_set>(), p.get_if<binary>());
}
template <class T>
bool prefixed(const T* text, const T* prefix) {
  return text != nullptr && prefix != nullptr && prefix->size() <= text->size() &&
         std::equal(prefix->begin(), prefix->end(), text->begin());
}

inline bool evaluate(const condition& c, const item& from) {
  using enum condition::kind;
  std::vector<maybe> v;
  for (const operand& o : c.operands) v.push_back(value_of(o, from));
  switch (c.what) {
    case all:
      for (const condition& child : c.children) {
        if (!evaluate(child, from)) return false;
      }
      return true;
    case any:
      for (const condition& child : c.children) {
        if (evaluate(child, from)) return true;
      }
      return false;
    case negation: return !evaluate(c.children[0], from);
    case equal: return v[0] && v[0] == v[1];
    case not_equal: return !(v[0] && v[0] == v[1]);
    case less: return order(v[0], v[1]) == -1;
    case less_equal: return order(v[0], v[1]).value_or(1) <= 0;
    case greater: return order(v[0], v[1]) == 1;
    case greater_equal: return order(v[0], v[1]).value_or(-1) >= 0;
    case between: return order(v[0], v[1]).value_or(-1) >= 0 && order(v[0], v[2]).value_or(1) <= 0;
    case in: return v[0] && std::find(v.begin() + 1, v.end(), v[0]) != v.end();
    case attribute_exists: return v[0].has_value();
    case attribute_not_exists: return !v[0].has_value();
    case attribute_type: return v[0] && to_string(v[0]->type()) == *v[1]->get_if<std::string>();
    case begins_with:
      return v[0] && v[1] &&
             (prefixed(v[0]->get_if<std::string>(), v[1]->get_if<std::string>()) ||
              prefixed(v[0]->get_if<binary>(), v[1]->get_if<binary>()));
    case condition::kind::contains: return v[0] && v[1] && model::contains(*v[0], *v[1]);
  }
  return false;
}

/// An item whose lists may have holes: an element keeps its index while others come and go. For updates and projections.
struct sparse {
  maybe scalar;
  std::map<std::string, sparse> members;
  std::map<std::uint32_t, sparse> elements;
  bool is_map = false;
  bool is_list = false;

  static sparse of(const attribute_value& v) {
    sparse made;
    if (const auto* map = v.get_if<attribute_value::map>()) {
      made.is_map = true;
      for (const auto& [name, member] : *map) made.members.emplace(name, of(member));
    } else if (const auto* list = v.get_if<attribute_value::list>()) {
      made.is_list = true;
      for (std::uint32_t i = 0; i < list->size(); ++i) made.elements.emplace(i, of((*list)[i]));
    } else {
      made.scalar = v;
    }
    return made;
  }
  attribute_value dense() const {
    if (is_map) {
      attribute_value::map made;
      for (const auto& [name, member] : members) made.emplace(name, member.dense());
      return made;
    }
    if (is_list) {
      attribute_value::list made;
      for (const auto& [index, element] : elements) made.push_back(element.dense());
      return made;
    }
    return *scalar;
  }

  /// The container of the path's last step, if there is one of the right kind.
  sparse* parent(const path& p) {
    sparse* in = this;
    for (std::size_t i = 0;; ++i) {
      if (p[i].index ? !in->is_list : !in->is_map) return nullptr;
      if (i + 1 == p.size()) return in;
      if (p[i].index ? !in->elements.contains(*p[i].index) : !in->members.contains(p[i].name)) return nullptr;
      in = p[i].index ? &in->elements[*p[i].index] : &in->members[p[i].name];
    }
  }
  void put(const path_step& step, sparse v) {
    (step.index ? elements[*step.index] : members[step.name]) = std::move(v);
  }
  void drop(const path_step& step) {
    if (step.index) {
      elements.erase(*step.index);
    } else {
      members.erase(step.name);
    }
  }
};

inline maybe right_side(const set_value& v, const item& before) {
  using enum set_value::kind;
  std::vector<maybe> c;
  if (v.what != if_not_exists) {
    for (const set_value& child : v.children) c.push_back(right_side(child, before));
  }
  switch (v.what) {
    case set_value::kind::operand: return value_of(v.operands[0], before);
    case if_not_exists: {
      const maybe found = value_of(v.operands[0], before);
      return found ? found : right_side(v.children[0], before);
    }
    case plus:
    case minus: {
      if (!c[0] || !c[1] || c[0]->type() != attribute_type::N || c[1]->type() != attribute_type::N) return {};
      const number a = *c[0]->get_if<number>();
      const number b = *c[1]->get_if<number>();
      return attribute_value(v.what == plus ? *number::add(a, b) : *number::subtract(a, b));
    }
    case list_append: {
      if (!c[0] || !c[1] || c[0]->type() != attribute_type::L || c[1]->type() != attribute_type::L) return {};
      attribute_value::list made = *c[0]->get_if<attribute_value::list>();
      for (const attribute_value& element : *c[1]->get_if<attribute_value::list>()) made.push_back(element);
      return attribute_value(made);
    }
  }
  return {};
}

/// The members of both, or of the first that are not in the second; nothing if these are not sets of one type.
template <class T>
std::optional<set_of<T>> combine(const attribute_value& a, const attribute_value& b, bool add) {
  const auto* x = a.get_if<set_of<T>>();
  const auto* y = b.get_if<set_of<T>>();
  if (x == nullptr || y == nullptr) return {};
  std::vector<T> made;
  for (const T& member : x->members()) {
    if (add || std::ranges::count(y->members(), member) == 0) made.push_back(member);
  }
  if (add) made.insert(made.end(), y->members().begin(), y->members().end());
  return set_of<T>(made);
}

/// The item after the update, or nothing where DynamoDB refuses it.
inline std::optional<item> apply(const update& u, const item& before) {
  sparse after = sparse::of(attribute_value(before));
  sparse untouched = after;
  for (const set_action& a : u.set) {
    const maybe v = right_side(a.to, before);
    if (!v || untouched.parent(a.target) == nullptr) return {};
    after.parent(a.target)->put(a.target.back(), sparse::of(*v));
  }
  for (const path& p : u.remove) {
    if (untouched.parent(p) == nullptr) return {};
    after.parent(p)->drop(p.back());
  }
  const auto change = [&](const value_action& a, bool add) {
    if (untouched.parent(a.target) == nullptr) return false;
    sparse* in = after.parent(a.target);
    const attribute_value operand = bound(a.value);
    const maybe present = at(before, a.target);
    if (!present) {
      if (add) in->put(a.target.back(), sparse::of(operand));
      return true;
    }
    maybe made;
    bool empty = false;
    const auto take = [&](const auto& set) {
      if (!set) return;
      made = *set;
      empty = set->members().empty();
    };
    take(combine<std::string>(*present, operand, add));
    take(combine<number>(*present, operand, add));
    take(combine<binary>(*present, operand, add));
    if (add && present->type() == attribute_type::N && operand.type() == attribute_type::N) {
      made = *number::add(*present->get_if<number>(), *operand.get_if<number>());
    }
    if (!made) return false;
    if (empty) {
      in->drop(a.target.back());
    } else {
      in->put(a.target.back(), sparse::of(*made));
    }
    return true;
  };
  for (const value_action& a : u.add) {
    if (!change(a, true)) return {};
  }
  for (const value_action& a : u.erase) {
    if (!change(a, false)) return {};
  }
  const attribute_value made = after.dense();
  return *made.get_if<attribute_value::map>();
}

inline item project(const projection& paths, const item& from) {
  sparse kept;
  kept.is_map = true;
  for (const path& p : paths) {
    const maybe found = at(from, p);
    if (!found) continue;
    sparse* in = &kept;
    for (const path_step& step : p) {
      (step.index ? in->is_list : in->is_map) = true;
      in = step.index ? &in->elements[*step.index] : &in->members[step.name];
    }
    *in = sparse::of(*found);
  }
  const attribute_value made = kept.dense();
  return *made.get_if<attribute_value::map>();
}

/// Two paths may not stand in one update or projection: compared pair by pair.
inline bool clash(const path& a, const path& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (a[i].index.has_value() != b[i].index.has_value()) return true;
    if (a[i] != b[i]) return false;
  }
  return true;
}

}  // namespace dynamo::expression::model
