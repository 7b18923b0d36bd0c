#pragma once

#include "engine_core.hpp"

#include <dynamo/base/result.hpp>
#include <engine/parameters/table_parameters.hpp>
#include <engine/tables/table_change.hpp>

#include <optional>

namespace dynamo::engine {

/// What UpdateTable does to the set of a table's global and vector indexes: it adds one, removes one, or neither. Other elements of
/// GlobalSecondaryIndexUpdates change the settings of indexes that stay.
///
///     check_index_updates(*p.index_updates)                         // by themselves
///     index_set_change indexes(p);
///     core.tables.update(p.table, [&](const table_descriptor& table) { return indexes.check(table); });
///     indexes.apply(core, *change);
///     commit(core, *change);
///     indexes.note_committed(core, *change);
///
/// Refers to the parameters.
class index_set_change {
 public:
  explicit index_set_change(const table_parameters&);

  bool is_none() const noexcept {
    return create_ == nullptr && remove_ == nullptr && create_vectors_ == nullptr && remove_vectors_ == nullptr;
  }
  /// Whether the table may be changed so. Looks at nothing else. Errors in DynamoDB's words: validation, resource_not_found, limit_exceeded.
  result<void> check(const table_descriptor&);
  /// Completes the change. Errors: limit_exceeded when all ids are used up.
  result<void> apply(engine_core&, table_change&);
  /// Has maintenance do the rest.
  void note_committed(engine_core&, const table_change&) const;

 private:
  result<void> check_removal(const table_descriptor&) const;
  result<void> check_vector_removal(const table_descriptor&) const;

  const std::vector<attribute_definition>& definitions_;
  const index_parameters* create_ = nullptr;
  const index_update::removal* remove_ = nullptr;
  std::optional<index_descriptor> added_;
  const vector_index_parameters* create_vectors_ = nullptr;
  const index_update::removal* remove_vectors_ = nullptr;
  std::optional<vector_index_descriptor> added_vectors_;
};

}  // namespace dynamo::engine
