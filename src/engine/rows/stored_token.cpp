#include "stored_token.hpp"

#include <engine/storage/key_space.hpp>
#include <engine/storage/stored_time.hpp>

#include <algorithm>

namespace dynamo::engine {
namespace {

constexpr char token_format = '\x01';

}  // namespace

std::string token_key(std::string_view store_prefix, std::string_view token) {
  std::string key(store_prefix);
  key += token_space;
  key += token;
  return key;
}

void append_token_row(json::buffer& out, const stored_token& token) {
  out.append(token_format);
  append_time(out, token.when);
  out.append(std::string_view(token.digest.data(), token.digest.size()));
}

result<stored_token> read_token_row(std::string_view row) {
  stored_token token;
  constexpr std::size_t digest_at = sizeof token_format + stored_time_size;
  if (row.size() != digest_at + token.digest.size() || row[0] != token_format) {
    return fail(errc::corruption, "The token of a transaction has a format that this version does not know");
  }
  token.when = load_time(row.substr(sizeof token_format));
  std::ranges::copy(row.substr(digest_at), token.digest.begin());
  return token;
}

}  // namespace dynamo::engine
