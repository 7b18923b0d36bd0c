#pragma once

#include "sync_mark.hpp"
#include "wal_scan.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::engine {

/// What lies in a database's directory, as far as it decides how the database is opened.
struct recovery_facts {
  struct log {
    std::uint64_t number;
    wal_summary found;
  };
  std::vector<log> logs;              ///< by ascending number
  std::optional<sync_mark> mark;      ///< none: the file is missing or holds none
  std::uint64_t oldest_live_log = 0;  ///< logs below are in the tables
  std::uint64_t last_in_tables = 0;   ///< the highest number that the manifest speaks of; tables hold no higher one
  std::optional<manifest_end> manifest{};  ///< as it was found; none: CURRENT leads to none
};

struct recovery_plan {
  enum class action : std::uint8_t {
    open,    ///< nothing is wrong beyond a record that was not finished
    repair,  ///< a torn tail: open up to the first damage; `finding` goes to the log
    refuse,  ///< what was synced is missing; `finding` goes to the caller
  };
  action what = action::open;
  std::string finding;  ///< sentences; may say something on `open` too
};

/// Tells a tail that was torn by a power cut from damage to what was synced. Pure.
///
/// Damage is: the last synced write is not reachable, the manifest is shorter than it was, tables and logs do not join, or something was written after a hole although every write was synced
/// before the next. Without a mark, whole records after a hole are taken for damage: they cannot be reached, and nobody knows
/// whether what is missing was promised.
recovery_plan plan_recovery(const recovery_facts&);

}  // namespace dynamo::engine
