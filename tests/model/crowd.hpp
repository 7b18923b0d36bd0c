#pragma once

#include "change_log.hpp"
#include "item_write.hpp"
#include "storage.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace dynamo::model {

/// What one thread did to one item, and what it was told.
struct event {
  enum class told : std::uint8_t {
    done,
    condition_failed,
    refused,
    read,      ///< a GetItem
    no_table,  ///< the table was being dropped and created again
    lost       ///< any other error: the write may or may not be there
  };
  item_write write;  ///< of a read, only its place
  told what = told::lost;
  std::string image;  ///< the item that a read or a failed condition met; of a write, its whole reply
  std::string message;
};

/// How a crowd of writers works.
struct crowd {
  int threads = 4;
  int writes_each = 200;
  int places_used = 2;   ///< few: hot keys
  int tables = 2;        ///< all with a stream
  int crash_after = -1;  ///< acknowledged writes, all threads together; -1: no crash
  bool torn = false;     ///< some of what was not synced survives the crash
  bool churn = false;    ///< tables are dropped and created while they are written to
  std::uint64_t seed = 0;
};

/// What is known after a crowd has gone.
struct aftermath {
  std::vector<std::vector<event>> events;         ///< of each thread, in its order
  std::vector<std::vector<std::string>> streams;  ///< ARNs of each table, oldest first
  std::vector<std::vector<change>> tailed;        ///< what readers of the log saw while it grew, one for each table
  bool crashed = false;
};

/// Opens, makes the tables, lets the crowd work, crashes if told to. The database is open again afterwards.
std::optional<std::string> let_work(storage&, const crowd&, aftermath&);

/// The proof. Says what is wrong, if anything:
/// - each stream's numbers ascend, its records fold, and fold to what the table holds
/// - each index, vector indexes too, holds what the table's items imply
/// - every record is the effect of one write on the item before it, as the reference computes it
/// - every acknowledged write has its record, once; nothing else has one but writes whose outcome is unknown
/// - whatever a read or a failed condition met is in the log: nobody was told of what was lost
/// - a thread never sees an item older than one that it has seen or written
/// - a reader of the growing log passed by nothing
std::optional<std::string> verify(storage&, const crowd&, const aftermath&);

}  // namespace dynamo::model
