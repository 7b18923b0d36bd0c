#include "canned_endpoint.hpp"
#include "shop.hpp"

#include <dynamo/base/log.hpp>
#include <dynamo/database.hpp>
#include <dynamo/decorators/metered.hpp>

#include <gtest/gtest.h>
#include <support/wired.hpp>

/// What stands around a table's endpoint: another endpoint for one call, and totals of what calls consumed.
namespace {

using namespace shop;
using dynamo::test::canned_endpoint;

dynamo::result<dynamo::testing_support::wired_database> memory() {
  return dynamo::testing_support::wired(dynamo::database::in_memory());
}

TEST(on, sends_one_call_to_another_endpoint) {
  const auto here = memory(), there = memory();
  ASSERT_TRUE(here && there);
  const dynamo::table<shop::users> users(*here);
  ASSERT_TRUE(users.create_if_absent().run());
  ASSERT_TRUE(users.on(*there).create_if_absent().run());
  const user u{"ann", 40};
  ASSERT_TRUE(users.on(*there).put(u).run());
  EXPECT_FALSE(users.get("ann").run()->has_value());
  EXPECT_EQ(users.on(there->endpoint()).get("ann").run()->value().age, 40);
  EXPECT_EQ(users.scan().count().run(), 0u);
  EXPECT_EQ(users.on(*there).scan().count().run(), 1u);
  EXPECT_EQ(users.on(*there).name(), "users");
}

TEST(on, keeps_name_and_settings) {
  const auto here = std::make_shared<canned_endpoint>(), there = std::make_shared<canned_endpoint>();
  dynamo::call_times times;
  times.operation = std::chrono::hours(1);
  const dynamo::table<shop::users> users =
      dynamo::table<shop::users>(here, "people").with(times).with(dynamo::page_size(7));
  ASSERT_TRUE(users.on(there).scan().page().run());
  EXPECT_TRUE(here->requests.empty());
  ASSERT_EQ(there->requests.size(), 1u);
  EXPECT_EQ(there->requests[0].times, times);
  EXPECT_EQ(there->last(), R"({"TableName":"people","Limit":7})");
}

TEST(on, nothing_is_an_error_that_says_so) {
  const dynamo::table<shop::users> users(std::make_shared<canned_endpoint>());
  const auto found = users.on(std::shared_ptr<dynamo::endpoint>()).get("ann").run();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code(), dynamo::errc::invalid_argument);
}

TEST(with, later_times_take_the_place_of_earlier_ones) {
  const auto wire = std::make_shared<canned_endpoint>();
  dynamo::call_times first, second;
  first.operation = std::chrono::milliseconds(1);
  second.operation = std::chrono::hours(1);
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(dynamo::table<shop::users>(wire).with(first).with(second).get("ann").run());
  EXPECT_EQ(wire->requests[0].times, second);
  EXPECT_GT(wire->requests[0].deadline, begin + std::chrono::minutes(1));
}

class metered_table : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db_) << db_.error().describe();
    const dynamo::table<orders> plain(*db_);
    ASSERT_TRUE(plain.create_if_absent().run());
    orders_ = plain.with(metrics_);
    users_ = dynamo::table<shop::users>(*db_).with(metrics_);
    ASSERT_TRUE(dynamo::table<shop::users>(*db_).create_if_absent().run());
  }
  dynamo::table_totals of(std::string_view table) const {
    for (const dynamo::table_totals& one : metrics_->totals()) {
      if (one.table == table) return one;
    }
    return {};
  }
  static order numbered(std::uint64_t n) {
    order one;
    one.customer_id = "ann";
    one.number = n;
    return one;
  }

  dynamo::result<dynamo::testing_support::wired_database> db_ = memory();
  std::shared_ptr<dynamo::call_metrics> metrics_ = std::make_shared<dynamo::call_metrics>();
  dynamo::table<orders> orders_;
  dynamo::table<shop::users> users_;
};

TEST_F(metered_table, counts_capacity_that_no_call_asked_for) {
  const user u{"ann", 40};
  ASSERT_TRUE(users_.put(u).run());
  EXPECT_EQ(of("users").write_units, 1);
  EXPECT_EQ(of("users").read_units, 0);
  ASSERT_TRUE(users_.get("ann", dynamo::consistent_read).run());
  EXPECT_EQ(of("users").read_units, 1);
  ASSERT_TRUE(users_.update("ann", dynamo::add(age, 1)).run());
  ASSERT_TRUE(users_.remove("ann").run());
  EXPECT_EQ(of("users").write_units, 3);
  EXPECT_EQ(of("users").read_units, 1);
  EXPECT_EQ(of("users").calls, 4u);
  // A call that asks itself gets its answer, and is counted once.
  const auto put = users_.put(u).with_details().run();
  ASSERT_TRUE(put) << put.error().describe();
  EXPECT_EQ(put->details.capacity_units, 1);
  EXPECT_EQ(of("users").write_units, 4);
}

TEST_F(metered_table, counts_every_page_and_chunk) {
  std::vector<order> all;
  for (std::uint64_t n = 1; n <= 60; ++n) all.push_back(numbered(n));
  ASSERT_TRUE(orders_.batch_put(all).run()->complete());
  // Each put writes a row of the table and one of its index.
  EXPECT_EQ(of("orders").write_units, 120);
  EXPECT_EQ(of("orders").calls, 3u);
  metrics_->reset();
  const auto read = [&](auto&& range) {
    metrics_->reset();
    for (const auto& one : range) ASSERT_TRUE(one) << one.error().describe();
  };
  const auto expect_six_pages = [&] {
    const dynamo::table_totals seen = of("orders");
    EXPECT_GE(seen.calls, 6u);
    EXPECT_LE(seen.calls, 7u);  // the last one may find nothing
    EXPECT_GE(seen.read_units, 3);
    EXPECT_EQ(seen.write_units, 0);
    EXPECT_EQ(seen.failed, 0u);
  };
  read(orders_.query("ann", dynamo::page_size(10)).items());
  expect_six_pages();
  read(orders_.query("ann", dynamo::page_size(10)).pages());
  expect_six_pages();
  read(orders_.scan(dynamo::page_size(10)).items());
  expect_six_pages();
  metrics_->reset();
  ASSERT_EQ(orders_.query("ann", dynamo::page_size(10)).count().run(), 60u);
  expect_six_pages();
  metrics_->reset();
  std::vector<std::pair<std::string, std::uint64_t>> keys;
  for (std::uint64_t n = 1; n <= 60; ++n) keys.emplace_back("ann", n);
  ASSERT_TRUE(orders_.batch_get(keys).run()->complete());
  EXPECT_EQ(of("orders").read_units, 30);
}

TEST_F(metered_table, tells_tables_apart_and_begins_anew) {
  const user u{"ann", 40};
  ASSERT_TRUE(users_.put(u).run());
  ASSERT_TRUE(orders_.put(numbered(1)).run());
  ASSERT_FALSE(orders_.put(numbered(1), dynamo::only_if(number.not_exists())).run());
  EXPECT_EQ(metrics_->totals().size(), 2u);
  EXPECT_EQ(of("orders").failed, 1u);
  EXPECT_EQ(of("orders").calls, 2u);
  EXPECT_EQ(of("users").calls, 1u);
  metrics_->reset();
  EXPECT_TRUE(metrics_->totals().empty());
}

TEST_F(metered_table, without_metrics_is_the_table_as_it_was) {
  const dynamo::table<shop::users> plain = users_.with(std::shared_ptr<dynamo::call_metrics>());
  ASSERT_TRUE(plain.get("ann").run());
  EXPECT_TRUE(metrics_->totals().empty());
}

/// An item's attribute that is called like the parameter.
TEST_F(metered_table, is_not_misled_by_an_items_attribute) {
  struct named {
    std::string email;
    std::string ReturnConsumedCapacity;  // NOLINT(readability-identifier-naming): as on the wire
  };
  struct schema : dynamo::schema<"users", named, dynamo::partition_key<&named::email>> {};
  const dynamo::table<schema> table = dynamo::table<schema>(*db_).with(metrics_);
  const named one{"ann", "TOTAL"};
  ASSERT_TRUE(table.put(one).run());
  EXPECT_EQ(of("users").write_units, 1);
}

/// Runs in a child process, which ends by exit().
TEST(totals_at_exit, are_logged) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        dynamo::set_log_sink([](dynamo::log_level, std::string_view line) {
          std::fprintf(stderr, "logged: %.*s\n", static_cast<int>(line.size()), line.data());
        });
        const auto metrics = std::make_shared<dynamo::call_metrics>();
        dynamo::log_at_exit(metrics);
        dynamo::log_at_exit(metrics, dynamo::log_level::warning);
        dynamo::log_at_exit(nullptr);
        const auto wire = std::make_shared<canned_endpoint>();
        wire->answer(R"({"ConsumedCapacity":{"CapacityUnits":2.5,"TableName":"users"}})");
        (void)dynamo::table<shop::users>(wire).with(metrics).get("ann").run();
        std::exit(0);
      },
      ::testing::ExitedWithCode(0), "^logged: GetItem users: 1 calls, 1 attempts.*2\\.5 read units\n$");
}

}  // namespace
