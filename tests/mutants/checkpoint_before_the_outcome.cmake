# A batch is checkpointed as soon as the function has it.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[  invoking_ = true;
]==] [==[  invoking_ = true;
  checkpoint_ = pending_[batches_.back().count - 1].number;
]==])
save()
