#include "shop.hpp"

#include <gtest/gtest.h>

#include <list>
#include <ranges>

namespace {

using dynamo::left_diff;
using dynamo::right_diff;
using shop::order;
using shop::orders;
using shop::user;
using shop::users;

std::vector<std::string> names(const std::vector<user>& all) {
  std::vector<std::string> out;
  for (const user& one : all) out.push_back(one.email);
  return out;
}

TEST(difference, of_items_and_keys) {
  const std::vector<user> found = {{"a", 1}, {"b", 2}, {"c", 3}};
  const std::vector<std::string> wanted = {"b", "d", "a", "d"};
  const auto left = left_diff<users>(found, wanted);
  ASSERT_TRUE(left);
  EXPECT_EQ(names(*left), std::vector<std::string>{"c"});
  const auto right = right_diff<users>(found, wanted);
  ASSERT_TRUE(right);
  EXPECT_EQ(*right, (std::vector<std::string>{"d", "d"})) << "in their order, each as often as it stands there";
  EXPECT_TRUE(left_diff<users>(std::vector<user>(), wanted)->empty());
  EXPECT_EQ(right_diff<users>(std::vector<user>(), wanted)->size(), 4u);
  EXPECT_EQ(left_diff<users>(found, std::vector<std::string>())->size(), 3u);
}

TEST(difference, of_keys_with_two_parts_on_any_ranges) {
  order first, second;
  first.customer_id = second.customer_id = "alice";
  first.number = 1;
  second.number = 2;
  const std::list<order> found = {first, second};
  const std::vector<std::pair<std::string, std::uint64_t>> wanted = {{"alice", 2}, {"alice", 3}, {"bob", 1}};
  const auto right = right_diff<orders>(found, wanted);
  ASSERT_TRUE(right);
  EXPECT_EQ(*right, (std::vector<std::pair<std::string, std::uint64_t>>{{"alice", 3}, {"bob", 1}}));
  const auto left = left_diff<orders>(found | std::views::filter([](const order& o) { return o.number < 9; }), wanted);
  ASSERT_TRUE(left);
  ASSERT_EQ(left->size(), 1u);
  EXPECT_EQ(left->front().number, 1u);
  EXPECT_EQ(left_diff<orders>(found, found)->size(), 0u);
}

TEST(difference, of_what_cannot_be_a_key_is_an_error) {
  const std::vector<std::pair<std::string, int>> impossible = {{"alice", -1}};
  const auto left = left_diff<orders>(impossible, std::vector<order>());
  ASSERT_FALSE(left);
  EXPECT_EQ(left.error().code(), dynamo::errc::invalid_argument);
  EXPECT_EQ(left.error().message(), "attribute `number`: the integer is out of the range of the key's type");
  EXPECT_FALSE(right_diff<orders>(impossible, std::vector<order>()));
}

}  // namespace
