#include <dynamo/streams/sequence_number.hpp>

#include <dynamo/value/limits.hpp>

#include <charconv>

namespace dynamo {

namespace {

constexpr std::size_t part_digits = 19;  // 10^19 < 2^64

/// The number that the last 19 digits stand for, which are cut off. `good` becomes false if one of them is no digit.
std::uint64_t take_part(std::string_view& digits, bool& good) noexcept {
  const std::size_t begin = digits.size() > part_digits ? digits.size() - part_digits : 0;
  std::uint64_t part = 0;
  for (const char c : digits.substr(begin)) {
    const auto digit = static_cast<unsigned char>(c - '0');
    good = good && digit <= 9;
    part = part * 10 + digit;
  }
  digits.remove_suffix(digits.size() - begin);
  return part;
}

}  // namespace

result<sequence_number> sequence_number::parse(std::string_view digits) {
  const std::string_view all = digits;
  sequence_number n;
  bool good = !all.empty() && all.size() <= limits::sequence_number_size_max;
  if (good) {
    n.low_ = take_part(digits, good);
    n.middle_ = take_part(digits, good);
    n.high_ = take_part(digits, good);
  }
  if (good) return n;
  return fail(errc::invalid_argument, "`" + std::string(all.substr(0, limits::sequence_number_size_max)) +
                                          "` is not a sequence number: 1 to 40 decimal digits");
}

std::string sequence_number::to_string() const {
  std::string text;
  const auto append = [&](std::uint64_t part) {
    char digits[part_digits + 1];
    const char* end = std::to_chars(digits, digits + sizeof digits, part).ptr;
    const auto size = static_cast<std::size_t>(end - digits);
    if (!text.empty()) text.append(part_digits - size, '0');
    text.append(digits, size);
  };
  if (high_ != 0) append(high_);
  if (high_ != 0 || middle_ != 0) append(middle_);
  append(low_);
  return text;
}

std::size_t sequence_number::hash() const noexcept {
  // Neighbours differ in their low digits; a multiplication by an odd constant spreads them (Fibonacci hashing).
  constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;
  return static_cast<std::size_t>(((high_ * golden ^ middle_) * golden ^ low_) * golden);
}

}  // namespace dynamo
