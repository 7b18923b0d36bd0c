# A write that builds on a value which is not committed yet leaves no change record.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[  if (table.stream) record_change(]==] [==[  if (table.stream && !pending_) record_change(]==])
save()
