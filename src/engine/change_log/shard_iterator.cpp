#include "shard_iterator.hpp"

#include <dynamo/base/binary.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/storage/big_endian.hpp>
#include <engine/storage/stored_time.hpp>

#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace dynamo::engine {
namespace {

constexpr char token_format = '\x02';
constexpr std::string_view between = "|1|";
constexpr std::size_t checked_size = 1 + 4 + 4 + change_number::stored_size + 8;

std::uint32_t check_of(std::string_view arn, std::string_view bytes) {
  const std::string all = fmt::format("{}{}{}", arn, between, bytes);
  return XXH32(all.data(), all.size(), 0);
}

}  // namespace

std::string to_token(const shard_iterator& at, std::string_view arn) {
  std::string bytes(1, token_format);
  append_big_endian(bytes, at.stream_id);
  append_big_endian(bytes, at.shard);
  append_big_endian(bytes, at.next.epoch);
  append_big_endian(bytes, at.next.counter);
  append_time(bytes, at.issued);
  append_big_endian(bytes, check_of(arn, bytes));
  return fmt::format("{}{}{}", arn, between, base64_encode(bytes));
}

std::optional<shard_iterator> from_token(std::string_view token) {
  const auto end_of_arn = token.rfind(between);
  std::string decoded;
  if (token.size() > limits::shard_iterator_size_max || end_of_arn == std::string_view::npos ||
      !base64_decode(token.substr(end_of_arn + between.size()), decoded)) {
    return std::nullopt;
  }
  const std::string_view bytes(decoded);
  if (bytes.size() != checked_size + 4 || bytes[0] != token_format ||
      load_big_endian<std::uint32_t>(bytes.substr(checked_size)) !=
          check_of(token.substr(0, end_of_arn), bytes.substr(0, checked_size))) {
    return std::nullopt;
  }
  shard_iterator at;
  at.stream_id = load_big_endian<std::uint32_t>(bytes.substr(1));
  at.shard = load_big_endian<std::uint32_t>(bytes.substr(5));
  at.next = {load_big_endian<std::uint32_t>(bytes.substr(9)), load_big_endian<std::uint64_t>(bytes.substr(13))};
  at.issued = load_time(bytes.substr(21));
  return at;
}

std::string_view arn_in_token(std::string_view token) noexcept { return token.substr(0, token.rfind(between)); }

}  // namespace dynamo::engine
