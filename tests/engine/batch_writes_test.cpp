// BatchWriteItem over the wire: each request is a write of its own.
#include "../support/seeds.hpp"
#include "batch_fixture.hpp"

#include <filesystem>
#include <set>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using testing_support::for_each_seed;

using strings = std::vector<std::string>;

class batch_writes : public batch_fixture {};

TEST_F(batch_writes, put_and_delete_in_all_tables) {
  put("a", "old");
  put("a", "old", "others");
  EXPECT_EQ(
      told(operation_name::batch_write_item,
           R"({"RequestItems":{"things":[)" + joined({delete_text("a"), put_text("b", "1"), delete_text("none")}) +
               R"(],"others":[)" + joined({put_text("a", "2"), put_text("b", "3")}) + "]}}"),
      R"({"UnprocessedItems":{}})");
  EXPECT_EQ(contents(), (std::map<std::string, std::string>{{"b", item_text("b", "1")}}));
  EXPECT_EQ(contents("others"),
            (std::map<std::string, std::string>{{"a", item_text("a", "2")}, {"b", item_text("b", "3")}}));
  EXPECT_EQ(folded(), contents());
}

TEST_F(batch_writes, report_capacity_by_table) {
  put("a", std::string(2'000, 'x'));
  const std::string body = R"({"RequestItems":{"things":[)" +
                           joined({put_text("a", "1"), put_text("b", "1"), delete_text("none")}) + R"(],"others":[)" +
                           put_text("a", "2") +
                           R"(]},"ReturnConsumedCapacity":"TOTAL","ReturnItemCollectionMetrics":"SIZE"})";
  EXPECT_EQ(told(operation_name::batch_write_item, body),
            R"({"UnprocessedItems":{},"ConsumedCapacity":[{"CapacityUnits":4.0,"TableName":"things"},)"
            R"({"CapacityUnits":1.0,"TableName":"others"}]})");
}

TEST_F(batch_writes, report_each_item_collection_once) {
  ASSERT_TRUE(call(operation_name::create_table, R"({"TableName":"movies","BillingMode":"PAY_PER_REQUEST",
    "AttributeDefinitions":[{"AttributeName":"y","AttributeType":"N"},{"AttributeName":"t","AttributeType":"S"},
    {"AttributeName":"r","AttributeType":"N"}],
    "KeySchema":[{"AttributeName":"y","KeyType":"HASH"},{"AttributeName":"t","KeyType":"RANGE"}],
    "LocalSecondaryIndexes":[{"IndexName":"by_rating","Projection":{"ProjectionType":"ALL"},
    "KeySchema":[{"AttributeName":"y","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}]}]})")
                  .ok);
  const std::string metrics = R"({"ItemCollectionKey":{"y":{"N":"1"}},"SizeEstimateRangeGB":[0.0,1.0]})";
  EXPECT_EQ(
      told(operation_name::batch_write_item,
           R"({"RequestItems":{"things":[)" + put_text("a", "1") +
               R"(],"movies":[{"PutRequest":{"Item":{"y":{"N":"1"},"t":{"S":"a"},"r":{"N":"5"}}}},)"
               R"({"DeleteRequest":{"Key":{"y":{"N":"1"},"t":{"S":"b"}}}}]},"ReturnItemCollectionMetrics":"SIZE"})"),
      R"({"UnprocessedItems":{},"ItemCollectionMetrics":{"movies":[)" + metrics + "]}}");
  // A value that no index can hold is refused before anything is written.
  const std::string unfit = R"({"RequestItems":{"things":[)" + put_text("b", "1") +
                            R"(],"movies":[{"PutRequest":{"Item":{"y":{"N":"1"},"t":{"S":"c"},"r":{"S":"5"}}}}]}})";
  EXPECT_EQ(call(operation_name::batch_write_item, unfit).code, errc::validation);
  EXPECT_EQ(contents().size(), 1u);
}

TEST_F(batch_writes, what_is_wrong_is_refused_for_the_whole_and_nothing_is_written) {
  strings many;
  for (int i = 0; i < 26; ++i) many.push_back(put_text(std::to_string(i), "1"));
  std::string deep = R"({"S":"x"})";
  for (int i = 0; i < 32; ++i) deep = R"({"L":[)" + deep + "]}";
  const std::string good = put_text("good", "1");
  const std::string detected = "validation: 1 validation error detected: ";
  const std::string kinds =
      "validation: Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported "
      "datatypes";
  struct refusal {
    std::string body, told;
  };
  const refusal refusals[] = {
      {"{}", detected + "Value null at 'requestItems' failed to satisfy constraint: Member must not be null"},
      {R"({"RequestItems":{}})", detected + "Value at 'RequestItems' failed to satisfy constraint: Member must have "
                                            "length greater than or equal to 1"},
      {R"({"RequestItems":{"things":[]}})",
       detected + "Value '{things=[]}' at 'requestItems' failed to satisfy constraint: Map value must "
                  "satisfy constraint: [Member must have length less than or equal to 25, Member must have length "
                  "greater than or equal to 1]"},
      {R"({"RequestItems":{"things":[)" + joined(strings(many.begin(), many.begin() + 25)) + R"(],"others":[)" + good +
           "]}}",
       "validation: Too many items requested for the BatchWriteItem call"},
      {batch_text({good, put_text("a", "1"), delete_text("a")}),
       "validation: Provided list of item keys contains duplicates"},
      {R"({"RequestItems":{"things":[)" + good + R"(],"none":[)" + good + "]}}",
       "resource_not_found: Requested resource not found"},
      {batch_text({good, "{}"}), kinds},
      {batch_text({good, R"({"PutRequest":{"Item":{"pk":{"S":"x"}}},"DeleteRequest":{"Key":{"pk":{"S":"y"}}}})"}),
       kinds},
      {batch_text({good, R"({"PutRequest":{}})"}),
       detected + "Value null at 'requestItems.things.member.2.member.putRequest.item' failed to satisfy constraint: "
                  "Member must not be null"},
      {batch_text({good, R"({"DeleteRequest":{}})"}),
       detected + "Value null at 'requestItems.things.member.2.member.deleteRequest.key' failed to satisfy "
                  "constraint: Member must not be null"},
      {batch_text({good, R"({"PutRequest":{"Item":{"v":{"S":"x"}}}})"}),
       "validation: The provided key element does not match the schema"},
      {batch_text({good, R"({"PutRequest":{"Item":{"pk":{"N":"1"},"v":{"S":"x"}}}})"}),
       "validation: The provided key element does not match the schema"},
      {batch_text({good, R"({"PutRequest":{"Item":{"pk":{"N":"1e2147483647"}}}})"}),
       "validation: Number underflow. Attempting to store a number with magnitude smaller than supported range"},
      {batch_text({R"({"PutRequest":{"Item":{"pk":{"N":"x"}}}})"}, R"(,"ReturnItemCollectionMetrics":"ALL")"),
       detected + "Value 'ALL' at 'returnItemCollectionMetrics' failed to satisfy constraint: Member must satisfy "
                  "enum value set: [SIZE, NONE]"},
      {batch_text({good, R"({"DeleteRequest":{"Key":{"pk":{"N":"1"}}}})"}),
       "validation: The provided key element does not match the schema"},
      {batch_text({good, put_text("large", std::string(410'000, 'x'))}),
       "validation: Item size has exceeded the maximum allowed size"},
      {batch_text({good, R"({"PutRequest":{"Item":{"pk":{"S":"x"},"v":)" + deep + "}}}"}),
       "validation: Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond "
       "supported limit"},
      {batch_text({good}, R"(,"ReturnItemCollectionMetrics":"ALL")"),
       detected + "Value 'ALL' at 'returnItemCollectionMetrics' failed to satisfy constraint: Member must satisfy "
                  "enum value set: [SIZE, NONE]"},
      {R"({"RequestItems":{"things":[)" + good + R"(],"things":[]}})",
       "serialization: RequestItems names the table things twice"},
  };
  for (const refusal& r : refusals) {
    EXPECT_EQ(told(operation_name::batch_write_item, r.body), r.told) << r.body.substr(0, 300);
  }
  const std::string too_many = told(operation_name::batch_write_item, batch_text(many));
  EXPECT_TRUE(too_many.starts_with(detected +
                                   "Value '{things=[WriteRequest(putRequest=PutRequest(item={pk=com.amazonaws."
                                   "dynamodb.v20120810.AttributeValue@"))
      << too_many;
  EXPECT_NE(too_many.find("}, workloadProfileName=null), deleteRequest=null), WriteRequest("), std::string::npos)
      << too_many;
  EXPECT_TRUE(
      too_many.ends_with("]}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: "
                         "[Member must have length less than or equal to 25, Member must have length greater "
                         "than or equal to 1]"))
      << too_many;
  EXPECT_TRUE(contents().empty());
  EXPECT_TRUE(write(strings(many.begin(), many.begin() + 25)).ok);
  EXPECT_EQ(contents().size(), 25u);
}

TEST_F(batch_writes, leave_a_table_as_single_writes_do) {
  for_each_seed(30, [&](std::mt19937_64& random) {
    open_in_memory();
    make_tables();
    for (int round = 0; round < 20; ++round) {
      strings requests;
      std::map<std::string, std::string> values;  // empty: deleted
      for (std::size_t i = 0; i < 1 + random() % 25; ++i) {
        values["k" + std::to_string(random() % 40)] = random() % 3 == 0 ? "" : std::to_string(random() % 3);
      }
      for (const auto& [pk, value] : values) {
        requests.push_back(value.empty() ? delete_text(pk) : put_text(pk, value));
        const std::string single = value.empty() ? R"("Key":)" + key_text(pk) : R"("Item":)" + item_text(pk, value);
        ASSERT_TRUE(call(value.empty() ? operation_name::delete_item : operation_name::put_item,
                         R"({"TableName":"others",)" + single + "}")
                        .ok);
      }
      std::ranges::shuffle(requests, random);
      if (random() % 2 == 0) {
        ASSERT_EQ(write(requests).to_string(), R"({"UnprocessedItems":{}})");
      } else {
        kept_answer kept;
        db_->start(request(operation_name::batch_write_item, json::buffer(batch_text(requests))), kept);
        ASSERT_EQ(kept.get().to_string(), R"({"UnprocessedItems":{}})");
      }
    }
    ASSERT_EQ(contents(), contents("others"));
    ASSERT_EQ(contents(), folded());
  });
}

class batch_writes_on_disk : public batch_fixture {
 protected:
  void SetUp() override {
    reopen_on(disk_);
    make_tables();
  }
  void reopen_on(dynamo::testing::simulated_disk& disk) {
    db_.reset();
    database_options how = options();
    how.durability = durability::power_loss;
    how.files = disk.files();
    auto opened = engine::open(path(), how);
    ASSERT_TRUE(opened) << opened.error().describe();
    db_ = *opened;
  }
  dynamo::testing::simulated_disk disk_;
};

TEST_F(batch_writes_on_disk, of_25_requests_cost_one_sync) {
  strings requests;
  for (int i = 0; i < 25; ++i) requests.push_back(put_text(std::to_string(i), "1"));
  const auto before = disk_.log_syncs();
  ASSERT_TRUE(write(requests).ok);
  EXPECT_EQ(disk_.log_syncs(), before + 1);
}

TEST_F(batch_writes_on_disk, that_find_the_queue_full_are_unprocessed_in_part) {
  constexpr std::size_t in_flight_max = 4096, places = 10;
  disk_.hold_syncs();
  std::vector<std::unique_ptr<kept_answer>> writers;
  for (std::size_t i = 0; i < in_flight_max - places; ++i) {
    writers.push_back(std::make_unique<kept_answer>());
    db_->start(request(operation_name::put_item,
                       json::buffer(R"({"TableName":"others","Item":)" + item_text(std::to_string(i), "1") + "}")),
               *writers.back());
  }
  strings requests;
  for (int i = 0; i < 25; ++i) requests.push_back(put_text(std::to_string(i), "1"));
  requests[20] = delete_text("20");
  kept_answer batch, without_room;
  db_->start(request(operation_name::batch_write_item, json::buffer(batch_text(requests))), batch);
  db_->start(request(operation_name::batch_write_item, json::buffer(batch_text(requests))), without_room);
  EXPECT_EQ(without_room.get().code, errc::throttled);
  EXPECT_FALSE(batch.has_come());
  disk_.release_syncs();
  const answer came = batch.get();
  EXPECT_EQ(came.to_string(),
            R"({"UnprocessedItems":{"things":[)" + joined(strings(requests.begin() + places, requests.end())) + "]}}");
  for (const auto& writer : writers) EXPECT_TRUE(writer->get().ok);
  EXPECT_EQ(contents().size(), places);
  const std::string rest = member(came.body, "UnprocessedItems").value_or("");
  EXPECT_EQ(told(operation_name::batch_write_item, R"({"RequestItems":)" + rest + "}"), R"({"UnprocessedItems":{}})");
  EXPECT_EQ(contents().size(), 24u);
}

TEST_F(batch_writes_on_disk, whose_write_fails_are_refused_and_the_database_is_read_only) {
  put("a", "1");
  disk_.fail(dynamo::testing::disk_fault(dynamo::testing::disk_fault::operation::any_write,
                                         dynamo::testing::disk_fault::kind::io_error));
  EXPECT_EQ(write({put_text("b", "1"), put_text("c", "1")}).code, errc::storage);
  EXPECT_EQ(write({put_text("b", "1")}).code, errc::read_only);
  kept_answer kept;
  db_->start(request(operation_name::batch_write_item, json::buffer(batch_text({put_text("b", "1")}))), kept);
  EXPECT_EQ(kept.get().code, errc::read_only);
}

TEST_F(batch_writes_on_disk, that_were_acknowledged_are_there_after_a_power_cut_and_no_item_is_torn) {
  for_each_seed(20, [&](std::mt19937_64& random) {
    db_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(path(), ignored);
    dynamo::testing::simulated_disk before, after;
    reopen_on(before);
    make_tables();
    std::map<std::string, std::set<std::string>>
        possible;  // what each item may be: the last acknowledged, and later ones
    const std::uint64_t lasts = random() % 15;
    bool crashed = false;
    for (std::uint64_t round = 0; !crashed; ++round) {
      std::map<std::string, std::string> values;
      for (std::size_t i = 0; i < 1 + random() % 25; ++i) {
        const std::string pk = "k" + std::to_string(random() % 40);
        values[pk] = random() % 4 == 0 ? "" : item_text(pk, std::to_string(round));
      }
      strings requests;
      for (const auto& [pk, item] : values) {
        requests.push_back(item.empty() ? delete_text(pk) : R"({"PutRequest":{"Item":)" + item + "}}");
      }
      if (round == lasts) {
        kept_answer kept;
        db_->start(request(operation_name::batch_write_item, json::buffer(batch_text(requests))), kept);
        before.crash_with_torn_tail(random());
        crashed = true;
        const bool done = kept.get().ok;
        for (const auto& [pk, item] : values) {
          if (possible[pk].empty()) possible[pk].insert("");
          if (done) possible[pk].clear();
          possible[pk].insert(item);
        }
      } else {
        ASSERT_TRUE(write(requests).ok);
        for (const auto& [pk, item] : values) possible[pk] = {item};
      }
    }
    reopen_on(after);
    const auto there = contents();
    for (const auto& [pk, items] : possible) {
      const auto at = there.find(pk);
      EXPECT_TRUE(items.contains(at == there.end() ? "" : at->second)) << pk;
    }
    EXPECT_EQ(there, folded());
    db_.reset();
  });
}

}  // namespace
