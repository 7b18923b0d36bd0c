// Global indexes that are told to be late.
#include "index_fixture.hpp"

#include <dynamo/testing/virtual_clock.hpp>

#include <chrono>
#include <string>

namespace dynamo::engine::test {
namespace {

using namespace std::chrono_literals;

class late_indexes : public indexes {
 protected:
  void SetUp() override {
    database_options options;
    options.time = &time_;
    options.global_index_delay = 100ms;
    open(options);
    make_films();
  }
  void TearDown() override { db_.reset(); }
  void put_rated(std::string_view rating) {
    put(R"({"year":{"N":"1"},"title":{"S":"t"},"director":{"S":"d"},"rating":{"N":")" + std::string(rating) + "\"}}");
  }
  std::string globally() { return values_of(scan("by_director"), "rating"); }
  std::string locally() { return values_of(scan("by_rating"), "rating"); }
  std::string in_table() { return values_of(call(operation_name::scan, R"({"TableName":"films"})"), "rating"); }

  testing::virtual_clock time_;
};

TEST_F(late_indexes, show_each_write_after_the_delay) {
  put_rated("1");
  time_.advance(60ms);
  put_rated("2");
  EXPECT_EQ(globally(), "");
  EXPECT_EQ(locally(), "2");  // local indexes and the table are never late
  EXPECT_EQ(in_table(), "2");
  time_.advance(39ms);
  EXPECT_EQ(globally(), "");
  time_.advance(1ms);
  EXPECT_EQ(globally(), "1");
  time_.advance(59ms);
  EXPECT_EQ(globally(), "1");
  time_.advance(1ms);
  EXPECT_EQ(globally(), "2");
  EXPECT_EQ(values_of(query("by_director", R"("KeyConditionExpression":"director = :d",
    "ExpressionAttributeValues":{":d":{"S":"d"}})"),
                      "rating"),
            "2");
}

TEST_F(late_indexes, show_what_is_deleted_until_the_delay_is_over) {
  put_rated("1");
  time_.advance(200ms);
  call(operation_name::delete_item, R"({"TableName":"films","Key":{"year":{"N":"1"},"title":{"S":"t"}}})");
  EXPECT_EQ(in_table(), "");
  EXPECT_EQ(globally(), "1");
  time_.advance(100ms);
  EXPECT_EQ(globally(), "");
}

TEST_F(late_indexes, are_late_by_a_bounded_number_of_versions) {
  time_.advance(100ms);  // what the database wrote when it was opened is old
  for (int i = 0; i < 3000; ++i) {
    put_rated(std::to_string(i));
    time_.advance(10us);
  }
  // The first thousand or so are told apart; the rest comes at once, when the last is old enough.
  EXPECT_EQ(globally(), "");
  time_.advance(70ms);  // the first is 100 ms old
  EXPECT_EQ(globally(), "0");
  time_.advance(5ms);
  EXPECT_EQ(globally(), "500");
  time_.advance(24ms);
  EXPECT_EQ(globally(), "1022");
  time_.advance(1ms);
  EXPECT_EQ(globally(), "2999");
}

}  // namespace
}  // namespace dynamo::engine::test
