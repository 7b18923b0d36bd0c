// uses: value
// What the number parser accepts is in range, normalised, and the same after printing; sums agree with differences; keys sort as
// the numbers do. Whatever is read as a key is what would have been written.
#include "require.hpp"

#include <dynamo/value/detail/number_key.hpp>
#include <dynamo/value/number.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

std::string key_of(const dynamo::number& n) {
  std::string key;
  dynamo::append_number_key(n, key);
  return key;
}

void check_one(const dynamo::number& n) {
  const std::string text = n.to_string();
  DYNAMO_REQUIRE(text.size() <= dynamo::number::text_size_max);
  const auto again = dynamo::number::parse(text);
  DYNAMO_REQUIRE(again && *again == n && (*again <=> n) == std::strong_ordering::equal);
  DYNAMO_REQUIRE(n.size() >= 1 && n.size() <= 22);
  DYNAMO_REQUIRE(n.is_zero() || n.coefficient() % 10 != 0);
  if (const auto integer = n.to_int64()) DYNAMO_REQUIRE(dynamo::number{*integer} == n);
  if (const auto integer = n.to_uint64()) DYNAMO_REQUIRE(dynamo::number{*integer} == n);
  (void)n.to_double();
  const std::string key = key_of(n);
  DYNAMO_REQUIRE(key.size() <= dynamo::number_key_size_max);
  std::string_view rest = key;
  DYNAMO_REQUIRE(dynamo::take_number_key(rest) == n && rest.empty());
}

void check_pair(const dynamo::number& a, const dynamo::number& b) {
  DYNAMO_REQUIRE((a < b) == (b > a));
  DYNAMO_REQUIRE((key_of(a).compare(key_of(b)) <=> 0) == (a <=> b));
  const auto sum = dynamo::number::add(a, b);
  const auto swapped = dynamo::number::add(b, a);
  DYNAMO_REQUIRE(sum.has_value() == swapped.has_value());
  if (!sum) return;
  check_one(*sum);
  DYNAMO_REQUIRE(*sum == *swapped);
  DYNAMO_REQUIRE((*sum > a) == (b > dynamo::number{}));
  const auto back = dynamo::number::subtract(*sum, b);
  DYNAMO_REQUIRE(back && *back == a);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  std::string_view rest = text;
  if (const auto n = dynamo::take_number_key(rest)) {
    DYNAMO_REQUIRE(key_of(*n) == text.substr(0, size - rest.size()));
    check_one(*n);
  }
  const std::string_view first = text.substr(0, text.find(' '));
  const auto a = dynamo::number::parse(first);
  if (!a) return 0;
  check_one(*a);
  if (first.size() == text.size()) return 0;
  if (const auto b = dynamo::number::parse(text.substr(first.size() + 1))) check_pair(*a, *b);
  return 0;
}
