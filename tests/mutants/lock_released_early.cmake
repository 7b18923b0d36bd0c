# The keys' locks are given up before the change stands in the queue: two writers build on the same old item.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[  const committer::verdict verdict = ]==] [==[  locks_.release();
  const committer::verdict verdict = ]==])
replace([==[      locks_.of(row.stripe).publish(change_, row.operation);
]==] [==[      key_locks::guard again(core_.locks, row.stripe);
      again.publish(change_, row.operation);
]==])
save()
