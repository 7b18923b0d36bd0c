#include "wording.hpp"

#include <dynamo/expression/evaluate.hpp>

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

namespace dynamo::expression {
namespace {

/// All paths seen so far, as a tree of their steps; each new path is compared with all of them in one walk.
class path_tree {
 public:
  /// The earlier path that `p` clashes with, and in which of the two ways.
  struct clash {
    const path* with;
    bool overlap;  ///< one leads to or into the other; otherwise one takes for a list what is a map for the other
  };

  std::optional<clash> add(const path& p) {
    std::uint32_t at = 0;
    for (const path_step& step : p) {
      if (nodes_[at].ends_here) return clash{nodes_[at].first, true};
      const bool of_list = step.index.has_value();
      if (nodes_[at].has_children && nodes_[at].is_list != of_list) return clash{nodes_[at].first, false};
      nodes_[at].has_children = true;
      nodes_[at].is_list = of_list;
      const auto next = static_cast<std::uint32_t>(nodes_.size());
      const auto [place, added] = edges_.try_emplace({at, step.index.value_or(0), step.name}, next);
      if (added) nodes_.push_back({&p});
      at = place->second;
    }
    if (nodes_[at].first != &p) return clash{nodes_[at].first, true};
    nodes_[at].ends_here = true;
    return std::nullopt;
  }

 private:
  struct node {
    const path* first = nullptr;  ///< the first path through here
    bool has_children = false;
    bool is_list = false;
    bool ends_here = false;
  };
  struct edge {
    std::uint32_t from;
    std::uint32_t index;
    std::string_view name;
    friend auto operator<=>(const edge&, const edge&) = default;
  };
  std::vector<node> nodes_ = {node{}};
  std::map<edge, std::uint32_t> edges_;
};

class path_checker {
 public:
  explicit path_checker(parameter kind) : kind_(kind) {}

  bool add(const path& p) {
    const auto clash = tree_.add(p);
    if (!clash) return true;
    std::string what = "Two document paths ";
    what.append(clash->overlap ? "overlap" : "conflict").append(" with each other; ");
    what.append("must remove or rewrite one of these paths; path one: ").append(describe(*clash->with));
    found_ = invalid(kind_, what.append(", path two: ").append(describe(p)));
    return false;
  }

  result<void> outcome() const {
    if (found_) return fail(*found_);
    return {};
  }

 private:
  parameter kind_;
  path_tree tree_;
  std::optional<error> found_;
};

template <class Visit>
bool every_target(const update& u, Visit visit) {
  for (const set_action& a : u.set) {
    if (!visit(a.target)) return false;
  }
  for (const path& p : u.remove) {
    if (!visit(p)) return false;
  }
  for (const value_action& a : u.add) {
    if (!visit(a.target)) return false;
  }
  for (const value_action& a : u.erase) {
    if (!visit(a.target)) return false;
  }
  return true;
}

}  // namespace

result<void> check_paths(const update& u) {
  path_checker checker(parameter::update);
  every_target(u, [&](const path& p) { return checker.add(p); });
  return checker.outcome();
}

result<void> check_paths(const projection& paths) {
  path_checker checker(parameter::projection);
  for (const path& p : paths) {
    if (!checker.add(p)) break;
  }
  return checker.outcome();
}

std::vector<path> touched(const update& u) {
  std::vector<path> targets;
  every_target(u, [&](const path& p) {
    targets.push_back(p);
    return true;
  });
  return targets;
}

}  // namespace dynamo::expression
