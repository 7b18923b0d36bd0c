#pragma once

#include <string>
#include <utility>

namespace dynamo {

/// Where a query or scan goes on, as text that can be put into a URL, a cookie or a file, and used by another process.
///
/// Opaque, and bound to the table, the index, the key condition and the segment it was made for: resuming anything else with
/// it, or a text that was altered, is errc::invalid_argument. It is not a secret and no proof of permission: the text contains the last
/// item's key, and who can read this source can forge one.
class cursor {
 public:
  /// Takes the text of an earlier cursor. It is validated when the call that resumes from it is made.
  explicit cursor(std::string text) : text_(std::move(text)) {}
  const std::string& text() const noexcept { return text_; }
  friend bool operator==(const cursor&, const cursor&) = default;

 private:
  std::string text_;
};

/// Option of query and scan: go on where this cursor was made.
class resume_from {
 public:
  explicit resume_from(cursor at) : at_(std::move(at)) {}
  const cursor& get() const noexcept { return at_; }

 private:
  cursor at_;
};

}  // namespace dynamo
