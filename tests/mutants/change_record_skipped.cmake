# A write that builds on a value which is not committed yet leaves no change record.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[lay_down(change, core_.rows->prefix(), {table, ]==] [==[lay_down(change, core_.rows->prefix(), {recorded, ]==])
replace([==[  consumed_ =
]==] [==[  table_descriptor recorded = table;
  if (old_.is_pending()) recorded.stream.reset();
  consumed_ =
]==])
save()
