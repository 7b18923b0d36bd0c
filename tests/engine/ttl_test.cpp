// Time to live, as a caller sees it: the operations' answers, and what becomes of items.
#include "ttl_fixture.hpp"

#include <engine/storage/rocksdb_options.hpp>

#include <rocksdb/db.h>

#include <memory>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using namespace std::chrono_literals;
using strings = std::vector<std::string>;

class ttl : public ttl_fixture {
 protected:
  void open_with(const ttl_sweep_options& sweep) {
    db_.reset();
    database_options how = options();
    how.ttl_sweep = sweep;
    auto opened = engine::open(path(), how);
    ASSERT_TRUE(opened) << opened.error().describe();
    db_ = *opened;
  }
  /// How many keys of TTL rows the store holds. Closes the database.
  std::size_t stored_rows() {
    db_.reset();
    rocksdb::DB* opened = nullptr;
    EXPECT_TRUE(rocksdb::DB::OpenForReadOnly(engine::disk_options(options()), path(), &opened).ok());
    const std::unique_ptr<rocksdb::DB> rows(opened);
    const std::unique_ptr<rocksdb::Iterator> at(rows->NewIterator({}));
    std::size_t count = 0;
    for (at->Seek("e"); at->Valid() && at->key()[0] == 'e'; at->Next()) ++count;
    return count;
  }
};

TEST_F(ttl, is_described) {
  make_marks();
  make_table();
  EXPECT_EQ(described(), R"({"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}})");
  EXPECT_EQ(set_ttl(true).to_string(), R"({"TimeToLiveSpecification":{"AttributeName":"expires","Enabled":true}})");
  EXPECT_EQ(described(), R"({"TimeToLiveDescription":{"AttributeName":"expires","TimeToLiveStatus":"ENABLING"}})");
  finish();
  EXPECT_EQ(described(), R"({"TimeToLiveDescription":{"AttributeName":"expires","TimeToLiveStatus":"ENABLED"}})");
  EXPECT_EQ(set_ttl(false).to_string(), R"({"TimeToLiveSpecification":{"AttributeName":"expires","Enabled":false}})");
  EXPECT_EQ(described(), R"({"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}})");
}

TEST_F(ttl, refuses_what_changes_nothing_and_a_second_attribute) {
  make_marks();
  make_table();
  EXPECT_EQ(set_ttl(false).to_string(), "validation: TimeToLive is already disabled");
  enable();
  EXPECT_EQ(set_ttl(true).to_string(), "validation: TimeToLive is already enabled");
  for (const bool enabled : {false, true}) {
    EXPECT_EQ(set_ttl(enabled, "things", "other").to_string(),
              "validation: TimeToLive is active on a different AttributeName: current AttributeName is expires");
  }
  EXPECT_TRUE(set_ttl(false).ok);
  EXPECT_EQ(set_ttl(false, "things", "other").to_string(), "validation: TimeToLive is already disabled");
  EXPECT_TRUE(set_ttl(true, "things", "other").ok);
}

TEST_F(ttl, of_a_table_that_is_not_there) {
  EXPECT_EQ(described(), "resource_not_found: Requested resource not found: Table: things not found");
  EXPECT_EQ(set_ttl(true).to_string(), "resource_not_found: Requested resource not found: Table: things not found");
}

TEST_F(ttl, takes_a_name_of_1_to_255_letters) {
  make_table();
  const answer empty = set_ttl(true, "things", "");
  EXPECT_EQ(empty.code, errc::validation);
  EXPECT_EQ(empty.message,
            "1 validation error detected: Value '' at 'timeToLiveSpecification.attributeName' failed to satisfy "
            "constraint: Member must have length greater than or equal to 1");
  EXPECT_EQ(set_ttl(true, "things", std::string(256, 'a')).code, errc::validation);
  EXPECT_EQ(told(operation_name::update_time_to_live, R"({"TableName":"things"})"),
            "validation: 1 validation error detected: Value null at 'timeToLiveSpecification' failed to satisfy "
            "constraint: Member must not be null");
  EXPECT_TRUE(set_ttl(true, "things", std::string(255, 'a')).ok);
}

TEST_F(ttl, may_be_changed_once_an_hour_where_that_is_asked_for) {
  open_with({.items_per_second = 100, .one_change_an_hour = true});
  make_marks();
  make_table();
  enable();
  const std::string refused = "validation: Time to live has been modified multiple times within a fixed interval";
  EXPECT_EQ(set_ttl(false).to_string(), refused);
  EXPECT_EQ(set_ttl(true).to_string(), "validation: TimeToLive is already enabled");
  open_with({.items_per_second = 100, .one_change_an_hour = true});
  pass(59min);
  EXPECT_EQ(set_ttl(false).to_string(), refused);
  pass(1min);
  EXPECT_TRUE(set_ttl(false).ok);
  EXPECT_EQ(set_ttl(true).to_string(), refused);
  pass(1h);
  EXPECT_TRUE(set_ttl(true).ok);
}

TEST_F(ttl, deletes_what_has_expired_and_the_stream_says_who_did) {
  make_things();
  put_until("a", in(90s));
  put_until("b", in(3'600s));
  put("c", "never");
  pass(89s);
  EXPECT_EQ(keys(), strings({"a", "b", "c"}));
  pass(2s);
  EXPECT_EQ(keys(), strings({"b", "c"}));
  const seen_page seen = page(iterator(arn_));
  ASSERT_EQ(seen.records.size(), 4u);
  const seen_record& last = seen.records.back();
  EXPECT_EQ(last.kind, "REMOVE");
  EXPECT_EQ(last.keys, R"({"pk":{"S":"a"}})");
  EXPECT_NE(last.old_image.find("expires"), std::string::npos);
  EXPECT_TRUE(is_by_service(last)) << last.text;
  EXPECT_FALSE(is_by_service(seen.records.front()));
  pass(1h);
  EXPECT_EQ(keys(), strings({"c"}));
}

TEST_F(ttl, deletes_what_was_put_with_a_time_in_the_past) {
  make_things();
  pass(10min);
  put_until("a", in(-60s));
  EXPECT_EQ(keys(), strings({"a"}));
  pass(2s);
  EXPECT_EQ(keys(), strings());
  put_until("b", in(5s));
  pass(5s);
  EXPECT_EQ(keys(), strings({"b"}));
  pass(1s);
  EXPECT_EQ(keys(), strings());
}

TEST_F(ttl, an_expired_item_can_be_read_and_written_until_it_is_deleted) {
  make_things();
  put_until("kept", in(-5s));
  put_until("gone", in(-5s));
  EXPECT_TRUE(
      call(operation_name::get_item, R"({"TableName":"things","Key":{"pk":{"S":"kept"}}})").to_string().find("Item") !=
      std::string::npos);
  EXPECT_TRUE(update_until("kept", in(3'600s)).ok);
  pass(2min);
  EXPECT_EQ(keys(), strings({"kept"}));
  EXPECT_EQ(update_until("gone", in(3'600s)).code, errc::conditional_check_failed);
  pass(2h);
  EXPECT_EQ(keys(), strings());
}

TEST_F(ttl, leaves_items_without_a_valid_number) {
  make_things();
  const std::string past = std::to_string(in(-5s));
  put_with("text", R"({"S":")" + past + "\"}");
  put_with("set", R"({"NS":[")" + past + "\"]}");
  put_with("nested", R"({"M":{"expires":{"N":")" + past + "\"}}}");
  put_with("negative", R"({"N":"-5"})");
  put_with("milliseconds", R"({"N":")" + past + "000\"}");
  put_with("huge", R"({"N":"100000000000000000000000000000"})");
  put_until("long ago", in(-std::chrono::ceil<std::chrono::seconds>(std::chrono::years(5)) - 1h));
  put_until("1970", 0);
  put_until("nearly as long ago", in(-std::chrono::floor<std::chrono::seconds>(std::chrono::years(5)) + 1h));
  put_with("fraction", R"({"N":")" + past + ".5\"}");
  pass(1min);
  EXPECT_EQ(keys(), strings({"1970", "huge", "long ago", "milliseconds", "negative", "nested", "set", "text"}));
  pass(24h * 30);
  EXPECT_EQ(keys().size(), 8u);
}

TEST_F(ttl, comes_to_items_that_were_there_before) {
  reopen();
  make_marks();
  arn_ = make_table();
  for (int i = 0; i < 1'200; ++i) put_until("i" + std::to_string(i), in(i % 2 == 0 ? 10s : 24h));
  ASSERT_TRUE(set_ttl(true).ok);
  EXPECT_EQ(described(), R"({"TimeToLiveDescription":{"AttributeName":"expires","TimeToLiveStatus":"ENABLING"}})");
  time_.advance(std::chrono::microseconds(0));  // a step or more
  reopen();                                     // it goes on from where it was
  finish(10);
  EXPECT_EQ(described(), R"({"TimeToLiveDescription":{"AttributeName":"expires","TimeToLiveStatus":"ENABLED"}})");
  pass(1min, 20);
  EXPECT_EQ(keys().size(), 600u);
  EXPECT_EQ(stored_rows(), 600u);
}

TEST_F(ttl, that_is_enabled_while_another_tables_items_are_come_to_is_not_forgotten) {
  reopen();
  make_marks();
  make_table("first");
  make_table("last");
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(set_ttl(true, "last").ok);
    time_.advance(std::chrono::microseconds(0));  // a step or more
    ASSERT_TRUE(set_ttl(true, "first").ok);
    finish(5);
    for (const std::string table : {"first", "last"}) {
      EXPECT_EQ(described(table),
                R"({"TimeToLiveDescription":{"AttributeName":"expires","TimeToLiveStatus":"ENABLED"}})")
          << table << ", round " << i;
      ASSERT_TRUE(set_ttl(false, table).ok);
    }
  }
}

TEST_F(ttl, that_is_disabled_deletes_nothing_and_leaves_nothing) {
  reopen();
  make_things();
  for (int i = 0; i < 100; ++i) put_until("i" + std::to_string(i), in(10s));
  ASSERT_TRUE(set_ttl(false).ok);
  pass(1h);
  EXPECT_EQ(keys().size(), 100u);
  EXPECT_EQ(stored_rows(), 0u);
  reopen();
  enable();
  pass(1min, 10);
  EXPECT_EQ(keys().size(), 0u);
}

TEST_F(ttl, goes_with_its_table) {
  reopen();
  make_things();
  put_until("a", in(10s));
  ASSERT_TRUE(call(operation_name::delete_table, R"({"TableName":"things"})").ok);
  make_table();
  put_until("a", in(10s));
  pass(1h);
  EXPECT_EQ(keys(), strings({"a"}));
  EXPECT_EQ(described(), R"({"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}})");
  EXPECT_EQ(stored_rows(), 0u);
}

TEST_F(ttl, goes_on_when_the_database_is_opened_again) {
  reopen();
  make_things();
  put_until("a", in(10s));
  put_until("b", in(2h));
  reopen();
  EXPECT_EQ(described(), R"({"TimeToLiveDescription":{"AttributeName":"expires","TimeToLiveStatus":"ENABLED"}})");
  pass(1min);
  EXPECT_EQ(keys(), strings({"b"}));
  db_.reset();
  time_.advance(3h);
  reopen();
  finish();
  EXPECT_EQ(keys(), strings());
}

TEST_F(ttl, keeps_one_row_for_each_item_that_is_read_before_it_is_written) {
  reopen();
  make_things();  // its stream has every write read the old item
  put_until("a", in(1h));
  put_until("a", in(2h));
  EXPECT_TRUE(update_until("a", in(3h)).ok);
  put_until("b", in(1h));
  erase("b");
  put_until("c", in(1h));
  put("c", "no expiry");
  EXPECT_EQ(stored_rows(), 1u);
}

TEST_F(ttl, an_item_that_was_put_anew_goes_by_the_new_time_alone) {
  reopen();
  make_marks();
  enable("marks");  // no stream: a put does not read the old item
  for (const auto when : {10s, 20s, 3'600s, 30s, 7'200s}) put_until("a", in(when), "marks");
  pass(1min);
  EXPECT_EQ(keys("marks"), strings({"a", "m"}));
  pass(90min);
  EXPECT_EQ(keys("marks"), strings({"a", "m"}));
  pass(1h);
  EXPECT_EQ(keys("marks"), strings({"m"}));
  EXPECT_EQ(stored_rows(), 0u);
}

TEST_F(ttl, takes_index_rows_along) {
  make_marks();
  ASSERT_TRUE(call(operation_name::create_table, R"({"TableName":"things","BillingMode":"PAY_PER_REQUEST",
      "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"expires","AttributeType":"N"}],
      "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"GlobalSecondaryIndexes":[{"IndexName":"by_expiry",
      "KeySchema":[{"AttributeName":"expires","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]})")
                  .ok);
  enable();
  put_until("a", in(10s));
  put_until("b", in(1h));
  pass(1min);
  EXPECT_EQ(keys(), strings({"b"}));
  EXPECT_NE(told(operation_name::scan, R"({"TableName":"things","IndexName":"by_expiry"})").find(R"("Count":1)"),
            std::string::npos);
}

TEST_F(ttl, goes_by_the_wall_clock_when_that_is_set) {
  make_things();
  put_until("soon", in(1h));
  put_until("later", in(24h * 365));
  time_.jump(-24h * 365 * 20);
  pass(2h);
  EXPECT_EQ(keys(), strings({"later", "soon"}));
  time_.jump(24h * 365 * 40);  // both expired long ago
  pass(2min);
  EXPECT_EQ(keys(), strings({"later", "soon"}));
  time_.jump(-24h * 365 * 20);
  pass(2min);
  EXPECT_EQ(keys(), strings({"later"}));
  time_.jump(24h * 365);
  pass(2min);
  EXPECT_EQ(keys(), strings());
}

TEST_F(ttl, an_item_in_the_past_goes_at_once_though_the_clock_was_set_ahead) {
  make_things();
  put_until("later", in(24h * 365));
  pass(5s, 30);  // it comes back in a minute
  time_.jump(24h * 30);
  put_until("past", in(-10s));
  pass(1s, 10);
  EXPECT_EQ(keys(), strings({"later"}));
}

TEST_F(ttl, deletes_no_more_in_a_second_than_it_may) {
  open_with({.items_per_second = 10, .one_change_an_hour = false});
  make_things();
  for (int i = 0; i < 100; ++i) put_until("i" + std::to_string(i), in(-5s));
  std::size_t before = 100, seconds = 0;
  for (; seconds < 30 && before > 0; ++seconds) {
    for (int i = 0; i < 50; ++i) {
      time_.advance(20ms);
      ASSERT_TRUE(call(operation_name::put_item, R"({"TableName":"marks","Item":{"pk":{"S":"m"}}})").ok);
    }
    const std::size_t now = keys().size();
    EXPECT_LE(before - now, 11u);
    before = now;
  }
  EXPECT_EQ(keys(), strings());
  EXPECT_GE(seconds, 9u);
  EXPECT_LE(seconds, 14u);
}

TEST_F(ttl, has_no_timer_where_no_items_expire) {
  make_marks();
  EXPECT_EQ(time_.waiting(), 0u);
  enable("marks");
  EXPECT_NE(time_.waiting(), 0u);
  ASSERT_TRUE(set_ttl(false, "marks").ok);
  time_.advance(2min);
  EXPECT_EQ(time_.waiting(), 0u);
}

TEST_F(ttl, of_many_tables_beside_each_other) {
  make_marks();
  for (int i = 0; i < 130; ++i) {
    const std::string name = "table" + std::to_string(i);
    make_table(name);
    ASSERT_TRUE(set_ttl(true, name).ok);
    put_until("a", in(10s), name);
    put_until("b", in(1h), name);
  }
  finish(300);  // each table is two slices
  pass(1min, 10);
  for (int i = 0; i < 130; ++i) EXPECT_EQ(keys("table" + std::to_string(i)), strings({"b"})) << i;
}

}  // namespace
