# A connection that breaks before any byte of the answer is taken for one that did not carry the request.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[failure_.sent = sent_;]==] [==[failure_.sent = sent_ && (answered_ || !is_written());]==])
save()
