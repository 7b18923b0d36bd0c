#pragma once

#include <dynamo/base/result.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// What Query and Scan read: a table's rows, or those of one of its indexes. Refers to the table's descriptor.
class read_target {
 public:
  /// "The table does not have the specified index: ...", "Cannot read from backfilling global secondary index: ...".
  /// A vector index: "Scan operation not supported on this index type"; `reading` is the operation. (Recorded of PartiQL; the form for Query is ours.)
  static result<read_target> find(const table_descriptor& table, const std::optional<std::string>& index_name,
                                  std::string_view reading = "Scan") {
    if (!index_name) return read_target(table, nullptr);
    const index_descriptor* index = table.find_index(*index_name);
    if (index == nullptr && table.find_vector_index(*index_name) != nullptr) {
      return fail(errc::validation, std::string(reading) + " operation not supported on this index type");
    }
    if (index == nullptr) {
      return fail(errc::validation, "The table does not have the specified index: " + *index_name);
    }
    if (index->filling) {
      return fail(errc::validation, "Cannot read from backfilling global secondary index: " + *index_name);
    }
    return read_target(table, index);
  }

  const table_descriptor& table() const noexcept { return *table_; }
  const index_descriptor* index() const noexcept { return index_; }  ///< null: the table itself
  bool is_global() const noexcept { return index_ != nullptr && index_->global; }
  const key_schema& key() const noexcept { return index_ == nullptr ? table_->key : index_->key; }
  std::uint32_t id() const noexcept { return index_ == nullptr ? table_->id : index_->id; }
  bool projects(std::string_view attribute) const noexcept { return index_ == nullptr || index_->projects(attribute); }
  /// The attributes of a cursor, ascending: the keys of the index and of the table.
  std::vector<std::string_view> cursor_attributes() const;

 private:
  read_target(const table_descriptor& table, const index_descriptor* index) : table_(&table), index_(index) {}
  const table_descriptor* table_;
  const index_descriptor* index_;
};

}  // namespace dynamo::engine
