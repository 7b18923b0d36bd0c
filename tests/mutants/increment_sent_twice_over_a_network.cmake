# The same, seen from a network.
include("${CMAKE_CURRENT_LIST_DIR}/increment_sent_twice.cmake")
