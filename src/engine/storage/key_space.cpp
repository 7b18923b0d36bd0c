#include "key_space.hpp"

#include "big_endian.hpp"

namespace dynamo::engine {

void append_table_prefix(json::buffer& out, std::string_view store_prefix, std::uint32_t table_id) {
  out.append(store_prefix);
  out.append(row_space);
  append_big_endian(out, table_id);
}

void append_expiry_prefix(json::buffer& out, std::string_view store_prefix, std::uint32_t ttl_id) {
  out.append(store_prefix);
  out.append(expiry_space);
  append_big_endian(out, ttl_id);
}

void append_vector_prefix(json::buffer& out, std::string_view store_prefix, std::uint32_t index_id) {
  out.append(store_prefix);
  out.append(vector_space);
  append_big_endian(out, index_id);
}

void append_cursor_key(json::buffer& out, std::string_view store_prefix, std::uint32_t id) {
  out.append(store_prefix);
  out.append(cursor_space);
  append_big_endian(out, id);
}

std::string after_prefix(std::string_view prefix) {
  std::string next(prefix);
  while (!next.empty() && next.back() == '\xff') next.pop_back();
  if (!next.empty()) next.back() = static_cast<char>(next.back() + 1);
  return next;
}

}  // namespace dynamo::engine
