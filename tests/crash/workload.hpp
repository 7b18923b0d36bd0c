#pragma once

#include <dynamo/protocol/operation_name.hpp>

#include <cstdint>
#include <map>
#include <string>

namespace dynamo::crash {

/// What the child writes is a function of the seed, so that a verifier knows it without trusting the writer. Each thread of each
/// round works in a partition of its own, one operation after the other: put, overwrite, delete. Every fourth operation
/// is followed by one more on the counter that all threads share.
struct position {
  int round = 0;
  int thread = 0;
  int operation = 0;
};
inline constexpr int threads = 4;
inline constexpr std::string_view table_name = "crash";
inline constexpr std::string_view counter_partition = "counter";

/// The table has a global index and a vector index.
std::string create_table_text();
inline constexpr std::string_view vector_index = "nearest";
/// UpdateTable that adds a second vector index, or removes it; and 1,500 items, which no thread writes to, in so many BatchWriteItems: so that there is
/// something to fill in.
inline constexpr std::string_view added_index = "added";
std::string add_index_text();
std::string remove_index_text();
inline constexpr int stock_batches = 60;
std::string stock_text(int batch);

std::string partition_of(int round, int thread);
/// The item of a place in a partition, as the operation that writes it makes it; canonical.
std::string item_text(std::uint64_t seed, const position& by, int place);

struct step {
  operation_name name;
  std::string body;
  int place;         ///< the item's place in its partition
  std::string item;  ///< what is there afterwards; empty: nothing
};
step step_at(std::uint64_t seed, const position&);
inline bool counts(int operation) { return operation % 4 == 0; }
std::string counter_text();  ///< an update that adds one

}  // namespace dynamo::crash
