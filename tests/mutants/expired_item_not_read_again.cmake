# The sweeper reads the item before it holds the key's lock: a writer may give the item a later expiry in between.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[  key_locks::guard lock(in_.locks, key_locks::stripe_of(row_key.view()));
  if (auto read = latest_.read(in_.rows, lock, row_key.view(), table.name); !read) {
    return std::unexpected(read.error());
  }
]==] [==[  if (auto read = latest_.read(in_.rows, key_locks::guard(in_.locks, key_locks::stripe_of(row_key.view())), row_key.view(), table.name);
      !read) {
    return std::unexpected(read.error());
  }
  std::this_thread::yield();
  key_locks::guard lock(in_.locks, key_locks::stripe_of(row_key.view()));
]==])
save()
