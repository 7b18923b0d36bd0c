#pragma once

#include "engine_core.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace dynamo::engine {

/// Notices where a read in slices steps over very many erased keys, and tells maintenance. Not thread-safe.
class skipped_keys {
 public:
  explicit skipped_keys(const engine_core& core) : core_(core) {}

  /// Before each slice: goes on where the last one stopped between rows. False if there is no more to do in this slice.
  bool resume(range_cursor& at) {
    if (!at.between_rows()) return true;
    at.next();
    return !looked_at(at);
  }
  /// After each slice. True if the cursor stands between rows.
  bool looked_at(const range_cursor& at) {
    if (!at.between_rows()) {
      end_gap();
      return false;
    }
    if (stops_++ == 0) first_ = at.key();
    last_ = at.key();
    return true;
  }

 private:
  /// Some thousand keys, so some milliseconds for each reader.
  static constexpr unsigned stops_worth_telling = 4;

  void end_gap() {
    if (std::exchange(stops_, 0) < stops_worth_telling) return;
    if (last_ < first_) first_.swap(last_);  // it went backwards
    core_.note_skipped({std::move(first_), std::move(last_)});
  }

  const engine_core& core_;
  unsigned stops_ = 0;  // in this gap
  std::string first_, last_;
};

}  // namespace dynamo::engine
