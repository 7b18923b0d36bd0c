# The search that copies a vector index into memory leaves out the first row of each slice.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[    if (at_->between_rows()) at_->next();]==] [==[    if (at_->between_rows() || at_->valid()) at_->next();]==])
save()
