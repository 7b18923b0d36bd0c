# The old image of a change record is what was committed, and not the pending value that the write builds on.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[  if (table.stream) record_change(*table.stream, table, decided);
]==] [==[  if (rests_on_pending) static_cast<void>(load_old(key));
  if (table.stream) record_change(*table.stream, table, decided);
]==])
save()
