#include "change_key.hpp"

#include "big_endian.hpp"
#include "key_space.hpp"

namespace dynamo::engine {

void append_shard_prefix(json::buffer& out, std::string_view store_prefix, std::uint32_t stream_id,
                         std::uint32_t shard) {
  out.append(store_prefix);
  out.append(change_space);
  append_big_endian(out, stream_id);
  append_big_endian(out, shard);
}

std::uint32_t stream_of_slot(const write_batch& rows, std::size_t number_slot) noexcept {
  constexpr std::size_t stream_and_shard = 4 + 4;
  return load_big_endian<std::uint32_t>(rows.text({number_slot - stream_and_shard, stream_and_shard}));
}

std::string change_key(std::string_view store_prefix, std::uint32_t stream_id, std::uint32_t shard,
                       change_number number) {
  json::buffer key;
  append_shard_prefix(key, store_prefix, stream_id, shard);
  append_big_endian(key, number.epoch);
  append_big_endian(key, number.counter);
  return std::string(key.view());
}

change_number number_of(std::string_view change_key) noexcept {
  const std::string_view stored = change_key.substr(change_key.size() - change_number::stored_size);
  return {load_big_endian<std::uint32_t>(stored), load_big_endian<std::uint64_t>(stored.substr(4))};
}

}  // namespace dynamo::engine
