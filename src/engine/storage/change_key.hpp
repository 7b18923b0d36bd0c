#pragma once

#include "change_number.hpp"
#include "store.hpp"

#include <dynamo/json/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// A stream has one shard in this version.
inline constexpr std::uint32_t only_shard = 0;

/// Which stream a record belongs to that waits for its number there.
std::uint32_t stream_of_slot(const write_batch& rows, std::size_t number_slot) noexcept;

/// The first key of a stream's shard, and the key of one number in it.
std::string change_key(std::string_view store_prefix, std::uint32_t stream_id, std::uint32_t shard, change_number);
change_number number_of(std::string_view change_key) noexcept;
/// What the keys of a shard's records start with; a change number follows.
void append_shard_prefix(json::buffer& out, std::string_view store_prefix, std::uint32_t stream_id,
                         std::uint32_t shard);

}  // namespace dynamo::engine
