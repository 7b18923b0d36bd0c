#pragma once

#include <engine/storage/store.hpp>

#include <vector>

namespace dynamo::engine {

/// Hears of every write of the committer, in the order of commits: on the thread that writes, before anybody is told of the outcome. It must be
/// quick, as commits wait for it.
class commit_observer {
 public:
  virtual void before_write(const std::vector<const write_batch*>&) noexcept = 0;
  virtual void after_write(const std::vector<const write_batch*>&, bool written) noexcept = 0;

 protected:
  ~commit_observer() = default;
};

}  // namespace dynamo::engine
