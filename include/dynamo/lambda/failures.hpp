#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/streams/change.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::lambda {

/// The changes of a batch that could not be handled, as a handler over batches returns them. They, and everything after the first
/// of them, are handed over again.
class failures {
 public:
  struct entry {
    std::string sequence_number;  ///< as the record spells it
    error why;

    entry(std::string number, error e) : sequence_number(std::move(number)), why(std::move(e)) {}
  };

  failures() = default;
  void add(const change_facts& change, error why) { add(change.sequence_number_text(), std::move(why)); }
  /// The same by a record's number, as the record spells it.
  void add(std::string sequence_number, error why) {
    entries_.emplace_back(std::move(sequence_number), std::move(why));
  }

  bool empty() const noexcept { return entries_.empty(); }
  std::size_t size() const noexcept { return entries_.size(); }
  auto begin() const noexcept { return entries_.begin(); }
  auto end() const noexcept { return entries_.end(); }

 private:
  std::vector<entry> entries_;
};

}  // namespace dynamo::lambda
