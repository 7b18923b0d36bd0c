#include "operations.hpp"
#include "skipped_keys.hpp"

#include <engine/parameters/name_parameters.hpp>
#include <engine/responses/table_description.hpp>
#include <engine/rows/row_key.hpp>
#include <engine/rows/stored_row.hpp>
#include <engine/storage/big_endian.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::engine {
namespace {

// How many times what was counted up to a row, all of it is. Rows lie in the order of their partitions' hashes, which are spread evenly: a
// quarter of all partitions ends at a quarter of all hashes. Where the rows were of few partitions that says little, and RocksDB is asked how
// many bytes it keeps.
double scale_from(const engine_core& core, std::string_view begin, std::string_view end, std::string_view last,
                  std::size_t partitions) {
  constexpr std::size_t partitions_min = 100;
  if (partitions >= partitions_min) {
    const auto hash = load_big_endian<std::uint64_t>(last.substr(begin.size(), sizeof(std::uint64_t)));
    return std::ldexp(1.0, 64) / std::max(1.0, static_cast<double>(hash));
  }
  const auto counted = static_cast<double>(core.rows->size_of_range(begin, last));
  return static_cast<double>(core.rows->size_of_range(begin, end)) / std::max(1.0, counted);
}

/// Counts the rows of a table or an index. Exact where there are few; beyond that an estimate, since a description must not cost a walk
/// through millions.
class row_count {
 public:
  /// `append_prefix` says in which space the rows of this id lie: after it comes the hash of a partition, there as here.
  row_count(const engine_core& core, void (*append_prefix)(json::buffer&, std::string_view, std::uint32_t),
            std::uint32_t id)
      : core_(core), skipped_(core) {
    append_prefix(begin_, core.rows->prefix(), id);
    end_ = after_prefix(begin_.view());
    at_ = core.rows->range(begin_.view(), end_, direction::forward, stops::between_rows_too);
  }

  /// True when all is counted.
  result<bool> run_slice() {
    const std::uint64_t slice_end = std::min<std::uint64_t>(found_.items + long_read::slice_rows_max, exact_rows_max);
    if (!skipped_.resume(*at_)) return false;
    for (; at_->valid() && found_.items < slice_end; at_->next()) count();
    if (skipped_.looked_at(*at_) || (at_->valid() && found_.items < exact_rows_max)) return false;
    if (auto read = at_->status(); !read) return std::unexpected(read.error());
    if (at_->valid()) estimate();
    return true;
  }
  const row_statistics& found() const noexcept { return found_; }

 private:
  static constexpr std::uint64_t exact_rows_max = 10'000;

  void count() {
    stored_row row;
    if (read_row(at_->value(), row)) found_.bytes += row.item_size;
    ++found_.items;
    const std::string_view of_row = at_->key().substr(begin_.size(), sizeof(std::uint64_t));
    if (of_row == hash_) return;
    hash_ = of_row;
    ++partitions_;
  }
  void estimate() {
    const double scale = scale_from(core_, begin_.view(), end_, at_->key(), partitions_);
    if (scale <= 1) return;
    found_.items = static_cast<std::uint64_t>(static_cast<double>(found_.items) * scale);
    found_.bytes = static_cast<std::uint64_t>(static_cast<double>(found_.bytes) * scale);
  }

  const engine_core& core_;
  json::buffer begin_;
  std::string end_;
  std::unique_ptr<range_cursor> at_;
  skipped_keys skipped_;
  row_statistics found_;
  std::size_t partitions_ = 0;
  std::string hash_;  // of the last partition
};

class description_read final : public long_read {
 public:
  description_read(const engine_core& core, known_table known) : core_(core), known_(std::move(known)) {}

  std::optional<result<reply>> run_slice() override {
    const table_descriptor& table = known_.entry->descriptor;
    if (!count_) begin_count(table);
    const auto done = count_->run_slice();
    if (!done) return std::unexpected(done.error());
    if (!*done) return std::nullopt;
    counted_.push_back(count_->found());
    count_.reset();
    if (counted_.size() <= table.indexes.size() + table.vector_indexes.size()) return std::nullopt;
    const auto vectors = counted_.end() - static_cast<std::ptrdiff_t>(table.vector_indexes.size());
    const table_statistics statistics{counted_.front(), {counted_.begin() + 1, vectors}, {vectors, counted_.end()}};
    return write_described_table("Table", {table, known_.status, statistics, core_.now(), known_.changed},
                                 core_.options.region);
  }

 private:
  void begin_count(const table_descriptor& table) {
    const std::size_t done = counted_.size();
    if (done == 0) {
      count_.emplace(core_, append_table_prefix, table.id);
    } else if (done <= table.indexes.size()) {
      count_.emplace(core_, append_table_prefix, table.indexes[done - 1].id);
    } else {
      count_.emplace(core_, append_vector_prefix, table.vector_indexes[done - 1 - table.indexes.size()].id);
    }
  }

  const engine_core& core_;
  const known_table known_;
  std::optional<row_count> count_;       // under way
  std::vector<row_statistics> counted_;  // of the table, then of its indexes, then of its vector indexes
};

}  // namespace

begun_read describe_table(const engine_core& core, const request& r) {
  const auto p = read_describe_table(r);
  if (!p) return std::unexpected(p.error());
  auto known = core.tables.look_up(p->table);
  if (!known) return no_such_table(p->table);
  return std::make_unique<description_read>(core, *std::move(known));
}

}  // namespace dynamo::engine
