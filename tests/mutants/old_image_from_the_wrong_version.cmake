# The old image of a change record is what was committed, and not the pending value that the write builds on.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[old_.row(), decided.row},]==] [==[before, decided.row},]==])
replace([==[  consumed_ =
]==] [==[  stored_row before = old_.row();
  json::buffer committed;
  if (old_.is_pending()) {
    value_copier copy(committed);
    if (const auto found = core_.rows->get(key_.view(), copy); found && *found) read_row(committed.view(), before);
  }
  consumed_ =
]==])
save()
