#pragma once

/// AWS Signature Version 4, as pure functions: no clock, no I/O. A client signs, a server reads what a request presents, finds the
/// secret and compares.
///
///     auth::signing_key key(who, "20261126", "eu-west-1", "dynamodb");
///     const auth::header_view headers[] = {{"host", host}, {"x-amz-date", time}, {"x-amz-target", target}};
///     const std::string authorization = auth::authorization(key, {"POST", "/", "", headers, body}, time);
///
/// Source: "AWS Signature Version 4 for API requests" in the IAM User Guide. Paths are normalised and encoded twice, as every service
/// but S3 has it.

#include <dynamo/auth/credentials.hpp>
#include <dynamo/base/clock.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::auth {

struct header_view {
  std::string_view name;  ///< letters of either case
  std::string_view value;
};

/// What a signature covers, as it stands on the wire. Views; the caller keeps what they show.
struct signable_request {
  std::string_view method = "POST";
  std::string_view path = "/";
  std::string_view query;                ///< without its question mark
  std::span<const header_view> headers;  ///< in any order; equal names keep their order
  std::string_view payload;
};

/// "20261126T103000Z", as X-Amz-Date has it; the first 8 characters are the day of a signing_key.
std::string sigv4_time(instant);

/// What one secret signs with on one day, in one region, for one service. Derived once (four rounds of HMAC) and kept by the caller.
/// Thread-safe once it is made.
class signing_key {
 public:
  signing_key(const credentials&, std::string_view day, std::string_view region, std::string_view service);
  signing_key(const signing_key&) = delete;
  signing_key& operator=(const signing_key&) = delete;
  ~signing_key();  ///< wipes it

  const std::string& access_key_id() const noexcept { return access_key_id_; }
  /// "20261126/eu-west-1/dynamodb/aws4_request"
  const std::string& scope() const noexcept { return scope_; }
  std::string_view day() const noexcept { return std::string_view(scope_).substr(0, 8); }

  /// 64 hexadecimal digits.
  using signature = std::array<char, 64>;
  /// Signs the headers of `names`, which are in small letters, in order, and each once.
  signature sign(const signable_request&, std::span<const std::string_view> names, std::string_view time) const;

 private:
  class keyed_hash;  // HMAC-SHA256 with its two inner states at hand

  std::string access_key_id_;
  std::string scope_;
  std::unique_ptr<keyed_hash> hash_;
};

/// The value of the field Authorization. Signs every header but those that proxies may change (Connection, User-Agent,
/// X-Amzn-Trace-Id and the like) and Authorization itself. The headers hold host, x-amz-date = `time` and, for temporary credentials,
/// x-amz-security-token.
std::string authorization(const signing_key&, const signable_request&, std::string_view time);

/// The query form: the request's query with the signature's parameters at its end. The headers hold host.
std::string signed_query(const signing_key&, const signable_request&, std::string_view time,
                         std::chrono::seconds valid_for, const secret& session_token);

/// What a request presents as its signature, in either form.
struct presented_signature {
  std::string access_key_id;
  std::string day, region, service;
  std::vector<std::string> signed_headers;  ///< small letters, in the order that was presented
  std::string signature;
  std::string time;                   ///< of X-Amz-Date
  std::string session_token;          ///< empty: none
  std::chrono::seconds valid_for{0};  ///< of the query form; zero: header form
};

enum class signature_fault : std::uint8_t {
  missing,     ///< nothing is presented
  incomplete,  ///< a part is missing or malformed
  expired,     ///< too old, or of the query form and over its time
  not_yet,     ///< from the future
  wrong,       ///< another secret, or another request
};

/// Reads what a request presents. Errors: missing, incomplete.
std::expected<presented_signature, signature_fault> read_signature(const signable_request&);

/// Whether it was made for this request with this key, at a time close to `now`: within `skew` (the header form), or within what the
/// query says. Compares in constant time. Errors: expired, not_yet, wrong.
std::expected<void, signature_fault> verify_signature(const signing_key&, const signable_request&,
                                                      const presented_signature&, instant now,
                                                      std::chrono::seconds skew = std::chrono::minutes(15));

}  // namespace dynamo::auth
