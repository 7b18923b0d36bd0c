# A write whose reply was lost is sent again, although it does not repeat.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[if (why.outcome_unknown() && repeats_ == repeatable::no)]==] [==[if (why.outcome_unknown() && attempt_ > 1 && repeats_ == repeatable::no)]==])
save()
