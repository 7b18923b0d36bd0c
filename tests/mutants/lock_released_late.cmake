# The keys' locks are held until the change is committed: a hot key gets one write per sync.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[    for (const prepared_change::visible_row& row : change_->visible) {
      locks_.of(row.stripe).publish(change_, row.operation);
    }
]==] [==[    change_->visible.clear();  // with nothing to withdraw, the commit needs no lock
    if (change_->sink == nullptr) (void)core_.commits->wait(*change_);
]==])
save()
