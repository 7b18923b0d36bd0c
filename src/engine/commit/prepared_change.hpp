#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/storage/store.hpp>
#include <engine/tables/table_entry.hpp>

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// One logical write on its way to the disk: rows, change records and whatever else belongs to it, applied as one atom.
///
/// Filled in by a writer under its key locks, then handed to the committer. It stays alive for as long as a later writer
/// of one of its keys may build on its values.
class prepared_change {
 public:
  write_batch rows;
  /// Where, in the rows' arena, the 12 bytes of a change number go: drawn by the committer when the order is final.
  std::vector<std::size_t> number_slots;
  /// The table versions this change was prepared against; it is refused if one is stale.
  std::vector<std::shared_ptr<const table_entry>> prepared_for;
  /// Row operations whose values later writers may build on: positions in rows.operations() and their key-lock stripes.
  struct visible_row {
    std::size_t operation;
    std::size_t stripe;
  };
  std::vector<visible_row> visible;
  /// Whether it is a transaction: until it is settled, no other write of its items is accepted.
  bool is_transaction = false;
  /// When the first of the items that it writes expires, in seconds since 1970.
  std::uint64_t soonest_expiry = no_expiry;
  static constexpr std::uint64_t no_expiry = std::numeric_limits<std::uint64_t>::max();

  /// Set for start(): told when the change is committed or lost. Null for a caller that waits.
  reply_sink* sink = nullptr;
  reply answer;                       ///< what the sink receives if all goes well
  std::optional<error> answer_error;  ///< or this, when the reply is an error that rests on pending values

  // The committer's own.
  enum class state : int {
    idle,
    queued,
    waited_for,  ///< and its caller stands in wait(): only such a change can be made the leader's
    leading,     ///< its caller, in wait(), is to write the next group
    committed,
    lost
  };
  std::atomic<state> progress{state::idle};
  std::optional<error> why_lost;  ///< written before progress becomes `lost`
};

}  // namespace dynamo::engine
