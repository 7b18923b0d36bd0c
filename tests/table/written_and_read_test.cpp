#include "canned_endpoint.hpp"
#include "shop.hpp"

#include <dynamo/database.hpp>

#include <gtest/gtest.h>
#include <support/wired.hpp>

#include <limits>
#include <map>
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

order of_alice() {
  order made;
  made.customer_id = "alice";
  made.number = 7;
  return made;
}

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
  const dynamo::result<dynamo::testing_support::wired_database> db =
      dynamo::testing_support::wired(dynamo::database::in_memory());
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
  const dynamo::result<dynamo::testing_support::wired_database> db =
      dynamo::testing_support::wired(dynamo::database::in_memory());
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

TEST(written_and_read_engine, a_step_beyond_the_range_of_its_member_was_stored) {
  using counters::small, counters::note;
  const dynamo::result<dynamo::testing_support::wired_database> db =
      dynamo::testing_support::wired(dynamo::database::in_memory());
  ASSERT_TRUE(db);
  const dynamo::table<counters::table> table(*db);
  ASSERT_TRUE(table.create_if_absent().run());
  const auto refused = [&](const auto& clause) {
    const auto done = table.update("a", clause).run();
    if (done) return std::string("done");
    EXPECT_EQ(done.error().code(), dynamo::errc::conditional_check_failed) << done.error();
    return done.error().message();
  };
  const std::string out_of_range =
      "The conditional request failed: the result would be out of the range of the member `small`";
  const auto stored = [&] { return int{table.get("a").run().value().value().small}; };

  EXPECT_EQ(refused(add(small, 127)), "done");
  EXPECT_EQ(refused(add(small, 1)), out_of_range);
  EXPECT_EQ(refused(set(small, small + 1)), out_of_range);
  EXPECT_EQ(refused(set(small, if_not_exists(small, 5) + 1)), out_of_range);
  EXPECT_EQ(refused(add(small, -255)), "done");
  EXPECT_EQ(stored(), -128);
  EXPECT_EQ(refused(set(small, small - 1)), out_of_range);
  EXPECT_EQ(refused(set(small, small + 255)), "done");
  EXPECT_EQ(stored(), 127);
  EXPECT_EQ(refused(set(note, "x")), "done");
}
TEST(written_and_read_engine, an_unsigned_member_fell_below_zero) {
  const dynamo::result<dynamo::testing_support::wired_database> db =
      dynamo::testing_support::wired(dynamo::database::in_memory());
  ASSERT_TRUE(db);
  const dynamo::table<orders> table(*db);
  ASSERT_TRUE(table.create_if_absent().run());
  const auto take = [&] { return table.update({"alice", 7u}, add(attempts, -1)).run(); };
  const auto absent = take();
  ASSERT_FALSE(absent);
  EXPECT_NE(absent.error().message().find("there is no such item"), std::string::npos) << absent.error();

  order stored = of_alice();
  stored.attempts = 1;
  ASSERT_TRUE(table.put(stored).run());
  EXPECT_TRUE(take());
  const auto below = take();
  ASSERT_FALSE(below);
  EXPECT_EQ(below.error().message(),
            "The conditional request failed: the result would be out of the range of the member `attempts`");
  const auto found = table.get({"alice", 7u}).run();
  ASSERT_TRUE(found && *found) << found.error();
  EXPECT_EQ((*found)->attempts, 0u);

  // The caller's own condition comes first, and is not explained away.
  const auto mine = table.update({"alice", 7u}, add(attempts, -1), only_if(state == status::shipped)).run();
  ASSERT_FALSE(mine);
  EXPECT_EQ(mine.error().message(), "The conditional request failed");
  // What the typed API does not write, text may.
  ASSERT_TRUE(table.update({"alice", 7u}, dynamo::raw_update("ADD attempts :less", dynamo::bind(":less", -1))).run());
  const auto unreadable = table.get({"alice", 7u}).run();
  ASSERT_FALSE(unreadable);
}

TEST_F(written_and_read, the_condition_of_a_step_is_the_members_range_less_the_step) {
  struct wide {
    std::string id;
    std::int64_t large = 0;
    std::uint64_t count = 0;
    std::uint8_t little = 0;
    double real = 0;
    dynamo::number exact;
    std::map<std::string, std::uint16_t> by_name;
  };
  struct wides : dynamo::schema<"wides", wide, dynamo::partition_key<&wide::id>> {};
  const dynamo::table<wides> wide_table(wire);
  constexpr auto large = dynamo::attr<&wide::large>;
  constexpr auto count = dynamo::attr<&wide::count>;
  constexpr auto little = dynamo::attr<&wide::little>;
  constexpr auto real = dynamo::attr<&wide::real>;
  constexpr auto exact = dynamo::attr<&wide::exact>;
  constexpr auto by_name = dynamo::attr<&wide::by_name>;
  const auto sent = [&](const auto& clause) {
    EXPECT_TRUE(wide_table.update("a", clause, dynamo::create_partial).run());
    const std::string text = wire->last();
    const std::size_t values = text.find("\"ExpressionAttributeValues\":");
    return condition() + " " + text.substr(values + 28);
  };
  EXPECT_EQ(sent(add(large, 5)),
            R"(attribute_not_exists(#0) OR #0 <= :1 {":0":{"N":"5"},":1":{"N":"9223372036854775802"}}})");
  EXPECT_EQ(sent(add(large, std::numeric_limits<std::int64_t>::min())),
            R"(attribute_not_exists(#0) OR #0 >= :1 {":0":{"N":"-9223372036854775808"},":1":{"N":"0"}}})");
  EXPECT_EQ(sent(add(count, std::numeric_limits<std::uint64_t>::max())),
            R"(attribute_not_exists(#0) OR #0 <= :1 {":0":{"N":"18446744073709551615"},":1":{"N":"0"}}})");
  EXPECT_EQ(sent(add(count, -3)), R"(#0 >= :1 {":0":{"N":"-3"},":1":{"N":"3"}}})");
  EXPECT_EQ(sent(set(little, little - 3u)), R"(attribute_not_exists(#0) OR #0 >= :1 {":0":{"N":"3"},":1":{"N":"3"}}})");
  EXPECT_EQ(sent(set(little, if_not_exists(little, 200u) + 100u)),
            R"(#0 <= :2 {":0":{"N":"200"},":1":{"N":"100"},":2":{"N":"155"}}})");
  EXPECT_EQ(sent(add(by_name["x"], 1u)),
            R"(attribute_not_exists(#0.#1) OR #0.#1 <= :1 {":0":{"N":"1"},":1":{"N":"65534"}}})");
  // Nothing to keep: no integers, nothing computed, or a sum of two attributes, which no condition can express.
  for (const std::string& text :
       {sent(add(real, 1)), sent(add(exact, 1)), sent(set(count, 5u)), sent(add(count, 0)), sent(set(count, count)),
        sent(set(count, if_not_exists(count, 1u))), sent(set(large, large + large))}) {
    EXPECT_EQ(text.substr(0, 5), "none ");
  }
  // No value survives both steps.
  const auto never = wide_table.update("a", set(little, little + 200u + 200u), dynamo::create_partial).run();
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().code(), dynamo::errc::invalid_argument);
}

TEST_F(written_and_read, an_item_that_get_cannot_read_was_not_named) {
  wire->answer(R"({"Item":{"customer_id":{"S":"alice"},"number":{"N":"7"},"state":{"S":"lost"}}})");
  const auto whole = table.get({"alice", 7u}).run();
  ASSERT_FALSE(whole);
  EXPECT_EQ(whole.error().code(), dynamo::errc::decoding);
  const std::string name = R"((item {"customer_id":{"S":"alice"},"number":{"N":"7"}}))";
  EXPECT_NE(whole.error().message().find(name), std::string::npos) << whole.error();

  struct seen {
    std::uint32_t attempts = 0;
  };
  wire->answer(R"({"Item":{"attempts":{"S":"many"}}})");
  const auto part = table.get<seen>({"alice", 7u}).run();
  ASSERT_FALSE(part);
  EXPECT_NE(part.error().message().find(name), std::string::npos) << part.error();
}

TEST(written_and_read_engine, a_current_item_that_cannot_be_read_was_not_named) {
  const dynamo::result<dynamo::testing_support::wired_database> db =
      dynamo::testing_support::wired(dynamo::database::in_memory());
  ASSERT_TRUE(db);
  const dynamo::table<orders> table(*db);
  ASSERT_TRUE(table.create_if_absent().run());
  ASSERT_TRUE(table.update({"alice", 7u}, dynamo::raw_update("SET attempts = :a", dynamo::bind(":a", "many"))).run());
  const order alices = of_alice();
  const auto expect_named = [](const dynamo::error& why) {
    EXPECT_TRUE(why.conditional_check_failed()) << why;
    const auto current = dynamo::current_item<order>(why);
    ASSERT_FALSE(current);
    EXPECT_EQ(current.error().code(), dynamo::errc::decoding);
    EXPECT_NE(dynamo::testing_support::without_spaces(current.error().message())
                  .find(R"((item{"customer_id":{"S":"alice"},"number":{"N":"7"}}))"),
              std::string::npos)
        << current.error();
  };
  using dynamo::on_failure_return_item;
  const auto put = table.put(alices, only_if(customer.not_exists()), on_failure_return_item).run();
  ASSERT_FALSE(put);
  expect_named(put.error());
  const auto removed = table.remove(alices, only_if(customer.not_exists()), on_failure_return_item).run();
  ASSERT_FALSE(removed);
  expect_named(removed.error());
  const auto updated = table.update(alices, set(note, "x"), only_if(note.exists()), on_failure_return_item).run();
  ASSERT_FALSE(updated);
  expect_named(updated.error());
}

TEST_F(written_and_read, a_null_pointer_for_a_text_was_a_segmentation_fault) {
  const char* const nothing = nullptr;
  const dynamo::table<orders> nameless(wire, nothing);
  const order one = of_alice();
  expect_refused(nameless.put(one).run(), "The table's name is a null pointer");
  expect_refused(nameless.create_if_absent().run(), "The table's name is a null pointer");
  EXPECT_EQ(nameless.name(), "");
  expect_refused(dynamo::table<orders>(nothing).put(one).run(), "The table's name is a null pointer");

  const std::string words = "the text of an expression is a null pointer";
  expect_refused(table.put(one, only_if(dynamo::raw(nothing))).run(), words);
  expect_refused(table.update(one, dynamo::raw_update(nothing)).run(), words);
  const auto filtered = table.scan(filter(dynamo::raw(nothing))).first().run();
  ASSERT_FALSE(filtered);
  EXPECT_NE(filtered.error().message().find(words), std::string::npos) << filtered.error();
  const auto queried = table.query(dynamo::raw_key(nothing)).first().run();
  ASSERT_FALSE(queried);
  EXPECT_NE(queried.error().message().find(words), std::string::npos) << queried.error();
  expect_refused(table.put(one, only_if(dynamo::raw("note = :n", dynamo::bind(nothing, 5)))).run(),
                 "a text is a null pointer");
  expect_refused(table.put(one, only_if(dynamo::raw("note = :n", dynamo::bind(":n", nothing)))).run(),
                 "a text is a null pointer");
  EXPECT_TRUE(wire->requests.empty());
}

}  // namespace
