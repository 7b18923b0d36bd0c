# A transaction gives up its locks when its conditions are checked, and takes them again for its place in the queue.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[#include <algorithm>
]==] [==[#include <algorithm>
#include <thread>
]==])
replace([==[  for (const prepared_change::visible_row& row : change_->visible) {
    locks_.of(row.stripe).reserve(1);
]==] [==[  if (kind_ == kind::transaction) {
    locks_.release();
    std::this_thread::yield();
    lock();
  }
  for (const prepared_change::visible_row& row : change_->visible) {
    locks_.of(row.stripe).reserve(1);
]==])
save()
