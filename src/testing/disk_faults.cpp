#include <testing/disk_faults.hpp>

#include <utility>

namespace dynamo::testing {

void disk_faults::set(std::optional<disk_fault> fault) {
  const std::scoped_lock lock(mutex_);
  fault_ = std::move(fault);
}

std::optional<disk_fault::kind> disk_faults::next(disk_fault::operation operation, std::string_view path) {
  std::unique_lock lock(mutex_);
  if (operation == disk_fault::operation::sync && is_log(path)) {
    ++log_syncs_;
    ++held_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !holding_; });
    --held_;
  }
  if (!fault_ || !path.ends_with(fault_->suffix)) return {};
  if (fault_->what != disk_fault::operation::any_write && fault_->what != operation) return {};
  if (fault_->passing != 0) {
    --fault_->passing;
    return {};
  }
  if (fault_->failing == 0) return {};
  if (fault_->failing != disk_fault::for_ever) --fault_->failing;
  return fault_->how;
}

bool disk_faults::read_only() const {
  const std::scoped_lock lock(mutex_);
  return fault_ && fault_->how == disk_fault::kind::read_only && fault_->passing == 0 && fault_->failing != 0;
}

void disk_faults::hold() {
  const std::scoped_lock lock(mutex_);
  holding_ = true;
}

void disk_faults::wait_for_held() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return holding_ && held_ != 0; });
}

void disk_faults::release() {
  const std::scoped_lock lock(mutex_);
  holding_ = false;
  changed_.notify_all();
}

std::uint64_t disk_faults::log_syncs() const {
  const std::scoped_lock lock(mutex_);
  return log_syncs_;
}

}  // namespace dynamo::testing
