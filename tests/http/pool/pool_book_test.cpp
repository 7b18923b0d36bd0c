#include <http/pool/pool_book.hpp>

#include <gtest/gtest.h>
#include <support/seeds.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace dynamo::http {
namespace {

using namespace std::chrono_literals;
using answer = pool_book::answer;

constexpr pool_book::time_point opening_time{1h};

struct caller final : pool_waiter {};

pool_limits limits_of(std::size_t connections, std::size_t waiters = 100) {
  pool_limits limits;
  limits.connections_max = connections;
  limits.waiters_max = waiters;
  return limits;
}

std::string text_of(const pool_book::lending& l) {
  switch (l.what) {
    case answer::use: return "use " + std::to_string(l.which);
    case answer::open: return "open " + std::to_string(l.which);
    case answer::wait: return "wait";
    case answer::full: return "full";
    case answer::closed: return "closed";
  }
  return "";
}

/// The numbers that expire, in any order.
std::vector<pool_book::connection> expired(pool_book& book, pool_book::time_point now) {
  std::vector<pool_book::connection> all;
  while (const auto one = book.expire(now)) all.push_back(*one);
  std::ranges::sort(all);
  return all;
}

TEST(pool_book, the_connection_that_was_used_last_is_taken_first) {
  pool_book book(limits_of(3));
  caller c;
  EXPECT_EQ(text_of(book.ask(c, opening_time)), "open 0");
  EXPECT_EQ(text_of(book.ask(c, opening_time)), "open 1");
  EXPECT_EQ(text_of(book.ask(c, opening_time)), "open 2");
  for (const pool_book::connection each : {1u, 0u, 2u}) EXPECT_TRUE(book.give_back(each, true, opening_time).keep);
  EXPECT_EQ(book.idle(), 3u);
  EXPECT_EQ(text_of(book.ask(c, opening_time)), "use 2");
  EXPECT_EQ(text_of(book.ask(c, opening_time)), "use 0");
  EXPECT_TRUE(book.give_back(0, true, opening_time).keep);
  EXPECT_EQ(text_of(book.ask(c, opening_time)), "use 0");
  EXPECT_EQ(text_of(book.ask(c, opening_time)), "use 1");
  EXPECT_EQ(text_of(book.ask(c, opening_time)), "wait");
}

TEST(pool_book, waiters_come_in_turn_and_nobody_overtakes_them) {
  pool_book book(limits_of(1, 3));
  caller user, first, second, third, fourth;
  EXPECT_EQ(text_of(book.ask(user, opening_time)), "open 0");
  for (caller* each : {&first, &second, &third}) EXPECT_EQ(text_of(book.ask(*each, opening_time)), "wait");
  EXPECT_EQ(text_of(book.ask(fourth, opening_time)), "full");
  EXPECT_EQ(book.waiters(), 3u);

  const auto kept = book.give_back(0, true, opening_time);
  EXPECT_TRUE(kept.keep);
  EXPECT_EQ(kept.next, &first);
  EXPECT_FALSE(book.leave(first)) << "it has its turn";
  EXPECT_TRUE(book.leave(second));
  EXPECT_FALSE(book.leave(second));
  EXPECT_EQ(text_of(book.ask(user, opening_time)), "wait");
  const auto broken = book.give_back(0, false, opening_time);
  EXPECT_FALSE(broken.keep);
  EXPECT_EQ(broken.next, &third) << "which makes a new one";
  EXPECT_EQ(book.give_back(0, true, opening_time).next, &user);
  EXPECT_EQ(book.give_back(0, true, opening_time).next, nullptr);
  EXPECT_EQ(book.idle(), 1u);
  EXPECT_EQ(book.connections(), 1u);
}

TEST(pool_book, any_waiter_may_leave) {
  for (std::size_t leaves = 0; leaves < 4; ++leaves) {
    pool_book book(limits_of(1));
    caller user, all[4];
    book.ask(user, opening_time);
    for (caller& each : all) book.ask(each, opening_time);
    EXPECT_TRUE(book.leave(all[leaves]));
    for (std::size_t i = 0; i < 4; ++i) {
      if (i != leaves) {
        EXPECT_EQ(book.give_back(0, true, opening_time).next, &all[i]);
      }
    }
    EXPECT_EQ(book.give_back(0, true, opening_time).next, nullptr);
  }
}

TEST(pool_book, a_broken_connection_makes_room_for_another) {
  pool_book book(limits_of(1));
  caller c;
  EXPECT_EQ(text_of(book.ask(c, opening_time)), "open 0");
  EXPECT_FALSE(book.give_back(0, false, opening_time).keep);
  EXPECT_EQ(book.connections(), 0u);
  EXPECT_EQ(text_of(book.ask(c, opening_time)), "open 0");
}

TEST(pool_book, idle_connections_end_at_their_limit) {
  pool_limits limits = limits_of(3);
  limits.idle = 20s;
  pool_book book(limits);
  caller c;
  for (int i = 0; i < 3; ++i) book.ask(c, opening_time);
  book.give_back(0, true, opening_time);
  book.give_back(1, true, opening_time + 5s);
  EXPECT_EQ(book.next_expiry(), opening_time + 20s);
  EXPECT_TRUE(expired(book, opening_time + 20s - 1ns).empty());
  EXPECT_EQ(expired(book, opening_time + 20s), std::vector<pool_book::connection>{0});
  EXPECT_EQ(book.next_expiry(), opening_time + 25s);
  EXPECT_EQ(text_of(book.ask(c, opening_time + 20s)), "use 1");
  EXPECT_TRUE(expired(book, opening_time + 1h).empty()) << "what is lent is not idle";
  EXPECT_EQ(book.next_expiry(), pool_book::never);
}

TEST(pool_book, old_connections_are_not_used_again_and_do_not_end_all_at_once) {
  pool_limits limits = limits_of(50);
  limits.idle = 0ms;
  limits.age = 100s;
  pool_book book(limits);
  caller c;
  for (pool_book::connection i = 0; i < 50; ++i) book.ask(c, opening_time);
  for (pool_book::connection i = 0; i < 50; ++i) EXPECT_TRUE(book.give_back(i, true, opening_time).keep);
  EXPECT_TRUE(expired(book, opening_time + 75s - 1ns).empty());
  const std::size_t early = expired(book, opening_time + 88s).size();
  EXPECT_GT(early, 15u);
  EXPECT_LT(early, 35u);
  EXPECT_EQ(expired(book, opening_time + 100s).size(), 50 - early);

  EXPECT_EQ(text_of(book.ask(c, opening_time)).substr(0, 4), "open");
  const auto lent = book.connections();
  ASSERT_EQ(lent, 1u);
  caller waits;
  pool_book one(limits_of(1));
  one.ask(c, opening_time);
  one.ask(waits, opening_time);
  const auto old = one.give_back(0, true, opening_time + 1h);
  EXPECT_FALSE(old.keep);
  EXPECT_EQ(old.next, &waits);
  EXPECT_TRUE(one.give_back(0, true, opening_time + 1h).keep) << "the new one is young";
}

TEST(pool_book, a_connection_that_replaces_another_is_young) {
  pool_limits limits = limits_of(1);
  limits.age = 100s;
  pool_book book(limits);
  caller c;
  book.ask(c, opening_time);
  book.renewed(0, opening_time + 90s);
  EXPECT_TRUE(book.give_back(0, true, opening_time + 150s).keep);
}

TEST(pool_book, without_limits_of_time_a_connection_stays) {
  pool_limits limits = limits_of(1);
  limits.age = limits.idle = 0ms;
  pool_book book(limits);
  caller c;
  book.ask(c, opening_time);
  EXPECT_TRUE(book.give_back(0, true, opening_time + 1'000h).keep);
  EXPECT_EQ(book.next_expiry(), pool_book::never);
  limits.age = limits.idle = std::chrono::milliseconds::max();
  pool_book long_lived(limits);
  long_lived.ask(c, opening_time);
  EXPECT_TRUE(long_lived.give_back(0, true, opening_time + 1'000h).keep);
}

TEST(pool_book, spare_connections_are_made_up_to_the_bound) {
  pool_book book(limits_of(3));
  caller c;
  book.ask(c, opening_time);
  EXPECT_EQ(book.open_spare(opening_time), 1u);
  EXPECT_EQ(book.open_spare(opening_time), 2u);
  EXPECT_EQ(book.open_spare(opening_time), std::nullopt);
  book.give_back(1, true, opening_time);
  EXPECT_EQ(text_of(book.ask(c, opening_time)), "use 1");
}

TEST(pool_book, a_closed_pool_keeps_nothing_and_answers_everybody) {
  pool_book book(limits_of(2));
  caller user, first, second;
  book.ask(user, opening_time);
  book.ask(user, opening_time);
  book.give_back(1, true, opening_time);
  book.ask(user, opening_time);
  book.ask(first, opening_time);
  book.ask(second, opening_time);
  EXPECT_EQ(book.next_refused(), nullptr);
  book.close();
  EXPECT_EQ(text_of(book.ask(user, opening_time)), "closed");
  EXPECT_EQ(book.next_refused(), &first);
  EXPECT_EQ(book.next_refused(), &second);
  EXPECT_EQ(book.next_refused(), nullptr);
  EXPECT_FALSE(book.give_back(0, true, opening_time).keep);
  EXPECT_FALSE(book.give_back(1, true, opening_time).keep);
  EXPECT_EQ(book.connections(), 0u);
  EXPECT_EQ(book.open_spare(opening_time), std::nullopt);

  pool_book with_idle(limits_of(2));
  with_idle.ask(user, opening_time);
  with_idle.give_back(0, true, opening_time);
  with_idle.close();
  EXPECT_EQ(expired(with_idle, opening_time), std::vector<pool_book::connection>{0});
}

/// Callers that come, leave and break connections at random, beside a model that is too simple to be wrong.
TEST(pool_book, whatever_callers_do_connections_are_bounded_and_turns_are_fair) {
  testing_support::for_each_seed(500, [](std::mt19937_64& random) {
    const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    pool_limits limits = limits_of(1 + pick(6), pick(8));
    limits.idle = std::chrono::milliseconds(pick(3) * 50);
    limits.age = std::chrono::milliseconds(pick(3) * 400);
    limits.seed = random();
    pool_book book(limits);
    struct known {
      pool_book::time_point opened, given_back;
    };
    std::map<pool_book::connection, known> lent;
    std::vector<std::pair<pool_book::connection, known>> idle;  // the one used last is the last
    std::deque<std::unique_ptr<caller>> waiting;
    std::vector<std::unique_ptr<caller>> gone;  // so that no address is used twice
    auto now = opening_time;
    const auto is_over = [&](const known& k, bool for_certain) {
      const auto age = for_certain ? limits.age : limits.age * 3 / 4;
      return (limits.idle > 0ms && now - k.given_back >= limits.idle) || (limits.age > 0ms && now - k.opened >= age);
    };
    for (int i = 0; i < 400; ++i) {
      now += std::chrono::milliseconds(pick(20));
      while (const auto one = book.expire(now)) {
        const auto at = std::ranges::find(idle, *one, [](const auto& each) { return each.first; });
        ASSERT_NE(at, idle.end());
        EXPECT_TRUE(is_over(at->second, false));
        idle.erase(at);
      }
      for (const auto& [number, k] : idle) EXPECT_FALSE(is_over(k, true)) << number;
      const std::size_t what = pick(20);
      if (what < 9) {
        auto one = std::make_unique<caller>();
        const auto got = book.ask(*one, now);
        if (!idle.empty()) {
          ASSERT_EQ(text_of(got), "use " + std::to_string(idle.back().first));
          lent.insert(idle.back());
          idle.pop_back();
        } else if (lent.size() < limits.connections_max) {
          ASSERT_EQ(got.what, answer::open);
          ASSERT_TRUE(lent.emplace(got.which, known{now, now}).second) << "it is somebody else's";
        } else {
          ASSERT_EQ(got.what, waiting.size() < limits.waiters_max ? answer::wait : answer::full);
          if (got.what == answer::wait) waiting.push_back(std::move(one));
        }
      } else if (what < 17 && !lent.empty()) {
        const auto at = std::next(lent.begin(), static_cast<std::ptrdiff_t>(pick(lent.size())));
        const bool reusable = pick(5) > 0;
        const auto turn = book.give_back(at->first, reusable, now);
        if (!reusable) {
          EXPECT_FALSE(turn.keep);
        } else if (limits.age > 0ms && now - at->second.opened >= limits.age) {
          EXPECT_FALSE(turn.keep);
        } else if (limits.age == 0ms || now - at->second.opened < limits.age * 3 / 4) {
          EXPECT_TRUE(turn.keep);
        }
        ASSERT_EQ(turn.next, waiting.empty() ? nullptr : waiting.front().get());
        if (turn.next != nullptr) {
          gone.push_back(std::move(waiting.front()));
          waiting.pop_front();
          if (!turn.keep) at->second.opened = now;
        } else {
          at->second.given_back = now;
          if (turn.keep) idle.emplace_back(*at);
          lent.erase(at);
        }
      } else if (what == 17 && !waiting.empty()) {
        const auto at = waiting.begin() + static_cast<std::ptrdiff_t>(pick(waiting.size()));
        EXPECT_TRUE(book.leave(**at));
        gone.push_back(std::move(*at));
        waiting.erase(at);
      } else if (what == 18 && !lent.empty()) {
        book.renewed(lent.begin()->first, now);
        lent.begin()->second.opened = now;
      } else if (const auto spare = what == 19 ? book.open_spare(now) : std::nullopt; spare) {
        ASSERT_TRUE(lent.emplace(*spare, known{now, now}).second);
      }
      ASSERT_EQ(book.idle(), idle.size());
      ASSERT_EQ(book.connections(), idle.size() + lent.size());
      ASSERT_EQ(book.waiters(), waiting.size());
      ASSERT_LE(book.connections(), limits.connections_max);
      ASSERT_TRUE(waiting.empty() || idle.empty()) << "one waits beside a free connection";
    }
  });
}

}  // namespace
}  // namespace dynamo::http
