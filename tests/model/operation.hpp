#pragma once

#include "indexes.hpp"
#include "item_write.hpp"

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::model {

/// One step of a sequence. A line of integers stands for it, so that a printed sequence can be run again.
struct operation {
  enum class kind : std::uint8_t {
    write,
    get,
    query,
    scan,
    query_index,
    check_indexes,  ///< reads every index of a table and compares all of it
    batch_write,
    batch_get,
    transact_write,
    transact_get,
    add_index,     ///< and waits until it is filled
    remove_index,  ///< and waits until it is gone
    ttl_on,
    ttl_off,
    expire,  ///< puts items that have expired, and waits until they are swept
    stream_on,
    stream_off,
    create,
    drop,
    list_tables,
    check_log,   ///< reads every stream and compares all of it
    reopen,      ///< closes the database and opens it again, if it is on disk
    crash,       ///< the power goes: what was not synced is lost
    crash_torn,  ///< and some of what was not synced is there all the same
    set_clock,   ///< ahead or back by up to ten years
    search,
    add_vector_index,  ///< and writes, and perhaps crashes, while it is filled
    remove_vector_index,
    // The same as PartiQL statements.
    say_write,
    say_get,
    say_query,
    say_query_index,
    say_batch,  ///< BatchExecuteStatement of writes, or of reads
    say_transact_write,
    say_transact_get
  };
  static constexpr int kinds = static_cast<int>(kind::say_transact_get) + 1;

  kind what = kind::write;
  item_write write;
  /// Page size, direction and segments of a read; which index; the seed of a batch, of a transaction and of a torn crash; where the clock goes.
  int extra = 0;
};
using sequence = std::vector<operation>;

/// `with_crashes` for databases on a disk that can lose what was not synced.
operation random_operation(std::mt19937_64&, bool with_crashes);

/// A line per operation, integers first, then `# ` and what it means.
std::string to_text(const sequence&);
std::optional<sequence> sequence_from(std::string_view text);

}  // namespace dynamo::model
