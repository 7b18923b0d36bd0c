# dynamo::rocksdb: RocksDB's archive, or its shared library if DYNAMO_ROCKSDB_SHARED is on. What links us into a shared library or a plug-in
# needs the latter, because Debian's librocksdb.a is not position independent; so does the thread sanitizer, to leave all of it out.
# The installed package reads this file as well, so that each application chooses.
if(NOT TARGET dynamo::rocksdb)
  add_library(dynamo::rocksdb INTERFACE IMPORTED GLOBAL)
  if(DYNAMO_ROCKSDB_SHARED)
    target_link_libraries(dynamo::rocksdb INTERFACE RocksDB::rocksdb-shared)
  else()
    target_link_libraries(dynamo::rocksdb INTERFACE RocksDB::rocksdb)
  endif()
endif()
