#pragma once

#include "engine_core.hpp"
#include "long_read.hpp"
#include "skipped_keys.hpp"

#include <engine/parameters/range_parameters.hpp>
#include <engine/responses/page_writer.hpp>
#include <engine/rows/key_range.hpp>
#include <engine/rows/read_target.hpp>

#include <cstdint>
#include <memory>
#include <optional>

namespace dynamo::engine {

/// Which rows a Query or a Scan reads, in the version of the table that it found.
struct page_plan {
  std::shared_ptr<const table_entry> table;
  read_target target;
  select what;
  key_range range;
  direction way;
  std::optional<std::uint64_t> partition = {};  ///< the hash of its key, of a Query
};

/// Whether there is throughput for a page. What it consumes is taken once it has been read. Errors: throttled.
result<void> check_throughput(const engine_core&, const page_plan&);

/// One page of a Query or a Scan.
class page_read final : public long_read {
 public:
  page_read(const engine_core&, range_parameters, page_plan);
  std::optional<result<reply>> run_slice() override;

 private:
  reply finish();

  const engine_core& core_;
  const range_parameters p_;
  const page_plan plan_;
  const bool fetches_;                                // items for its rows
  const std::shared_ptr<const store_reader> moment_;  // where more than the rows of one range has to be of one moment
  page_writer page_;
  const std::unique_ptr<range_cursor> at_;
  skipped_keys skipped_;
};

}  // namespace dynamo::engine
