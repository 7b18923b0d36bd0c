#pragma once

#include <dynamo/lambda/logger.hpp>

#include <mutex>
#include <string>
#include <string_view>

namespace dynamo::lambda {

/// Log lines that a test looks at.
class kept_lines final : public log_line_sink {
 public:
  void write(std::string_view line) noexcept override {
    const std::scoped_lock lock(mutex_);
    all_ += line;
  }
  std::string all() const {
    const std::scoped_lock lock(mutex_);
    return all_;
  }
  bool has(std::string_view words) const { return all().find(words) != std::string::npos; }

 private:
  mutable std::mutex mutex_;
  std::string all_;
};

}  // namespace dynamo::lambda
