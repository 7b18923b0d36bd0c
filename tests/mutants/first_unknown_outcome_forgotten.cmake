# What the last attempt knows is taken for what all of them know.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[outcome_unknown_ = outcome_unknown_ || answer.error().outcome_unknown();]==] [==[outcome_unknown_ = answer.error().outcome_unknown();]==])
save()
