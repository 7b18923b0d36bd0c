# The pool sends again what had left on a kept connection that ended, although it is not repeatable.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[return why.stale && (!why.sent || r.repeatable);]==] [==[return why.stale && (!why.sent || !r.body.empty());]==])
save()
