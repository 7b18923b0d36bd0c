#include <dynamo/table.hpp>

#include <gtest/gtest.h>

#include <coroutine>
#include <optional>
#include <type_traits>
#include <utility>

/// What g++ 12 destroys twice, on which include/dynamo/table/detail/temporaries.hpp rests: see docs/adr/0012-temporaries-on-gxx-12.md. Where a
/// later compiler is used everything is destroyed once.
namespace {

int born = 0, dead = 0;
struct counted {
  counted() { ++born; }
  counted(const counted&) { ++born; }
  counted(counted&&) noexcept { ++born; }
  counted& operator=(const counted&) = default;
  ~counted() { ++dead; }
};
struct aggregate {
  counted member;
};
aggregate make() { return {}; }

struct coroutine {
  struct promise_type {
    coroutine get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};
/// Looks at its argument and is awaited, as operations are.
template <class T>
std::suspend_never call(T&&) {
  return {};
}

coroutine temporary() { co_await call(aggregate{}); }
coroutine cast_temporary() { co_await call(static_cast<aggregate&&>(aggregate{})); }
coroutine optional_of_a_temporary() { co_await call(std::optional<aggregate>(aggregate{})); }
coroutine moved_variable() {
  aggregate a;
  co_await call(std::move(a));
}
coroutine result_of_a_function() { co_await call(make()); }
coroutine variable() {
  const aggregate a;
  co_await call(a);
}
coroutine named_call() {
  auto named = call(aggregate{});
  co_await named;
}
coroutine not_awaited() {
  (void)call(aggregate{});
  co_return;
}

/// Destroyed more often than made.
bool destroyed_twice(coroutine (*body)()) {
  born = dead = 0;
  body();
  return dead > born;
}

constexpr bool gxx_12 = dynamo::detail::freed_twice<aggregate&&>;

TEST(gxx_12, destroys_aggregate_temporaries_twice_beside_co_await) {
  EXPECT_EQ(destroyed_twice(temporary), gxx_12);
  EXPECT_EQ(destroyed_twice(cast_temporary), gxx_12);
  EXPECT_EQ(destroyed_twice(optional_of_a_temporary), gxx_12);
}
TEST(gxx_12, destroys_all_else_once) {
  EXPECT_FALSE(destroyed_twice(moved_variable));
  EXPECT_FALSE(destroyed_twice(result_of_a_function));
  EXPECT_FALSE(destroyed_twice(variable));
  EXPECT_FALSE(destroyed_twice(named_call));
  EXPECT_FALSE(destroyed_twice(not_awaited));
}

// No function can tell the harmful from the harmless: each is an rvalue, which deduces the same type, and between a parameter by
// reference and one by value neither is better.
struct references {
  static std::true_type takes(aggregate&&);
  static std::false_type takes(const aggregate&);
  template <class T>
  static std::type_identity<T&&> deduces(T&&);
};
struct values_too : references {
  using references::takes;
  static std::true_type takes(aggregate);
};
template <class Overloads, class Argument>
concept unambiguous = requires(Argument&& rvalue) { Overloads::takes(static_cast<Argument&&>(rvalue)); };
template <class Overloads>
concept unambiguous_for_a_temporary = requires { Overloads::takes(aggregate{}); };

static_assert(std::is_same_v<decltype(references::takes(aggregate{})),
                             decltype(references::takes(std::move(std::declval<aggregate&>())))>);
static_assert(std::is_same_v<decltype(references::deduces(aggregate{})),
                             decltype(references::deduces(std::move(std::declval<aggregate&>())))>);
static_assert(std::is_same_v<decltype(references::deduces(make())), decltype(references::deduces(aggregate{}))>);
static_assert(unambiguous<references, aggregate> && unambiguous_for_a_temporary<references>);
static_assert(!unambiguous<values_too, aggregate> && !unambiguous_for_a_temporary<values_too>);

}  // namespace
