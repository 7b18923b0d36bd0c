#include "canned_endpoint.hpp"
#include "shop.hpp"

#include <dynamo/decorators/retry.hpp>

#include <gtest/gtest.h>

/// How replies become values, pages, streams and cursors.
namespace {

using namespace shop;
using dynamo::test::canned_endpoint;

class reading : public ::testing::Test {
 protected:
  std::shared_ptr<canned_endpoint> wire = std::make_shared<canned_endpoint>();
  dynamo::table<shop::users> people{wire};
  dynamo::table<orders> table{wire};

  static std::string item(int n) {
    return R"({"age":{"N":")" + std::to_string(n) + R"("},"email":{"S":"u)" + std::to_string(n) + R"("}})";
  }
  /// Items first to last; with a key to go on after unless it is the last page.
  void answer_page(int first, int last, bool more, int examined = -1) {
    std::string items;
    for (int n = first; n <= last; ++n) items += (n == first ? "" : ",") + item(n);
    const int count = last - first + 1;
    wire->answer(R"({"Count":)" + std::to_string(count) + R"(,"Items":[)" + items + "]" +
                 (more ? R"(,"LastEvaluatedKey":{"email":{"S":"u)" + std::to_string(last) + R"("}})" : "") +
                 R"(,"ScannedCount":)" + std::to_string(examined < 0 ? count : examined) + "}");
  }
};

TEST_F(reading, a_table_has_a_page_size_for_reads_that_have_none) {
  const dynamo::table<shop::users> by_ten = people.with(dynamo::page_size(10));
  for (const bool own : {false, true}) {
    answer_page(1, 1, false);
    const auto page = own ? by_ten.scan(dynamo::page_size(3)).page().run() : by_ten.scan().page().run();
    ASSERT_TRUE(page) << page.error().describe();
    EXPECT_NE(wire->last().find(own ? R"("Limit":3)" : R"("Limit":10)"), std::string::npos) << wire->last();
  }
  answer_page(1, 1, false);
  ASSERT_TRUE(people.scan().page().run());
  EXPECT_EQ(wire->last().find("Limit"), std::string::npos);
}

TEST_F(reading, every_request_of_a_table_with_times_has_them) {
  dynamo::call_times times;
  times.operation = std::chrono::hours(1);
  const dynamo::table<shop::users> impatient = people.with(times);
  answer_page(1, 1, true);
  answer_page(2, 2, false);
  int items = 0;
  for (const auto& one : impatient.scan().items()) items += one ? 1 : 0;
  EXPECT_EQ(items, 2);
  ASSERT_EQ(wire->requests.size(), 2u);
  for (const auto& sent : wire->requests) {
    EXPECT_EQ(sent.times, times);
    EXPECT_TRUE(sent.deadline);
  }
}

TEST_F(reading, every_request_of_a_table_with_retries_has_them) {
  const auto often = dynamo::retry_settings::adaptive();
  const dynamo::table<shop::users> patient = people.with(often);
  answer_page(1, 1, true);
  answer_page(2, 2, false);
  int items = 0;
  for (const auto& one : patient.scan().items()) items += one ? 1 : 0;
  EXPECT_EQ(items, 2);
  (void)people.with(often).get("u4").run();
  (void)people.get("u4").run();
  ASSERT_EQ(wire->requests.size(), 4u);
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(wire->requests[i].retries);
    EXPECT_EQ(*wire->requests[i].retries, often);
  }
  EXPECT_FALSE(wire->requests[3].retries);
}

TEST_F(reading, get_finds_an_item_or_none) {
  wire->answer(R"({"ConsumedCapacity":{"CapacityUnits":0.5,"TableName":"users"},"Item":)" + item(4) + "}");
  const auto found = people.get("u4").run();
  ASSERT_TRUE(found) << found.error().describe();
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->age, 4);
  const auto missing = people.get("u5").run();
  ASSERT_TRUE(missing);
  EXPECT_FALSE(missing->has_value());
}

TEST_F(reading, details_stand_beside_the_value) {
  wire->answer(R"({"ConsumedCapacity":{"CapacityUnits":0.5,"TableName":"users"},"Item":)" + item(4) + "}");
  const auto found = people.get("u4").with_details().run();
  ASSERT_TRUE(found) << found.error().describe();
  EXPECT_EQ(found->details.capacity_units, 0.5);
  wire->answer(R"({"ConsumedCapacity":{"CapacityUnits":1,"TableName":"users"}})");
  const user u{"a", 1};
  const auto put = people.put(u).with_details().run();
  ASSERT_TRUE(put);
  EXPECT_EQ(put->details.capacity_units, 1);
}

TEST_F(reading, writes_return_what_was_asked_for) {
  wire->answer(R"({"Attributes":)" + item(4) + "}");
  const user u{"u4", 5};
  const auto old = people.put(u, dynamo::return_old).run();
  ASSERT_TRUE(old && *old);
  EXPECT_EQ((*old)->age, 4);
  wire->answer(R"({"Attributes":)" + item(6) + "}");
  const dynamo::result<user> now = people.update("u6", add(age, 1), dynamo::return_new).run();
  ASSERT_TRUE(now);
  EXPECT_EQ(now->age, 6);
  wire->answer(R"({"Attributes":{"age":{"N":"7"}}})");
  const auto changed = people.update("u6", add(age, 1), dynamo::return_updated_new).run();
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->get(age).value(), 7);
  EXPECT_EQ(changed->get(email).value(), std::nullopt);
}

TEST_F(reading, a_failed_condition_carries_the_current_item) {
  dynamo::error_detail why;
  why.code = dynamo::errc::conditional_check_failed;
  why.body = R"({"__type":"x","message":"The conditional request failed","Item":)" + item(9) + "}";
  wire->answer(dynamo::error(why));
  const user u{"u9", 1};
  const auto put = people.put(u, only_if(email.not_exists()), dynamo::on_failure_return_item).run();
  ASSERT_FALSE(put);
  EXPECT_TRUE(put.error().conditional_check_failed());
  const auto current = dynamo::current_item<user>(put.error());
  ASSERT_TRUE(current && *current);
  EXPECT_EQ((*current)->age, 9);
}

TEST_F(reading, a_reply_that_does_not_fit_names_the_attribute) {
  wire->answer(R"({"Item":{"email":{"S":"x"}}})");
  const auto found = people.get("x").run();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code(), dynamo::errc::decoding);
  EXPECT_EQ(found.error().message(),
            "attribute `age`: is missing, and the member it is read into is not optional; for items that were written "
            "without it, make the member a std::optional, or give it a default by dynamo::defaulted "
            R"((item {"email":{"S":"x"}}))");
}

TEST_F(reading, nothing_is_requested_before_the_first_pull) {
  auto range = people.scan().pages();
  EXPECT_TRUE(wire->requests.empty());
  wire->answer(R"({"Items":[],"Count":0,"ScannedCount":0})");
  int pages = 0;
  for (auto page : range) pages += page.has_value();
  EXPECT_EQ(pages, 1);
  EXPECT_EQ(wire->requests.size(), 1u);
}

TEST_F(reading, pages_follow_the_last_key) {
  answer_page(1, 2, true);
  answer_page(3, 3, false);
  std::vector<int> ages;
  for (dynamo::result<dynamo::page<user>> page : people.scan().pages()) {
    ASSERT_TRUE(page) << page.error().describe();
    for (const user& u : *page) ages.push_back(u.age);
  }
  EXPECT_EQ(ages, (std::vector{1, 2, 3}));
  EXPECT_EQ(last_start_key(*wire), R"({"email":{"S":"u2"}})");
}

TEST_F(reading, items_skip_empty_pages) {
  answer_page(1, 0, true);
  answer_page(1, 2, true);
  answer_page(1, 0, true);
  answer_page(3, 3, false);
  std::vector<int> ages;
  for (auto&& one : people.scan().items()) {
    ASSERT_TRUE(one);
    ages.push_back(one->age);
  }
  EXPECT_EQ(ages, (std::vector{1, 2, 3}));
}

TEST_F(reading, an_error_ends_a_range_and_can_be_repeated_on_a_stream) {
  answer_page(1, 1, true);
  wire->answer(dynamo::error(dynamo::errc::throttled, "slow down"));
  int pages = 0, errors = 0;
  for (auto page : people.scan().pages()) (page ? pages : errors) += 1;
  EXPECT_EQ(pages, 1);
  EXPECT_EQ(errors, 1);

  auto stream = people.scan().page_stream();
  wire->answer(dynamo::error(dynamo::errc::throttled, "slow down"));
  EXPECT_FALSE(stream.next().run());
  answer_page(1, 1, false);
  EXPECT_EQ(stream.next().run().value()->items.front().age, 1);
  EXPECT_FALSE(stream.next().run().value().has_value());
}

TEST_F(reading, an_item_limit_cuts_a_page_and_its_cursor_goes_on_behind_the_last_item) {
  answer_page(1, 4, true, 9);
  std::optional<dynamo::cursor> next;
  std::size_t items = 0;
  for (auto page : people.scan(filter(age > 0), dynamo::item_limit(3)).pages()) {
    items += page->items.size();
    next = page->next;
  }
  EXPECT_EQ(items, 3u);
  ASSERT_TRUE(next);
  answer_page(4, 4, false);
  ASSERT_TRUE(people.scan(dynamo::resume_from(*next)).page().run());
  EXPECT_EQ(last_start_key(*wire), R"({"email":{"S":"u3"}})");
}

TEST_F(reading, examined_and_page_limits_are_other_things) {
  answer_page(1, 1, true, 5);
  answer_page(2, 2, true, 3);
  auto stream = people.scan(filter(age > 0), dynamo::examined_limit(8), dynamo::page_size(5)).page_stream();
  EXPECT_TRUE(stream.next().run().value());
  EXPECT_NE(wire->last().find(R"("Limit":5)"), std::string::npos);
  EXPECT_TRUE(stream.next().run().value());
  EXPECT_NE(wire->last().find(R"("Limit":3)"), std::string::npos);
  EXPECT_FALSE(stream.next().run().value());
  answer_page(1, 1, true);
  auto one_page = people.scan(dynamo::page_limit(1)).page_stream();
  EXPECT_TRUE(one_page.next().run().value()->next);
  EXPECT_FALSE(one_page.next().run().value());
}

TEST_F(reading, count_adds_up_all_pages) {
  wire->answer(R"({"Count":3,"ScannedCount":9,"LastEvaluatedKey":{"email":{"S":"x"}}})");
  wire->answer(R"({"Count":0,"ScannedCount":9,"LastEvaluatedKey":{"email":{"S":"y"}}})");
  wire->answer(R"({"Count":2,"ScannedCount":2})");
  EXPECT_EQ(people.scan(filter(age > 3)).count().run().value(), 5u);
  EXPECT_EQ(wire->requests.size(), 3u);
  EXPECT_NE(wire->last().find(R"("Select":"COUNT")"), std::string::npos);
}

TEST_F(reading, first_and_one) {
  answer_page(1, 0, true);
  answer_page(5, 5, true);
  EXPECT_EQ(people.scan(filter(age > 3)).first().run().value()->age, 5);
  answer_page(1, 1, true);
  answer_page(2, 2, false);
  const auto several = people.scan(filter(age > 3)).one().run();
  ASSERT_FALSE(several);
  EXPECT_EQ(several.error().code(), dynamo::errc::validation);
  answer_page(1, 1, true);
  answer_page(1, 0, false);
  EXPECT_EQ(people.scan(filter(age > 3)).one().run().value()->age, 1);
  answer_page(1, 0, false);
  EXPECT_FALSE(people.scan(filter(age > 3)).one().run().value().has_value());
}

struct age_only {
  int age = 0;
};
TEST_F(reading, a_view_asks_for_its_attributes_and_the_keys) {
  answer_page(1, 1, false);
  const auto page = people.scan().as<age_only>().page().run();
  ASSERT_TRUE(page);
  EXPECT_EQ(page->items.front().age, 1);
  EXPECT_NE(
      wire->last().find(R"("ProjectionExpression":"#0, #1","ExpressionAttributeNames":{"#0":"age","#1":"email"})"),
      std::string::npos)
      << wire->last();
  wire->answer(R"({"Item":)" + item(4) + "}");
  EXPECT_EQ(people.get<age_only>("u4").run().value()->age, 4);
  EXPECT_NE(wire->last().find(R"("ProjectionExpression":"#0")"), std::string::npos) << wire->last();
}

TEST_F(reading, cursors_are_url_safe_and_belong_to_one_query) {
  wire->answer(
      R"({"Items":[],"Count":0,"ScannedCount":3,"LastEvaluatedKey":{"customer_id":{"S":"al>ice?"},"number":{"N":"3"}}})");
  const auto page = table.query("al>ice?", number > 1u).page().run();
  ASSERT_TRUE(page && page->next);
  const dynamo::cursor next = *page->next;
  EXPECT_EQ(next.text().find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string::npos);

  wire->answer(R"({"Items":[],"Count":0,"ScannedCount":0})");
  EXPECT_TRUE(
      table.query("al>ice?", number > 1u, dynamo::order_by::descending, dynamo::resume_from(next)).page().run());
  EXPECT_EQ(last_start_key(*wire), R"({"customer_id":{"S":"al>ice?"},"number":{"N":"3"}})");
  wire->requests.clear();
  std::string tampered = next.text();
  tampered[tampered.size() / 2] = tampered[tampered.size() / 2] == 'A' ? 'B' : 'A';
  const auto refused = [&](auto call) {
    const auto answer = std::move(call).page().run();
    return !answer && answer.error().code() == dynamo::errc::invalid_argument && wire->requests.empty();
  };
  EXPECT_TRUE(refused(table.query("al>ice?", number > 1u, dynamo::resume_from(dynamo::cursor(tampered)))));
  EXPECT_TRUE(refused(table.query("bob", number > 1u, dynamo::resume_from(next))));
  EXPECT_TRUE(refused(table.query("al>ice?", number > 2u, dynamo::resume_from(next))));
  EXPECT_TRUE(refused(table.query("al>ice?", dynamo::resume_from(next))));
  EXPECT_TRUE(refused(table.scan(dynamo::resume_from(next))));
  EXPECT_TRUE(refused(people.scan(dynamo::resume_from(next))));
  EXPECT_TRUE(refused(people.scan(dynamo::resume_from(dynamo::cursor("")))));
  EXPECT_TRUE(refused(people.scan(dynamo::resume_from(dynamo::cursor("not base64!")))));
}

}  // namespace
