# The key's lock is held until the change is committed: a hot key gets one write per sync.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[  if (operation) lock.publish(change_, *operation);
  lock.release();
]==] [==[  if (operation) change_->visible.clear();  // with nothing to withdraw, the commit needs no lock
  if (change_->sink == nullptr) (void)core_.commits->wait(*change_);
  lock.release();
]==])
save()
