#pragma once

#include <dynamo/base/clock.hpp>

#include <cstdint>
#include <string>

namespace dynamo::engine {

/// Which attribute of a table's items says when they expire. A table has one from the first UpdateTimeToLive on, also while TTL is off: the
/// time of the last change is asked for then.
///
/// While TTL is on, every item with a valid expiry has a TTL row under `id` (rows/expiry.hpp). Items that were there before get theirs by a
/// walk; a key of the store, not this descriptor, says how far that has come.
struct ttl_descriptor {
  std::string attribute;
  bool enabled = false;
  std::uint32_t id = 0;  ///< of its rows, while it is enabled: from the same counter as table ids, never reused
  instant changed{};     ///< the last UpdateTimeToLive, by the wall clock
  friend bool operator==(const ttl_descriptor&, const ttl_descriptor&) = default;
};

}  // namespace dynamo::engine
