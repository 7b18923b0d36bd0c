#pragma once

#include <cstdint>
#include <string_view>

namespace dynamo::engine {

/// What one write-ahead log of RocksDB holds. Numbers are RocksDB's: each key written takes one, without gaps.
struct wal_summary {
  enum class ending : std::uint8_t {
    clean,    ///< after a whole record
    cut,      ///< in the middle of a record: its writer was interrupted
    damaged,  ///< at bytes that are no record, or at a number that does not follow
  };
  std::uint64_t first = 0;  ///< number of the first write, 0 if there is none
  std::uint64_t last = 0;   ///< number of the last write that can be reached from the beginning, 0 if there is none
  std::uint64_t bytes = 0;  ///< where the reachable part ends
  ending end = ending::clean;
  std::uint64_t last_beyond = 0;  ///< the highest number in whole records after the damage, 0 if there is none
};

/// Reads a log without trusting it. Pure; linear in its size. The format stands in wal_scan.cpp.
wal_summary scan_wal(std::string_view log);

/// Where the last whole record ends before the first bytes that are none. For the manifest, which has the same frame around other records.
std::uint64_t whole_records_end(std::string_view manifest);

}  // namespace dynamo::engine
