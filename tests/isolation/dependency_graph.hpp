#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace dynamo::isolation {

/// Why one transaction comes before another.
enum class dependency : std::uint8_t {
  ww = 1,        ///< it wrote the version that the other one replaced
  wr = 2,        ///< the other one read what it wrote
  rw = 4,        ///< it read the version that the other one replaced
  real_time = 8  ///< it was completed before the other one was invoked
};
/// Several of them.
using dependencies = unsigned;
constexpr dependencies operator|(dependency a, dependency b) {
  return static_cast<unsigned>(a) | static_cast<unsigned>(b);
}
constexpr dependencies operator|(dependencies a, dependency b) { return a | static_cast<unsigned>(b); }

/// Transactions and what is known of their order. Besides transactions it has joints, which stand for many edges at once: whatever leads into a
/// joint leads to everything that the joint leads to, for the reason of the edge that leads in.
class dependency_graph {
 public:
  using node = std::uint32_t;
  /// What an edge is about, for the reader: an item, by number, and the element that was appended.
  struct subject {
    std::uint32_t item = 0;
    std::int64_t element = 0;
  };
  struct edge {
    node to = 0;
    dependency why = dependency::ww;
    subject about = {};
  };
  struct step {
    node from = 0;
    edge taken = {};
  };
  /// Steps from transaction to transaction; the last one leads to the first. Joints are left out.
  using cycle = std::vector<step>;

  explicit dependency_graph(std::size_t transactions) : transactions_(transactions), edges_(transactions) {}

  node add_joint();
  bool is_joint(node n) const { return n >= transactions_; }
  void add(node from, edge e) {
    if (from != e.to) edges_[from].push_back(e);
  }

  /// Sets of nodes of which each reaches each other by edges of these kinds; only those of two or more. Time and memory: linear.
  std::vector<std::vector<node>> strong_components(dependencies) const;

  /// A shortest cycle within a component, by edges of these kinds, through one of its first transactions.
  cycle find_cycle(const std::vector<node>& component, dependencies) const;
  /// A shortest cycle within a component that has exactly one edge of kind rw, if there is one. Gives up after `steps_max`.
  std::optional<cycle> find_cycle_with_one_rw(const std::vector<node>& component, dependencies,
                                              std::uint64_t steps_max) const;

 private:
  class walk;
  bool follows(const edge& e, dependencies kinds) const { return (static_cast<unsigned>(e.why) & kinds) != 0; }
  cycle without_joints(const cycle&) const;

  std::size_t transactions_;
  std::vector<std::vector<edge>> edges_;
};

}  // namespace dynamo::isolation
