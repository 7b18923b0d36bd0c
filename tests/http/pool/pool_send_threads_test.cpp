#include "pool_peers.hpp"

#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>
#include <http/pool/client_pool.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace dynamo::http {
namespace {

using namespace std::chrono_literals;
using testing_support::peer_connection;

/// What came of a request without a body.
std::string sent(client_pool& pool, const std::string& head, const std::stop_token& stop = {},
                 bool repeatable = false) {
  exchange_request r(head, {});
  r.repeatable = repeatable;
  return text_of(pool.send(r, stop));
}

TEST(pool_send, requests_share_one_kept_connection) {
  counting_peer peer(&counting_peer::answers_with_target);
  {
    client_pool pool(here(peer));
    for (int i = 0; i < 20; ++i) EXPECT_EQ(sent(pool, get("/" + std::to_string(i))), "200 /" + std::to_string(i));
    EXPECT_EQ(peer.accepted(), 1u);
    EXPECT_EQ(pool.counts().idle, 1u);
    const client_pool copy = pool;
    EXPECT_EQ(copy.counts().connections, 1u);
  }
  EXPECT_EQ(peer.accepted(), 1u);
}

TEST(pool_send, threads_share_connections_and_wait_for_them) {
  counting_peer peer(&counting_peer::answers_with_target);
  client_pool pool(here(peer), at_most(3));
  std::atomic<std::size_t> good = 0;
  std::vector<std::thread> all;
  for (int i = 0; i < 8; ++i) {
    all.emplace_back([&, i] {
      const std::string target = "/" + std::to_string(i), head = get(target);
      for (int j = 0; j < 50; ++j) good += sent(pool, head) == "200 " + target ? 1u : 0u;
    });
  }
  for (std::thread& each : all) each.join();
  EXPECT_EQ(good, 400u);
  EXPECT_LE(peer.accepted(), 3u);
  EXPECT_EQ(pool.counts().waiters, 0u);
}

TEST(pool_send, a_connection_that_the_host_closed_while_idle_is_made_again) {
  std::promise<void> closed;
  counting_peer peer(closes_the_first_while_idle(closed));
  client_pool pool(here(peer));
  EXPECT_EQ(sent(pool, get("/1")), "200 first");
  closed.get_future().wait();
  EXPECT_EQ(sent(pool, get("/2")), "200 /2");
  EXPECT_EQ(peer.accepted(), 2u);
}

/// The host closes a kept connection in the very moment in which it is used again.
TEST(pool_send, what_was_sent_on_a_stale_connection_is_sent_again_only_if_it_is_repeatable) {
  std::atomic<std::size_t> heads = 0;
  const auto script = breaks_at_the_second_request(heads);
  for (const bool repeatable : {false, true}) {
    heads = 0;
    counting_peer peer(script);
    client_pool pool(here(peer));
    EXPECT_EQ(sent(pool, get("/"), {}, repeatable), "200 0");
    exchange_timings timings;
    const std::string again = get("/");
    exchange_request r(again, {});
    r.repeatable = repeatable;
    r.timings = &timings;
    const std::string got = text_of(pool.send(r));
    EXPECT_EQ(timings.resent, repeatable);
    EXPECT_EQ(timings.reused, !repeatable);
    EXPECT_EQ(timings.sent, again.size());
    if (repeatable) {
      EXPECT_EQ(got, "200 1");
      EXPECT_EQ(timings.received, ok_response("1").size());
    } else {
      EXPECT_TRUE(got.starts_with("transport in read, sent, stale: ")) << got;
      EXPECT_EQ(pool.counts().connections, 0u);
    }
    pool.close();
    EXPECT_EQ(heads, repeatable ? 3u : 2u);
  }
}

TEST(pool_send, a_new_connection_that_breaks_is_not_followed_by_another) {
  counting_peer peer([](peer_connection& to, std::size_t) { to.receive_head(); });
  client_pool pool(here(peer));
  const std::string got = sent(pool, get("/"), {}, true);
  EXPECT_TRUE(got.starts_with("transport in read, sent: ")) << got;
  EXPECT_EQ(peer.accepted(), 1u);
}

TEST(pool_send, callers_wait_in_turn) {
  holding_peer holds;
  counting_peer peer(holds.script());
  client_pool pool(here(peer), at_most(1, 2));
  std::vector<std::future<std::string>> all;
  const auto ask = [&](const char* target) {
    all.push_back(std::async(std::launch::async, [&pool, head = get(target)] { return sent(pool, head); }));
  };
  ask("/1");
  holds.wait_until_asked(1);
  ask("/2");
  wait_for_waiters(pool, 1);
  ask("/3");
  wait_for_waiters(pool, 2);
  EXPECT_EQ(sent(pool, get("/4")), "unavailable in wait: Cannot connect to 127.0.0.1:" + std::to_string(peer.port()) +
                                       ": all of its 1 connections are in use, and 2 callers wait for one already");
  holds.answer(3);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].get(), "200 /" + std::to_string(i + 1));
  EXPECT_EQ(holds.asked(), (std::vector<std::string>{"/1", "/2", "/3"}));
  EXPECT_EQ(peer.accepted(), 1u);
}

TEST(pool_send, a_waiter_makes_the_connection_that_another_lost) {
  std::promise<void> may_break;
  counting_peer peer([&](peer_connection& to, std::size_t number) {
    if (number > 0) return counting_peer::answers_with_target(to, number);
    to.receive_head();
    may_break.get_future().wait();
  });
  client_pool pool(here(peer), at_most(1));
  auto first = std::async(std::launch::async, [&] { return sent(pool, get("/1")); });
  while (peer.accepted() == 0) std::this_thread::yield();
  auto second = std::async(std::launch::async, [&] { return sent(pool, get("/2")); });
  wait_for_waiters(pool, 1);
  may_break.set_value();
  EXPECT_TRUE(first.get().starts_with("transport in read, sent: "));
  EXPECT_EQ(second.get(), "200 /2");
}

TEST(pool_send, a_waiter_leaves_by_its_token_or_at_its_time) {
  holding_peer holds;
  counting_peer peer(holds.script());
  testing::virtual_clock time{testing::virtual_clock::blocking::waits_for_advance};
  client_pool_options o = at_most(1);
  o.time = &time;
  client_pool pool(here(peer), o);
  const std::string nowhere = " in wait: Cannot connect to 127.0.0.1:" + std::to_string(peer.port());
  const std::string held = get("/held");
  exchange_request patient(held, {});
  patient.times = {};
  patient.times.first_byte = patient.times.operation = 0ms;
  auto first = std::async(std::launch::async, [&] { return pool.send(patient).has_value(); });
  holds.wait_until_asked(1);

  std::stop_source stop;
  auto cancelled = std::async(std::launch::async, [&] { return sent(pool, get("/2"), stop.get_token()); });
  wait_for_waiters(pool, 1);
  stop.request_stop();
  EXPECT_EQ(cancelled.get(), "cancelled" + nowhere + ": the request was cancelled");

  auto late = std::async(std::launch::async, [&] { return sent(pool, get("/3")); });
  wait_for_waiters(pool, 1);
  time.advance(59'999ms);
  EXPECT_EQ(late.wait_for(0s), std::future_status::timeout);
  time.advance(1ms);
  EXPECT_EQ(late.get(), "timed_out" + nowhere + ": none of its 1 connections became free in time");
  holds.answer();
  EXPECT_TRUE(first.get());
  EXPECT_EQ(holds.asked(), std::vector<std::string>{"/held"});
}

TEST(pool_send, the_time_of_waiting_is_part_of_the_operation_s) {
  holding_peer holds;
  counting_peer peer(holds.script());
  testing::virtual_clock time{testing::virtual_clock::blocking::waits_for_advance};
  client_pool_options o = at_most(1);
  o.time = &time;
  client_pool pool(here(peer), o);
  const std::string head = get("/");
  exchange_timings timings;
  exchange_request patient(head, {}), r(head, {});
  patient.times.first_byte = patient.times.operation = r.times.first_byte = 0ms;
  r.timings = &timings;
  auto first = std::async(std::launch::async, [&] { return pool.send(patient).has_value(); });
  holds.wait_until_asked(1);
  auto second = std::async(std::launch::async, [&] {
    const auto got = pool.send(r);
    return got ? "" : got.error().message;
  });
  wait_for_waiters(pool, 1);
  time.advance(50s);
  holds.answer();
  EXPECT_TRUE(first.get());
  holds.wait_until_asked(2);
  while (second.wait_for(0s) != std::future_status::ready) {
    time.advance(1s);
    std::this_thread::yield();
  }
  EXPECT_EQ(second.get(), "No response from 127.0.0.1:" + std::to_string(peer.port()) +
                              ": there was no whole response within 60000 ms");
  EXPECT_EQ(timings.wait, 50s);
  EXPECT_TRUE(timings.reused);
  holds.answer();
}

TEST(pool_send, idle_and_old_connections_are_not_used) {
  testing::virtual_clock time{testing::virtual_clock::blocking::waits_for_advance};
  counting_peer peer(&counting_peer::answers_with_target);
  client_pool_options o;
  o.time = &time;
  o.connections.idle = 20s;
  o.connections.age = 100s;
  client_pool pool(here(peer), o);
  EXPECT_EQ(sent(pool, get("/")), "200 /");
  time.advance(19'999ms);
  EXPECT_EQ(sent(pool, get("/")), "200 /");
  EXPECT_EQ(peer.accepted(), 1u);
  time.advance(20s);
  EXPECT_EQ(sent(pool, get("/")), "200 /");
  EXPECT_EQ(peer.accepted(), 2u);
  for (int i = 0; i < 20; ++i) {
    time.advance(5s);
    EXPECT_EQ(sent(pool, get("/")), "200 /");
  }
  EXPECT_EQ(peer.accepted(), 3u);
}

TEST(pool_send, closing_turns_waiters_away_and_lets_the_others_end) {
  holding_peer holds;
  counting_peer peer(holds.script());
  client_pool pool(here(peer), at_most(1));
  auto lent = std::async(std::launch::async, [&] { return sent(pool, get("/1")); });
  holds.wait_until_asked(1);
  auto waits = std::async(std::launch::async, [&] { return sent(pool, get("/2")); });
  wait_for_waiters(pool, 1);
  pool.close();
  const std::string closed = "cancelled in wait: Cannot connect to 127.0.0.1:" + std::to_string(peer.port()) +
                             ": the pool of its connections has been closed";
  EXPECT_EQ(waits.get(), closed);
  EXPECT_EQ(sent(pool, get("/3")), closed);
  holds.answer();
  EXPECT_EQ(lent.get(), "200 /1");
  EXPECT_EQ(pool.counts().connections, 0u);
}

}  // namespace
}  // namespace dynamo::http
