#pragma once

#include "history.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace dynamo::isolation {

/// What is wrong with a history, by the names of Adya, Elle and Jepsen, and the operations that show it.
struct anomaly {
  std::string name;
  std::string words;  ///< lines
};

/// The versions of one list, as far as the history's reads tell them.
struct list_versions {
  static constexpr std::size_t nobody = static_cast<std::size_t>(-1);
  struct read {
    std::size_t operation = 0;
    std::size_t version = 0;  ///< how many elements it saw
  };

  std::string item;
  std::vector<std::int64_t> order;   ///< elements as they were appended: the longest list that was read
  std::vector<std::size_t> writers;  ///< of each of them: an operation, or nobody
  std::vector<read> reads;           ///< of operations that happened
  std::vector<std::size_t>
      unobserved;  ///< operations that happened and appended what no read shows, once for each such element
};

/// The lists of a history, with the operations that happened: those that were ok, and those of unknown outcome of which something was read.
class list_evidence {
 public:
  explicit list_evidence(const history&);

  const std::vector<list_versions>& lists() const { return lists_; }
  bool happened(std::size_t operation) const { return happened_[operation]; }
  /// What is wrong before any order is looked for: elements read that nobody appended, or twice, or of operations that failed (G1a), in
  /// the middle of an operation (G1b), reads of one list that are no versions of one another, an operation that does not see its own appends.
  const std::vector<anomaly>& anomalies() const { return anomalies_; }

 private:
  struct append {
    std::size_t operation = 0;
    bool is_last = true;  ///< of that operation to that item
  };
  struct list_facts;
  using facts_of_items = std::map<std::string, list_facts>;

  facts_of_items gather();
  void find_happened(const facts_of_items&);
  void take(const std::string& item, const list_facts&);
  void check_read(const std::string& item, const list_facts&, std::size_t operation,
                  const std::vector<std::int64_t>& seen);
  void check_own_appends(std::size_t operation);
  void report(std::string name, std::string what, std::size_t operation, std::size_t other = list_versions::nobody);

  const history& all_;
  const std::int64_t start_;
  std::vector<bool> happened_;
  std::vector<list_versions> lists_;
  std::vector<anomaly> anomalies_;
};

}  // namespace dynamo::isolation
