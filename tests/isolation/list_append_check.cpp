#include "list_append_check.hpp"

#include <algorithm>
#include <string>

namespace dynamo::isolation {
namespace {

constexpr std::size_t cycles_max = 4;                   // that are told; one is enough
constexpr std::uint64_t one_rw_steps_max = 20'000'000;  // for the right name
constexpr dependencies written = dependency::ww | dependency::wr;

/// A cycle, told to a reader.
class storyteller {
 public:
  storyteller(const history& all, const list_evidence& evidence)
      : all_(all), evidence_(evidence), start_(start_of(all)) {}

  std::string tell(const dependency_graph::cycle& cycle) const {
    std::string words;
    for (const auto& [from, taken] : cycle) {
      words +=
          "  T" + std::to_string(from) + " comes before T" + std::to_string(taken.to) + ": " + why(from, taken) + "\n";
    }
    words += "where\n";
    for (const auto& [from, taken] : cycle) words += "  " + in_words(all_, from, start_) + "\n";
    return words;
  }

 private:
  std::string why(dependency_graph::node from, const dependency_graph::edge& e) const {
    const std::string a = "T" + std::to_string(from), b = "T" + std::to_string(e.to);
    if (e.why == dependency::real_time) {
      return a + " was completed before " + b + " was invoked (real time)";
    }
    const std::string& item = evidence_.lists()[e.about.item].item;
    const std::string element = e.about.element == 0 ? "what no read shows" : std::to_string(e.about.element);
    switch (e.why) {
      case dependency::ww: return b + " appended " + element + " to " + item + ", after an element of " + a + " (ww)";
      case dependency::wr: return b + " read " + item + " with " + element + " of " + a + " as its last element (wr)";
      default: return a + " read " + item + " without " + element + ", which " + b + " appended (rw)";
    }
  }

  const history& all_;
  const list_evidence& evidence_;
  const std::int64_t start_;
};

bool is_lost_update(const dependency_graph::cycle& c) {
  const auto of_writers = [](dependency why) { return why == dependency::rw || why == dependency::ww; };
  return c.size() == 2 && of_writers(c[0].taken.why) && of_writers(c[1].taken.why) &&
         c[0].taken.about.item == c[1].taken.about.item;
}

std::string name_of(const dependency_graph::cycle& c) {
  const auto count = [&](dependency why) {
    return std::ranges::count_if(c, [why](const auto& step) { return step.taken.why == why; });
  };
  std::string name = "G0 (dirty write)";
  if (count(dependency::wr) > 0) name = "G1c (circular information flow)";
  if (count(dependency::rw) == 1) name = "G-single (read skew)";
  if (count(dependency::rw) > 1) name = "G2 (anti-dependency cycle)";
  if (count(dependency::rw) > 0 && is_lost_update(c)) name = "lost update";
  return count(dependency::real_time) > 0 ? name + ", real time" : name;
}

void find_cycles(const dependency_graph& graph, dependencies kinds, const storyteller& tells,
                 std::vector<anomaly>& found) {
  const bool anti = (kinds & static_cast<unsigned>(dependency::rw)) != 0;
  for (const auto& component : graph.strong_components(kinds)) {
    std::optional<dependency_graph::cycle> cycle;
    if (anti) cycle = graph.find_cycle_with_one_rw(component, kinds, one_rw_steps_max);
    if (!cycle) cycle = graph.find_cycle(component, kinds);
    found.push_back({name_of(*cycle), "a cycle:\n" + tells.tell(*cycle)});
    if (found.size() == cycles_max) return;
  }
}

}  // namespace

std::vector<anomaly> find_anomalies(const history& all) {
  const list_evidence evidence(all);
  std::vector<anomaly> found = evidence.anomalies();
  const dependency_graph graph = graph_of(all, evidence);
  const storyteller tells(all, evidence);
  std::vector<anomaly> cycles;
  for (const dependencies kinds : {static_cast<dependencies>(dependency::ww), written, written | dependency::rw,
                                   written | dependency::real_time, written | dependency::rw | dependency::real_time}) {
    if (cycles.empty()) find_cycles(graph, kinds, tells, cycles);
  }
  found.insert(found.end(), cycles.begin(), cycles.end());
  return found;
}

verdict check_lists(const history& all, std::size_t operations_max) {
  if (all.size() > operations_max) {
    return {verdict::kind::unknown, std::to_string(all.size()) + " operations are too many to judge\n"};
  }
  verdict came;
  for (const anomaly& one : find_anomalies(all)) {
    came.what = verdict::kind::broken;
    came.words += one.name + ": " + one.words;
    if (came.words.size() > 20'000) break;  // enough to read
  }
  return came;
}

}  // namespace dynamo::isolation
