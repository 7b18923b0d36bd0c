#include "shop.hpp"

#include <dynamo/table.hpp>

#include <gtest/gtest.h>

#include <array>
#include <concepts>

/// Every public function that takes a value of the user's, and what becomes of an aggregate temporary there. On g++ 12, which
/// destroys it twice beside co_await, the call cannot be awaited but can be run; what is refused altogether stands in
/// tests/must_not_compile: set, bind, the elements of lists, partition keys.
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

struct places : dynamo::schema<"places", place, dynamo::partition_key<&place::where>, dynamo::sort_key<&place::what>> {
};
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

TEST(a_temporary_in_a_call, is_known_to_the_operation_in_every_function_that_takes_one) {
  [[maybe_unused]] const auto judge = [](user_table t, place_table p, user& u, const code& c) {
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
  };
}

TEST(a_temporary_in_a_call, is_not_seen_where_there_is_none) {
  [[maybe_unused]] const auto judge = [](user_table t, place_table p, const user& u, user& mine, const code& c,
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
    static_assert(awaitable<dynamo::operation<void>>);
  };
}

TEST(a_temporary_in_a_call, becomes_an_operation_that_can_be_awaited_once_it_has_a_name) {
  static_assert(std::convertible_to<decltype(std::declval<user_table>().put(user())), dynamo::operation<void>>);
}

TEST(a_temporary_in_a_call, may_be_run_where_nothing_is_awaited) {
  [[maybe_unused]] const auto compiles = [](user_table t, user u) {
    (void)t.put(user{.email = "a"}).run();
    (void)t.put({.email = "a"}).run();
    (void)t.put(std::move(u)).run();
    (void)t.remove({user{.email = "a"}}).run();
    (void)t.batch_put(std::array{user{.email = "a"}, user{.email = "b"}}).run();
  };
}

}  // namespace
