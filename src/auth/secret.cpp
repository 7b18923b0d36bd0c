#include <dynamo/auth/secret.hpp>

#include <openssl/crypto.h>

namespace dynamo::auth {

void secret::wipe() noexcept {
  text_.resize(text_.capacity());  // within its memory: what an earlier, longer text left there goes too
  OPENSSL_cleanse(text_.data(), text_.size());
  text_.clear();
}

bool operator==(const secret& left, const secret& right) noexcept {
  return left.text_.size() == right.text_.size() &&
         CRYPTO_memcmp(left.text_.data(), right.text_.data(), left.text_.size()) == 0;
}

}  // namespace dynamo::auth
