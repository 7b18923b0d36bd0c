#pragma once

#include "block.hpp"

#include <dynamo/vector_search/vector_set.hpp>

#include <atomic>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace dynamo::vector_search {

using block_list = std::vector<std::shared_ptr<block>>;

/// What a search sees of a set: everything of its version, and nothing that comes later.
struct snapshot {
  version at = 0;
  std::shared_ptr<const block_list> blocks;
  std::size_t places = 0;  ///< of the blocks, from the first on, that have been used
};

/// The rows of a set. A row is never changed and never moved: a new vector for an id is a new row, and the old one ends with the version in
/// which the new one begins. So a search reads without a lock. The place of a row that has ended is used again when every search
/// under way, and every one that may still begin, is later than its end.
///
/// Thread-safety: as vector_set. What searches share with the writer is under `shared_`; the rest is the writer's.
struct vector_set::state {
  explicit state(int dimensions);

  void put(std::string_view id, std::span<const float> vector, std::string_view payload);
  bool erase(std::string_view id);
  void publish();

  [[nodiscard]] snapshot begin();
  void end(const snapshot& of) noexcept;

  int dimensions;
  std::size_t stride;              ///< floats of a row: the dimensions, rounded up to whole cache lines
  std::atomic<std::size_t> count;  ///< of rows
  std::atomic<std::size_t> bytes;  ///< of blocks and texts

 private:
  struct place {
    block* in;
    std::size_t at;
  };
  struct ended_row {
    version since;
    place where;
  };

  place free_place();
  place further_place();
  void retire(const place& of);
  version oldest_that_may_read();

  std::unordered_map<std::string_view, place> by_id_;  // the keys are the rows' own ids
  std::deque<ended_row> ended_;                        // the earlier the end the further in front
  version next_ = 1;                                   // of the changes being made
  block_list own_blocks_;
  std::size_t used_ = 0;       // places of all blocks
  std::size_t last_free_ = 0;  // places that the last block has left

  std::mutex shared_;
  version published_ = 0;
  std::size_t published_places_ = 0;
  std::shared_ptr<const block_list> blocks_ = std::make_shared<const block_list>();
  std::map<version, std::size_t> readers_;  // how many searches of each version are under way
};

}  // namespace dynamo::vector_search
