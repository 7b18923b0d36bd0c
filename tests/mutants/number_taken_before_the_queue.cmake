# A change's number is drawn before the critical section in which it takes its place in the queue: another writer, of another
# key, may draw later and stand earlier. A reader of the growing log passes by what becomes visible after it.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[                                      const std::function<void()>& in_order) {
  const std::scoped_lock held(mutex_);
]==] [==[                                      const std::function<void()>& in_order) {
  std::uint64_t drawn = 0;
  {
    const std::scoped_lock held(mutex_);
    drawn = counter_;
    counter_ += change->number_slots.size();
  }
  std::this_thread::yield();
  const std::scoped_lock held(mutex_);
]==])
replace([==[  if (in_order) in_order();
]==] [==[  if (in_order) in_order();
  for (const std::size_t slot : change->number_slots) {
    char* at = change->rows.arena().data() + slot;
    store_big_endian(at, epoch_);
    store_big_endian(at + sizeof epoch_, ++drawn);
  }
]==])
replace([==[      number(*change);
]==] [==[]==])
replace([==[void committer::number(prepared_change& change) {]==] [==[[[maybe_unused]] void committer::number(prepared_change& change) {]==])
save()
