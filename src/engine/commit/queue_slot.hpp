#pragma once

#include "committer.hpp"

namespace dynamo::engine {

/// A slot of the commit queue that was reserved, and is given back unless it is used.
class queue_slot {
 public:
  explicit queue_slot(committer& of) : of_(&of) {}
  queue_slot(const queue_slot&) = delete;
  queue_slot& operator=(const queue_slot&) = delete;
  ~queue_slot() {
    if (of_ != nullptr) of_->release();
  }
  /// The committer has taken the change, and the slot with it.
  void use() noexcept { of_ = nullptr; }

 private:
  committer* of_;
};

}  // namespace dynamo::engine
