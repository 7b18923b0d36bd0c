#include "next_token.hpp"

#include <dynamo/base/binary.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/storage/big_endian.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace dynamo::engine {
namespace {

constexpr char next_token_format = '\x01';
constexpr std::size_t next_token_head_size = 1 + 8 + 4;
constexpr std::size_t next_token_key_at = next_token_head_size + 4;

std::uint32_t next_token_check(std::string_view head, std::string_view key) {
  std::string all(head);
  all.append(key);
  return XXH32(all.data(), all.size(), 0);
}

}  // namespace

std::string content_of(const statement_parameters& p) {
  std::string all;
  const auto add = [&](std::string_view part) {
    append_big_endian(all, static_cast<std::uint64_t>(part.size()));
    all.append(part);
  };
  add(p.text);
  for (const auto& value : p.values) {
    if (value) add(*value);
  }
  return all;
}

std::uint64_t digest_of(const statement_parameters& p) {
  const std::string all = content_of(p);
  return XXH64(all.data(), all.size(), 0);
}

std::string to_text(const next_token& at) {
  std::string bytes(1, next_token_format);
  append_big_endian(bytes, at.statement);
  append_big_endian(bytes, at.range);
  append_big_endian(bytes, next_token_check(bytes, at.key));
  bytes.append(at.key);
  return base64_encode(bytes);
}

std::optional<next_token> next_token_from(std::string_view text) {
  std::string decoded;
  if (text.size() > limits::next_token_size_max || !base64_decode(text, decoded)) return std::nullopt;
  const std::string_view bytes(decoded);
  if (bytes.size() <= next_token_key_at || bytes[0] != next_token_format) return std::nullopt;
  const std::string_view key = bytes.substr(next_token_key_at);
  if (load_big_endian<std::uint32_t>(bytes.substr(next_token_head_size)) !=
      next_token_check(bytes.substr(0, next_token_head_size), key)) {
    return std::nullopt;
  }
  return next_token{load_big_endian<std::uint64_t>(bytes.substr(1)), load_big_endian<std::uint32_t>(bytes.substr(9)),
                    std::string(key)};
}

}  // namespace dynamo::engine
