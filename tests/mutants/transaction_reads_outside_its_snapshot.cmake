# TransactGetItems reads each item when it comes to it, not all at one moment.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[#include <algorithm>
]==] [==[#include <algorithm>
#include <thread>
]==])
replace([==[  std::optional<result<reply>> run_slice() override {
]==] [==[  std::optional<result<reply>> run_slice() override {
    const engine_core& core = core_;
]==])
replace([==[      const auto found = moment_->get(keys_[next_], taken);
]==] [==[      std::this_thread::yield();
      const auto found = core.rows->get(keys_[next_], taken);
]==])
replace([==[      : p_(std::move(p)), keys_(std::move(keys)), moment_(core.rows->snapshot()), response_(*p_) {}
]==] [==[      : core_(core), p_(std::move(p)), keys_(std::move(keys)), response_(*p_) {}
]==])
replace([==[  const std::unique_ptr<const store_reader> moment_;  // of all items
]==] [==[]==])
replace([==[  const std::unique_ptr<const transact_get_parameters> p_;
]==] [==[  const engine_core& core_;
  const std::unique_ptr<const transact_get_parameters> p_;
]==])
save()
