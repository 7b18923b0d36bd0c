#include "canned_endpoint.hpp"
#include "shop.hpp"

#include <dynamo/asio.hpp>
#include <dynamo/database.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <support/wired.hpp>

#include <set>

/// Items that cannot be read, among others that can.
namespace {

using namespace shop;
using dynamo::bad_item;
using dynamo::page_size;
using dynamo::skip_bad_items;
namespace asio = boost::asio;

/// What another program stores in the same table: no age, or one that is no number.
struct stranger {
  std::string email;
  std::optional<std::string> age;
};
struct strangers : dynamo::schema<"users", stranger, dynamo::partition_key<&stranger::email>> {};

/// Twenty items of which every second one cannot be read, and in between a whole page of them.
class bad_items : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db_) << db_.error().describe();
    users_ = dynamo::table<shop::users>(*db_);
    ASSERT_TRUE(users_.create_if_absent().run());
    std::vector<user> good;
    std::vector<stranger> bad;
    for (int n = 0; n < 10; ++n) {
      good.push_back({"good" + std::to_string(n), n});
      bad.push_back({"bad" + std::to_string(n), n % 2 == 0 ? std::optional<std::string>("old") : std::nullopt});
    }
    ASSERT_TRUE(users_.batch_put(good).run()->complete());
    ASSERT_TRUE(dynamo::table<strangers>(*db_).batch_put(bad).run()->complete());
  }
  /// Without the spaces that other servers write.
  static std::string compact(std::string json) {
    std::erase(json, ' ');
    return json;
  }
  skip_bad_items skip() {
    return skip_bad_items([this](const bad_item& one) {
      const std::string key = compact(one.key);
      reported_.insert(key);
      EXPECT_EQ(one.why.code(), dynamo::errc::decoding);
      EXPECT_NE(one.why.message().find("age"), std::string::npos) << one.why.message();
      EXPECT_NE(one.why.message().find(one.key), std::string::npos) << one.why.message();
      EXPECT_NE(compact(one.json).find(key.substr(1, key.size() - 2)), std::string::npos) << one.json;
    });
  }
  void expect_all(const std::set<int>& ages) {
    EXPECT_EQ(ages.size(), 10u);
    EXPECT_EQ(reported_.size(), 10u);
    EXPECT_EQ(reported_.count(R"({"email":{"S":"bad3"}})"), 1u);
    EXPECT_EQ((std::set<std::string>(reported_.begin(), reported_.end()).size()), reported_.size());
    reported_.clear();
  }

  dynamo::result<dynamo::testing_support::wired_database> db_ =
      dynamo::testing_support::wired(dynamo::database::in_memory());
  dynamo::table<shop::users> users_;
  std::multiset<std::string> reported_;
};

TEST_F(bad_items, end_their_page_unless_asked_otherwise) {
  const auto page = users_.scan().page().run();
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code(), dynamo::errc::decoding);
}

TEST_F(bad_items, are_left_out_and_reported) {
  for (const std::uint32_t size : {1u, 2u, 3u, 7u, 100u}) {
    std::set<int> ages;
    for (const auto& one : users_.scan(skip(), page_size(size)).items()) {
      ASSERT_TRUE(one) << one.error().describe();
      ages.insert(one->age);
    }
    expect_all(ages);
    ages.clear();
    std::size_t bad = 0;
    for (const auto& page : users_.scan(skip(), page_size(size)).pages()) {
      ASSERT_TRUE(page) << page.error().describe();
      for (const user& one : page->items) ages.insert(one.age);
      bad += page->bad_items.size();
    }
    EXPECT_EQ(bad, 10u);
    expect_all(ages);
    ages.clear();
    for (const auto& one : users_.scan(skip(), page_size(size), dynamo::prefetch).items()) ages.insert(one->age);
    expect_all(ages);
    ages.clear();
    for (const auto& one : users_.scan(skip(), page_size(size), dynamo::parallel(3)).items()) ages.insert(one->age);
    expect_all(ages);
  }
}

asio::awaitable<void> gather(const dynamo::table<shop::users>& users, const skip_bad_items& skip, std::set<int>& ages) {
  auto items = users.scan(skip, page_size(1)).item_stream();
  for (;;) {
    const auto one = co_await items.next();
    EXPECT_TRUE(one.has_value());
    if (!one || !*one) co_return;
    ages.insert((*one)->age);
  }
}

TEST_F(bad_items, are_left_out_in_coroutines) {
  std::set<int> ages;
  asio::io_context loop(1);
  const skip_bad_items skipping = skip();
  asio::co_spawn(loop, gather(users_, skipping, ages), asio::detached);
  loop.run();
  expect_all(ages);
}

TEST_F(bad_items, do_not_count_for_an_item_limit_and_its_cursor_goes_on) {
  std::set<int> ages;
  std::optional<dynamo::cursor> next;
  do {
    const dynamo::item_limit three(3);
    for (const auto& page : (next ? users_.scan(skip(), three, page_size(4), dynamo::resume_from(*next))
                                  : users_.scan(skip(), three, page_size(4)))
                                .pages()) {
      ASSERT_TRUE(page) << page.error().describe();
      for (const user& one : page->items) EXPECT_TRUE(ages.insert(one.age).second);
      next = page->next;
    }
  } while (next);
  expect_all(ages);
}

TEST_F(bad_items, are_none_to_first_and_one) {
  for (const std::uint32_t size : {1u, 2u, 100u}) {
    const auto first = users_.scan(skip(), page_size(size)).first().run();
    ASSERT_TRUE(first) << first.error().describe();
    EXPECT_TRUE(*first);
  }
  for (int n = 1; n < 10; ++n) ASSERT_TRUE(users_.remove("good" + std::to_string(n)).run());
  for (const std::uint32_t size : {1u, 2u, 100u}) {
    reported_.clear();
    const auto only = users_.scan(skip(), page_size(size)).one().run();
    ASSERT_TRUE(only && *only) << only.error().describe();
    EXPECT_EQ((*only)->age, 0);
    EXPECT_EQ(reported_.size(), 10u);
  }
  EXPECT_EQ(users_.scan(skip()).count().run(), 11u);
}

/// Nothing of an item that was left out is left in the next one.
TEST_F(bad_items, leave_nothing_behind) {
  struct person {
    std::string email;
    std::optional<std::string> nick;
    int age = 0;
  };
  struct people : dynamo::schema<"people", person, dynamo::partition_key<&person::email>> {};
  const auto wire = std::make_shared<dynamo::test::canned_endpoint>();
  wire->answer(
      R"({"Count":3,"Items":[{"nick":{"S":"x"},"email":{"S":"a"},"age":{"S":"?"}},{"email":{"S":"b"},"age":{"N":"2"}},)"
      R"({"nick":{"S":"y"},"email":{"S":"c"}}],"ScannedCount":3})");
  const auto page = dynamo::table<people>(wire).scan(skip_bad_items({})).page().run();
  ASSERT_TRUE(page) << page.error().describe();
  ASSERT_EQ(page->items.size(), 1u);
  EXPECT_EQ(page->items[0].email, "b");
  EXPECT_FALSE(page->items[0].nick);
  ASSERT_EQ(page->bad_items.size(), 2u);
  EXPECT_EQ(page->bad_items[1].json, R"({"nick":{"S":"y"},"email":{"S":"c"}})");
}

/// What is no DynamoDB JSON is no bad item: nobody knows where the next one begins.
TEST(a_bad_reply, is_an_error_as_before) {
  const auto wire = std::make_shared<dynamo::test::canned_endpoint>();
  int reports = 0;
  wire->answer(R"({"Count":2,"Items":[{"email":{"S":"a"}},{"email":{"S":"b"}})");
  const auto page =
      dynamo::table<shop::users>(wire).scan(skip_bad_items([&](const bad_item&) { ++reports; })).page().run();
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code(), dynamo::errc::decoding);
  EXPECT_EQ(reports, 0);
}

}  // namespace
