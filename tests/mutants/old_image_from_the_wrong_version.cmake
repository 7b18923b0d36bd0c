# The old image of a change record is what was committed, and not the pending value that the write builds on.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[  if (table.stream) record_change(change, *table.stream, decided);
]==] [==[  if (pending_) {
    loaded_.clear();
    value_copier copy(loaded_);
    const auto found = core_.rows->get(key_.view(), copy);
    static_cast<void>(take_old(found && *found ? std::optional(loaded_.view()) : std::nullopt));
  }
  if (table.stream) record_change(change, *table.stream, decided);
]==])
save()
