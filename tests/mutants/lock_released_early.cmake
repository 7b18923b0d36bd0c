# The key's lock is given up before the change stands in the queue: two writers build on the same old item.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[  change_->prepared_for.assign(1, entry);
  switch]==] [==[  change_->prepared_for.assign(1, entry);
  lock.release();
  switch]==])
replace([==[  if (operation) lock.publish(change_, *operation);
  lock.release();
]==] [==[  if (operation) {
    key_locks::guard again(core_.locks, change_->visible.back().stripe);
    again.publish(change_, *operation);
  }
]==])
save()
