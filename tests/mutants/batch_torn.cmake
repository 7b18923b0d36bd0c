# The item of a write goes to the disk in one batch, its change record and index rows in another.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[#include "disk_store.hpp"
]==] [==[#include "disk_store.hpp"

#include <chrono>
#include <thread>
]==])
replace([==[  const rocksdb::Status status = apply(batches, options);
]==] [==[  std::vector<write_batch> halves(2 * batches.size());
  std::vector<const write_batch*> firsts, seconds;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    for (std::size_t at = 0; at < batches[i]->operations().size(); ++at) {
      const write_batch::operation& one = batches[i]->operations()[at];
      write_batch& half = halves[2 * i + (at == 0 ? 0 : 1)];
      const std::string_view key = batches[i]->text(one.key), value = batches[i]->text(one.value);
      if (one.what == write_batch::kind::put) half.put(key, value);
      if (one.what == write_batch::kind::erase) half.erase(key);
      if (one.what == write_batch::kind::erase_range) half.erase_range(key, value);
    }
    firsts.push_back(&halves[2 * i]);
    seconds.push_back(&halves[2 * i + 1]);
  }
  rocksdb::Status status = apply(firsts, options);
  std::this_thread::sleep_for(std::chrono::milliseconds(1));  // the power goes when it likes: let it be now
  if (status.ok()) status = apply(seconds, options);
]==])
save()
