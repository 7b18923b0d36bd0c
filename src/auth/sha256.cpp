#include "sha256.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstddef>

namespace dynamo::auth {

hmac_sha256::hmac_sha256(std::string_view key) noexcept {
  std::array<unsigned char, SHA256_CBLOCK> block{};
  if (key.size() > block.size()) {
    std::ranges::copy(sha256().add(key).finish(), block.begin());
  } else {
    std::ranges::copy(key, block.begin());
  }
  const auto add_block = [&](sha256& to, unsigned char mask) {
    std::array<char, SHA256_CBLOCK> masked{};
    std::ranges::transform(block, masked.begin(), [&](unsigned char c) { return static_cast<char>(c ^ mask); });
    to.add({masked.data(), masked.size()});
    OPENSSL_cleanse(masked.data(), masked.size());
  };
  add_block(inner_, 0x36);
  add_block(outer_, 0x5c);
  OPENSSL_cleanse(block.data(), block.size());
}

hmac_sha256::~hmac_sha256() {
  OPENSSL_cleanse(&inner_, sizeof inner_);
  OPENSSL_cleanse(&outer_, sizeof outer_);
}

digest hmac_sha256::operator()(std::string_view text) const noexcept {
  sha256 inner = inner_;
  sha256 outer = outer_;
  return outer.add(bytes_of(inner.add(text).finish())).finish();
}

std::array<char, 64> hex(const digest& d) noexcept {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<char, 64> text{};
  for (std::size_t i = 0; i < d.size(); ++i) {
    text[2 * i] = digits[d[i] >> 4];
    text[2 * i + 1] = digits[d[i] & 15];
  }
  return text;
}

}  // namespace dynamo::auth
