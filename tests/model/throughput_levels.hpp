#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::model {

enum class use : bool { read, write };

/// What the tables and indexes of a sequence have left of their provisioned throughput, by a second reading of the rules: a second's worth in the
/// beginning, 300 seconds' worth at the most, and a request is admitted while anything is left. What an answer does not tell it knows
/// between two bounds.
class throughput_levels {
 public:
  using microseconds = std::chrono::microseconds;
  struct units {
    int read = 1, write = 1;
  };

  /// A table, or "table/index", of this age.
  void begin(const std::string& of, units given, microseconds age);
  void end(const std::string& of);  ///< a table with its indexes
  bool has(const std::string& of) const { return levels_.contains({of, use::read}); }
  void pass(microseconds);
  /// A process that begins knows what a table would have gathered unused.
  void begin_anew();

  void charge(const std::string& of, use, double least, double most);
  void charge(const std::string& of, use how, double amount) { charge(of, how, amount, amount); }

  /// Whether it may be admitted, and whether it may be refused: one of both, unless it is not known.
  bool may_admit(const std::string& of, use) const;
  bool may_refuse(const std::string& of, use) const;
  /// Until more than so much is left for certain.
  microseconds until(const std::string& of, use, double more_than) const;
  std::string describe(const std::string& of, use) const;

 private:
  struct level {
    double rate;
    double age;  // seconds
    double least, most;
  };
  static void reset(level&);
  const level& at(const std::string& of, use how) const { return levels_.at({of, how}); }

  std::map<std::pair<std::string, use>, level> levels_;
};

}  // namespace dynamo::model
