#include "right_side.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/value/limits.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

// How an update is applied: everything that can fail and everything that reads comes first, on the item as it was. Then come
// the new values (elements past the end of a list are appended in the order of their indexes), and last the removals, deeper
// ones first and from the end of a list to its front: so every index in the expression means the element it meant before.

namespace dynamo::expression {
namespace {

constexpr std::string_view invalid_path = "The document path provided in the update expression is invalid for update";
constexpr std::string_view too_large = "Item size to update has exceeded the maximum allowed size";

std::unexpected<error> refuse_update(std::string_view message) { return fail(errc::validation, std::string(message)); }

/// The map or list that a path's last step is taken in; nullptr where there is none of the right kind.
struct parent {
  attribute_value::map* map = nullptr;
  attribute_value::list* list = nullptr;
  explicit operator bool() const noexcept { return map != nullptr || list != nullptr; }
};

parent find_parent(const path& p, item& root) {
  attribute_value::map* map = &root;
  attribute_value::list* list = nullptr;
  for (std::size_t i = 0; i + 1 < p.size(); ++i) {
    attribute_value* next = nullptr;
    if (p[i].index && list != nullptr && *p[i].index < list->size()) next = &(*list)[*p[i].index];
    if (!p[i].index && map != nullptr) {
      const auto found = map->find(p[i].name);
      if (found != map->end()) next = &found->second;
    }
    if (next == nullptr) return {};
    map = next->get_if<attribute_value::map>();
    list = next->get_if<attribute_value::list>();
  }
  return p.back().index ? parent{nullptr, list} : parent{map, nullptr};
}

/// The present value at a path whose parent is known.
const attribute_value* child(const parent& in, const path_step& step) {
  if (in.list != nullptr) return *step.index < in.list->size() ? &(*in.list)[*step.index] : nullptr;
  const auto found = in.map->find(step.name);
  return found == in.map->end() ? nullptr : &found->second;
}

/// One value to store.
struct assignment {
  const path* target;
  attribute_value value;
};

template <class Set>
bool unite(const attribute_value& present, const attribute_value& added, attribute_value& out) {
  const Set* a = present.get_if<Set>();
  const Set* b = added.get_if<Set>();
  if (a == nullptr || b == nullptr) return false;
  auto members = a->members();
  members.insert(members.end(), b->members().begin(), b->members().end());
  out = Set(std::move(members));
  return true;
}

template <class Set>
bool subtract(const attribute_value& present, const attribute_value& removed, attribute_value& out, bool& emptied) {
  const Set* a = present.get_if<Set>();
  const Set* b = removed.get_if<Set>();
  if (a == nullptr || b == nullptr) return false;
  typename std::remove_cvref_t<decltype(a->members())> members;
  std::ranges::set_difference(a->members(), b->members(), std::back_inserter(members));
  emptied = members.empty();
  out = Set(std::move(members));
  return true;
}

/// Gathers what an update will do to an item, without changing it.
class plan {
 public:
  explicit plan(item& target) : target_(target) {}

  result<void> make(const update& u) {
    for (const set_action& a : u.set) {
      if (auto done = set(a); !done) return done;
    }
    for (const path& p : u.remove) {
      if (!find_parent(p, target_)) return refuse_update(invalid_path);
      removals_.push_back(&p);
    }
    for (const value_action& a : u.add) {
      if (auto done = add(a); !done) return done;
    }
    for (const value_action& a : u.erase) {
      if (auto done = erase(a); !done) return done;
    }
    return {};
  }

  void carry_out() {
    std::ranges::sort(assignments_, {}, [](const assignment& a) { return a.target->back().index.value_or(0); });
    for (assignment& a : assignments_) store(find_parent(*a.target, target_), a.target->back(), std::move(a.value));
    std::ranges::sort(removals_, [](const path* a, const path* b) {
      if (a->size() != b->size()) return a->size() > b->size();
      return a->back().index.value_or(0) > b->back().index.value_or(0);
    });
    for (const path* p : removals_) remove(find_parent(*p, target_), p->back());
  }

 private:
  result<void> set(const set_action& a) {
    auto value = right_side(a.to, target_);
    if (!value) return fail(value.error());
    if (!find_parent(a.target, target_)) return refuse_update(invalid_path);
    return assign(a.target, std::move(*value));
  }

  result<void> add(const value_action& a) {
    const parent in = find_parent(a.target, target_);
    if (!in) return refuse_update(invalid_path);
    attribute_value value = tree_of(a.value);
    if (const attribute_value* present = child(in, a.target.back())) {
      if (present->get_if<number>() != nullptr && value.get_if<number>() != nullptr) {
        auto sum = number::add(*present->get_if<number>(), *value.get_if<number>());
        if (!sum) return fail(sum.error());
        value = *sum;
      } else if (!unite<string_set>(*present, value, value) && !unite<number_set>(*present, value, value) &&
                 !unite<binary_set>(*present, value, value)) {
        return wrong_operand_type();
      }
    }
    return assign(a.target, std::move(value));
  }

  result<void> erase(const value_action& a) {
    const parent in = find_parent(a.target, target_);
    if (!in) return refuse_update(invalid_path);
    const attribute_value* present = child(in, a.target.back());
    if (present == nullptr) return {};
    attribute_value value = tree_of(a.value);
    bool emptied = false;
    if (!subtract<string_set>(*present, value, value, emptied) &&
        !subtract<number_set>(*present, value, value, emptied) &&
        !subtract<binary_set>(*present, value, value, emptied)) {
      return wrong_operand_type();
    }
    if (emptied) {
      removals_.push_back(&a.target);
      return {};
    }
    return assign(a.target, std::move(value));
  }

  /// No two targets overlap, so all that is assigned will be in the item. Its size is refused here, before
  /// `SET a = z, b = z, c = z, ...` has copied a large attribute a thousand times.
  result<void> assign(const path& target, attribute_value value) {
    assigned_size_ += size_of(value);
    if (assigned_size_ > limits::item_size_max) return refuse_update(too_large);
    assignments_.push_back({&target, std::move(value)});
    return {};
  }

  static void store(parent in, const path_step& step, attribute_value value) {
    if (in.map != nullptr) {
      in.map->insert_or_assign(step.name, std::move(value));
    } else if (*step.index < in.list->size()) {
      (*in.list)[*step.index] = std::move(value);
    } else {
      in.list->push_back(std::move(value));
    }
  }

  static void remove(parent in, const path_step& step) {
    if (in.map != nullptr) {
      in.map->erase(step.name);
    } else if (*step.index < in.list->size()) {
      in.list->erase(in.list->begin() + *step.index);
    }
  }

  item& target_;
  std::vector<assignment> assignments_;
  std::vector<const path*> removals_;
  std::size_t assigned_size_ = 0;
};

}  // namespace

result<void> apply(const update& u, item& target) {
  plan changes(target);
  if (auto made = changes.make(u); !made) return made;
  changes.carry_out();
  return {};
}

}  // namespace dynamo::expression
