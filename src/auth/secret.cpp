#include <dynamo/auth/secret.hpp>

#include <cstddef>

#include <string.h>  // explicit_bzero

// No OpenSSL here, unlike in the rest of the module: every HTTP client holds secrets, and a Lambda function's is free of it.
namespace dynamo::auth {

void secret::wipe() noexcept {
  text_.resize(text_.capacity());  // within its memory: what an earlier, longer text left there goes too
  ::explicit_bzero(text_.data(), text_.size());
  text_.clear();
}

bool operator==(const secret& left, const secret& right) noexcept {
  if (left.text_.size() != right.text_.size()) return false;
  volatile unsigned char different = 0;  // so that no compiler leaves the loop early
  for (std::size_t i = 0; i < left.text_.size(); ++i) {
    different = static_cast<unsigned char>(different | (left.text_[i] ^ right.text_[i]));
  }
  return different == 0;
}

}  // namespace dynamo::auth
