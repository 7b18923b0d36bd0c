#include "canned_endpoint.hpp"
#include "shop.hpp"

#include <dynamo/table.hpp>

#include <gtest/gtest.h>

#include <array>
#include <concepts>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// Every public function that takes a value of the user's, and what becomes of an aggregate temporary there. On g++ 12, which
/// destroys it twice beside co_await, the call cannot be awaited but can be run: tests/must_not_compile has the words. What may be
/// awaited is awaited in operations_coroutine_test.cpp, under the address sanitizer.
namespace {

using namespace shop;

/// A key type that is an aggregate too.
struct code {
  std::string text;
};
struct place {
  code where;
  code what;
  int count = 0;
};

}  // namespace

template <>
struct dynamo::codec<code> : dynamo::codec_via<code, std::string> {
  static std::string to_stored(const code& c) { return c.text; }
  static code from_stored(std::string text) { return {std::move(text)}; }
};

namespace {

struct by_both : dynamo::global_index<"by_both", dynamo::partition_key<&place::where, &place::what>> {};
struct places
    : dynamo::schema<"places", place, dynamo::partition_key<&place::where>, dynamo::sort_key<&place::what>, by_both> {};
/// A struct with values of every kind that is put together of aggregates.
struct tour {
  std::string id;
  code first;
  std::optional<code> last;
  std::vector<code> stops;
  std::map<std::string, code> notes;
  std::set<std::string> labels;
};
struct tours : dynamo::schema<"tours", tour, dynamo::partition_key<&tour::id>> {};
constexpr auto id = dynamo::attr<&tour::id>;
constexpr auto first = dynamo::attr<&tour::first>;
constexpr auto last = dynamo::attr<&tour::last>;
constexpr auto stops = dynamo::attr<&tour::stops>;
constexpr auto notes = dynamo::attr<&tour::notes>;
constexpr auto labels = dynamo::attr<&tour::labels>;
constexpr auto what = dynamo::attr<&place::what>;
struct user_and_age {
  std::string email;
  int age = 0;
};

constexpr bool guarded = dynamo::detail::freed_twice<user&&>;
template <class Call>
constexpr bool awaitable = !requires(Call&& call) { []<class T>(const dynamo::operation_on_temporary<T>&) {}(call); };
/// Marked where the compiler needs it, and nowhere else.
template <class Call>
constexpr bool marked = awaitable<Call> != guarded;

using user_table = const dynamo::table<users>&;
using place_table = const dynamo::table<places>&;
using tour_table = const dynamo::table<tours>&;

TEST(a_temporary_in_a_call, is_known_to_the_operation_in_every_function_that_takes_one) {
  [[maybe_unused]] const auto check = [](user_table t, place_table p, user& u, const code& c) {
    using dynamo::return_old;
    static_assert(marked<decltype(t.put(user{.email = "a"}))>);
    static_assert(marked<decltype(t.put({.email = "a"}))>);
    static_assert(marked<decltype(t.put(user{.email = "a"}, return_old))>);
    static_assert(marked<decltype(t.put(std::move(u)))>);  // cannot be told from a temporary
    static_assert(marked<decltype(t.put(user{.email = "a"}).with_details())>);
    static_assert(marked<decltype(t.remove(user{.email = "a"}))>);
    static_assert(marked<decltype(t.remove({user{.email = "a"}}))>);
    static_assert(marked<decltype(t.get(user{.email = "a"}))>);
    static_assert(marked<decltype(t.get<user_and_age>(user{.email = "a"}))>);
    static_assert(marked<decltype(t.update(user{.email = "a"}, set(age, 1)))>);
    static_assert(marked<decltype(p.get({c, code{"b"}}))>);
    static_assert(marked<decltype(p.remove({code{"a"}, code{"b"}}))>);
    static_assert(marked<decltype(t.batch_put(std::array{user{.email = "a"}}))>);
    static_assert(marked<decltype(t.batch_get(std::array<std::string, 1>{"a"}))>);
    static_assert(marked<decltype(t.batch_get<user_and_age>(std::array<std::string, 1>{"a"}))>);
    static_assert(marked<decltype(t.batch_remove(std::array<std::string, 1>{"a"}))>);
    static_assert(marked<decltype(t.batch_write(std::array{user{.email = "a"}}, std::array<std::string, 1>{"a"}))>);
    static_assert(marked<decltype(t.batch_get({user{.email = "a"}}))>);
    static_assert(marked<decltype(t.batch_remove({user{.email = "a"}}))>);
  };
}

TEST(a_temporary_in_a_call, is_known_from_within_conditions_and_clauses) {
  [[maybe_unused]] const auto check = [](tour_table t, place_table p, const tour& named, const code& c) {
    using dynamo::bind;
    static_assert(marked<decltype(t.update("a", set(first, code{"b"})))>);
    static_assert(marked<decltype(t.update("a", set(last, std::optional<code>(code{"b"}))))>);
    static_assert(marked<decltype(t.update("a", set(first, if_not_exists(first, code{"b"}))))>);
    static_assert(marked<decltype(t.update("a", set(stops, list_append(stops, c, code{"b"}))))>);
    static_assert(marked<decltype(t.update("a", set(stops, list_prepend(stops, code{"b"}))))>);
    static_assert(marked<decltype(t.update("a", set(stops, list_append(list_prepend(stops, code{"b"}), c))))>);
    static_assert(marked<decltype(t.update("a", set(stops[1], code{"b"})))>);
    static_assert(marked<decltype(t.update("a", set(notes["b"], code{"b"}), dynamo::return_new))>);
    static_assert(marked<decltype(t.update("a", dynamo::raw_update("SET x = :x", bind(":x", code{"b"}))))>);
    static_assert(marked<decltype(t.put(named, only_if(first == code{"b"})))>);
    static_assert(marked<decltype(t.put(named, only_if(first != code{"b"} && id.exists())))>);
    static_assert(marked<decltype(t.put(named, only_if(id.exists() && first < code{"b"})))>);
    static_assert(marked<decltype(t.put(named, only_if(first <= code{"b"} || first > code{"c"})))>);
    static_assert(marked<decltype(t.put(named, only_if(!(first >= code{"b"}))))>);
    static_assert(marked<decltype(t.remove("a", only_if(first.between(c, code{"b"}))))>);
    static_assert(marked<decltype(t.remove("a", only_if(first.in(c, code{"b"}))))>);
    static_assert(marked<decltype(t.remove("a", only_if(first.in(std::array{c, c}))))>);
    static_assert(marked<decltype(t.remove("a", only_if(stops.contains(code{"b"}))))>);
    static_assert(marked<decltype(t.remove("a", only_if(dynamo::raw("x = :x", bind(":x", code{"b"})))))>);
    static_assert(marked<decltype(t.scan(filter(first == code{"b"})).page())>);
    static_assert(marked<decltype(t.scan(filter(dynamo::raw("x = :x", bind(":x", code{"b"})))).count())>);
    static_assert(marked<decltype(p.query(code{"a"}).page())>);
    static_assert(marked<decltype(p.query(code{"a"}).first())>);
    static_assert(marked<decltype(p.query(code{"a"}).one())>);
    static_assert(marked<decltype(p.query(code{"a"}).count())>);
    static_assert(marked<decltype(p.query(code{"a"}).template as<place>().first())>);
    static_assert(marked<decltype(p.query(c, what == code{"b"}).first())>);
    static_assert(marked<decltype(p.query(c, filter(what == code{"b"})).first())>);
    static_assert(marked<decltype(p.query(by_both{}, dynamo::partition(c, code{"b"})).first())>);
    static_assert(marked<decltype(p.query(dynamo::raw_key("x = :x", bind(":x", code{"a"}))).first())>);
  };
}

TEST(a_temporary_in_a_call, is_not_seen_where_there_is_none) {
  [[maybe_unused]] const auto check = [](user_table t, place_table p, const user& u, user& mine, const code& c,
                                         const std::array<user, 2>& two, const std::vector<std::string>& keys) {
    static_assert(awaitable<decltype(t.put(u))>);
    static_assert(awaitable<decltype(t.put(mine))>);
    static_assert(awaitable<decltype(t.get("a"))>);
    static_assert(awaitable<decltype(t.get(std::string("a")))>);
    static_assert(awaitable<decltype(t.remove(u))>);
    static_assert(awaitable<decltype(t.update(u, set(age, 1)))>);
    static_assert(awaitable<decltype(p.get({c, c}))>);
    static_assert(awaitable<decltype(t.batch_put(two))>);
    static_assert(awaitable<decltype(t.batch_get(keys))>);
    static_assert(awaitable<decltype(t.batch_remove(std::vector<std::string>(2)))>);
    static_assert(awaitable<decltype(t.batch_write(two, keys))>);
    static_assert(awaitable<decltype(t.batch_get({"a", "b"}))>);
    static_assert(awaitable<decltype(t.batch_remove({u, mine}))>);
    static_assert(awaitable<decltype(p.query(c, what == c, filter(what.in(c, c))).first())>);
    static_assert(awaitable<decltype(p.query(by_both{}, dynamo::partition(c, c)).page())>);
    static_assert(awaitable<decltype(t.put(u, only_if(age == 1 && !(age > 2)), dynamo::return_old))>);
    static_assert(awaitable<decltype(t.scan(filter(dynamo::raw("x = :x", dynamo::bind(":x", "x")))).count())>);
    static_assert(awaitable<dynamo::operation<void>>);
  };
}
TEST(a_temporary_in_a_call, is_not_seen_in_clauses_where_there_is_none) {
  [[maybe_unused]] const auto check = [](tour_table t, const code& c, const std::optional<code>& maybe) {
    static_assert(awaitable<decltype(t.update("a", set(first, c), set(last, maybe), set(notes["b"], c)))>);
    static_assert(awaitable<decltype(t.update("a", set(stops, list_append(stops, c)), set(stops[1], c)))>);
    static_assert(awaitable<decltype(t.update("a", set(stops, std::vector<code>(2)), add(labels, "a", "b")))>);
    static_assert(awaitable<decltype(t.update("a", erase(labels, "a"), remove(last), only_if(first != c)))>);
  };
}

TEST(a_temporary_in_a_call, becomes_an_operation_that_can_be_awaited_once_it_has_a_name) {
  static_assert(std::convertible_to<decltype(std::declval<user_table>().put(user())), dynamo::operation<void>>);
  [[maybe_unused]] const auto deduced = [](user_table t) {
    dynamo::operation call = t.put(user{.email = "a"});
    static_assert(std::is_same_v<decltype(call), dynamo::operation<void>>);
  };
}

/// Long enough for the heap, where a second destruction is found out.
constexpr const char* long_text = "a text that is too long to be stored inside of a std::string";

TEST(a_temporary_in_a_call, may_be_run_where_nothing_is_awaited) {
  const auto wire = std::make_shared<dynamo::test::canned_endpoint>();
  const dynamo::table<users> t(wire);
  user u{.email = long_text};
  EXPECT_TRUE(t.put(user{.email = long_text}).run());
  EXPECT_TRUE(t.put({.email = long_text}).run());
  EXPECT_TRUE(t.put(std::move(u)).run());
  EXPECT_TRUE(t.remove({user{.email = long_text}}).run());
  EXPECT_TRUE(t.batch_put(std::array{user{.email = long_text}, user{.email = "b"}}).run());
  EXPECT_TRUE(t.batch_remove({user{.email = long_text}, user{.email = "b"}}).run());
  EXPECT_EQ(wire->last(),
            std::string(R"({"RequestItems":{"users":[{"DeleteRequest":{"Key":{"email":{"S":")") + long_text +
                R"("}}}},{"DeleteRequest":{"Key":{"email":{"S":"b"}}}}]},"ReturnConsumedCapacity":"TOTAL"})");
}
TEST(a_temporary_in_a_call, may_be_run_from_within_conditions_and_clauses) {
  const auto wire = std::make_shared<dynamo::test::canned_endpoint>();
  const dynamo::table<tours> t(wire);
  const dynamo::table<places> p(wire);
  const std::string quoted = std::string(R"({"S":")") + long_text + R"("})";
  const auto sent = [&](const char* what_else) {
    return wire->last().find(quoted) != std::string::npos && wire->last().find(what_else) != std::string::npos;
  };
  using dynamo::bind;
  EXPECT_TRUE(t.update("a", set(first, code{long_text}), only_if(first != code{"old"} && id.exists())).run());
  EXPECT_TRUE(sent("#0 <> :1 AND attribute_exists(#1)")) << wire->last();
  EXPECT_TRUE(t.update("a", set(last, std::optional<code>(code{long_text}))).run());
  EXPECT_TRUE(sent("SET #")) << wire->last();
  EXPECT_TRUE(t.update("a", set(stops, list_append(list_prepend(stops, code{long_text}), code{"b"}))).run());
  EXPECT_TRUE(sent("list_append(list_append(")) << wire->last();
  EXPECT_TRUE(t.update("a", dynamo::raw_update("SET x = :x", bind(":x", code{long_text}))).run());
  EXPECT_TRUE(sent("SET #0 = :0")) << wire->last();
  EXPECT_TRUE(t.remove("a", only_if(!(first.between(code{"b"}, code{long_text}) || stops.contains(code{"c"})))).run());
  EXPECT_TRUE(sent("NOT (")) << wire->last();
  EXPECT_TRUE(t.scan(filter(dynamo::raw("x = :x", bind(":x", code{long_text})))).page().run());
  EXPECT_TRUE(sent("FilterExpression")) << wire->last();
  EXPECT_TRUE(p.query(code{long_text}, what == code{"b"}).first().run());
  EXPECT_TRUE(sent("KeyConditionExpression")) << wire->last();
  for (auto one : p.query(by_both{}, dynamo::partition(code{"a"}, code{long_text})).items()) EXPECT_TRUE(one);
  EXPECT_TRUE(sent("by_both")) << wire->last();
}

}  // namespace
