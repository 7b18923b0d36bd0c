# After a partial failure the record that failed counts as done.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[  const bool all_done = failed == tried.count;
]==] [==[  if (failed > 0 && failed < tried.count) ++failed;
  const bool all_done = failed == tried.count;
]==])
save()
