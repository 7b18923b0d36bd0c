#include <dynamo/json/buffer.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::json {
namespace {

/// Reads every byte that a reader may read.
unsigned readable(buffer& text) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < text.size() + buffer::padding; ++i) sum += static_cast<unsigned char>(text.data()[i]);
  return sum;
}

TEST(buffer, holds_what_was_appended_across_every_growth) {
  buffer text;
  std::string expected;
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(text.view(), "");
  for (int i = 0; i < 20'000; ++i) {
    const std::string piece(static_cast<std::size_t>(i % 50), static_cast<char>('a' + i % 26));
    text.append(piece);
    text.append('|');
    expected += piece + "|";
  }
  EXPECT_EQ(text.view(), expected);
  EXPECT_EQ(text.back(), '|');
  readable(text);
}

TEST(buffer, has_its_padding_whatever_its_size) {
  for (std::size_t size = 1; size < 5'000; size += 7) {
    buffer text{std::string(size, 'x')};
    readable(text);
    EXPECT_EQ(text.size(), size);
  }
}

TEST(buffer, grows_by_doubling) {
  buffer text;
  int moves = 0;
  const char* before = nullptr;
  for (int i = 0; i < 4'000'000; ++i) {
    text.append('x');
    moves += text.data() != before ? 1 : 0;
    before = text.data();
  }
  EXPECT_LE(moves, 14);
}

TEST(buffer, reserves_what_it_is_told_and_keeps_its_text) {
  for (const std::size_t size : {std::size_t{10}, std::size_t{5'000}, std::size_t{300'000}, std::size_t{3'000'000}}) {
    buffer text{"before"};
    text.reserve(size);
    EXPECT_GE(text.capacity(), size);
    EXPECT_EQ(text.view(), "before");
    const char* const at = text.data();
    text.append(std::string(text.capacity() - text.size(), 'x'));
    EXPECT_EQ(text.data(), at);
    readable(text);
    text.reserve(2 * size);
    EXPECT_EQ(text.view().substr(0, 7), "beforex");
    readable(text);
  }
}

TEST(buffer, is_written_in_place_between_extend_and_commit) {
  buffer text{"12"};
  char* at = text.extend(10);
  at[0] = '3';
  text.commit(1);
  EXPECT_EQ(text.view(), "123");
  text.truncate(1);
  EXPECT_EQ(text.view(), "1");
  text.clear();
  EXPECT_TRUE(text.empty());
}

TEST(buffer, moves_and_copies) {
  buffer one{"one"};
  buffer moved{std::move(one)};
  EXPECT_EQ(moved.view(), "one");
  buffer assigned{"two"};
  assigned = std::move(moved);
  EXPECT_EQ(assigned.view(), "one");
  const buffer copied = assigned.copy();
  assigned.append('!');
  EXPECT_EQ(copied.view(), "one");
  EXPECT_EQ(assigned.view(), "one!");
}

TEST(buffer, reuses_the_memory_of_one_that_is_gone) {
  std::optional<buffer> first(std::in_place, "first");
  const auto address = reinterpret_cast<std::uintptr_t>(first->data());
  first.reset();
  buffer second{"second"};
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(second.data()), address);
}

TEST(buffer, many_and_large_ones_are_simply_freed) {
  std::vector<buffer> many;
  for (int i = 0; i < 100; ++i) many.emplace_back(std::string(static_cast<std::size_t>(i) * 20'000, 'x'));
  many.clear();
  buffer large{std::string(3'000'000, 'y')};
  EXPECT_EQ(large.size(), 3'000'000U);
}

}  // namespace
}  // namespace dynamo::json
