# A writer builds on what the store holds, not on what the writer before it is about to commit.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[  pending_ = lock.latest(key);
]==] [==[  (void)lock;
]==])
save()
