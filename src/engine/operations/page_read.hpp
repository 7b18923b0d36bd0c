#pragma once

#include "engine_core.hpp"
#include "long_read.hpp"
#include "skipped_keys.hpp"

#include <engine/parameters/range_parameters.hpp>
#include <engine/responses/page_writer.hpp>
#include <engine/rows/key_range.hpp>
#include <engine/rows/read_target.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace dynamo::engine {

/// Which rows a Query or a Scan reads, in the version of the table that it found.
struct page_plan {
  std::shared_ptr<const table_entry> table;
  read_target target;
  select what;
  key_range range;
  direction way;
  std::optional<std::uint64_t> partition = {};  ///< the hash of its key, of a Query
  std::vector<key_range> more = {};             ///< read after `range`, one after the other
};

/// Whether there is throughput for a page. What it consumes is taken once it has been read. Errors: throttled.
result<void> check_throughput(const engine_core&, const page_plan&);

/// Why a start key was refused, in the words of the era.
error start_key_error(const error&, error_wording);

/// One page of a Query or a Scan.
class page_read : public long_read {
 public:
  page_read(const engine_core&, range_parameters, page_plan);
  std::optional<result<reply>> run_slice() final;

 protected:
  /// How many of the plan's ranges were read before the one where the page ends.
  std::size_t range() const noexcept { return range_; }
  virtual reply write(page_writer&&);

 private:
  std::unique_ptr<range_cursor> open(const key_range&) const;
  bool begin_next_range();
  reply finish();

  const engine_core& core_;
  const range_parameters p_;
  const page_plan plan_;
  const bool fetches_;                                // items for its rows
  const std::shared_ptr<const store_reader> moment_;  // where more than the rows of one range has to be of one moment
  page_writer page_;
  std::size_t range_ = 0;
  std::unique_ptr<range_cursor> at_;
  skipped_keys skipped_;
};

}  // namespace dynamo::engine
