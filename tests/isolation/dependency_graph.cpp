#include "dependency_graph.hpp"

#include <algorithm>
#include <limits>

namespace dynamo::isolation {

dependency_graph::node dependency_graph::add_joint() {
  edges_.emplace_back();
  return static_cast<node>(edges_.size() - 1);
}

// Tarjan's algorithm with a stack of its own: a history is deeper than a thread's stack.
std::vector<std::vector<dependency_graph::node>> dependency_graph::strong_components(dependencies kinds) const {
  constexpr auto unseen = std::numeric_limits<node>::max();
  struct frame {
    node at;
    std::size_t next;
  };
  std::vector<std::vector<node>> found;
  std::vector<node> index(edges_.size(), unseen), low(edges_.size()), open;
  std::vector<bool> is_open(edges_.size());
  std::vector<frame> frames;
  node count = 0;
  const auto enter = [&](node n) {
    index[n] = low[n] = count++;
    open.push_back(n);
    is_open[n] = true;
    frames.push_back({n, 0});
  };
  for (node root = 0; root < edges_.size(); ++root) {
    if (index[root] != unseen) continue;
    enter(root);
    while (!frames.empty()) {
      auto& [at, next] = frames.back();
      if (next < edges_[at].size()) {
        const edge& e = edges_[at][next++];
        if (!follows(e, kinds)) continue;
        if (index[e.to] == unseen) {
          enter(e.to);
        } else if (is_open[e.to]) {
          low[at] = std::min(low[at], index[e.to]);
        }
        continue;
      }
      const node done = at;
      frames.pop_back();
      if (!frames.empty()) low[frames.back().at] = std::min(low[frames.back().at], low[done]);
      if (low[done] != index[done]) continue;
      std::vector<node> component;
      do {
        component.push_back(open.back());
        is_open[open.back()] = false;
        open.pop_back();
      } while (component.back() != done);
      if (component.size() > 1) found.push_back(std::move(component));
    }
  }
  return found;
}

/// Ways within one component, fewest edges first.
class dependency_graph::walk {
 public:
  walk(const dependency_graph& graph, const std::vector<node>& component, dependencies kinds)
      : graph_(graph), kinds_(kinds), inside_(graph.edges_.size()), came_by_(graph.edges_.size()) {
    for (const node n : component) inside_[n] = true;
  }

  /// The steps of a shortest way; none if there is none.
  cycle find(node from, node to, std::uint64_t& steps_left) {
    seen_.assign(inside_.size(), false);
    std::vector<node> queue{from};
    for (std::size_t at = 0; at < queue.size(); ++at) {
      for (const edge& e : graph_.edges_[queue[at]]) {
        if (steps_left == 0) return {};
        --steps_left;
        if (!graph_.follows(e, kinds_) || !inside_[e.to] || seen_[e.to]) continue;
        seen_[e.to] = true;
        came_by_[e.to] = {queue[at], e};
        if (e.to == to) return way_back(from, to);
        queue.push_back(e.to);
      }
    }
    return {};
  }
  bool is_inside(node n) const { return inside_[n]; }

 private:
  cycle way_back(node from, node to) const {
    cycle way;
    node at = to;
    do {
      way.push_back(came_by_[at]);
      at = way.back().from;
    } while (at != from);
    std::ranges::reverse(way);
    return way;
  }

  const dependency_graph& graph_;
  const dependencies kinds_;
  std::vector<bool> inside_, seen_;
  std::vector<step> came_by_;
};

dependency_graph::cycle dependency_graph::find_cycle(const std::vector<node>& component, dependencies kinds) const {
  constexpr int tried_max = 16;
  walk ways(*this, component, kinds);
  cycle best;
  int tried = 0;
  for (const node n : component) {
    if (is_joint(n)) continue;
    std::uint64_t steps = std::numeric_limits<std::uint64_t>::max();
    cycle found = without_joints(ways.find(n, n, steps));
    if (best.empty() || found.size() < best.size()) best = std::move(found);
    if (++tried == tried_max) break;
  }
  return best;
}

std::optional<dependency_graph::cycle> dependency_graph::find_cycle_with_one_rw(const std::vector<node>& component,
                                                                                dependencies kinds,
                                                                                std::uint64_t steps_max) const {
  walk ways(*this, component, kinds & ~static_cast<unsigned>(dependency::rw));
  std::optional<cycle> best;
  for (const node from : component) {
    for (const edge& e : edges_[from]) {
      if (e.why != dependency::rw || !ways.is_inside(e.to)) continue;
      cycle found = ways.find(e.to, from, steps_max);
      if (steps_max == 0) return best;
      if (found.empty()) continue;
      found.insert(found.begin(), {from, e});
      found = without_joints(found);
      if (!best || found.size() < best->size()) best = std::move(found);
      if (best->size() == 2) return best;
    }
  }
  return best;
}

// A joint's outgoing edge has the reason of the edge that led in.
dependency_graph::cycle dependency_graph::without_joints(const cycle& whole) const {
  cycle short_one;
  for (const step& s : whole) {
    if (!is_joint(s.from)) {
      short_one.push_back(s);
    } else if (!short_one.empty()) {
      short_one.back().taken.to = s.taken.to;
      if (short_one.back().taken.why != dependency::real_time) short_one.back().taken.about = s.taken.about;
    }
  }
  return short_one;
}

}  // namespace dynamo::isolation
