#include "canned_endpoint.hpp"
#include "places.hpp"
#include "shop.hpp"

#include <dynamo/database.hpp>

#include <gtest/gtest.h>
#include <support/wired.hpp>

/// How large the collections are that a write belongs to.
namespace {

using namespace places;
using dynamo::item_collection_metrics;
using dynamo::test::canned_endpoint;

place in(std::string where, std::string called) {
  place one;
  one.country = std::move(where);
  one.id = std::move(called);
  one.city = "a city";
  return one;
}

class item_collections : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db_) << db_.error().describe();
    table_ = dynamo::table<schema>(*db_);
    ASSERT_TRUE(table_.create_if_absent().run());
  }
  static void expect_small(const std::vector<dynamo::item_collection>& found, const std::vector<std::string>& keys) {
    ASSERT_EQ(found.size(), keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      EXPECT_EQ(found[i].key, keys[i]);
      EXPECT_EQ(found[i].gigabytes_min, 0);
      EXPECT_EQ(found[i].gigabytes_max, 1);
    }
  }
  static constexpr const char* sweden = R"({"country":{"S":"SE"}})";
  static constexpr const char* finland = R"({"country":{"S":"FI"}})";

  dynamo::result<dynamo::testing_support::wired_database> db_ =
      dynamo::testing_support::wired(dynamo::database::in_memory());
  dynamo::table<schema> table_;
};

TEST_F(item_collections, come_with_the_details_of_a_write) {
  const place one = in("SE", "a");
  const auto put = table_.put(one, item_collection_metrics).with_details().run();
  ASSERT_TRUE(put) << put.error().describe();
  expect_small(put->details.item_collections, {sweden});
  EXPECT_TRUE(put->details.capacity_units);
  const auto updated =
      table_.update({"SE", "a"}, set(note, "n"), dynamo::return_new, item_collection_metrics).with_details().run();
  ASSERT_TRUE(updated) << updated.error().describe();
  expect_small(updated->details.item_collections, {sweden});
  EXPECT_EQ(updated->value.note, "n");
  const auto removed = table_.remove({"SE", "a"}, item_collection_metrics).with_details().run();
  ASSERT_TRUE(removed) << removed.error().describe();
  expect_small(removed->details.item_collections, {sweden});
}

TEST_F(item_collections, come_only_if_they_are_asked_for) {
  const place one = in("SE", "a");
  const auto put = table_.put(one).with_details().run();
  ASSERT_TRUE(put);
  EXPECT_TRUE(put->details.item_collections.empty());
  const std::vector<place> some{one};
  EXPECT_TRUE(table_.batch_put(some).run()->item_collections.empty());
}

TEST_F(item_collections, come_with_a_batch_once_each) {
  std::vector<place> some;
  for (int n = 0; n < 40; ++n) some.push_back(in(n % 2 == 0 ? "SE" : "FI", std::to_string(n)));
  const auto put = table_.batch_put(some, item_collection_metrics).run();
  ASSERT_TRUE(put && put->complete());
  EXPECT_EQ(put->effort.requests, 2u);
  expect_small(put->item_collections, {finland, sweden});
  const std::vector<std::pair<std::string, std::string>> keys{{"SE", "0"}};
  const auto removed = table_.batch_remove(keys, item_collection_metrics).run();
  ASSERT_TRUE(removed && removed->complete());
  expect_small(removed->item_collections, {sweden});
}

TEST_F(item_collections, are_none_without_local_indexes) {
  const dynamo::table<shop::users> users(*db_);
  ASSERT_TRUE(users.create_if_absent().run());
  const shop::user one{"ann", 1};
  const auto put = users.put(one, item_collection_metrics).with_details().run();
  ASSERT_TRUE(put) << put.error().describe();
  EXPECT_TRUE(put->details.item_collections.empty());
  const std::vector<shop::user> some{one};
  const auto written = users.batch_put(some, item_collection_metrics).run();
  ASSERT_TRUE(written && written->complete());
  EXPECT_TRUE(written->item_collections.empty());
}

TEST(item_collections_of_replies, have_the_sizes_that_are_told) {
  const auto wire = std::make_shared<canned_endpoint>();
  wire->answer(
      R"({"ItemCollectionMetrics":{"ItemCollectionKey":{"country":{"S":"SE"}},"SizeEstimateRangeGB":[9.5,10]}})");
  const place one = in("SE", "a");
  const auto put = dynamo::table<schema>(wire).put(one, item_collection_metrics).with_details().run();
  ASSERT_TRUE(put) << put.error().describe();
  ASSERT_EQ(put->details.item_collections.size(), 1u);
  EXPECT_EQ(put->details.item_collections[0].gigabytes_min, 9.5);
  EXPECT_EQ(put->details.item_collections[0].gigabytes_max, 10);
}

}  // namespace
