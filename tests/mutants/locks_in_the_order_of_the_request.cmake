# A change of several keys takes their locks in the order in which the request names them: two changes may wait for each other for ever.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[  std::ranges::sort(ascending);
]==] [==[]==])
save()
