# TransactGetItems reads each item when it comes to it, not all at one moment.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[#include <algorithm>
]==] [==[#include <algorithm>
#include <thread>
]==])
replace([==[      const auto found = moment_->get(]==] [==[      std::this_thread::yield();
      const auto found = core_.rows->get(]==])
save()
