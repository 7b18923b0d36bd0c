#include <dynamo/auth/hmac.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace dynamo::auth {
namespace {

std::string hex_of(const std::array<unsigned char, 32>& digest) {
  std::string text;
  for (const unsigned char c : digest) {
    text += "0123456789abcdef"[c >> 4];
    text += "0123456789abcdef"[c & 15];
  }
  return text;
}

/// RFC 4231: test cases 1, 2, 3 and 6.
TEST(Hmac, AnswersWhatTheStandardSays) {
  struct sample {
    std::string key, text;
    const char* digest;
  };
  const sample samples[] = {
      {std::string(20, '\x0b'), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(20, '\xaa'), std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
  };
  for (const sample& one : samples) EXPECT_EQ(hex_of(hmac_sha256_of(secret(one.key), one.text)), one.digest);
}

TEST(Hmac, TellsDigestsApart) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
}

}  // namespace
}  // namespace dynamo::auth
