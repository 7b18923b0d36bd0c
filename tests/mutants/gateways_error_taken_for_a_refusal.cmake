# The error of a gateway is taken for the service's own: that nothing was executed.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[what.outcome_unknown = what.code == errc::internal_server_error || of_gateway;]==] [==[what.outcome_unknown = what.code == errc::internal_server_error && !of_gateway;]==])
save()
