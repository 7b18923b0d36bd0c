# The row of an item that leaves a vector index stays there.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[    if (old_image.present && !stays) planned_]==] [==[    if (old_image.present && new_image.present && !stays) planned_]==])
save()
