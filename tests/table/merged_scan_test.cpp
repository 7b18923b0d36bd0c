#include "canned_endpoint.hpp"
#include "shop.hpp"

#include <gtest/gtest.h>

/// A scan in parallel segments, as one stream.
namespace {

using namespace shop;
using dynamo::parallel;
using dynamo::test::canned_endpoint;

class merged_scan : public ::testing::Test {
 protected:
  std::shared_ptr<canned_endpoint> wire = std::make_shared<canned_endpoint>();
  dynamo::table<shop::users> people{wire};

  void answer(std::vector<int> ages, std::string last = "") {
    std::string items;
    for (const int n : ages) {
      items += std::string(items.empty() ? "" : ",") + R"({"age":{"N":")" + std::to_string(n) +
               R"("},"email":{"S":"u)" + std::to_string(n) + R"("}})";
    }
    wire->answer(R"({"Count":)" + std::to_string(ages.size()) + R"(,"Items":[)" + items + "]" +
                 (last.empty() ? "" : R"(,"LastEvaluatedKey":{"email":{"S":")" + last + R"("}})") +
                 R"(,"ScannedCount":)" + std::to_string(ages.size()) + "}");
  }
  std::string segments_asked() const {
    std::string asked;
    for (const auto& one : wire->requests) asked += one.body.substr(one.body.find("\"Segment\":") + 10, 1);
    return asked;
  }
  template <class Call>
  static std::vector<int> ages(Call&& call) {
    std::vector<int> found;
    for (auto&& one : std::forward<Call>(call).items()) {
      if (!one) return {-1};
      found.push_back(one->age);
    }
    return found;
  }
};

TEST_F(merged_scan, asks_nothing_before_the_first_pull_and_then_all_segments) {
  auto stream = people.scan(parallel(3), dynamo::page_size(7), filter(age > 0)).page_stream();
  EXPECT_TRUE(wire->requests.empty());
  answer({1});
  answer({2}, "u2");
  answer({3});
  const auto first = stream.next().run();
  ASSERT_TRUE(first && *first);
  EXPECT_EQ(segments_asked(), "012");
  EXPECT_EQ(wire->requests[1].body,
            R"({"TableName":"users","Segment":1,"TotalSegments":3,"FilterExpression":"#0 > :0",)"
            R"("ExpressionAttributeNames":{"#0":"age"},"ExpressionAttributeValues":{":0":{"N":"0"}},"Limit":7})");
  answer({4});
  std::vector<int> rest;
  for (auto page = stream.next().run(); page && *page; page = stream.next().run()) {
    for (const user& one : (*page)->items) rest.push_back(one.age);
  }
  EXPECT_EQ(segments_asked(), "0121");
  std::sort(rest.begin(), rest.end());
  EXPECT_EQ(rest, (std::vector{2, 3, 4}));
}

// Symptom: a merged stream ended when one segment's last page was empty.
TEST_F(merged_scan, an_empty_segment_does_not_end_the_stream) {
  answer({});
  answer({}, "u9");
  answer({3});
  answer({4});
  std::vector<int> found = ages(people.scan(parallel(3)));
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, (std::vector{3, 4}));
}

TEST_F(merged_scan, counts_all_segments) {
  wire->answer(R"({"Count":3,"ScannedCount":9,"LastEvaluatedKey":{"email":{"S":"x"}}})");
  wire->answer(R"({"Count":5,"ScannedCount":9})");
  wire->answer(R"({"Count":2,"ScannedCount":2})");
  EXPECT_EQ(people.scan(parallel(2)).count().run().value(), 10u);
  answer({});
  answer({8});
  EXPECT_EQ(people.scan(parallel(2), filter(age > 3)).one().run().value()->age, 8);
}

TEST_F(merged_scan, its_cursor_stands_for_all_segments) {
  answer({1, 2}, "u2");
  answer({5}, "u5");
  answer({});
  auto page = people.scan(parallel(3), dynamo::item_limit(1)).page().run();
  ASSERT_TRUE(page && page->next) << page.error().describe();
  EXPECT_EQ(page->items.front().age, 1);

  wire->requests.clear();
  answer({2});
  answer({5});
  answer({});
  std::vector<int> found = ages(people.scan(parallel(3), dynamo::resume_from(*page->next)));
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, (std::vector{2, 5}));
  ASSERT_EQ(wire->requests.size(), 3u);
  EXPECT_NE(wire->requests[0].body.find(R"("ExclusiveStartKey":{"email":{"S":"u1"}})"), std::string::npos);
  EXPECT_EQ(wire->requests[1].body.find("ExclusiveStartKey"), std::string::npos);  // its page was never handed out

  const auto refused = [&](auto call) {
    const auto other = std::move(call).page().run();
    return !other && other.error().code() == dynamo::errc::invalid_argument;
  };
  EXPECT_TRUE(refused(people.scan(parallel(4), dynamo::resume_from(*page->next))));
  EXPECT_TRUE(refused(people.scan(dynamo::resume_from(*page->next))));
  EXPECT_TRUE(refused(people.scan(parallel(0))));
  EXPECT_TRUE(refused(people.scan(parallel(65))));
  EXPECT_TRUE(refused(people.scan(parallel(2), dynamo::segment(0, 2))));
  EXPECT_TRUE(refused(people.scan(parallel(2), dynamo::page_limit(2))));
}

TEST_F(merged_scan, a_failed_segment_can_be_asked_again) {
  auto stream = people.scan(parallel(2)).page_stream();
  wire->answer(dynamo::error(dynamo::errc::throttled, "slow down"));
  answer({2});
  EXPECT_FALSE(stream.next().run());
  answer({1});
  EXPECT_EQ(stream.next().run().value()->items.front().age, 2);
  EXPECT_EQ(stream.next().run().value()->items.front().age, 1);
  EXPECT_FALSE(stream.next().run().value());
  EXPECT_EQ(segments_asked(), "010");
}

/// Answers the first request at once, and the others when it is told to, as an endpoint with a thread of its own does.
class late_endpoint final : public dynamo::endpoint {
 public:
  dynamo::result<dynamo::reply> call(dynamo::request) override {
    return dynamo::fail(dynamo::errc::not_supported, "not part of the test");
  }
  void start(dynamo::request, dynamo::reply_sink& sink) override {
    if (asked_++ == 0) {
      sink.complete(
          dynamo::reply(dynamo::json::buffer(R"({"Count":1,"Items":[{"age":{"N":"1"},"email":{"S":"u1"}}]})")));
    } else {
      waiting.push_back(&sink);
    }
  }
  std::vector<dynamo::reply_sink*> waiting;

 private:
  int asked_ = 0;
};

// Symptom: the answer to a scan that nobody read any more destroyed the endpoint on the endpoint's own thread.
TEST(abandoned_merged_scan, lets_the_endpoint_go_before_its_answers_come) {
  const auto late = std::make_shared<late_endpoint>();
  {
    auto stream = dynamo::table<shop::users>(late).scan(parallel(3)).page_stream();
    EXPECT_EQ(stream.next().run().value()->items.front().age, 1);
  }
  EXPECT_EQ(late.use_count(), 1);
  ASSERT_EQ(late->waiting.size(), 2u);
  for (dynamo::reply_sink* sink : late->waiting) sink->complete(dynamo::reply(dynamo::json::buffer("{}")));
}

}  // namespace
