#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// Where RocksDB's manifest, the list of its tables, ended. It only grows, and a later one has a higher number.
struct manifest_end {
  std::uint64_t number = 0;  ///< of the file MANIFEST-number, 0: not known
  std::uint64_t bytes = 0;
  friend auto operator<=>(const manifest_end&, const manifest_end&) = default;
};

/// What is known to be on the disk. Kept in the file SYNCED beside the data, so that at the next open a log that was torn by
/// a power cut can be told from one that lost what was synced.
///
/// Written after each synced write and each change of the tables, and not synced itself: after a power cut it may be late, and is never ahead.
struct sync_mark {
  static constexpr const char* file_name = "SYNCED";

  std::uint64_t generation = 0;  ///< the higher one counts; its lowest bit says which slot it is in
  std::uint64_t number = 0;      ///< RocksDB's number of the last write that was synced
  std::uint64_t log = 0;         ///< number of the log that holds this write, 0: it is in the tables
  bool every_write =
      true;  ///< each write is synced before the next, so that whatever precedes a whole record was synced
  manifest_end manifest{};
  friend bool operator==(const sync_mark&, const sync_mark&) = default;
};

/// The bytes of the slot of `mark`, and where in the file they go.
std::string encode_slot(const sync_mark&);
std::size_t slot_offset(std::uint64_t generation) noexcept;
/// A new file: one slot with the mark, the other empty.
std::string encode_file(const sync_mark&);
/// The newest of the whole slots; none if the file holds none.
std::optional<sync_mark> decode_file(std::string_view file);

}  // namespace dynamo::engine
