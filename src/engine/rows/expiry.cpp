#include "expiry.hpp"

#include <dynamo/json/canonical.hpp>
#include <engine/storage/big_endian.hpp>
#include <engine/storage/key_space.hpp>

#include <charconv>
#include <system_error>

namespace dynamo::engine {
namespace {

using std::chrono::seconds;

// No clock shows a later second.
constexpr expiry latest =
    static_cast<expiry>(std::chrono::floor<seconds>(instant::max()).time_since_epoch().count()) - 1;

constexpr std::size_t prefix_size(std::string_view store_prefix) noexcept {
  return store_prefix.size() + sizeof expiry_space + sizeof(std::uint32_t);
}

expiry not_before_1970(seconds since_1970) noexcept {
  return since_1970 > seconds(0) ? static_cast<expiry>(since_1970.count()) : 0;
}

void append_first_key(json::buffer& out, std::string_view store_prefix, std::uint32_t ttl_id, expiry at) {
  append_expiry_prefix(out, store_prefix, ttl_id);
  append_big_endian(out, at);
}

}  // namespace

// DynamoDB asks for whole seconds and does not say what becomes of others: the rule for fractions is ours. It expires no item early.
std::optional<expiry> expiry_of(std::string_view item, std::string_view attribute) {
  if (item.empty()) return std::nullopt;
  const auto value = json::find_attribute(item, attribute);
  if (!value || json::type_of(*value) != attribute_type::N) return std::nullopt;
  const std::string_view digits = json::raw_scalar(*value);
  expiry whole = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), whole);  // refuses a sign
  if (problem != std::errc() || whole > latest) return std::nullopt;
  return whole;
}

due_expiries due_at(instant now) noexcept {
  const auto whole = std::chrono::floor<seconds>(now).time_since_epoch();
  return {not_before_1970(whole - seconds(expired_long_ago)), not_before_1970(whole)};
}

void append_expiry_key(json::buffer& out, std::string_view store_prefix, std::uint32_t ttl_id, expiry at,
                       std::string_view table_key) {
  append_first_key(out, store_prefix, ttl_id, at);
  out.append(table_key);
}

std::string first_expiry_key(std::string_view store_prefix, std::uint32_t ttl_id, expiry at) {
  json::buffer key;
  append_first_key(key, store_prefix, ttl_id, at);
  return std::string(key.view());
}

expiry_row read_expiry_key(std::string_view key, std::string_view store_prefix) noexcept {
  key.remove_prefix(prefix_size(store_prefix));
  return {load_big_endian<expiry>(key), key.substr(sizeof(expiry))};
}

void append_expiry_rows(write_batch& rows, std::string_view store_prefix, std::uint32_t ttl_id,
                        std::string_view row_key, std::optional<expiry> before, std::optional<expiry> after) {
  if (before == after) return;
  const std::string_view table_key = row_key.substr(table_prefix_size(store_prefix));
  const auto lay_down = [&](expiry at) {
    write_batch::span key{rows.arena().size(), 0};
    append_expiry_key(rows.arena(), store_prefix, ttl_id, at, table_key);
    key.size = rows.arena().size() - key.offset;
    return key;
  };
  if (before) rows.erase(lay_down(*before));
  if (after) rows.put(lay_down(*after), {});
}

}  // namespace dynamo::engine
