#include <dynamo/auth/hmac.hpp>

#include "sha256.hpp"

#include <openssl/crypto.h>

namespace dynamo::auth {

std::array<unsigned char, 32> hmac_sha256_of(const secret& key, std::string_view text) noexcept {
  return hmac_sha256(key.reveal())(text);
}

bool equal_in_constant_time(std::string_view left, std::string_view right) noexcept {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace dynamo::auth
