# A batch is tried once more than its limit allows.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[failed.retries >= *settings_.retries_max]==] [==[failed.retries > *settings_.retries_max]==])
save()
