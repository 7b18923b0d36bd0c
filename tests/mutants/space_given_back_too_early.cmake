# Files of a dropped table are removed before the drop is on the disk.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[  if (!db().Flush(rocksdb::FlushOptions()).ok()) return;
]==] "")
save()
