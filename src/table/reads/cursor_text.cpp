#include <table/reads/cursor_text.hpp>

#include <dynamo/base/binary.hpp>

#include <algorithm>
#include <cstdint>

namespace dynamo::detail {

namespace {

constexpr char version = 1;
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

}  // namespace

cursor make_cursor(std::string_view binding, std::string_view key) {
  std::string bytes(1, version);
  bytes += check_of(binding, key);
  bytes += key;
  std::string text = base64_encode(bytes);
  while (!text.empty() && text.back() == '=') text.pop_back();
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return cursor(std::move(text));
}

result<std::string> open_cursor(std::string_view binding, const cursor& from) {
  std::string text = from.text();
  const auto refused = [] {
    return fail(
        errc::invalid_argument,
        "this cursor was not made by the same query or scan: it was altered, or it belongs to another table, index, key "
        "condition or segment");
  };
  if (text.find_first_of("+/=") != std::string::npos) return refused();
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  std::string bytes;
  if (!base64_decode(text, bytes) || bytes.size() <= 1 + check_size || bytes.front() != version) return refused();
  std::string key = bytes.substr(1 + check_size);
  if (std::string_view(bytes).substr(1, check_size) != check_of(binding, key)) return refused();
  return key;
}

}  // namespace dynamo::detail
