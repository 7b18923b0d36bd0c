#include <dynamo/base/binary.hpp>

#include <gtest/gtest.h>
#include <support/seeds.hpp>

#include <string>
#include <utility>
#include <vector>

namespace dynamo {
namespace {

using namespace std::string_literals;

TEST(Binary, HoldsTheBytesOfATextUnchanged) {
  const std::string text = "a\0\xFF"s;
  const binary bytes = to_binary(text);
  EXPECT_EQ(bytes.size(), 3U);
  EXPECT_EQ(bytes[2], std::byte{0xFF});
  EXPECT_EQ(as_text(bytes), text);
  EXPECT_TRUE(to_binary("").empty());
}

TEST(Base64, WritesAndReadsTheVectorsOfRfc4648) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {"\xFB\xFF\xFE", "+//+"},
      {"\0"s, "AA=="},
      {"\0\0\0"s, "AAAA"},
  };
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(base64_encode(bytes), text);
    EXPECT_EQ(base64_encoded_size(bytes.size()), text.size());
    EXPECT_EQ(base64_decoded_size(text), bytes.size());
    std::string decoded = "before ";
    EXPECT_TRUE(base64_decode(text, decoded)) << text;
    EXPECT_EQ(decoded, "before " + bytes);
  }
}

TEST(Base64, RefusesEveryOtherTextAndLeavesTheOutputAlone) {
  const std::vector<std::string> cases = {
      "Z",
      "Zg",
      "Zg=",
      "Zm9vYg",
      "Zm9vYg=",  // padding is required
      "=",
      "==",
      "===",
      "====",
      "Z===",  // nothing but padding, too much of it
      "Zh==",
      "Zv==",
      "Zm9=",
      "Zm//Zm9=",  // bits that stand for no byte
      "Zg==Zg==",
      "Zm8=Zm8=",
      "Z=g=",
      "Zg=a",
      "=Zg=",  // padding in the middle
      "Zm9v ",
      " Zm9v",
      "Zm9v\n",
      "Zm\n9v",
      "Zm 9",
      "Zm9v\r\n\r\n",  // spaces and line ends
      "Zm9-",
      "Zm9_",
      "Zm9.",
      "Z\xC3\xA9v",
      "Zm9\0"s,
      "\0\0\0\0"s,  // other alphabets
      "Zm9vZm9vZm9v*m9v",
      "*m9vZm9v",
      "Zm9vZm9*",
  };
  for (const auto& text : cases) {
    std::string out = "before";
    EXPECT_FALSE(base64_decode(text, out)) << text;
    EXPECT_EQ(out, "before");
  }
}

TEST(Base64, EveryByteInEveryPlaceDecodesOrIsRefused) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t place = 0; place < 8; ++place) {
    for (int c = 0; c < 256; ++c) {
      std::string text = "AAAAAAAA";
      text[place] = static_cast<char>(c);
      std::string out;
      // "AAAAAAA=" is well-formed as well.
      const bool expected = alphabet.find(text[place]) != std::string_view::npos || (place == 7 && c == '=');
      EXPECT_EQ(base64_decode(text, out), expected) << place << ' ' << c;
    }
  }
}

TEST(Base64Property, BytesSurviveAndAcceptedTextsAreTheOnesWritten) {
  testing_support::for_each_seed(20, [](std::mt19937_64& random) {
    for (int i = 0; i < 100; ++i) {
      std::string bytes(random() % 200, '\0');
      for (char& c : bytes) c = static_cast<char>(random());
      std::string text = base64_encode(bytes), decoded;
      ASSERT_TRUE(base64_decode(text, decoded));
      ASSERT_EQ(decoded, bytes);
      if (text.empty()) continue;
      text[random() % text.size()] = "A/+=Zaz09-_ "[random() % 12];
      decoded.clear();
      if (base64_decode(text, decoded)) {
        ASSERT_EQ(base64_encode(decoded), text);
      }
    }
  });
}

}  // namespace
}  // namespace dynamo
