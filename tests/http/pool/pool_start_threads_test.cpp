#include "pool_peers.hpp"

#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>
#include <http/pool/client_pool.hpp>
#include <http/trusting.hpp>
#include <support/tls_peer.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace dynamo::http {
namespace {

using namespace std::chrono_literals;
using testing_support::certificate_options;
using testing_support::identity;
using testing_support::peer_connection;
using testing_support::tls_peer;
using testing_support::tls_server;

/// One request, and what came of it. Being told twice ends the program.
class asked final : public exchange_sink {
 public:
  explicit asked(std::string head, std::string body = {}) : head_(std::move(head)), body_(std::move(body)) {
    request = exchange_request(head_, body_);
  }
  asked& start(client_pool& pool, std::stop_token stop = {}) {
    pool.start(request, std::move(stop), *this);
    return *this;
  }
  void complete(std::expected<client_response, exchange_failure> got) noexcept override {
    told_.set_value(text_of(got));
  }
  std::string outcome() { return outcome_.get(); }
  bool is_told() const { return outcome_.wait_for(0s) == std::future_status::ready; }

  exchange_request request;

 private:
  const std::string head_, body_;
  std::promise<std::string> told_;
  std::future<std::string> outcome_ = told_.get_future();
};

std::string started(client_pool& pool, const std::string& head, bool repeatable = false) {
  asked one(head);
  one.request.repeatable = repeatable;
  return one.start(pool).outcome();
}

class names_of_test final : public name_lookup {
 public:
  explicit names_of_test(std::vector<socket_address> found) : names_of_test(found, found) {}
  names_of_test(std::vector<socket_address> first, std::vector<socket_address> later)
      : first_(std::move(first)), later_(std::move(later)) {}
  std::expected<std::vector<socket_address>, std::string> find(const address&) override {
    const auto& found = asked++ == 0 ? first_ : later_;
    if (before) before();
    if (found.empty()) return std::unexpected(std::string("the net is down"));
    return found;
  }
  std::atomic<std::size_t> asked = 0;
  std::function<void()> before;

 private:
  const std::vector<socket_address> first_, later_;
};

socket_address numbered(std::uint16_t port) { return system_name_lookup().find({"127.0.0.1", port})->front(); }

TEST(pool_start, requests_share_one_kept_connection) {
  counting_peer peer(&counting_peer::answers_with_target);
  client_pool pool(here(peer));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(started(pool, get("/" + std::to_string(i))), "200 /" + std::to_string(i));
  EXPECT_EQ(peer.accepted(), 1u);
}

TEST(pool_start, both_ways_to_wait_share_one_connection) {
  counting_peer peer(&counting_peer::answers_with_target);
  client_pool pool(here(peer));
  const std::string head = get("/");
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(text_of(pool.send(exchange_request(head, {}))), "200 /");
    EXPECT_EQ(started(pool, head), "200 /");
    EXPECT_EQ(started(pool, head), "200 /");
  }
  EXPECT_EQ(peer.accepted(), 1u);
}

/// Asks again as soon as it is answered.
class insistent final : public exchange_sink {
 public:
  insistent(client_pool& pool, std::string target, std::size_t times)
      : pool_(pool), target_(std::move(target)), head_(get(target_)), left_(times) {}
  void start() { pool_.start(exchange_request(head_, {}), {}, *this); }
  void complete(std::expected<client_response, exchange_failure> got) noexcept override {
    good += text_of(got) == "200 " + target_ ? 1u : 0u;
    if (--left_ > 0) return start();
    done_.set_value();
  }
  void wait() { done_.get_future().wait(); }
  std::size_t good = 0;

 private:
  client_pool& pool_;
  const std::string target_, head_;
  std::size_t left_;
  std::promise<void> done_;
};

TEST(pool_start, many_are_in_flight_on_one_thread) {
  constexpr std::size_t in_flight = 32, times = 30;
  for (const std::size_t connections : {3u, 50u}) {
    counting_peer peer(&counting_peer::answers_with_target);
    client_pool pool(here(peer), at_most(connections));
    std::vector<std::unique_ptr<insistent>> all;
    for (std::size_t i = 0; i < in_flight; ++i) {
      all.push_back(std::make_unique<insistent>(pool, "/" + std::to_string(i), times));
      all.back()->start();
    }
    for (const auto& each : all) {
      each->wait();
      EXPECT_EQ(each->good, times);
    }
    EXPECT_LE(peer.accepted(), std::min(connections, in_flight));
    EXPECT_EQ(pool.counts().waiters, 0u);
  }
}

TEST(pool_start, threads_use_both_ways_at_once) {
  counting_peer peer(&counting_peer::answers_with_target);
  client_pool pool(here(peer), at_most(4));
  std::atomic<std::size_t> good = 0;
  std::vector<std::thread> all;
  for (int i = 0; i < 8; ++i) {
    all.emplace_back([&, i] {
      const std::string target = "/" + std::to_string(i), head = get(target);
      for (int j = 0; j < 40; ++j) {
        const std::string got =
            (i + j / 5) % 2 == 0 ? text_of(pool.send(exchange_request(head, {}))) : started(pool, head);
        good += got == "200 " + target ? 1u : 0u;
      }
    });
  }
  for (std::thread& each : all) each.join();
  EXPECT_EQ(good, 320u);
  EXPECT_LE(peer.accepted(), 4u);
}

TEST(pool_start, callers_of_both_ways_wait_in_turn) {
  holding_peer holds;
  counting_peer peer(holds.script());
  client_pool pool(here(peer), at_most(1, 3));
  asked second(get("/2")), fourth(get("/4")), fifth(get("/5"));
  const auto blocks = [&](const char* target) {
    return std::async(std::launch::async,
                      [&pool, head = get(target)] { return text_of(pool.send(exchange_request(head, {}))); });
  };
  auto first = blocks("/1");
  holds.wait_until_asked(1);
  second.start(pool);
  wait_for_waiters(pool, 1);
  auto third = blocks("/3");
  wait_for_waiters(pool, 2);
  fourth.start(pool);
  wait_for_waiters(pool, 3);
  EXPECT_EQ(fifth.start(pool).outcome(),
            "unavailable in wait: Cannot connect to " + here(peer).text() +
                ": all of its 1 connections are in use, and 3 callers wait for one already");
  holds.answer(4);
  EXPECT_EQ(first.get(), "200 /1");
  EXPECT_EQ(second.outcome(), "200 /2");
  EXPECT_EQ(third.get(), "200 /3");
  EXPECT_EQ(fourth.outcome(), "200 /4");
  EXPECT_EQ(holds.asked(), (std::vector<std::string>{"/1", "/2", "/3", "/4"}));
  EXPECT_EQ(peer.accepted(), 1u);
}

TEST(pool_start, a_connection_that_the_host_closed_while_idle_is_made_again) {
  std::promise<void> closed;
  counting_peer peer(closes_the_first_while_idle(closed));
  client_pool pool(here(peer));
  EXPECT_EQ(started(pool, get("/1")), "200 first");
  closed.get_future().wait();
  EXPECT_EQ(started(pool, get("/2"), true), "200 /2");
  EXPECT_EQ(peer.accepted(), 2u);
}

TEST(pool_start, what_was_sent_on_a_stale_connection_is_sent_again_only_if_it_is_repeatable) {
  std::atomic<std::size_t> heads = 0;
  const auto script = breaks_at_the_second_request(heads);
  for (const bool repeatable : {false, true}) {
    heads = 0;
    counting_peer peer(script);
    client_pool pool(here(peer));
    EXPECT_EQ(started(pool, get("/"), repeatable), "200 0");
    exchange_timings timings;
    asked again(get("/"));
    again.request.repeatable = repeatable;
    again.request.timings = &timings;
    const std::string got = again.start(pool).outcome();
    EXPECT_EQ(timings.resent, repeatable);
    EXPECT_EQ(timings.reused, !repeatable);
    EXPECT_EQ(timings.sent, get("/").size());
    if (repeatable) {
      EXPECT_EQ(got, "200 1");
      EXPECT_EQ(timings.received, ok_response("1").size());
    } else {
      EXPECT_TRUE(got.starts_with("transport in read, sent, stale: ")) << got;
      EXPECT_EQ(pool.counts().connections, 0u);
    }
    EXPECT_EQ(heads, repeatable ? 3u : 2u);
  }
}

TEST(pool_start, what_a_host_does_wrong_is_said_as_to_one_who_blocks) {
  const std::string whole = ok_response("some body");
  std::vector<counting_peer::script> rows;
  const auto says = [&](std::string answer, void (*then)(peer_connection&)) {
    rows.emplace_back([answer = std::move(answer), then](peer_connection& to, std::size_t) {
      to.receive_head();
      to.send(answer);
      then(to);
    });
  };
  const auto ends = [](peer_connection&) {};
  for (std::size_t size = 0; size <= whole.size(); size += 3) {
    says(whole.substr(0, size), ends);
    says(whole.substr(0, size), [](peer_connection& to) { to.reset(); });
    says(whole.substr(0, size), [](peer_connection& to) {
      to.end_sending();
      to.wait_for_end();
    });
  }
  says("\x16\x03\x01 what is this?\r\n\r\n", ends);
  says("HTTP/1.1 200 OK\r\nContent-Length: 16777217\r\n\r\n", ends);
  says("HTTP/1.1 200 OK\r\nA: " + std::string(70'000, 'x'), ends);
  says("HTTP/1.1 200 OK\r\nx-amz-crc32: 1\r\nContent-Length: 1\r\n\r\nx", ends);
  says("HTTP/1.1 200 OK\r\n\r\nup to the end", ends);
  for (const counting_peer::script& each : rows) {
    counting_peer peer(each);
    client_pool pool(here(peer));
    const std::string head = get("/");
    const std::string blocking = text_of(pool.send(exchange_request(head, {})));
    pool.close();
    client_pool other(here(peer));
    EXPECT_EQ(started(other, head), blocking);
    EXPECT_LE(other.counts().connections, blocking.starts_with("200") ? 1u : 0u);
  }
}

TEST(pool_start, large_bodies_go_both_ways) {
  counting_peer peer([](peer_connection& to, std::size_t) {
    for (std::string head = to.receive_head(); !head.empty(); head = to.receive_head()) {
      to.send(ok_response(to.receive(5'000'000)));
    }
  });
  client_pool pool(here(peer));
  std::string body(5'000'000, 'x');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i * i % 23);
  std::vector<std::unique_ptr<asked>> all;
  for (int i = 0; i < 4; ++i) {
    all.push_back(std::make_unique<asked>("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 5000000\r\n\r\n", body));
    all.back()->start(pool);
  }
  for (const auto& each : all) EXPECT_TRUE(each->outcome() == "200 " + body);
}

TEST(pool_start, what_it_waited_for_is_measured) {
  holding_peer holds;
  counting_peer peer(holds.script());
  testing::virtual_clock time{testing::virtual_clock::blocking::waits_for_advance};
  client_pool_options o = at_most(1);
  o.time = &time;
  client_pool pool(here(peer), o);
  exchange_timings timings;
  asked first(get("/1")), second(get("/2"));
  second.request.timings = &timings;
  first.start(pool);
  holds.wait_until_asked(1);
  second.start(pool);
  wait_for_waiters(pool, 1);
  time.advance(2s);
  holds.answer();
  EXPECT_EQ(first.outcome(), "200 /1");
  holds.wait_until_asked(2);
  time.advance(3s);
  holds.answer();
  EXPECT_EQ(second.outcome(), "200 /2");
  EXPECT_EQ(timings.wait, 2s);
  EXPECT_EQ(timings.first_byte, 3s);
  EXPECT_TRUE(timings.reused);
}

// Names and addresses.

TEST(pool_start, those_who_wait_for_a_name_share_one_question_and_its_answer_is_kept_for_a_moment) {
  counting_peer peer(&counting_peer::answers_with_target);
  names_of_test names({numbered(peer.port())});
  std::promise<void> may_answer;
  names.before = [&, answer = may_answer.get_future().share()] { answer.wait(); };
  testing::virtual_clock time{testing::virtual_clock::blocking::waits_for_advance};
  client_pool_options o;
  o.names = &names;
  o.time = &time;
  client_pool pool({"host.example", 1}, o);
  std::vector<std::unique_ptr<asked>> all;
  for (int i = 0; i < 5; ++i) {
    all.push_back(std::make_unique<asked>("GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"));
    all.back()->start(pool);
  }
  wait_until([&] { return pool.counts().connections == 5; });
  may_answer.set_value();
  for (const auto& each : all) EXPECT_EQ(each->outcome(), "200 /");
  EXPECT_EQ(names.asked, 1u);
  pool.preconnect(8);
  wait_until([&] { return pool.counts().idle == 8; });
  EXPECT_EQ(names.asked, 1u);
  time.advance(1s);
  pool.preconnect(9);
  wait_until([&] { return pool.counts().idle == 9; });
  EXPECT_EQ(names.asked, 2u);
}

TEST(pool_start, without_a_connection_nothing_is_sent) {
  const closed_port refuses(closed_port::kind::refuses);
  client_pool one(refuses.named());
  EXPECT_EQ(started(one, get("/")),
            "unavailable in connect: Cannot connect to " + refuses.named().text() + ": Connection refused");
  EXPECT_EQ(one.counts().connections, 0u);
  names_of_test twice({refuses.where(), refuses.where()}), fails(std::vector<socket_address>{});
  client_pool_options o;
  o.names = &twice;
  client_pool two({"two.example", 1}, o);
  EXPECT_EQ(
      started(two, get("/")),
      "unavailable in connect: Cannot connect to two.example:1: Connection refused, as the last of 2 addresses says");
  o.names = &fails;
  client_pool none({"no.example", 1}, o);
  for (std::size_t i = 1; i < 3; ++i) {
    EXPECT_EQ(started(none, get("/")), "unavailable in resolve: Cannot connect to no.example:1: the net is down");
    EXPECT_EQ(fails.asked, i) << "a failure is not kept";
  }
}

TEST(pool_start, an_address_that_does_not_answer_is_followed_by_the_next_after_a_while) {
  const closed_port silent(closed_port::kind::says_nothing);
  counting_peer peer(&counting_peer::answers_with_target);
  names_of_test names({silent.where(), numbered(peer.port())});
  testing::virtual_clock time{testing::virtual_clock::blocking::waits_for_advance};
  client_pool_options o;
  o.names = &names;
  o.time = &time;
  client_pool pool({"two.example", 1}, o);
  asked one(get("/"));
  exchange_times& times = one.request.times;
  times.connect = times.first_byte = times.operation = 0ms;
  one.start(pool);
  time.wait_until_waiting(1);  // for nothing but that while
  time.advance(249ms);
  EXPECT_EQ(peer.accepted(), 0u);
  time.advance(1ms);
  EXPECT_EQ(one.outcome(), "200 /");
}

TEST(pool_start, an_address_that_refuses_is_followed_by_the_next_at_once) {
  const closed_port refuses(closed_port::kind::refuses);
  counting_peer peer(&counting_peer::answers_with_target);
  names_of_test names({refuses.where(), numbered(peer.port())});
  testing::virtual_clock time{testing::virtual_clock::blocking::waits_for_advance};  // stands still
  client_pool_options o;
  o.names = &names;
  o.time = &time;
  client_pool pool({"two.example", 1}, o);
  EXPECT_EQ(started(pool, get("/")), "200 /");
}

/// The host goes while it is asked: the second time, nothing can be sent any more.
TEST(pool_start, what_was_sent_the_first_time_stays_sent) {
  const closed_port refuses(closed_port::kind::refuses);
  for (const bool blocks : {false, true}) {
    counting_peer peer([](peer_connection& to, std::size_t) {
      to.receive_head();
      to.send(ok_response("1"));
      to.receive_head();
    });
    names_of_test names({numbered(peer.port())}, {refuses.where()});
    testing::virtual_clock time{testing::virtual_clock::blocking::waits_for_advance};
    client_pool_options o;
    o.names = &names;
    o.time = &time;
    client_pool pool({"host.example", 1}, o);
    const std::string head = get("/");
    exchange_request r(head, {});
    r.repeatable = true;
    EXPECT_EQ(started(pool, head), "200 1");
    time.advance(1s);
    EXPECT_EQ(blocks ? text_of(pool.send(r)) : started(pool, head, true),
              "unavailable in connect, sent: Cannot connect to host.example:1: Connection refused");
    EXPECT_EQ(names.asked, 2u);
  }
}

// Connections for nobody yet, and for nobody any more.

TEST(pool_start, connections_are_made_ahead) {
  counting_peer peer(&counting_peer::answers_with_target);
  client_pool pool(here(peer), at_most(4));
  pool.preconnect(3);
  wait_until([&] { return pool.counts().idle == 3; });
  pool.preconnect(3);
  EXPECT_EQ(started(pool, get("/")), "200 /");
  EXPECT_EQ(text_of(pool.send(exchange_request(get("/"), {}))), "200 /");
  EXPECT_EQ(pool.counts().connections, 3u);
  pool.preconnect(100);
  wait_until([&] { return pool.counts().idle == 4; });
  wait_until([&] { return peer.accepted() == 4u; });
}

TEST(pool_start, idle_connections_end_at_their_limit) {
  testing::virtual_clock time{testing::virtual_clock::blocking::waits_for_advance};
  std::atomic<std::size_t> ended = 0;
  counting_peer peer([&](peer_connection& to, std::size_t number) {
    counting_peer::answers_with_target(to, number);
    ++ended;
  });
  client_pool_options o;
  o.time = &time;
  o.connections.idle = 20s;
  client_pool pool(here(peer), o);
  EXPECT_EQ(started(pool, get("/")), "200 /");
  time.wait_until_waiting(1);
  time.advance(19'999ms);
  EXPECT_EQ(pool.counts().idle, 1u);
  while (pool.counts().idle > 0) {
    time.advance(1ms);
    std::this_thread::yield();
  }
  wait_until([&] { return ended == 1; });
}

// TLS.

class secret_pool : public ::testing::Test {
 protected:
  client_pool_options options() const {
    client_pool_options o;
    o.tls = trusting(authority.pem());
    return o;
  }
  /// Answers with the target, through TLS.
  counting_peer::script script() {
    return [this](peer_connection& to, std::size_t) {
      tls_peer tls(server);
      std::size_t heard = 0;
      for (std::string got = to.receive_some(); !got.empty(); got = to.receive_some()) {
        tls.receive(got);
        to.send(tls.take_outgoing());
        if (tls.is_open() && heard == 0 && tls.heard().empty()) ++opened;
        for (;;) {
          const std::string_view request = std::string_view(tls.heard()).substr(heard);
          const auto end = request.find("\r\n\r\n");
          if (end == std::string_view::npos) break;
          tls.say(ok_response(counting_peer::target_of(request)));
          to.send(tls.take_outgoing());
          heard += end + 4;
        }
      }
    };
  }
  const identity authority = identity::authority("the tests' authority");
  const tls_server server{identity(certificate_options("IP:127.0.0.1"), authority)};
  std::atomic<std::size_t> opened = 0;  // without a request
};

TEST_F(secret_pool, both_ways_to_wait_go_through_tls) {
  counting_peer peer(script());
  client_pool pool(here(peer), options());
  const std::string head = get("/");
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(started(pool, head), "200 /");
    EXPECT_EQ(text_of(pool.send(exchange_request(head, {}))), "200 /");
  }
  EXPECT_EQ(peer.accepted(), 1u);
  std::vector<std::unique_ptr<insistent>> all;
  for (std::size_t i = 0; i < 8; ++i) {
    all.push_back(std::make_unique<insistent>(pool, "/" + std::to_string(i), 10));
    all.back()->start();
  }
  for (const auto& each : all) {
    each->wait();
    EXPECT_EQ(each->good, 10u);
  }
}

TEST_F(secret_pool, connections_made_ahead_have_shaken_hands) {
  counting_peer peer(script());
  client_pool pool(here(peer), options());
  pool.preconnect(2);
  wait_until([&] { return pool.counts().idle == 2; });
  wait_until([&] { return opened == 2; });
  EXPECT_EQ(started(pool, get("/")), "200 /");
  EXPECT_EQ(peer.accepted(), 2u);
}

// Ends.

/// A pool of one connection whose request is stuck in one phase.
class stuck {
 public:
  enum class at : std::uint8_t { waiting, resolving, connecting, shaking_hands, writing, reading };

  explicit stuck(at where, std::optional<io_loop> loop = {}, timer* time = nullptr)
      : peer_([this](peer_connection& to, std::size_t) { does(to); }),
        names_({numbered(peer_.port())}),
        one_(head_of(where), where == at::writing ? std::string(30'000'000, 'x') : "") {
    client_pool_options o = at_most(1);
    o.loop = std::move(loop);
    o.time = time;
    if (where == at::resolving) {
      names_.before = [this] {
        ++reached_;
        may_end_.get_future().wait();
      };
      o.names = &names_;
    }
    if (where == at::shaking_hands) o.tls = tls_context();
    pool.emplace(where == at::connecting ? silent_.named() : here(peer_), o);
    if (where == at::waiting) {
      first_.request.times.first_byte = first_.request.times.operation = 0ms;
      first_.start(*pool);
      wait_until([&] { return reached_ == 1; });
    }
    one_.start(*pool, stop.get_token());
    if (where == at::waiting) {
      wait_for_waiters(*pool, 1);
    } else if (where == at::connecting) {
      wait_until([&] { return pool->counts().connections == 1; });
    } else {
      wait_until([&] { return reached_ == 1; });
    }
  }
  stuck(const stuck&) = delete;
  stuck& operator=(const stuck&) = delete;
  ~stuck() { release(); }

  /// Lets a name_lookup return, which nothing can interrupt.
  void release() {
    if (!std::exchange(released_, true)) may_end_.set_value();
  }
  std::string outcome() { return one_.outcome(); }
  bool is_told() const { return one_.is_told(); }

  std::stop_source stop;
  std::optional<client_pool> pool;

 private:
  static std::string head_of(at where) {
    return where == at::writing ? "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 30000000\r\n\r\n" : get("/");
  }
  /// Hears something, and says nothing.
  void does(peer_connection& to) {
    to.receive_some();
    ++reached_;
    // It takes no more, but for the client's end.
    may_close_.wait();
    to.wait_for_end();
  }

  std::atomic<int> reached_ = 0;
  bool released_ = false;
  std::promise<void> may_end_;
  std::promise<void> end_of_peer_;
  std::shared_future<void> may_close_ = end_of_peer_.get_future().share();

 public:
  /// Lets the peer look for the client's end.
  void end_peer() { end_of_peer_.set_value(); }

 private:
  closed_port silent_{closed_port::kind::says_nothing};
  counting_peer peer_;
  names_of_test names_;
  asked first_{get("/first")};
  asked one_;
};

const struct {
  stuck::at where;
  std::string phase;
} phases[] = {
    {stuck::at::waiting, "wait"},        {stuck::at::resolving, "connect"},
    {stuck::at::connecting, "connect"},  {stuck::at::shaking_hands, "handshake"},
    {stuck::at::writing, "write, sent"}, {stuck::at::reading, "read, sent"},
};

TEST(pool_end, a_token_ends_every_phase) {
  for (const auto& each : phases) {
    stuck s(each.where);
    s.stop.request_stop();
    const std::string got = s.outcome();
    EXPECT_TRUE(got.starts_with("cancelled in " + each.phase + ": ")) << got;
    EXPECT_TRUE(got.ends_with("the request was cancelled")) << got;
    s.release();
    s.end_peer();
    s.pool.reset();
  }
}

TEST(pool_end, closing_the_pool_ends_every_phase) {
  for (const auto& each : phases) {
    stuck s(each.where);
    s.pool->close();
    const std::string got = s.outcome();
    EXPECT_TRUE(got.starts_with("cancelled in " + each.phase + ": ")) << got;
    EXPECT_TRUE(got.ends_with("the pool of its connections has been closed")) << got;
    EXPECT_TRUE(started(*s.pool, get("/")).starts_with("cancelled in wait: "));
    wait_until([&] { return s.pool->counts().connections == 0; });
    s.release();
    s.end_peer();
    s.pool.reset();
  }
}

TEST(pool_end, dropping_the_pool_ends_every_phase_before_it_returns) {
  for (const auto& each : phases) {
    stuck s(each.where);
    s.release();
    s.pool.reset();
    EXPECT_TRUE(s.is_told());
    s.end_peer();
    const std::string got = s.outcome();
    if (each.where != stuck::at::resolving) {
      EXPECT_TRUE(got.starts_with("cancelled in " + each.phase + ": ")) << got;
    }
  }
}

TEST(pool_end, stopping_the_loop_ends_every_phase_before_it_returns) {
  for (const auto& each : phases) {
    io_loop loop;
    stuck s(each.where, loop);
    s.release();
    loop.stop();
    EXPECT_TRUE(s.is_told());
    s.end_peer();
    const std::string got = s.outcome();
    if (each.where != stuck::at::resolving) {
      EXPECT_TRUE(got.starts_with("cancelled in " + each.phase + ": ")) << got;
      EXPECT_TRUE(got.ends_with("the thread of its requests was stopped")) << got;
    }
    const std::string refused = started(*s.pool, get("/"));
    EXPECT_TRUE(refused.starts_with("cancelled in wait: ")) << refused;
    s.pool.reset();
  }
}

TEST(pool_end, every_phase_ends_at_its_time) {
  const std::string words[] = {"none of its 1 connections became free in time",
                               "it did not answer within 3000 ms",
                               "it did not answer within 3000 ms",
                               "the TLS handshake did not end within 3000 ms",
                               "it took no more of the request for 20000 ms",
                               "it did not begin to answer within 20000 ms"};
  for (std::size_t i = 0; i < std::size(phases); ++i) {
    testing::virtual_clock time{testing::virtual_clock::blocking::waits_for_advance};
    stuck s(phases[i].where, {}, &time);
    while (!s.is_told()) {
      time.advance(1s);
      std::this_thread::yield();
    }
    const std::string got = s.outcome();
    EXPECT_TRUE(got.starts_with("timed_out in " + phases[i].phase + ": ")) << got;
    EXPECT_TRUE(got.ends_with(words[i])) << got;
    s.release();
    s.end_peer();
    s.pool.reset();
  }
}

TEST(pool_end, the_machine_s_own_clock_ends_a_wait_too) {
  stuck s(stuck::at::reading);
  asked one(get("/"));
  one.request.times.operation = 1ms;
  EXPECT_EQ(one.start(*s.pool).outcome().substr(0, 17), "timed_out in wait");
  s.end_peer();
  s.pool.reset();
}

TEST(pool_end, a_request_that_was_cancelled_before_is_not_sent) {
  counting_peer peer(&counting_peer::answers_with_target);
  client_pool pool(here(peer));
  std::stop_source stop;
  stop.request_stop();
  asked one(get("/"));
  EXPECT_EQ(one.start(pool, stop.get_token()).outcome(),
            "cancelled in wait: Cannot connect to " + here(peer).text() + ": the request was cancelled");
  EXPECT_EQ(peer.accepted(), 0u);
}

TEST(pool_end, tokens_that_are_asked_while_requests_are_on_their_way_do_no_harm) {
  counting_peer peer(&counting_peer::answers_with_target);
  client_pool pool(here(peer), at_most(2));
  for (int i = 0; i < 100; ++i) {
    std::stop_source stop;
    asked first(get("/")), second(get("/")), third(get("/"));
    first.start(pool, stop.get_token());
    second.start(pool, stop.get_token());
    std::thread other([&] { stop.request_stop(); });
    third.start(pool, stop.get_token());
    other.join();
    for (asked* each : {&first, &second, &third}) {
      const std::string got = each->outcome();
      EXPECT_TRUE(got == "200 /" || got.starts_with("cancelled in ")) << got;
    }
  }
}

TEST(pool_end, pools_share_a_loop_and_end_one_by_one) {
  counting_peer peer(&counting_peer::answers_with_target);
  const io_loop loop;
  client_pool_options o;
  o.loop = loop;
  std::optional<client_pool> first(client_pool(here(peer), o)), second(client_pool(here(peer), o));
  EXPECT_EQ(started(*first, get("/1")), "200 /1");
  EXPECT_EQ(started(*second, get("/2")), "200 /2");
  first.reset();
  EXPECT_EQ(started(*second, get("/3")), "200 /3");
  EXPECT_EQ(peer.accepted(), 2u);
}

/// Drops the last handle of its pool when it is told.
class last_owner final : public exchange_sink {
 public:
  explicit last_owner(client_pool of) : pool_(std::move(of)) {}
  void start() { pool_->start(exchange_request(head_, {}), {}, *this); }
  void complete(std::expected<client_response, exchange_failure>) noexcept override {
    pool_.reset();
    done_.set_value();
  }
  void wait() { done_.get_future().wait(); }

 private:
  std::optional<client_pool> pool_;
  const std::string head_ = get("/");
  std::promise<void> done_;
};

TEST(pool_end, the_last_handle_may_go_in_a_sink) {
  counting_peer peer(&counting_peer::answers_with_target);
  for (const bool shares : {false, true}) {
    std::optional<io_loop> loop;
    if (shares) loop.emplace();
    for (int i = 0; i < 20; ++i) {
      client_pool_options o;
      o.loop = loop;
      last_owner owner(client_pool(here(peer), o));
      owner.start();
      owner.wait();
    }
  }
}

/// Stops the loop that tells it.
class stopping_sink final : public exchange_sink {
 public:
  explicit stopping_sink(io_loop of) : loop_(std::move(of)) {}
  void complete(std::expected<client_response, exchange_failure> got) noexcept override {
    loop_.stop();
    told = text_of(got);
  }
  std::string told;

 private:
  io_loop loop_;
};

TEST(pool_end, a_sink_may_stop_the_loop_even_while_another_thread_does) {
  holding_peer holds;
  counting_peer peer(holds.script());
  const std::string head = get("/");
  io_loop loop;
  client_pool_options o;
  o.loop = loop;
  client_pool pool(here(peer), o);
  stopping_sink sink(loop);
  pool.start(exchange_request(head, {}), {}, sink);
  holds.wait_until_asked(1);
  loop.stop();
  EXPECT_TRUE(sink.told.ends_with("the thread of its requests was stopped")) << sink.told;
  holds.answer();
}

TEST(pool_end, threads_start_requests_while_the_pool_is_closed) {
  for (int i = 0; i < 20; ++i) {
    counting_peer peer(&counting_peer::answers_with_target);
    client_pool pool(here(peer), at_most(2));
    std::atomic<bool> begun = false;
    std::vector<std::thread> all;
    for (int j = 0; j < 4; ++j) {
      all.emplace_back([&, j] {
        const std::string head = get("/");
        for (int k = 0; k < 20; ++k) {
          const std::string got = j % 2 == 0 ? started(pool, head) : text_of(pool.send(exchange_request(head, {})));
          EXPECT_TRUE(got == "200 /" || got.starts_with("cancelled in ")) << got;
          begun = true;
        }
      });
    }
    wait_until([&] { return begun.load(); });
    pool.close();
    for (std::thread& each : all) each.join();
    EXPECT_EQ(pool.counts().connections, 0u);
  }
}

}  // namespace
}  // namespace dynamo::http
