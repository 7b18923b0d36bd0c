#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/parameters/range_parameters.hpp>
#include <engine/rows/capacity.hpp>
#include <engine/rows/read_target.hpp>
#include <engine/storage/store.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dynamo::engine {

/// Whether rows of the target lack something that is asked for, so that each item is fetched from the table: with local indexes.
bool needs_items(const range_parameters&, select, const read_target&);

/// Fills one page of a response with a target's rows.
class page_writer {
 public:
  /// What it is given outlives this object. `items` is where items are fetched from, null if rows are all that is needed.
  page_writer(const range_parameters&, const read_target&, select, std::string_view store_prefix,
              const store_reader* items);

  /// Takes the next row. Errors: corruption, storage.
  result<void> take(std::string_view row);
  std::uint64_t rows() const noexcept { return examined_; }
  /// Of the items that were read, as DynamoDB counts them.
  std::size_t bytes() const noexcept { return bytes_ + fetched_bytes_; }
  /// The page ends after the last row taken: by Limit, or because 1 MB has been read.
  bool full() const noexcept;
  /// What is read from here on is rounded up to whole units by itself: another key condition.
  void begin_range() noexcept;
  /// By the rows taken so far.
  consumed_capacity consumed() const;
  reply finish() &&;

  /// `{...}` of the row after which the page ends, canonical; empty if there was no more to read.
  std::string_view last_key() const noexcept { return last_key_.view(); }
  /// The same page as the answer of ExecuteStatement, which counts nothing. No token: it is the last one.
  reply finish_statement(std::string_view next_token) &&;

 private:
  result<void> fetch(std::string_view row_item);
  void write_cursor(std::string_view item);
  void write_last_members();

  const range_parameters& p_;
  const read_target& target_;
  const select what_;
  const std::string_view store_prefix_;
  const store_reader* const items_;
  const bool looks_inside_;  // rows are not just passed on
  json::buffer out_;
  json::buffer padded_;   // the row's item, where a filter or a projection looks into it
  json::buffer fetched_;  // the item's own row
  json::buffer last_key_;
  std::uint64_t count_ = 0;
  std::uint64_t examined_ = 0;
  std::size_t bytes_ = 0;
  std::size_t range_start_ = 0;  // bytes of earlier ranges
  double range_units_ = 0;       // and what they cost
  std::size_t fetched_bytes_ = 0;
  double fetched_units_ = 0;
};

}  // namespace dynamo::engine
