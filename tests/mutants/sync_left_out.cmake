# Writes are acknowledged without a sync.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[  if (how == synced::always) options.sync = true;
]==] [==[  options.sync = how == synced::always;
]==])
save()
