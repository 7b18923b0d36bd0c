#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo {

/// Where a query or scan goes on, as text that can be put into a URL, a cookie or a file, and used by another process.
///
/// Opaque, and bound to the table, the index, the key condition and the segment it was made for: resuming anything else with
/// it, or a text that was altered, is errc::invalid_argument. It is not a secret: the text contains the last item's key. Nor is it a
/// proof of permission: who can read this source can forge one, unless it is signed: see cursor_keys.
class cursor {
 public:
  /// Takes the text of an earlier cursor. It is validated when the call that resumes from it is made.
  explicit cursor(std::string text) : text_(std::move(text)) {}
  const std::string& text() const noexcept { return text_; }
  friend bool operator==(const cursor&, const cursor&) = default;

 private:
  std::string text_;
};

namespace detail {
class cursor_signer;
}

/// Keys that cursors are signed with, by HMAC-SHA256, so that nobody without one of them can make or alter a cursor:
///
///     auto users = dynamo::table<users_schema>{db}.with(dynamo::cursor_keys("the key of this month", "the key before"));
///
/// The first key signs; a cursor that any of them signed is resumed from, so that a key can be replaced while cursors are about. With
/// keys, a cursor that is not signed is refused, and without keys, one that is; each is errc::invalid_argument and says which:
/// not signed; signed but no keys given; altered or of an unknown key; of another table, index, key condition or segment.
///
/// A key is 16 to 1,024 bytes, best 32 random ones, and there are 1 to 16 of them; others are errc::invalid_argument from each query
/// and scan. Keys appear in no message, and are wiped from memory with their last owner. What is signed is not encrypted: the last item's key can be read.
///
/// A cheap handle; immutable, and so thread-safe. Cost: two HMACs for a page's cursor.
class cursor_keys {
 public:
  static constexpr std::size_t bytes_min = 16, bytes_max = 1'024, keys_max = 16;

  /// No keys: cursors are not signed.
  cursor_keys();
  explicit cursor_keys(std::string_view signing, std::string_view accepted_too = {});
  /// The first one signs.
  explicit cursor_keys(const std::vector<std::string>& keys);
  /// Not {"a", "b"}, which a string_view could be made of.
  explicit cursor_keys(std::initializer_list<const char*>) = delete;
  cursor_keys(const cursor_keys&);
  cursor_keys(cursor_keys&&) noexcept;
  cursor_keys& operator=(const cursor_keys&);
  cursor_keys& operator=(cursor_keys&&) noexcept;
  ~cursor_keys();

  /// Null: there are none.
  const std::shared_ptr<const detail::cursor_signer>& signer() const noexcept { return signer_; }

 private:
  std::shared_ptr<const detail::cursor_signer> signer_;
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
