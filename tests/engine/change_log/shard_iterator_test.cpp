// Tokens of shard iterators: what comes back of them, and that no other text is one.
#include <engine/change_log/shard_iterator.hpp>

#include <dynamo/base/binary.hpp>
#include <dynamo/value/limits.hpp>

#include <gtest/gtest.h>
#include <support/seeds.hpp>

#include <chrono>
#include <string>

namespace dynamo::engine {
namespace {

using namespace std::string_literals;
using testing_support::for_each_seed;

constexpr std::string_view arn = "arn:aws:dynamodb:eu-north-1:000000000000:table/t/stream/2026-11-21T11:15:00.000";

shard_iterator some_place() {
  shard_iterator at;
  at.stream_id = 0x01020304;
  at.shard = 0x05060708;
  at.next = {0x11121314, 0x2122232425262728};
  at.issued = instant(std::chrono::microseconds(0x3132333435363738));
  return at;
}

TEST(ShardIterator, HasTheBytesOfTheFormat) {
  const std::string token = to_token(some_place(), arn);
  ASSERT_TRUE(token.starts_with(std::string(arn) + "|1|")) << token;
  std::string bytes;
  ASSERT_TRUE(base64_decode(std::string_view(token).substr(arn.size() + 3), bytes));
  ASSERT_EQ(bytes.size(), 1u + 4 + 4 + 12 + 8 + 4);
  EXPECT_EQ(
      bytes.substr(0, bytes.size() - 4),
      "\x02\x01\x02\x03\x04\x05\x06\x07\x08\x11\x12\x13\x14\x21\x22\x23\x24\x25\x26\x27\x28\x31\x32\x33\x34\x35\x36\x37\x38");
}

TEST(ShardIterator, SurvivesItsToken) {
  for_each_seed(4, [](std::mt19937_64& random) {
    for (int i = 0; i < 300; ++i) {
      shard_iterator at;
      at.stream_id = static_cast<std::uint32_t>(random());
      at.shard = static_cast<std::uint32_t>(random() % 3);
      at.next = {static_cast<std::uint32_t>(random()), random()};
      at.issued = instant(std::chrono::microseconds(static_cast<std::int64_t>(random())));
      const std::string token = to_token(at, arn);
      const auto read = from_token(token);
      ASSERT_TRUE(read) << token;
      EXPECT_EQ(read->stream_id, at.stream_id);
      EXPECT_EQ(read->shard, at.shard);
      EXPECT_EQ(read->next, at.next);
      EXPECT_EQ(read->issued, at.issued);
      EXPECT_EQ(arn_in_token(token), arn);
    }
  });
}

TEST(ShardIterator, NoPartOfATokenIsOne) {
  const std::string token = to_token(some_place(), arn);
  for (std::size_t size = 0; size < token.size(); ++size) {
    EXPECT_FALSE(from_token(std::string_view(token).substr(0, size))) << size;
    EXPECT_FALSE(from_token(std::string_view(token).substr(token.size() - size))) << size;
  }
  EXPECT_FALSE(from_token(token + "A"));
  EXPECT_FALSE(from_token(token + "AAAA"));
}

TEST(ShardIterator, ADamagedTokenIsNone) {
  const std::string token = to_token(some_place(), arn);
  for (std::size_t at = 0; at < token.size(); ++at) {
    for (const char other : {'A', 'b', '7', '/', '|', '\0', '\xC3'}) {
      std::string damaged = token;
      if (std::exchange(damaged[at], other) == other) continue;
      EXPECT_FALSE(from_token(damaged)) << "byte " << at << " is " << other;
    }
  }
}

TEST(ShardIterator, OfAnotherStreamOrFormatIsNone) {
  const std::string token = to_token(some_place(), arn);
  const std::string rest = token.substr(arn.size());
  EXPECT_FALSE(from_token("another" + rest));
  EXPECT_FALSE(from_token(rest));
  EXPECT_TRUE(from_token(to_token(some_place(), ""))) << "the check is of the ARN as it is, also of none";
  EXPECT_FALSE(from_token(std::string(arn) + "|2|" + rest.substr(3)));
}

TEST(ShardIterator, LongerThanDynamoDBsLimitIsNone) {
  const std::string token = to_token(some_place(), std::string(limits::shard_iterator_size_max, 'x'));
  EXPECT_GT(token.size(), limits::shard_iterator_size_max);
  EXPECT_FALSE(from_token(token));
  const std::size_t room = limits::shard_iterator_size_max - (to_token(some_place(), "").size());
  EXPECT_TRUE(from_token(to_token(some_place(), std::string(room, 'x'))));
  EXPECT_FALSE(from_token(to_token(some_place(), std::string(room + 1, 'x'))));
}

}  // namespace
}  // namespace dynamo::engine
