# TransactGetItems reads each item as it is by then, not all as they were at one moment.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[moment_->get(]==] [==[core_.rows->get(]==])
save()
