#include "canned_endpoint.hpp"
#include "shop.hpp"

#include <gtest/gtest.h>

/// What typed calls put on the wire, letter for letter.
namespace {

using namespace shop;
using dynamo::test::canned_endpoint;

class requests : public ::testing::Test {
 protected:
  std::shared_ptr<canned_endpoint> wire = std::make_shared<canned_endpoint>();
  dynamo::table<orders> table{wire};
  dynamo::table<shop::users> people{wire};

  std::string last() const { return wire->last(); }
  dynamo::repeatable repeats() const { return wire->requests.back().repeats; }
};

order example() {
  order o;
  o.customer_id = "alice";
  o.number = 7;
  o.labels = {"b", "a"};
  return o;
}

TEST_F(requests, put_sends_the_item_in_canonical_form) {
  const order o = example();
  ASSERT_TRUE(table.put(o).run());
  EXPECT_EQ(last(),
            R"~({"TableName":"orders","Item":{"attempts":{"N":"0"},"counts":{"M":{}},"customer_id":{"S":"alice"},)~"
            R"~("labels":{"SS":["a","b"]},"number":{"N":"7"},"state":{"S":"open"},"tags":{"L":[]}}})~");
  EXPECT_EQ(wire->requests.back().operation, dynamo::operation_name::put_item);
  EXPECT_EQ(repeats(), dynamo::repeatable::yes);
}

TEST_F(requests, put_with_a_condition_does_not_repeat) {
  const user u{"a@example.com", 3};
  ASSERT_TRUE(
      people.put(u, only_if(email.not_exists() || age < 3), dynamo::return_old, dynamo::on_failure_return_item).run());
  EXPECT_EQ(
      last(),
      R"~({"TableName":"users","Item":{"age":{"N":"3"},"email":{"S":"a@example.com"}},"ReturnValues":"ALL_OLD",)~"
      R"~("ReturnValuesOnConditionCheckFailure":"ALL_OLD","ConditionExpression":"attribute_not_exists(#0) OR #1 < :0",)~"
      R"~("ExpressionAttributeNames":{"#0":"email","#1":"age"},"ExpressionAttributeValues":{":0":{"N":"3"}}})~");
  EXPECT_EQ(repeats(), dynamo::repeatable::no);
}

TEST_F(requests, keys_are_values_pairs_or_items) {
  constexpr std::string_view expected =
      R"~({"TableName":"orders","Key":{"customer_id":{"S":"alice"},"number":{"N":"7"}}})~";
  ASSERT_TRUE(table.get({"alice", 7u}).run());
  EXPECT_EQ(last(), expected);
  ASSERT_TRUE(table.get({std::string("alice"), 7}).run());
  EXPECT_EQ(last(), expected);
  ASSERT_TRUE(table.get(example()).run());
  EXPECT_EQ(last(), expected);
  ASSERT_TRUE(table.remove(example()).run());
  EXPECT_EQ(last(), expected);
  ASSERT_TRUE(people.get("a@example.com", dynamo::consistent_read).run());
  EXPECT_EQ(last(), R"~({"TableName":"users","Key":{"email":{"S":"a@example.com"}},"ConsistentRead":true})~");
}

TEST_F(requests, a_key_that_cannot_be_is_an_error_and_nothing_is_sent) {
  const auto found = table.get({"alice", -1}).run();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code(), dynamo::errc::invalid_argument);
  EXPECT_EQ(found.error().message(), "attribute `number`: the integer is out of the range of the key's type");
  EXPECT_TRUE(wire->requests.empty());
}

TEST_F(requests, the_name_of_a_table_may_differ_at_run_time) {
  ASSERT_TRUE(dynamo::table<shop::users>(wire, "users-\"prod\"").get("x").run());
  EXPECT_EQ(last(), R"~({"TableName":"users-\"prod\"","Key":{"email":{"S":"x"}}})~");
}

TEST_F(requests, an_update_groups_its_actions) {
  ASSERT_TRUE(table
                  .update({"alice", 7u}, set(state, status::shipped), add(attempts, 1u), remove(note),
                          set(street, "High Street"), add(labels, "new", "hot"), erase(labels, "old"),
                          only_if(state == status::open && attempts < 5u))
                  .run());
  EXPECT_EQ(
      last(),
      R"~({"TableName":"orders","Key":{"customer_id":{"S":"alice"},"number":{"N":"7"}},)~"
      R"~("UpdateExpression":"SET #0 = :0, #1.#2 = :1 REMOVE #3 ADD #4 :2, #5 :3 DELETE #5 :4",)~"
      R"~("ConditionExpression":"#0 = :5 AND #4 < :6 AND (attribute_not_exists(#4) OR #4 <= :7)",)~"
      R"~("ExpressionAttributeNames":{"#0":"state","#1":"deliver_to","#2":"street","#3":"note","#4":"attempts","#5":"labels"},)~"
      R"~("ExpressionAttributeValues":{":0":{"S":"shipped"},":1":{"S":"High Street"},":2":{"N":"1"},)~"
      R"~(":3":{"SS":["hot","new"]},":4":{"SS":["old"]},":5":{"S":"open"},":6":{"N":"5"},":7":{"N":"4294967294"}}})~");
}

TEST_F(requests, computed_values) {
  ASSERT_TRUE(table
                  .update({"alice", 7u}, set(attempts, if_not_exists(attempts, 0u) + 1u),
                          set(tags, list_append(tags, "x", "y")), set(counts["a"], counts["b"] - 1), set(tags[2], "z"))
                  .run());
  EXPECT_NE(
      last().find(
          R"~("UpdateExpression":"SET #0 = if_not_exists(#0, :0) + :1, #1 = list_append(#1, :2), #2.#3 = #2.#4 - :3, #1[2] = :4")~"),
      std::string::npos)
      << last();
  EXPECT_NE(last().find(R"~(":2":{"L":[{"S":"x"},{"S":"y"}]})~"), std::string::npos) << last();
}

TEST_F(requests, updates_repeat_only_if_they_leave_the_same_item) {
  const auto repeats_after = [&](auto&&... clauses) {
    wire->answer(
        R"({"Attributes":{"attempts":{"N":"0"},"counts":{"M":{}},"customer_id":{"S":"alice"},"number":{"N":"7"},)"
        R"("state":{"S":"open"},"tags":{"L":[]}}})");
    EXPECT_TRUE(table.update({"alice", 7u}, clauses...).run());
    return repeats() == dynamo::repeatable::yes;
  };
  EXPECT_TRUE(repeats_after(set(state, status::open), remove(note), erase(labels, "x")));
  EXPECT_TRUE(repeats_after(set(attempts, if_not_exists(attempts, 0u))));
  EXPECT_FALSE(repeats_after(set(attempts, attempts + 1u)));
  EXPECT_FALSE(repeats_after(add(attempts, 1)));
  EXPECT_FALSE(repeats_after(set(tags, list_append(tags, "x"))));
  EXPECT_FALSE(repeats_after(set(state, status::open), only_if(note.exists())));
  EXPECT_TRUE(repeats_after(set(state, status::open), dynamo::return_new));
  EXPECT_FALSE(repeats_after(set(state, status::open), dynamo::return_old));
}

TEST_F(requests, an_empty_optional_removes_and_a_negative_step_is_a_step) {
  ASSERT_TRUE(table.update({"alice", 7u}, set(note, std::optional<std::string>()), add(attempts, -1)).run());
  EXPECT_NE(last().find(R"~("UpdateExpression":"REMOVE #0 ADD #1 :0")~"), std::string::npos) << last();
  const auto refused = table.update({"alice", 7u}, set(attempts, -1)).run();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), dynamo::errc::invalid_argument);
}

TEST_F(requests, every_condition) {
  const auto printed = [&](auto condition) {
    EXPECT_TRUE(table.remove({"a", 1u}, only_if(condition)).run());
    const std::string text = last();
    const std::size_t begin = text.find("\"ConditionExpression\":\"") + 23;
    return text.substr(begin, text.find('"', begin) - begin);
  };
  EXPECT_EQ(printed(note == "x"), "#0 = :0");
  EXPECT_EQ(printed(note != "x"), "#0 <> :0");
  EXPECT_EQ(printed(attempts <= 3u), "#0 <= :0");
  EXPECT_EQ(printed(attempts > 3u), "#0 > :0");
  EXPECT_EQ(printed(attempts >= -3), "#0 >= :0");
  EXPECT_EQ(printed(attempts.between(1u, 2u)), "#0 BETWEEN :0 AND :1");
  EXPECT_EQ(printed(state.in(status::open, status::shipped)), "#0 IN (:0, :1)");
  EXPECT_EQ(printed(note.begins_with("x")), "begins_with(#0, :0)");
  EXPECT_EQ(printed(note.contains("x")), "contains(#0, :0)");
  EXPECT_EQ(printed(tags.contains("x")), "contains(#0, :0)");
  EXPECT_EQ(printed(labels.contains("x")), "contains(#0, :0)");
  EXPECT_EQ(printed(note.exists()), "attribute_exists(#0)");
  EXPECT_EQ(printed(note.has_type(dynamo::attribute_type::S)), "attribute_type(#0, :0)");
  EXPECT_EQ(printed(tags.size() > 3), "size(#0) > :0");
  EXPECT_EQ(printed(house_number == 12u), "#0.#1 = :0");
  EXPECT_EQ(printed(tags[1] == "x"), "#0[1] = :0");
  EXPECT_EQ(printed(counts["x"] < 5), "#0.#1 < :0");
  EXPECT_EQ(printed(attempts == number || !(note.exists() && state == status::open)).substr(0, 4), "#0 =");
}

/// A null pointer that no compiler sees through.
const char* null_text() {
  static const char* volatile none = nullptr;
  return none;
}

TEST_F(requests, a_path_by_a_null_text_crashed) {
  const char* const nothing = null_text();
  const auto nowhere = counts[nothing];
  std::vector<dynamo::error> refused;
  const auto keep = [&](auto operation) {
    const auto outcome = std::move(operation).run();
    refused.push_back(outcome ? dynamo::error(dynamo::errc::storage, "it was sent") : outcome.error());
  };
  const auto update = [&](auto action) { keep(table.update({"a", 1u}, std::move(action))); };
  for (const auto& met : {nowhere == 1, !nowhere.exists(), nowhere.in(1, 2), nowhere.between(1, 2),
                          counts["a"] < nowhere, note.exists() && nowhere.has_type(dynamo::attribute_type::N)}) {
    keep(table.remove({"a", 1u}, only_if(met)));
  }
  keep(table.scan(filter(nowhere.exists())).page());
  update(set(nowhere, 1));
  update(set(nowhere, nowhere + 1));
  update(set(counts["a"], nowhere - counts["b"]));
  update(set(counts["a"], if_not_exists(nowhere, 1)));
  update(remove(nowhere));
  update(add(nowhere, 1));
  for (const dynamo::error& one : refused) {
    EXPECT_EQ(one.code(), dynamo::errc::invalid_argument);
    EXPECT_NE(one.message().find("null pointer"), std::string::npos) << one.message();
  }
  EXPECT_EQ(refused.size(), 13u);
  EXPECT_TRUE(wire->requests.empty());
}

struct seating {
  std::string room;
  std::map<std::string, std::vector<std::set<std::string>>> guests;
};
struct seatings : dynamo::schema<"seatings", seating, dynamo::partition_key<&seating::room>> {};

TEST_F(requests, a_path_that_goes_on_from_a_null_text_crashed) {
  const dynamo::table<seatings> rooms(wire);
  constexpr auto guests = dynamo::attr<&seating::guests>;
  const char* const nothing = null_text();
  const auto nowhere = guests[nothing][0];
  for (const auto& refused :
       {rooms.update("a", add(nowhere, "x")).run(), rooms.update("a", erase(nowhere, "x")).run(),
        rooms.update("a", set(nowhere, std::set<std::string>())).run(),
        rooms.update("a", set(guests["b"], list_append(guests[nothing], std::set<std::string>{"x"}))).run(),
        rooms.update("a", set(guests["a"][0], std::set<std::string>{"x"}), only_if(nowhere.size() > 1)).run()}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), dynamo::errc::invalid_argument);
    EXPECT_NE(refused.error().message().find("null pointer"), std::string::npos) << refused.error().message();
  }
  auto path = guests["a"];
  const auto taken = std::move(path);
  const auto refused = rooms.remove("a", only_if(path.exists())).run();  // NOLINT(bugprone-use-after-move)
  ASSERT_FALSE(refused) << "of a path that was moved from";
  EXPECT_EQ(refused.error().code(), dynamo::errc::invalid_argument);
  EXPECT_TRUE(wire->requests.empty());
}

TEST_F(requests, raw_expressions_are_parsed_and_aliased) {
  ASSERT_TRUE(table
                  .remove({"a", 1u}, only_if(dynamo::raw("status = :s AND #state <> :t", dynamo::bind(":s", "x"),
                                                         dynamo::bind(":t", 5))))
                  .run());
  EXPECT_NE(
      last().find(
          R"~("ConditionExpression":"#0 = :0 AND #1 <> :1","ExpressionAttributeNames":{"#0":"status","#1":"state"},)~"
          R"~("ExpressionAttributeValues":{":0":{"S":"x"},":1":{"N":"5"}}})~"),
      std::string::npos)
      << last();
  wire->requests.clear();
  for (const auto& refused :
       {table.remove({"a", 1u}, only_if(dynamo::raw("status = :s"))).run(),
        table.remove({"a", 1u}, only_if(dynamo::raw("a = :s", dynamo::bind(":s", 1), dynamo::bind(":t", 1)))).run(),
        table.remove({"a", 1u}, only_if(dynamo::raw("a = = :s", dynamo::bind(":s", 1)))).run(),
        table.update({"a", 1u}, dynamo::raw_update("SET")).run()}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), dynamo::errc::invalid_argument);
    EXPECT_FALSE(refused.error().message().empty());
  }
  EXPECT_TRUE(wire->requests.empty());
}

TEST_F(requests, a_query_names_its_keys_and_a_scan_its_segment) {
  wire->answer(R"~({"Items":[],"Count":0,"ScannedCount":0})~");
  ASSERT_TRUE(table
                  .query("alice", number >= 5u, filter(note.exists()), dynamo::page_size(25),
                         dynamo::order_by::descending, dynamo::consistent_read)
                  .page()
                  .run());
  EXPECT_EQ(last(), R"~({"TableName":"orders","ConsistentRead":true,"ScanIndexForward":false,)~"
                    R"~("KeyConditionExpression":"#0 = :0 AND #1 >= :1","FilterExpression":"attribute_exists(#2)",)~"
                    R"~("ExpressionAttributeNames":{"#0":"customer_id","#1":"number","#2":"note"},)~"
                    R"~("ExpressionAttributeValues":{":0":{"S":"alice"},":1":{"N":"5"}},"Limit":25})~");
  wire->answer(R"~({"Items":[],"Count":0,"ScannedCount":0})~");
  ASSERT_TRUE(table.scan(dynamo::segment(1, 4)).page().run());
  EXPECT_EQ(last(), R"~({"TableName":"orders","Segment":1,"TotalSegments":4})~");
  wire->answer(R"~({"Items":[],"Count":0,"ScannedCount":0})~");
  ASSERT_TRUE(table.query(by_state{}, status::open, number.between(1u, 9u)).page().run());
  EXPECT_NE(last().find(R"~("IndexName":"by_state")~"), std::string::npos) << last();
}

TEST_F(requests, a_table_is_created_as_its_schema_says) {
  wire->answer("{}");
  wire->answer(R"~({"Table":{"TableStatus":"CREATING","KeySchema":[{"AttributeName":"email","KeyType":"HASH"}]}})~");
  wire->answer(R"~({"Table":{"TableStatus":"ACTIVE","KeySchema":[{"AttributeName":"email","KeyType":"HASH"}]}})~");
  ASSERT_TRUE(people.create_if_absent(dynamo::stream_view::new_and_old_images).run());
  ASSERT_EQ(wire->requests.size(), 3u);
  EXPECT_EQ(
      wire->requests[0].body,
      R"~({"TableName":"users","AttributeDefinitions":[{"AttributeName":"email","AttributeType":"S"}],)~"
      R"~("KeySchema":[{"AttributeName":"email","KeyType":"HASH"}],)~"
      R"~("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"},"BillingMode":"PAY_PER_REQUEST"})~");
  EXPECT_EQ(wire->requests[1].body, R"~({"TableName":"users"})~");
}

TEST_F(requests, a_table_with_other_keys_is_noticed) {
  wire->answer(dynamo::error(dynamo::errc::resource_in_use, "Table already exists: users"));
  wire->answer(R"~({"Table":{"TableStatus":"ACTIVE","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}})~");
  const auto created = people.create_if_absent().run();
  ASSERT_FALSE(created);
  EXPECT_EQ(
      created.error().message(),
      "table users exists with other keys: partition key `id`, no sort key; the schema has partition key `email`, no sort "
      "key");
}

}  // namespace
