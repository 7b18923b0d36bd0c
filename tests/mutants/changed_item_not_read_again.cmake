# An index is filled with what an iterator showed: an item that has changed since is not read again under its key's lock.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[    if (lock.is_unchanged_since(*before_reading_)) continue;
]==] [==[    if (lock.stripe() < key_locks::stripe_count) continue;
]==])
save()
