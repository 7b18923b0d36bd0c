# A change of several keys takes its locks in the order of the request: two of them wait for each other.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[#include <functional>
]==] [==[#include <functional>
#include <thread>
]==])
replace([==[  more_.reserve(ascending.size());
]==] [==[  std::vector<std::size_t> as_asked;
  for (const std::size_t one : stripes) {
    if (std::ranges::find(as_asked, one) == as_asked.end()) as_asked.push_back(one);
  }
  for (const std::size_t one : as_asked) {
    more_.emplace_back(locks, one);
    std::this_thread::yield();
  }
  std::ranges::sort(more_, {}, &guard::stripe);
  first_.emplace(std::move(more_.front()));
  more_.erase(more_.begin());
  return;
]==])
save()
