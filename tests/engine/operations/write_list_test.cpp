// A change of two items of two tables: both or neither, whatever happens. No operation makes one yet.
#include "../../support/index_rows.hpp"
#include "../../support/seeds.hpp"
#include "../batch_fixture.hpp"
#include "two_items.hpp"

#include <engine/rows/row_key.hpp>

#include <random>
#include <set>
#include <thread>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using testing_support::for_each_seed;
using simulated_disk = dynamo::testing::simulated_disk;
using disk_fault = dynamo::testing::disk_fault;

/// Tables `things` and `shelves`, both with a stream, the second with two indexes.
class two_items : public on_simulated_disk<batch_fixture> {
 protected:
  void SetUp() override {
    reopen();
    make_both();
  }
  void begin_anew() {
    on_simulated_disk::begin_anew();
    make_both();
  }
  void make_both() {
    arn_ = make_table("things");
    const answer made = call(operation_name::create_table, R"({"TableName":"shelves","BillingMode":"PAY_PER_REQUEST",
      "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"v","AttributeType":"S"},
        {"AttributeName":"place","AttributeType":"S"}],
      "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"place","KeyType":"RANGE"}],
      "GlobalSecondaryIndexes":[{"IndexName":"by_value","KeySchema":[{"AttributeName":"v","KeyType":"HASH"}],
        "Projection":{"ProjectionType":"ALL"}}],
      "LocalSecondaryIndexes":[{"IndexName":"by_v","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},
        {"AttributeName":"v","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}],
      "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}})");
    ASSERT_TRUE(made.ok) << made.to_string();
    shelves_arn_ = text_member(member(made.body, "TableDescription").value_or(""), "LatestStreamArn");
  }

  static item_request put_thing(const std::string& pk, const std::string& value, const std::string& more = "") {
    return {operation_name::put_item, R"({"TableName":"things","Item":)" + item_text(pk, value) + more + "}"};
  }
  static item_request put_shelf(const std::string& pk, const std::string& value, const std::string& more = "") {
    return {operation_name::put_item, R"({"TableName":"shelves","Item":{"pk":{"S":")" + pk +
                                          R"("},"place":{"S":"left"},"v":{"S":")" + value + R"("}})" + more + "}"};
  }
  static item_request delete_thing(const std::string& pk) {
    return {operation_name::delete_item, R"({"TableName":"things","Key":)" + key_text(pk) + "}"};
  }
  result<void> write_both(const std::string& pk, const std::string& value) {
    return write_all(*core_, {put_thing(pk, value), put_shelf(pk, value)});
  }

  std::string value_of(const std::map<std::string, std::string>& items, const std::string& pk) {
    const auto found = items.find(pk);
    return found == items.end() ? "" : text_member(member(found->second, "v").value_or(""), "S");
  }
  /// Both tables hold the same values, their streams tell the same story, and the indexes fit.
  void expect_consistent(const std::string& when) {
    const auto things = contents("things"), shelves = contents("shelves");
    std::set<std::string> keys;
    for (const auto& [pk, item] : things) keys.insert(pk);
    for (const auto& [pk, item] : shelves) keys.insert(pk);
    for (const std::string& pk : keys) EXPECT_EQ(value_of(things, pk), value_of(shelves, pk)) << pk << ' ' << when;
    EXPECT_EQ(folded(arn_), things) << when;
    EXPECT_EQ(folded(shelves_arn_), shelves) << when;
    EXPECT_EQ(testing_support::compare_indexes(*db_, "shelves"), "") << when;
  }
  std::size_t records(const std::string& arn) { return page(iterator(arn)).records.size(); }

  std::string shelves_arn_;
};

TEST_F(two_items, are_one_commit_with_neighbouring_records) {
  const auto syncs = disk_->log_syncs();
  ASSERT_TRUE(write_both("a", "1"));
  EXPECT_EQ(disk_->log_syncs(), syncs + 1);
  expect_consistent("written");
  const auto of_things = page(iterator(arn_)).records, of_shelves = page(iterator(shelves_arn_)).records;
  ASSERT_EQ(of_things.size(), 1u);
  ASSERT_EQ(of_shelves.size(), 1u);
  const auto first = engine::from_sequence_number(of_things.front().number);
  ASSERT_TRUE(first);
  EXPECT_EQ(engine::to_sequence_number(first->following()), of_shelves.front().number);
}

TEST_F(two_items, are_both_left_alone_when_one_is_refused) {
  ASSERT_TRUE(write_both("a", "1"));
  const std::string absent = R"x(,"ConditionExpression":"attribute_not_exists(pk)")x";
  for (const auto& requests : {std::vector{put_thing("a", "2", absent), put_shelf("a", "2")},
                               std::vector{put_thing("a", "2"), put_shelf("a", "2", absent)},
                               std::vector{put_thing("b", "2"), put_shelf("a", "2", absent), delete_thing("a")}}) {
    const auto done = write_all(*core_, requests);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code(), errc::conditional_check_failed);
    expect_consistent("refused");
    EXPECT_EQ(value_of(contents("things"), "a"), "1");
    EXPECT_EQ(records(arn_), 1u);
    EXPECT_EQ(records(shelves_arn_), 1u);
  }
  EXPECT_EQ(contents("things").size(), 1u);
}

TEST_F(two_items, are_both_left_alone_when_a_table_is_unknown_or_a_key_does_not_fit) {
  const item_request unknown{operation_name::put_item, R"({"TableName":"nothing","Item":{"pk":{"S":"a"}}})"};
  const item_request bad_key{operation_name::put_item, R"({"TableName":"shelves","Item":{"pk":{"S":"a"}}})"};
  EXPECT_EQ(write_all(*core_, {put_thing("a", "1"), unknown}).error().code(), errc::resource_not_found);
  EXPECT_EQ(write_all(*core_, {put_thing("a", "1"), bad_key}).error().code(), errc::validation);
  EXPECT_EQ(contents("things").size(), 0u);
  ASSERT_TRUE(write_both("a", "1"));  // no lock is left
}

TEST_F(two_items, cost_no_commit_when_neither_changes) {
  ASSERT_TRUE(write_all(*core_, {delete_thing("a"), delete_thing("b")}));
  const auto syncs = disk_->log_syncs();
  ASSERT_TRUE(write_all(*core_, {delete_thing("a"), delete_thing("b")}));
  EXPECT_EQ(disk_->log_syncs(), syncs);
  EXPECT_EQ(records(arn_), 0u);
}

TEST_F(two_items, may_be_many_of_which_several_share_a_stripe) {
  std::vector<item_request> requests;
  constexpr int count = 3'000;  // three times as many as there are stripes
  for (int i = 0; i < count; ++i) requests.push_back(put_thing(std::to_string(i), "1"));
  ASSERT_TRUE(write_all(*core_, requests));
  EXPECT_EQ(contents("things").size(), std::size_t{count});
  for (int i = 0; i < count; ++i) requests[static_cast<std::size_t>(i)] = delete_thing(std::to_string(i));
  ASSERT_TRUE(write_all(*core_, requests));
  EXPECT_EQ(contents("things").size(), 0u);
  EXPECT_EQ(folded(arn_).size(), 0u);
}

TEST_F(two_items, build_on_values_that_are_not_committed_yet) {
  ASSERT_TRUE(write_both("a", "0"));
  disk_->hold_syncs();
  std::vector<std::thread> writers;
  std::atomic<int> failed = 0;
  const auto write = [&](const std::string& from, const std::string& to) {
    const std::string condition =
        R"(,"ConditionExpression":"v = :v","ExpressionAttributeValues":{":v":{"S":")" + from + R"("}})";
    if (!write_all(*core_, {put_thing("a", to, condition), put_shelf("a", to, condition)})) ++failed;
  };
  writers.emplace_back(write, "0", "1");
  disk_->wait_for_held_sync();
  const auto pending = [&](const std::string& pk) {
    const std::string key = [&] {
      json::buffer out;
      const auto table = core_->tables.find("things");
      (void)engine::append_row_key(out, core_->rows->prefix(), table->descriptor, key_text(pk),
                                   engine::key_use::lookup);
      return std::string(out.view());
    }();
    engine::key_locks::guard held(core_->locks, engine::key_locks::stripe_of(key));
    const auto latest = held.latest(key);
    return latest && latest->row ? std::string(*latest->row) : std::string();
  };
  for (int i = 1; i <= 3; ++i) {
    writers.emplace_back(write, std::to_string(i), std::to_string(i + 1));
    while (pending("a").find(R"("v":{"S":")" + std::to_string(i + 1)) == std::string::npos) std::this_thread::yield();
  }
  disk_->release_syncs();
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(value_of(contents("things"), "a"), "4");
  expect_consistent("all built on each other");
}

TEST_F(two_items, are_prepared_anew_when_a_table_has_changed) {
  auto change = std::make_shared<engine::prepared_change>();
  const item_request thing = put_thing("a", "1"), shelf = put_shelf("a", "1");
  const auto of_thing = engine::read_write_item(request(thing.operation, json::buffer(thing.body)), change->rows);
  const auto of_shelf = engine::read_write_item(request(shelf.operation, json::buffer(shelf.body)), change->rows);
  core_->commits->reserve();
  engine::queue_slot slot(*core_->commits);
  engine::write_list list(*core_, change);
  list.add(*of_thing);
  list.add(*of_shelf);
  ASSERT_TRUE(list.prepare());
  disable_stream();  // of `things`
  EXPECT_EQ(list.enqueue(slot), engine::write_list::progress::stale);
  ASSERT_TRUE(list.prepare());
  ASSERT_EQ(list.enqueue(slot), engine::write_list::progress::queued);
  ASSERT_TRUE(core_->commits->wait(*change));
  EXPECT_EQ(value_of(contents("things"), "a"), "1");
  EXPECT_EQ(value_of(contents("shelves"), "a"), "1");
  EXPECT_EQ(records(arn_), 0u);
  EXPECT_EQ(records(shelves_arn_), 1u);
}

TEST_F(two_items, are_both_there_or_neither_whichever_operation_of_the_disk_fails) {
  for (const auto how : {disk_fault::kind::io_error, disk_fault::kind::no_space}) {
    for (std::uint64_t passing = 0; passing < 12; ++passing) {
      begin_anew();
      ASSERT_TRUE(write_both("a", "1"));
      disk_fault fault(disk_fault::operation::any_write, how);
      fault.passing = passing;
      disk_->fail(fault);
      std::string acknowledged = "1", tried = "1";
      for (int i = 2; i < 20 && tried == acknowledged; ++i) {
        tried = std::to_string(i);
        if (write_both("a", tried)) acknowledged = tried;
      }
      EXPECT_NE(tried, acknowledged) << "nothing failed";
      expect_consistent("after the failure");
      reopen();
      expect_consistent("opened again");
      const std::string there = value_of(contents("things"), "a");
      EXPECT_TRUE(there == acknowledged || there == tried) << there << ", acknowledged " << acknowledged;
      ASSERT_TRUE(write_both("a", "last"));
    }
  }
}

TEST_F(two_items, are_both_there_or_neither_after_a_power_cut) {
  for_each_seed(20, [&](std::mt19937_64& random) {
    begin_anew();
    std::atomic<int> acknowledged = 0;
    std::atomic<bool> failed = false;
    std::thread writer([&] {
      for (int i = 1; !failed; ++i) {
        if (write_all(*core_, {put_thing("a", std::to_string(i)), put_shelf("a", std::to_string(i)),
                               put_thing(std::to_string(i % 7), std::to_string(i)),
                               put_shelf(std::to_string(i % 7), std::to_string(i))})) {
          acknowledged = i;
        } else {
          failed = true;
        }
      }
    });
    const int lasts = 1 + static_cast<int>(random() % 20);
    while (acknowledged < lasts) std::this_thread::yield();
    disk_->crash_with_torn_tail(random());
    writer.join();
    reopen();
    expect_consistent("after the power cut");
    const auto things = contents("things");
    EXPECT_GE(std::stoi(value_of(things, "a")), acknowledged.load());
    EXPECT_LE(std::stoi(value_of(things, "a")), acknowledged + 1);
  });
}

}  // namespace
