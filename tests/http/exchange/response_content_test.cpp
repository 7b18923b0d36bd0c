#include <http/exchange/response_content.hpp>

#include <dynamo/http/detail/crc32.hpp>

#include <gtest/gtest.h>
#include <support/seeds.hpp>

#include <random>
#include <string>

#include <zlib.h>

namespace dynamo::http {
namespace {

std::string zip(std::string_view text, int window = 15 + 16) {
  z_stream stream{};
  EXPECT_EQ(::deflateInit2(&stream, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(::deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  ::deflateEnd(&stream);
  return out;
}

std::string unzipped(std::string_view bytes, std::size_t size_max = 1'000'000) {
  const auto got = unzip(bytes, size_max);
  return got ? std::string(got->view()) : "error: " + std::string(got.error());
}

TEST(unzip, gives_back_what_was_zipped) {
  for (const std::size_t size : {0u, 1u, 100u, 4'095u, 4'096u, 70'000u, 1'000'000u}) {
    std::string text(size, 'x');
    for (std::size_t i = 0; i < size; i += 7) text[i] = static_cast<char>(i * i);
    EXPECT_EQ(unzipped(zip(text)), text) << size;
  }
}

TEST(unzip, members_follow_each_other) { EXPECT_EQ(unzipped(zip("one, ") + zip("") + zip("two")), "one, two"); }

TEST(unzip, a_result_is_as_large_as_allowed_and_no_larger) {
  const std::string bomb = zip(std::string(10'000'000, 'x'));
  ASSERT_LT(bomb.size(), 20'000u);
  EXPECT_EQ(unzipped(bomb), "error: its body is too large when it is uncompressed");
  const std::string text(5'000, 'x');
  EXPECT_EQ(unzipped(zip(text), 5'000), text);
  EXPECT_EQ(unzipped(zip(text), 4'999), "error: its body is too large when it is uncompressed");
  EXPECT_EQ(unzipped(zip(text) + zip("y"), 5'000), "error: its body is too large when it is uncompressed");
}

TEST(unzip, what_is_no_whole_gzip_is_damaged) {
  const std::string good = zip("some text that is long enough, and long enough, and long enough");
  const std::string damaged = "error: its body is damaged gzip";
  for (std::size_t size = 0; size < good.size(); ++size) EXPECT_EQ(unzipped(good.substr(0, size)), damaged) << size;
  EXPECT_EQ(unzipped(good + "x"), damaged);
  EXPECT_EQ(unzipped("plain text"), damaged);
  EXPECT_EQ(unzipped(zip("of zlib", 15)), damaged);
  std::string wrong_sum = good;
  wrong_sum[wrong_sum.size() - 5] ^= 1;
  EXPECT_EQ(unzipped(wrong_sum), damaged);
}

TEST(unzip, damage_never_passes_as_other_text) {
  const std::string text = "a response with some repetition, repetition and repetition";
  const std::string good = zip(text);
  testing_support::for_each_seed(2'000, [&](std::mt19937_64& random) {
    std::string bad = good;
    bad[random() % bad.size()] ^= static_cast<char>(1u << random() % 8);
    const std::string got = unzipped(bad, 1'000);
    EXPECT_TRUE(got == text || got.starts_with("error: ")) << got;  // gzip's head has parts that nobody reads
  });
}

client_response with(std::string_view body, std::string_view name, std::string_view value) {
  client_response r;
  r.body.append(body);
  r.fields.add(name, value);
  return r;
}

TEST(response_content, the_checksum_is_that_of_the_body_as_it_was_sent) {
  const std::string_view wrong = "its body does not match its x-amz-crc32: it was changed on the way";
  EXPECT_EQ(check_checksum(with("123456789", "X-Amz-Crc32", "3421780262")), "");
  EXPECT_EQ(check_checksum(with("123456788", "x-amz-crc32", "3421780262")), wrong);
  EXPECT_EQ(check_checksum(with("", "x-amz-crc32", "0")), "");
  EXPECT_EQ(check_checksum(with("123456789", "other", "1")), "");
  for (const char* text : {"cbf43926", "3421780262 ", "-1", "99999999999", "+3421780262"}) {
    EXPECT_EQ(check_checksum(with("123456789", "x-amz-crc32", text)), wrong) << text;
  }
  client_response zipped = with(zip("text"), "Content-Encoding", "GZip");
  zipped.fields.add("x-amz-crc32", std::to_string(crc32(zipped.body.view())));
  EXPECT_EQ(read_content(zipped, 100), "");
  EXPECT_EQ(zipped.body.view(), "text");
}

TEST(response_content, only_gzip_is_uncompressed) {
  client_response plain = with("text", "Content-Encoding", "identity");
  EXPECT_EQ(read_content(plain, 100), "");
  EXPECT_EQ(plain.body.view(), "text");
  for (const char* coding : {"br", "deflate", "gzip, gzip", "zstd"}) {
    client_response other = with("text", "Content-Encoding", coding);
    EXPECT_EQ(read_content(other, 100), "its content coding is unknown") << coding;
  }
  client_response twice = with(zip("text"), "Content-Encoding", "gzip");
  twice.fields.add("Content-Encoding", "gzip");
  EXPECT_EQ(read_content(twice, 100), "its content coding is unknown");
  client_response none = with("", "Content-Encoding", "gzip");  // to HEAD
  EXPECT_EQ(read_content(none, 100), "");
}

}  // namespace
}  // namespace dynamo::http
