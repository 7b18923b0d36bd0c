# A change's number is drawn with its place in the queue, before the order of the key's writers is known: a writer that waits
# for the key's lock comes later, with an earlier number.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[void committer::reserve() {
  std::unique_lock held(mutex_);
]==] [==[static thread_local std::uint64_t drawn = 0;

void committer::reserve() {
  std::unique_lock held(mutex_);
  drawn = ++counter_;
]==])
replace([==[  if (in_flight_ == in_flight_max) return false;
]==] [==[  if (in_flight_ == in_flight_max) return false;
  drawn = ++counter_;
]==])
replace([==[  if (in_order) in_order();
]==] [==[  if (in_order) in_order();
  number(*change);
]==])
replace([==[      number(*change);
      batches_.push_back]==] [==[      batches_.push_back]==])
replace([==[    const std::uint64_t counter = counter_.load(std::memory_order_relaxed) + 1;
    counter_.store(counter, std::memory_order_relaxed);
    store_big_endian(at + sizeof epoch_, counter);
]==] [==[    store_big_endian(at + sizeof epoch_, drawn);
]==])
save()
