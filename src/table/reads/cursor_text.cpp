#include <table/reads/cursor_text.hpp>

#include <dynamo/auth/hmac.hpp>
#include <dynamo/base/binary.hpp>

#include <algorithm>
#include <cstdint>

namespace dynamo::detail {

namespace {

constexpr char version = 1;
constexpr char signed_version = 2;
constexpr std::size_t place_size = 16;
constexpr std::size_t tag_size = 32;
constexpr std::size_t check_size = 8;

/// FNV-1a, 64 bits. It notices accidents and mix-ups, not forgers.
std::uint64_t fnv1a(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

std::string check_of(std::string_view binding, std::string_view key) {
  // The length keeps "ab" + "c" apart from "a" + "bc".
  const std::uint64_t hash = fnv1a(key, fnv1a(std::to_string(binding.size()) + ':', fnv1a(binding)));
  std::string check(check_size, '\0');
  for (std::size_t i = 0; i < check_size; ++i) check[i] = static_cast<char>(hash >> (8 * (check_size - 1 - i)));
  return check;
}

std::string hmac(const auth::secret& key, std::string_view purpose, std::string_view text) {
  const auto tag = auth::hmac_sha256_of(key, std::string(purpose) + std::string(text));
  return {reinterpret_cast<const char*>(tag.data()), tag.size()};
}
std::string place_of(const auth::secret& key, std::string_view binding) {
  return hmac(key, "place", binding).substr(0, place_size);
}
std::string tag_of(const auth::secret& key, std::string_view place, std::string_view start_key) {
  return hmac(key, "cursor", std::string(1, signed_version).append(place).append(start_key));
}

std::unexpected<error> refused() {
  return fail(
      errc::invalid_argument,
      "this cursor was not made by the same query or scan: it was altered, or it belongs to another table, index, key "
      "condition or segment");
}

}  // namespace

// ---- cursor_signer ----------------------------------------------------------------------------------------------

cursor_signer::cursor_signer(std::vector<auth::secret> keys) : keys_(std::move(keys)) {
  if (keys_.empty() || keys_.size() > cursor_keys::keys_max) {
    problem_.emplace(errc::invalid_argument, "cursor_keys: there are 1 to 16 keys");
    return;
  }
  for (const auth::secret& key : keys_) {
    const std::size_t bytes = key.reveal().size();
    if (bytes < cursor_keys::bytes_min || bytes > cursor_keys::bytes_max)
      problem_.emplace(
          errc::invalid_argument,
          "cursor_keys: a key has 16 to 1,024 bytes, best 32 random ones, and one has " + std::to_string(bytes));
  }
}

std::string cursor_signer::sign(std::string_view binding, std::string_view key) const {
  const std::string place = place_of(keys_.front(), binding);
  std::string content = place + tag_of(keys_.front(), place, key);
  content += key;
  return content;
}

result<std::string> cursor_signer::open(std::string_view binding, std::string_view content) const {
  if (content.size() <= place_size + tag_size)
    return fail(errc::invalid_argument, "this cursor is signed and incomplete: it was cut short");
  const std::string_view place = content.substr(0, place_size), tag = content.substr(place_size, tag_size),
                         key = content.substr(place_size + tag_size);
  for (const auth::secret& with : keys_) {
    if (!auth::equal_in_constant_time(tag_of(with, place, key), tag)) continue;
    if (auth::equal_in_constant_time(place_of(with, binding), place)) return std::string(key);
    return fail(errc::invalid_argument,
                "this cursor was made by another query or scan: it belongs to another table, index, key condition or "
                "segment");
  }
  return fail(errc::invalid_argument,
              "this cursor's signature is wrong: it was altered, or was signed with a key that is not among the "
              "cursor_keys of this table");
}

// ---- the text ---------------------------------------------------------------------------------------------------

cursor make_cursor(std::string_view binding, std::string_view key, const cursor_keys& keys) {
  std::string bytes;
  if (keys.signer()) {
    bytes = signed_version + keys.signer()->sign(binding, key);
  } else {
    bytes = version + check_of(binding, key);
    bytes += key;
  }
  std::string text = base64_encode(bytes);
  while (!text.empty() && text.back() == '=') text.pop_back();
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return cursor(std::move(text));
}

result<std::string> open_cursor(std::string_view binding, const cursor& from, const cursor_keys& keys) {
  std::string text = from.text();
  if (text.find_first_of("+/=") != std::string::npos) return refused();
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  std::string bytes;
  if (!base64_decode(text, bytes) || bytes.size() <= 1 + check_size) return refused();
  if (bytes.front() == signed_version) {
    if (keys.signer()) return keys.signer()->open(binding, std::string_view(bytes).substr(1));
    return fail(
        errc::invalid_argument,
        "this cursor is signed, and this table has no keys for cursors: read with table.with(cursor_keys(...))");
  }
  if (bytes.front() != version) return refused();
  if (keys.signer())
    return fail(errc::invalid_argument,
                "this cursor is not signed, and this table, which has cursor_keys, takes signed ones only");
  std::string key = bytes.substr(1 + check_size);
  if (std::string_view(bytes).substr(1, check_size) != check_of(binding, key)) return refused();
  return key;
}

}  // namespace dynamo::detail
