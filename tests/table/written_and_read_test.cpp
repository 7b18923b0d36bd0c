#include "canned_endpoint.hpp"
#include "shop.hpp"

#include <dynamo/database.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// What the typed API writes it can read; and what it cannot read, because others wrote it, is named.
namespace {

using namespace shop;

namespace counters {
struct counter {
  std::string id;
  std::int8_t small = 0;
  std::optional<std::string> note;
};
struct table : dynamo::schema<"counters", counter, dynamo::partition_key<&counter::id>> {};
inline constexpr auto small = dynamo::attr<&counter::small>;
inline constexpr auto note = dynamo::attr<&counter::note>;

struct shelf {
  std::string id;
  std::vector<std::set<int>> rows;
  std::vector<std::int8_t> levels;
  std::set<std::int8_t> marks;
};
struct shelves : dynamo::schema<"shelves", shelf, dynamo::partition_key<&shelf::id>> {};
inline constexpr auto rows = dynamo::attr<&shelf::rows>;
inline constexpr auto levels = dynamo::attr<&shelf::levels>;
inline constexpr auto marks = dynamo::attr<&shelf::marks>;
}  // namespace counters

class written_and_read : public ::testing::Test {
 protected:
  std::shared_ptr<dynamo::test::canned_endpoint> wire = std::make_shared<dynamo::test::canned_endpoint>();
  dynamo::table<orders> table{wire};
  dynamo::table<counters::table> counted{wire};
  dynamo::table<counters::shelves> shelves{wire};

  std::string condition() const {
    const std::string text = wire->last();
    const std::string name = "\"ConditionExpression\":\"";
    const std::size_t begin = text.find(name);
    if (begin == std::string::npos) return "none";
    return text.substr(begin + name.size(), text.find('"', begin + name.size()) - begin - name.size());
  }
  void expect_refused(const dynamo::result<void>& done, const std::string& words) {
    ASSERT_FALSE(done) << wire->last();
    EXPECT_EQ(done.error().code(), dynamo::errc::invalid_argument);
    EXPECT_NE(done.error().message().find(words), std::string::npos) << done.error();
    EXPECT_TRUE(wire->requests.empty());
  }
};

TEST(written_and_read_engine, an_update_of_an_absent_item_does_not_create_one_that_cannot_be_read) {
  const dynamo::result<dynamo::database> db = dynamo::database::in_memory();
  ASSERT_TRUE(db);
  const dynamo::table<orders> table(*db);
  ASSERT_TRUE(table.create_if_absent().run());
  const auto refused = table.update({"alice", 7u}, set(state, status::shipped), add(attempts, 1u)).run();
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().conditional_check_failed());
  EXPECT_EQ(
      refused.error().message(),
      "The conditional request failed: there is no such item, and the update does not create one, since it leaves "
      "out `counts`, which is not optional (see dynamo::create_partial)");
  const auto found = table.get({"alice", 7u}).run();
  ASSERT_TRUE(found) << found.error();
  EXPECT_FALSE(*found);

  ASSERT_TRUE(table.update({"alice", 7u}, set(state, status::shipped), dynamo::create_partial).run());
  EXPECT_FALSE(table.get({"alice", 7u}).run());
  struct seen {
    std::string customer_id;
    status state = status::open;
  };
  const auto part = table.get<seen>({"alice", 7u}).run();
  ASSERT_TRUE(part && *part);
  EXPECT_EQ((*part)->state, status::shipped);
}

TEST(written_and_read_engine, an_update_that_gives_every_member_still_creates) {
  const dynamo::result<dynamo::database> db = dynamo::database::in_memory();
  ASSERT_TRUE(db);
  const dynamo::table<counters::table> table(*db);
  ASSERT_TRUE(table.create_if_absent().run());
  ASSERT_TRUE(table.update("visits", add(counters::small, 1)).run());
  ASSERT_TRUE(table.update("visits", add(counters::small, 1), remove(counters::note)).run());
  const auto found = table.get("visits").run();
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->small, 2);
}

TEST_F(written_and_read, the_request_says_that_the_item_exists_unless_the_condition_implies_it) {
  ASSERT_TRUE(table.update({"a", 1u}, set(state, status::open)).run());
  EXPECT_EQ(condition(), "attribute_exists(#1)");
  EXPECT_NE(wire->last().find(R"("#1":"customer_id")"), std::string::npos) << wire->last();
  const auto with = [&](auto c) {
    EXPECT_TRUE(table.update({"a", 1u}, set(state, status::open), only_if(c)).run());
    return condition();
  };
  EXPECT_EQ(with(state == status::shipped), "#0 = :1");
  EXPECT_EQ(with(note.exists() || attempts > 3u), "attribute_exists(#1) OR #2 > :1");
  EXPECT_EQ(with(attempts.in(1u, 2u) && note.not_exists()), "#1 IN (:1, :2) AND attribute_not_exists(#2)");
  EXPECT_EQ(with(state != status::shipped), "#0 <> :1 AND attribute_exists(#1)");
  EXPECT_EQ(with(note.not_exists()), "attribute_not_exists(#1) AND attribute_exists(#2)");
  EXPECT_EQ(with(note.not_exists() || state == status::open),
            "(attribute_not_exists(#1) OR #0 = :1) AND attribute_exists(#2)");
  ASSERT_TRUE(
      table.update({"a", 1u}, set(state, status::open), only_if(dynamo::raw("note = :n", dynamo::bind(":n", "x"))))
          .run());
  EXPECT_EQ(condition(), "#1 = :1");
  ASSERT_TRUE(table.update({"a", 1u}, dynamo::raw_update("REMOVE note")).run());
  EXPECT_EQ(condition(), "none");
  ASSERT_TRUE(table.update({"a", 1u}, set(state, status::open), dynamo::create_partial).run());
  EXPECT_EQ(condition(), "none");
  ASSERT_TRUE(table
                  .update({"a", 1u}, set(state, status::open), set(attempts, if_not_exists(attempts, 0u)),
                          set(tags, std::vector<std::string>()), set(counts, std::map<std::string, int>()))
                  .run());
  EXPECT_EQ(condition(), "none");
}

TEST_F(written_and_read, an_update_for_absent_items_that_leaves_out_a_member_is_refused_before_it_is_sent) {
  expect_refused(table.update({"a", 1u}, set(state, status::open), only_if(customer.not_exists())).run(),
                 "leaves out `attempts`, which is not optional");
}

TEST_F(written_and_read, an_empty_optional_does_not_remove_a_member_that_is_not_optional) {
  expect_refused(table.update({"a", 1u}, set(attempts, std::optional<std::uint32_t>())).run(),
                 "an empty optional would remove a member that is not optional");
}

TEST_F(written_and_read, a_step_that_no_value_survives_is_refused_before_it_is_sent) {
  expect_refused(counted.update("a", add(counters::small, 256)).run(), "out of the range");
  expect_refused(counted.update("a", add(counters::small, -256)).run(), "out of the range");
  expect_refused(counted.update("a", set(counters::small, counters::small + 1000)).run(), "out of the range");
  expect_refused(counted.update("a", set(counters::small, if_not_exists(counters::small, 128))).run(),
                 "out of the range");
  ASSERT_TRUE(counted.update("a", add(counters::small, 255)).run());
  ASSERT_TRUE(counted.update("a", add(counters::small, -255)).run());
}

TEST_F(written_and_read, an_element_that_does_not_fit_is_refused_and_not_stored_as_another_number) {
  expect_refused(shelves.update("a", set(counters::levels, list_append(counters::levels, 300))).run(),
                 "out of the range");
  expect_refused(shelves.update("a", add(counters::marks, 1, 300)).run(), "out of the range");
}

TEST_F(written_and_read, an_empty_set_does_not_take_an_element_out_of_a_list) {
  expect_refused(shelves.update("a", set(counters::rows[1], std::set<int>())).run(),
                 "an empty set cannot be an element of a list");
}

TEST_F(written_and_read, what_a_write_returned_and_cannot_be_read_says_that_the_write_was_done_and_its_key) {
  const std::string words =
      "the write was done, but what it returned cannot be read: attribute `small`: the stored number "
      "128 is not an integer from -128 to 127 (item {\"id\":{\"S\":\"a\"}})";
  const std::string item = R"({"Attributes":{"id":{"S":"a"},"small":{"N":"128"}}})";
  wire->answer(item);
  const auto updated = counted.update("a", add(counters::small, 1), dynamo::return_new).run();
  ASSERT_FALSE(updated);
  EXPECT_EQ(updated.error().code(), dynamo::errc::decoding);
  EXPECT_EQ(updated.error().message(), words);
  const counters::counter one{"a", 1, {}};
  wire->answer(item);
  const auto put = counted.put(one, dynamo::return_old).run();
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().message(), words);
  wire->answer(item);
  const auto removed = counted.remove("a", dynamo::return_old).run();
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().message(), words);
  wire->answer(R"({"Attributes":{"small":{"N":"128"}}})");
  const auto changed = counted.update("a", add(counters::small, 1), dynamo::return_updated_new).run();
  ASSERT_TRUE(changed) << changed.error();
  const auto value = changed->get(counters::small);
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().message(), words);
}

TEST_F(written_and_read, one_bad_item_among_many_is_named_by_its_key) {
  const std::string page =
      R"({"Items":[{"id":{"S":"a"},"small":{"N":"1"}},{"small":{"S":"x"},"id":{"S":"b"},"z":{"L":[]}},)"
      R"({"id":{"S":"c"},"small":{"N":"1"}}],"Count":3,"ScannedCount":3})";
  const std::string words =
      "attribute `small`: expected a value of type N, found one of type S (item {\"id\":{\"S\":\"b\"}})";
  wire->answer(page);
  for (const auto& one : counted.scan().pages()) {
    ASSERT_FALSE(one);
    EXPECT_EQ(one.error().code(), dynamo::errc::decoding);
    EXPECT_EQ(one.error().message(), words);
  }
  wire->answer(R"({"Items":[{"small":{"S":"x"},"id":{"S":"b"}}],"Count":1,"ScannedCount":1})");
  const auto first = counted.query("b").first().run();
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().message(), words);
  wire->answer(page);
  for (const auto& one : counted.scan(dynamo::parallel(1)).items()) {
    ASSERT_FALSE(one);
    EXPECT_EQ(one.error().message(), words);
  }
  wire->answer(R"({"Responses":{"counters":[{"id":{"S":"b"},"small":{"S":"x"}},{"id":{"S":"c"},"small":{"N":"1"}}]}})");
  const auto batch = counted.batch_get({"b", "c"}).run();
  ASSERT_TRUE(batch) << batch.error();
  ASSERT_EQ(batch->items.size(), 2u);
  ASSERT_FALSE(batch->items[0]);
  EXPECT_EQ(batch->items[0].error().message(), words);
  EXPECT_TRUE(batch->items[1]);
}

TEST_F(written_and_read, in_takes_a_range) {
  std::vector<std::uint32_t> values{1, 2, 3};
  ASSERT_TRUE(table.remove({"a", 1u}, only_if(attempts.in(values))).run());
  EXPECT_EQ(condition(), "#0 IN (:0, :1, :2)");
  const std::set<std::string> notes{"x", "y"};
  ASSERT_TRUE(table.remove({"a", 1u}, only_if(note.in(notes))).run());
  EXPECT_EQ(condition(), "#0 IN (:0, :1)");
  ASSERT_TRUE(table.remove({"a", 1u}, only_if(tags.in(std::vector<std::string>{"x"}))).run());  // one value: a list
  EXPECT_EQ(condition(), "#0 IN (:0)");
  wire->requests.clear();
  expect_refused(table.remove({"a", 1u}, only_if(attempts.in(std::vector<std::uint32_t>()))).run(),
                 "in() takes 1 to 100 values, not 0");
  values.assign(101, 1);
  expect_refused(table.remove({"a", 1u}, only_if(attempts.in(values))).run(), "in() takes 1 to 100 values, not 101");
}

}  // namespace
