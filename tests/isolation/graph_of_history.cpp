#include "list_append_check.hpp"

#include <algorithm>

namespace dynamo::isolation {
namespace {

using node = dependency_graph::node;

/// What nobody read was appended after all that was read, for a list forgets nothing: so whoever wrote or read the last version comes
/// before each operation that appended such an element, except itself. Two chains of joints make these few edges.
class unobserved_appends {
 public:
  unobserved_appends(dependency_graph& graph, const list_versions& list, std::uint32_t item)
      : graph_(graph), item_(item), by_(list.unobserved) {
    by_.erase(std::unique(by_.begin(), by_.end()), by_.end());
    for (std::size_t i = 0; i < by_.size(); ++i) {
      up_to_.push_back(graph.add_joint());
      lead(up_to_[i], static_cast<node>(by_[i]), dependency::ww);
      if (i > 0) lead(up_to_[i], up_to_[i - 1], dependency::ww);
    }
    from_.resize(by_.size());
    for (std::size_t i = by_.size(); i-- > 0;) {
      from_[i] = graph.add_joint();
      lead(from_[i], static_cast<node>(by_[i]), dependency::ww);
      if (i + 1 < by_.size()) lead(from_[i], from_[i + 1], dependency::ww);
    }
  }

  void come_after(std::size_t operation, dependency why) {
    const auto at = static_cast<std::size_t>(std::ranges::lower_bound(by_, operation) - by_.begin());
    const bool is_one = at < by_.size() && by_[at] == operation;
    const std::size_t next = is_one ? at + 1 : at;
    if (at > 0) lead(static_cast<node>(operation), up_to_[at - 1], why);
    if (next < by_.size()) lead(static_cast<node>(operation), from_[next], why);
  }

 private:
  void lead(node from, node to, dependency why) { graph_.add(from, {to, why, {item_, 0}}); }

  dependency_graph& graph_;
  const std::uint32_t item_;
  std::vector<std::size_t> by_;  // ascending
  std::vector<node> up_to_, from_;
};

void add_versions(dependency_graph& graph, const list_versions& list, std::uint32_t item) {
  const auto valid = [&](std::size_t version) { return list.writers[version - 1] != list_versions::nobody; };
  const auto writer = [&](std::size_t version) { return static_cast<node>(list.writers[version - 1]); };
  const std::size_t last = list.order.size();
  unobserved_appends later(graph, list, item);
  for (std::size_t version = 2; version <= last; ++version) {
    if (!valid(version - 1) || !valid(version)) continue;
    graph.add(writer(version - 1), {writer(version), dependency::ww, {item, list.order[version - 1]}});
  }
  if (last > 0 && valid(last)) later.come_after(list.writers[last - 1], dependency::ww);
  for (const auto& [operation, version] : list.reads) {
    const auto reader = static_cast<node>(operation);
    if (version > 0 && valid(version)) {
      graph.add(writer(version), {reader, dependency::wr, {item, list.order[version - 1]}});
    }
    if (version < last && valid(version + 1)) {
      graph.add(reader, {writer(version + 1), dependency::rw, {item, list.order[version]}});
    }
    if (version == last) later.come_after(operation, dependency::rw);
  }
}

// A chain with a joint for each completion: whoever is invoked later comes after all that leads into it.
void add_real_time(dependency_graph& graph, const history& all, const list_evidence& evidence) {
  struct moment {
    std::int64_t when;
    bool completes;  // at one time, invocations go first: what only touches has no order
    node which;
  };
  std::vector<moment> moments;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!evidence.happened(i)) continue;
    moments.push_back({all[i].invoked, false, static_cast<node>(i)});
    if (all[i].completed != operation::never) moments.push_back({all[i].completed, true, static_cast<node>(i)});
  }
  std::ranges::sort(moments, [](const moment& a, const moment& b) {
    return a.when != b.when ? a.when < b.when : a.completes < b.completes;
  });
  std::optional<node> latest;
  for (const moment& m : moments) {
    if (!m.completes) {
      if (latest) graph.add(*latest, {m.which, dependency::real_time});
      continue;
    }
    const node joint = graph.add_joint();
    if (latest) graph.add(*latest, {joint, dependency::real_time});
    graph.add(m.which, {joint, dependency::real_time});
    latest = joint;
  }
}

}  // namespace

dependency_graph graph_of(const history& all, const list_evidence& evidence) {
  dependency_graph graph(all.size());
  for (std::size_t i = 0; i < evidence.lists().size(); ++i) {
    add_versions(graph, evidence.lists()[i], static_cast<std::uint32_t>(i));
  }
  add_real_time(graph, all, evidence);
  return graph;
}

}  // namespace dynamo::isolation
