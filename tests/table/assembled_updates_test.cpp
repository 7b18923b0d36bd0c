#include "canned_endpoint.hpp"
#include "shop.hpp"

#include <dynamo/database.hpp>

#include <gtest/gtest.h>
#include <support/wired.hpp>

/// Updates from a partial struct, from JSON, and from a list that is made at run time.
namespace {

using dynamo::set_from;
using dynamo::set_from_dynamodb_json;
using dynamo::set_from_json;
using dynamo::test::canned_endpoint;

enum class plan { free, paid };
struct address {
  std::string street;
  std::set<int> floors;
};
struct person {
  std::string id;
  std::string name;
  std::optional<std::string> nickname;
  plan tier = plan::free;
  std::uint8_t level = 0;
  std::int64_t points = 0;
  double score = 0;
  bool active = false;
  std::set<std::string> labels;
  std::vector<int> marks;
  dynamo::binary photo;
  std::optional<address> home;
  std::optional<dynamo::attribute_value> anything;
  std::chrono::sys_seconds seen;
};
}  // namespace
template <>
struct dynamo::attributes<person>
    : dynamo::traits<dynamo::rename<&person::name, "FullName">, dynamo::defaulted<&person::tier>,
                     dynamo::defaulted<&person::level>, dynamo::defaulted<&person::points>,
                     dynamo::defaulted<&person::score>, dynamo::defaulted<&person::active>,
                     dynamo::defaulted<&person::marks>, dynamo::defaulted<&person::photo>,
                     dynamo::defaulted<&person::seen>> {};
namespace {
struct people_schema : dynamo::schema<"people", person, dynamo::partition_key<&person::id>> {};

struct renamed {
  std::optional<std::string> FullName;
  std::optional<std::string> nickname;
  std::optional<std::uint8_t> level;
  std::set<std::string> labels;
};
struct moved {
  address home;
};

class assembled_updates : public ::testing::Test {
 protected:
  std::shared_ptr<canned_endpoint> wire = std::make_shared<canned_endpoint>();
  dynamo::table<people_schema> people{wire};

  /// The members of the request after its key.
  std::string sent() const {
    const std::string text = wire->last();
    constexpr std::string_view opening = R"({"TableName":"people","Key":{"id":{"S":"a"}})";
    EXPECT_TRUE(text.starts_with(opening)) << text;
    return text.size() <= opening.size() + 2 ? std::string()
                                             : text.substr(opening.size() + 1, text.size() - opening.size() - 2);
  }
  template <class... Clauses>
  std::string update(const Clauses&... clauses) {
    const std::size_t before = wire->requests.size();
    const auto done = people.update("a", clauses...).run();
    if (!done) {
      EXPECT_EQ(done.error().code(), dynamo::errc::invalid_argument) << done.error().describe();
      EXPECT_EQ(wire->requests.size(), before) << "something was sent";
      return done.error().message();
    }
    return sent();
  }
};

TEST_F(assembled_updates, of_a_partial_struct_set_what_it_has_and_leave_the_rest_alone) {
  EXPECT_EQ(update(set_from(renamed{"Jane", std::nullopt, 3, {}})),
            R"("UpdateExpression":"SET #0 = :0, #1 = :1","ExpressionAttributeNames":{"#0":"FullName","#1":"level"},)"
            R"("ExpressionAttributeValues":{":0":{"S":"Jane"},":1":{"N":"3"}})");
  const moved home{{"High Street", {2, 1}}};
  const std::string whole = update(set_from(home), dynamo::create_partial);
  EXPECT_EQ(whole,
            R"("UpdateExpression":"SET #0 = :0","ExpressionAttributeNames":{"#0":"home"},)"
            R"("ExpressionAttributeValues":{":0":{"M":{"floors":{"NS":["1","2"]},"street":{"S":"High Street"}}}})");
}

TEST_F(assembled_updates, that_may_create_an_item_without_a_required_member_demand_that_it_exists) {
  EXPECT_NE(update(set_from(renamed{std::nullopt, "Jo", std::nullopt, {}})).find("attribute_exists(#1)"),
            std::string::npos);
  EXPECT_EQ(update(set_from(renamed{"Jane", "Jo", std::nullopt, {}})).find("attribute_exists"), std::string::npos);
  EXPECT_NE(update(set_from_json(R"({"level": 1})")).find("attribute_exists"), std::string::npos);
  EXPECT_EQ(update(set_from_json(R"({"FullName": "x"})")).find("attribute_exists"), std::string::npos);
  EXPECT_EQ(update(set_from_json(R"({"level": 1})"), set(dynamo::attr<&person::name>, "x")).find("attribute_exists"),
            std::string::npos);
  EXPECT_EQ(update(set_from_json(R"({"level": 1})"), dynamo::create_partial).find("attribute_exists"),
            std::string::npos);
  EXPECT_NE(update(dynamo::update_list().add("points", 1)).find("attribute_exists"), std::string::npos);
  EXPECT_EQ(update(dynamo::update_list().add("points", 1).set("FullName", "x")).find("attribute_exists"),
            std::string::npos);
}

TEST_F(assembled_updates, of_a_partial_struct_take_other_clauses_beside) {
  const std::string text = update(set_from(renamed{"Jane", std::nullopt, std::nullopt, {}}),
                                  remove(dynamo::attr<&person::nickname>), only_if(dynamo::attr<&person::level> < 3));
  EXPECT_NE(text.find(R"("UpdateExpression":"SET #0 = :0 REMOVE #1")"), std::string::npos) << text;
}

/// JSON, and what is sent: the actions with their values in place, in the order of the text.
struct json_case {
  std::string_view json;
  std::string_view expected;
};

TEST_F(assembled_updates, of_plain_json_take_the_form_of_the_members) {
  const json_case cases[] = {
      {R"({"FullName": "Jane \u00e9"})", R"({"S":"Jane é"})"},
      {R"({"nickname": "Jo"})", R"({"S":"Jo"})"},
      {R"({"tier": "paid"})", R"({"S":"paid"})"},
      {R"({"level": 255})", R"({"N":"255"})"},
      {R"({"level": 1e2})", R"({"N":"100"})"},
      {R"({"score": 0.5})", R"({"N":"0.5"})"},
      {R"({"active": true})", R"({"BOOL":true})"},
      {R"({"labels": ["b", "a", "b"]})", R"({"SS":["a","b"]})"},
      {R"({"marks": [1, 2]})", R"({"L":[{"N":"1"},{"N":"2"}]})"},
      {R"({"marks": []})", R"({"L":[]})"},
      {R"({"photo": "AAEC"})", R"({"B":"AAEC"})"},
      {R"({"seen": 1700000000})", R"({"N":"1700000000"})"},
      {R"({"home": {"street": "High", "floors": [2, 1]}})",
       R"({"M":{"floors":{"NS":["1","2"]},"street":{"S":"High"}}})"},
      {R"({"anything": [1, "x", null, {"a": false}]})",
       R"({"L":[{"N":"1"},{"S":"x"},{"NULL":true},{"M":{"a":{"BOOL":false}}}]})"},
  };
  for (const json_case& one : cases) {
    const std::string text = update(set_from_json(std::string(one.json)), dynamo::create_partial);
    EXPECT_TRUE(text.starts_with(R"("UpdateExpression":"SET #0 = :0")")) << one.json << '\n' << text;
    EXPECT_TRUE(text.ends_with(R"("ExpressionAttributeValues":{":0":)" + std::string(one.expected) + "}"))
        << one.json << '\n'
        << text;
  }
  EXPECT_EQ(update(set_from_json(R"({"nickname": null, "labels": [], "score": null})"), dynamo::create_partial),
            R"("UpdateExpression":"REMOVE #0, #1, #2",)"
            R"("ExpressionAttributeNames":{"#0":"nickname","#1":"labels","#2":"score"})");
  EXPECT_EQ(update(set_from_json(" {} "), dynamo::create_partial), "");
}

TEST_F(assembled_updates, of_plain_json_that_does_not_fit_name_the_member_and_send_nothing) {
  const json_case cases[] = {
      {R"({"FulName": "x"})", "attribute `FulName`: the table's struct has no such member"},
      {R"({"name": "x"})", "attribute `name`: the table's struct has no such member"},
      {R"({"id": "b"})", "attribute `id`: key attributes cannot change; put a new item and remove the old one"},
      {R"({"level": 1, "level": 2})", "attribute `level`: the JSON of an update names it twice"},
      {R"({"FullName": 5})", "attribute `FullName`: expected a value of type S, found one of type N"},
      {R"({"FullName": null})",
       "attribute `FullName`: this member is not optional: an item without it cannot be read, so nothing may remove it"},
      {R"({"active": "true"})", "attribute `active`: expected a value of type BOOL, found one of type S"},
      {R"({"marks": [1, "x"]})", "attribute `marks[1]`: expected a value of type N, found one of type S"},
      {R"({"home": {"street": "High", "floor": 1}})", "attribute `home.floor`: the struct has no such member"},
      {R"({"photo": "*"})", "attribute `photo`: the stored binary is not base64"},
      {R"({"labels": "a"})", "attribute `labels`: expected a value of type SS, found one of type S"},
  };
  for (const json_case& one : cases) EXPECT_EQ(update(set_from_json(std::string(one.json))), one.expected) << one.json;
  const json_case beginnings[] = {
      {R"({"level": 256})", "attribute `level`: "},
      {R"({"level": -1})", "attribute `level`: "},
      {R"({"level": 1.5})", "attribute `level`: "},
      {R"({"tier": "gold"})", "attribute `tier`: "},
      {R"({"score": 1e999})", "attribute `score`: "},
      {R"({"home": {"floors": []}})", "attribute `home.street`: is missing"},
      {"", "the JSON of an update is no object"},
      {"[]", "the JSON of an update is no object"},
      {R"({"level": 1)", "the JSON of an update is malformed: "},
      {R"({"level": })", "attribute `level`: "},
      {R"({"level": 1} x)", "the JSON of an update is malformed: trailing data"},
      {"{\"FullName\": \"\xFF\"}", "the JSON of an update is not UTF-8"},
  };
  for (const json_case& one : beginnings) {
    const std::string why = update(set_from_json(std::string(one.json)));
    EXPECT_TRUE(why.starts_with(one.expected)) << one.json << '\n' << why;
  }
  EXPECT_EQ(update(set_from_json(static_cast<const char*>(nullptr))), "the JSON of an update is a null pointer");
  std::string deep = R"({"anything": )";
  for (int i = 0; i < 60; ++i) deep += '[';
  EXPECT_TRUE(update(set_from_json(deep)).starts_with("attribute `anything`: ")) << update(set_from_json(deep));
}

TEST_F(assembled_updates, of_dynamodb_json) {
  EXPECT_EQ(
      update(set_from_dynamodb_json(R"({"FullName":{"S":"x"},"nickname":{"NULL":true},"labels":{"SS":["b","a"]}})")),
      R"("UpdateExpression":"SET #0 = :0, #1 = :1 REMOVE #2",)"
      R"("ExpressionAttributeNames":{"#0":"FullName","#1":"labels","#2":"nickname"},)"
      R"("ExpressionAttributeValues":{":0":{"S":"x"},":1":{"SS":["a","b"]}})");
  EXPECT_EQ(update(set_from_dynamodb_json(R"({"FullName":{"N":"1"}})")),
            "attribute `FullName`: expected a value of type S, found one of type N");
  EXPECT_EQ(update(set_from_dynamodb_json(R"({"labels":{"L":[{"S":"x"}]}})")),
            "attribute `labels`: expected a value of type SS, found one of type L");
  EXPECT_TRUE(update(set_from_dynamodb_json(R"({"FullName":"x"})")).starts_with("attribute `FullName`: "));
}

TEST_F(assembled_updates, from_a_list_that_is_made_at_run_time) {
  dynamo::update_list changes;
  EXPECT_TRUE(changes.empty());
  changes.set("FullName", "Jane").set("level", 7).set("tier", plan::paid).remove("nickname");
  changes.add("points", -5).add("score", 0.5).add("labels", std::set<std::string>{"new"});
  const std::optional<address> nowhere;
  changes.set("home", nowhere);
  EXPECT_EQ(changes.size(), 8u);
  const std::string text = update(changes);
  EXPECT_NE(text.find(R"("UpdateExpression":"SET #0 = :0, #1 = :1, #2 = :2 REMOVE #3, #4 ADD #5 :3, #6 :4, #7 :5")"),
            std::string::npos)
      << text;
  EXPECT_NE(
      text.find(
          R"(":0":{"S":"Jane"},":1":{"N":"7"},":2":{"S":"paid"},":3":{"N":"-5"},":4":{"N":"0.5"},":5":{"SS":["new"]})"),
      std::string::npos)
      << text;
  // As by add(): the sum stays in the range of the member.
  EXPECT_NE(text.find(R"("ConditionExpression":"attribute_not_exists(#5) OR #5 >= :6")"), std::string::npos) << text;
  EXPECT_EQ(update(changes), text) << "a list can be used again";
}

TEST_F(assembled_updates, from_a_list_of_typed_actions) {
  dynamo::update_list changes;
  changes.push_back(set(dynamo::attr<&person::name>, "Jane"));
  changes.push_back(set(dynamo::attr<&person::home, &address::street>, "High Street"));
  changes.push_back(add(dynamo::attr<&person::level>, 1));
  const std::string text = update(changes);
  EXPECT_NE(text.find(R"("UpdateExpression":"SET #0 = :0, #1.#2 = :1 ADD #3 :2")"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("ConditionExpression":"attribute_not_exists(#3) OR #3 <= :3")"), std::string::npos) << text;
  dynamo::update_list foreign;
  foreign.push_back(set(shop::age, 3));
  EXPECT_EQ(update(foreign), "attribute `age`: this attribute belongs to another table's items");
}

TEST_F(assembled_updates, from_a_list_are_checked_against_the_struct) {
  using list = dynamo::update_list;
  struct {
    list changes;
    std::string_view expected;
  } const cases[] = {
      {list().set("nme", 1), "attribute `nme`: the table's struct has no such member"},
      {list().set("id", "b"), "attribute `id`: key attributes cannot change; put a new item and remove the old one"},
      {list().add("id", 1), "attribute `id`: key attributes cannot change; put a new item and remove the old one"},
      {list().set("FullName", 1), "attribute `FullName`: expected a value of type S, found one of type N"},
      {list().remove("FullName"),
       "attribute `FullName`: this member is not optional: an item without it cannot be read, so nothing may remove it"},
      {list().set("level", 1).add("level", 1), "attribute `level`: one update changes it twice"},
      {list().set("level", 1).push_back(set(dynamo::attr<&person::level>, 1)),
       "attribute `level`: one update changes it twice"},
      {list().add("FullName", 1), "attribute `FullName`: expected a value of type S, found one of type N"},
      {list().add("points", "1"), "attribute `points`: add applies to numbers and sets"},
      {list().add("points", 0.5), "attribute `points`: the step is not an integer, but the member is"},
      {list().add("level", 256),
       "attribute `level`: an integer is out of the range of the member that it would be stored in"},
      {list().add("labels", std::set<int>{1}), "attribute `labels`: expected a value of type SS, found one of type NS"},
      {list().erase("labels", "a"),
       "attribute `labels`: erase takes members out of sets; remove() removes an attribute"},
      {list().erase("points", std::set<int>{1}),
       "attribute `points`: expected a value of type N, found one of type NS"},
      {list().set("FullName", static_cast<const char*>(nullptr)), "attribute `FullName`: a text is a null pointer"},
      {list().set(static_cast<const char*>(nullptr), 1), "the name of an attribute is a null pointer"},
  };
  for (const auto& one : cases) EXPECT_EQ(update(one.changes), one.expected);
}

TEST_F(assembled_updates, that_are_longer_than_an_expression_may_be_are_refused) {
  dynamo::update_list changes;
  for (unsigned i = 0; i < 400; ++i) changes.push_back(set(dynamo::attr<&person::marks>[i], 1));
  const std::string why = update(changes);
  EXPECT_TRUE(why.starts_with("the update has too many actions: ")) << why;
}

TEST_F(assembled_updates, repeat_if_they_leave_the_same_item) {
  (void)update(set_from_json(R"({"level": 1})"), dynamo::create_partial);
  EXPECT_EQ(wire->requests.back().repeats, dynamo::repeatable::yes);
  (void)update(dynamo::update_list().add("points", 1), dynamo::create_partial);
  EXPECT_EQ(wire->requests.back().repeats, dynamo::repeatable::no);
}

/// Counters of names that are known at run time, on an engine, here or over the wire: absent attributes, negative steps, and the new values.
TEST(counters, of_names_known_at_run_time_are_added_in_one_request) {
  const auto db = dynamo::testing_support::wired(dynamo::database::in_memory());
  ASSERT_TRUE(db) << db.error().describe();
  const dynamo::table<people_schema> people{*db};
  ASSERT_TRUE(people.create_if_absent().run());
  const auto increment = [&](const char* id, std::vector<std::pair<std::string, int>> steps) {
    dynamo::update_list changes;
    for (const auto& [counter, step] : steps) changes.add(counter, step);
    return people.update(id, changes, dynamo::create_partial, dynamo::return_updated_new).run();
  };
  const auto first = increment("a", {{"points", 10}, {"level", 1}});
  ASSERT_TRUE(first) << first.error().describe();
  EXPECT_EQ(first->get(dynamo::attr<&person::points>), 10);
  EXPECT_EQ(first->get(dynamo::attr<&person::level>), 1);
  const auto second = increment("a", {{"points", -15}, {"level", 1}});
  ASSERT_TRUE(second) << second.error().describe();
  EXPECT_EQ(second->get(dynamo::attr<&person::points>), -5);
  EXPECT_EQ(second->get(dynamo::attr<&person::level>), 2);
  const auto below = increment("a", {{"level", -3}});
  ASSERT_FALSE(below);
  EXPECT_TRUE(below.error().conditional_check_failed());
  const auto unknown = increment("a", {{"logins", 1}});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message(), "attribute `logins`: the table's struct has no such member");

  person jane;
  jane.id = "b";
  jane.name = "Jane";
  jane.nickname = "Jo";
  ASSERT_TRUE(people.put(jane).run());
  const auto changed =
      people
          .update("b", set_from_json(R"({"FullName": "Janet", "nickname": null, "labels": ["x"]})"), dynamo::return_new)
          .run();
  ASSERT_TRUE(changed) << changed.error().describe();
  EXPECT_EQ(changed->name, "Janet");
  EXPECT_EQ(changed->nickname, std::nullopt);
  EXPECT_EQ(changed->labels, std::set<std::string>{"x"});
  const auto absent = people.update("nobody", set_from(renamed{std::nullopt, "Jo", std::nullopt, {}})).run();
  ASSERT_FALSE(absent);
  EXPECT_TRUE(absent.error().conditional_check_failed());
}

}  // namespace
