#pragma once

#include <dynamo/base/log.hpp>
#include <dynamo/base/result.hpp>

#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <string_view>

namespace dynamo::aws {

// Every secret of these tests holds this mark, so that one look at a text tells whether one is in it.
constexpr std::string_view secret_mark = "sEcReT";

inline std::string secret_named(std::string_view name) { return std::string(name) + std::string(secret_mark); }

/// The text, which has no secret; with one the test fails.
inline std::string without_secret(std::string text) {
  EXPECT_EQ(text.find(secret_mark), std::string::npos) << text;
  return text;
}

/// "code: message" of an error, which has no secret; "" of a value.
template <class T>
std::string error_text(const result<T>& of) {
  if (of) return "";
  without_secret(of.error().describe() + of.error().detail().body + of.error().detail().type);
  return std::string(to_string(of.error().code())) + ": " + of.error().message();
}

/// Collects what is logged while it lives, in which no secret may be.
class checked_log {
 public:
  checked_log() {
    set_log_sink([this](log_level, std::string_view text) {
      const std::scoped_lock lock(mutex_);
      lines_ += without_secret(std::string(text)) + "\n";
    });
  }
  checked_log(const checked_log&) = delete;
  checked_log& operator=(const checked_log&) = delete;
  ~checked_log() { set_log_sink({}); }

  std::string lines() const {
    const std::scoped_lock lock(mutex_);
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::string lines_;
};

}  // namespace dynamo::aws
