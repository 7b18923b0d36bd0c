# The row of an item that moves to another HASH value of a vector index is taken away at its old place and not put at the new one.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[    if (new_image.present) planned_]==] [==[    if (new_image.present && (stays || !old_image.present)) planned_]==])
save()
