#pragma once

#include "read_target.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/expression/parse.hpp>
#include <engine/storage/store.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// Keys from `from` up to `to`, exclusive.
struct key_range {
  std::string from;
  std::string to;
};

/// The rows that a key condition selects. Refuses values that cannot be keys in DynamoDB's words.
result<key_range> range_of(std::string_view store_prefix, const read_target&,
                           const expression::composite_key_condition&);
/// The rows of one segment of a scan.
key_range segment_of(std::string_view store_prefix, const read_target&, std::uint64_t segment, std::uint64_t total);
/// Cuts a range down to what comes after ExclusiveStartKey (canonical, with padding). Refuses a key that does not fit the target's
/// keys; `outside` is what a key beyond the range is told.
result<void> resume(key_range&, std::string_view store_prefix, const read_target&, std::string_view start, direction,
                    const std::string& outside);

}  // namespace dynamo::engine
