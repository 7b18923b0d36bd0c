// Change numbers: their order, their neighbours, and the decimal text that is a stream's sequence number.
#include <engine/storage/change_number.hpp>

#include <gtest/gtest.h>
#include <support/seeds.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace dynamo::engine {
namespace {

using testing_support::for_each_seed;

constexpr auto counter_max = std::numeric_limits<std::uint64_t>::max();
constexpr auto epoch_max = std::numeric_limits<std::uint32_t>::max();

TEST(ChangeNumber, EpochsComeBeforeCounters) {
  const std::vector<change_number> ascending{{0, 0}, {0, 1}, {0, counter_max},        {1, 0},
                                             {6, 1}, {7, 0}, {epoch_max, counter_max}};
  EXPECT_TRUE(std::ranges::is_sorted(ascending, std::ranges::less_equal()));
  EXPECT_EQ(std::ranges::adjacent_find(ascending), ascending.end());
}

TEST(ChangeNumber, NeighboursCarryIntoTheEpoch) {
  struct {
    change_number one, next;
  } const cases[] = {
      {{6, 0}, {6, 1}},
      {{6, 41}, {6, 42}},
      {{6, counter_max}, {7, 0}},
      {{epoch_max, counter_max - 1}, {epoch_max, counter_max}},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(c.one.following(), c.next);
    EXPECT_EQ(c.next.preceding(), c.one);
  }
}

TEST(ChangeNumber, IsADecimalNumber) {
  struct {
    change_number number;
    std::string text;
  } const cases[] = {
      {{0, 0}, "0"},
      {{0, 7}, "7"},
      {{1, 0}, "18446744073709551616"},
      {{change_number::first_epoch, 1}, "110680464442257309697"},
      {{epoch_max, counter_max}, "79228162514264337593543950335"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(to_sequence_number(c.number), c.text);
    EXPECT_EQ(from_sequence_number(c.text), c.number) << c.text;
    EXPECT_EQ(from_sequence_number("000" + c.text), c.number) << c.text;
  }
}

TEST(ChangeNumber, OfTheFirstEpochHasTheLengthThatStreamsPromise) {
  EXPECT_EQ(to_sequence_number({change_number::first_epoch, 0}).size(), 21u);
  EXPECT_LT(to_sequence_number({change_number::first_epoch - 1, 0}).size(), 21u);
}

TEST(ChangeNumber, OtherTextsAreNone) {
  const std::vector<std::string> cases{"",
                                       " ",
                                       "-1",
                                       "+1",
                                       "1 ",
                                       "1.0",
                                       "0x10",
                                       "1a",
                                       "79228162514264337593543950336",
                                       "792281625142643375935439503350",
                                       std::string(41, '0')};
  for (const std::string& text : cases) EXPECT_FALSE(from_sequence_number(text)) << text;
  EXPECT_TRUE(from_sequence_number(std::string(40, '0')));
}

TEST(ChangeNumber, SurvivesItsText) {
  for_each_seed(4, [](std::mt19937_64& random) {
    for (int i = 0; i < 500; ++i) {
      const change_number number{static_cast<std::uint32_t>(random() >> (random() % 32)), random() >> (random() % 64)};
      EXPECT_EQ(from_sequence_number(to_sequence_number(number)), number);
      EXPECT_EQ(change_number::from(number.whole()), number);
    }
  });
}

}  // namespace
}  // namespace dynamo::engine
