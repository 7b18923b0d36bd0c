#pragma once

#include <dynamo/auth/secret.hpp>
#include <dynamo/base/result.hpp>
#include <dynamo/table/cursor.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::detail {

/// Signs the content of cursors, and finds out whether one of its keys signed it.
class cursor_signer {
 public:
  explicit cursor_signer(std::vector<auth::secret> keys);
  /// Why no cursor can be signed with these keys, without a word of them.
  const std::optional<error>& problem() const noexcept { return problem_; }

  std::string sign(std::string_view binding, std::string_view key) const;
  /// The key; `content` is what sign() made.
  result<std::string> open(std::string_view binding, std::string_view content) const;

 private:
  std::vector<auth::secret> keys_;  // the first one signs
  std::optional<error> problem_;
};

/// A cursor's text is base64url without padding (RFC 4648 section 5) of one of
///     version: 1 byte, 0x01                             not signed
///     check:   8 bytes, FNV-1a over binding and key, big-endian
///     key:     the exclusive start key, DynamoDB JSON
/// and
///     version: 1 byte, 0x02                             signed
///     place:   16 bytes, the first ones of HMAC-SHA256 over "place" and the binding
///     tag:     32 bytes, HMAC-SHA256 over "cursor", version, place and key
///     key:     the exclusive start key, DynamoDB JSON
/// `binding` says what the cursor belongs to; it is part of check and place, and not of the text.
cursor make_cursor(std::string_view binding, std::string_view key, const cursor_keys& = {});
/// The key. errc::invalid_argument when the text was altered, belongs to something else, is signed though there are no keys, or is
/// not though there are.
result<std::string> open_cursor(std::string_view binding, const cursor&, const cursor_keys& = {});

}  // namespace dynamo::detail
