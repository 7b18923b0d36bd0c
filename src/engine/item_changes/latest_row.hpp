#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <engine/commit/key_locks.hpp>
#include <engine/rows/stored_row.hpp>
#include <engine/storage/store.hpp>

#include <optional>
#include <string_view>

namespace dynamo::engine {

/// An item's row as the next writer of its key must see it: what the writer before is about to commit, or what the store holds.
///
/// Not thread-safe.
class latest_row {
 public:
  /// Reads it under the key's lock. Errors: storage, and corruption with the table's name.
  result<void> read(const store&, const key_locks::guard&, std::string_view key, std::string_view table_name);
  /// Forgets what was read.
  void clear() noexcept;

  /// The item; empty where there is none, and before read(). A view into this object, or into the change that is_pending().
  const stored_row& row() const noexcept { return row_; }
  /// Whether it is not committed yet.
  bool is_pending() const noexcept { return pending_.has_value(); }

 private:
  std::optional<key_locks::guard::pending_value> pending_;
  json::buffer loaded_;
  stored_row row_;
};

}  // namespace dynamo::engine
