#pragma once

#include <dynamo/base/clock.hpp>
#include <engine/storage/change_number.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// Where a reader stands in a shard: the next record has this number or a greater one.
///
///     token   = arn "|1|" base64( format stream-id shard number issued check )
///     format  = %x02                    stream-id = shard = 4OCTET     number = 12OCTET
///     issued  = 8OCTET ; microseconds   check = 4OCTET  ; XXH32, seed 0, of what precedes, the ARN included
///
/// The check tells a token that was cut or mistyped, not one that was forged: there is nothing to gain by that.
struct shard_iterator {
  std::uint32_t stream_id = 0;
  std::uint32_t shard = 0;
  change_number next;
  instant issued{};
};

std::string to_token(const shard_iterator&, std::string_view stream_arn);
/// Nothing for what to_token() did not make.
std::optional<shard_iterator> from_token(std::string_view token);
/// The ARN in a token that from_token() has read.
std::string_view arn_in_token(std::string_view token) noexcept;

}  // namespace dynamo::engine
