#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/value/limits.hpp>

#include <array>
#include <chrono>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// What is remembered of a transaction that had a ClientRequestToken, under its token (docs/formats.md).
///
///     token-row = format time digest
///     format    = %x01
///     time      = 8OCTET                 ; microseconds since 1970, signed, by the age clock
///     digest    = 16OCTET                ; of what the transaction asked for
struct stored_token {
  /// A transaction that comes again within this time is not executed again.
  static constexpr std::chrono::minutes lives{limits::request_token_minutes};

  instant when{};
  std::array<char, 16> digest{};

  bool is_expired(instant now) const noexcept { return now - when > lives; }
};

std::string token_key(std::string_view store_prefix, std::string_view token);
void append_token_row(json::buffer& out, const stored_token&);
/// errc::corruption for a row that this version does not know.
result<stored_token> read_token_row(std::string_view row);

}  // namespace dynamo::engine
