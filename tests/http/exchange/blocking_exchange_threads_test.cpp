#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>
#include <http/closed_port.hpp>
#include <http/exchange/blocking_exchange.hpp>
#include <http/outcome_text.hpp>
#include <http/trusting.hpp>
#include <support/scripted_peer.hpp>
#include <support/tls_echo.hpp>
#include <support/tls_peer.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace dynamo::http {
namespace {

using namespace std::chrono_literals;
using testing_support::certificate_options;
using testing_support::identity;
using testing_support::peer_connection;
using testing_support::scripted_peer;
using testing_support::tls_echo;
using testing_support::tls_peer;
using testing_support::tls_server;

constexpr std::string_view head = "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 0\r\n\r\n";
const exchange_request asking(head, {});

address at(std::uint16_t port) { return {"127.0.0.1", port}; }
std::string ok(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}
scripted_peer::script answers(std::vector<std::string> all) {
  return [all = std::move(all)](peer_connection& to) {
    for (const std::string& each : all) {
      if (to.receive_head().empty()) return;
      to.send(each);
    }
  };
}
socket_address numbered(std::uint16_t port) { return system_name_lookup().find(at(port))->front(); }

class fake_lookup final : public name_lookup {
 public:
  explicit fake_lookup(std::vector<socket_address> found) : found_(std::move(found)) {}
  explicit fake_lookup(std::string why) : found_(std::unexpected(std::move(why))) {}
  std::expected<std::vector<socket_address>, std::string> find(const address&) override { return found_; }

 private:
  std::expected<std::vector<socket_address>, std::string> found_;
};

TEST(blocking_exchange, many_requests_go_over_one_connection) {
  std::string seen;
  scripted_peer peer({[&](peer_connection& to) {
    for (int i = 0; i < 20; ++i) {
      seen = to.receive_head();
      to.send(ok(std::to_string(i)));
    }
  }});
  blocking_exchange connection(at(peer.port()));
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(text_of(connection.send(asking)), "200 " + std::to_string(i));
    EXPECT_TRUE(connection.is_open());
  }
  peer.finish();
  EXPECT_EQ(seen, head);
}

TEST(blocking_exchange, what_a_peer_does_wrong_is_said) {
  const std::string where = "transport in read, sent: No response from 127.0.0.1:";
  const std::string whole = ok("some body");
  struct row {
    std::string name;
    scripted_peer::script does;
    std::string words;
  };
  std::vector<row> rows{
      {"garbage", answers({"\x16\x03\x01 what is this?\r\n\r\n"}), "the response cannot be read: it is not HTTP/1"},
      {"nothing", answers({""}), "the peer closed the connection before it answered"},
      {"too large", answers({"HTTP/1.1 200 OK\r\nContent-Length: 16777217\r\n\r\n"}), "its body is too large"},
      {"endless head", answers({"HTTP/1.1 200 OK\r\nA: " + std::string(70'000, 'x')}), "its head is too large"},
      {"wrong checksum", answers({"HTTP/1.1 200 OK\r\nx-amz-crc32: 1\r\nContent-Length: 1\r\n\r\nx"}), "x-amz-crc32"},
  };
  for (const std::size_t size : {std::size_t{1}, whole.size() / 2, whole.size() - 1}) {
    const std::string part = whole.substr(0, size);
    rows.push_back({"ends after " + std::to_string(size), answers({part}), "closed the connection amid a response"});
    rows.push_back({"ends sending after " + std::to_string(size),
                    [part](peer_connection& to) {
                      to.receive_head();
                      to.send(part);
                      to.end_sending();
                      to.wait_for_end();
                    },
                    "closed the connection amid a response"});
    rows.push_back({"resets after " + std::to_string(size),
                    [part](peer_connection& to) {
                      to.receive_head();
                      to.send(part);
                      to.reset();
                    },
                    "Connection reset by peer"});
  }
  for (const row& each : rows) {
    scripted_peer peer({each.does});
    blocking_exchange connection(at(peer.port()));
    const std::string got = text_of(connection.send(asking));
    EXPECT_TRUE(got.starts_with(where)) << each.name << ": " << got;
    EXPECT_NE(got.find(each.words), std::string::npos) << each.name << ": " << got;
    EXPECT_FALSE(connection.is_open());
  }
}

TEST(blocking_exchange, half_an_end_is_one_when_the_response_has_no_length) {
  scripted_peer peer({[](peer_connection& to) {
    to.receive_head();
    to.send("HTTP/1.1 200 OK\r\n\r\nup to the end");
    to.end_sending();
    to.wait_for_end();
  }});
  EXPECT_EQ(text_of(blocking_exchange(at(peer.port())).send(asking)), "200 up to the end");
}

TEST(blocking_exchange, a_connection_that_was_closed_while_idle_is_made_again) {
  std::promise<void> closed;
  scripted_peer peer({[&](peer_connection& to) {
                        to.receive_head();
                        to.send(ok("1"));
                        to.end_sending();
                        closed.set_value();
                        to.wait_for_end();
                      },
                      answers({ok("2")})});
  blocking_exchange connection(at(peer.port()));
  EXPECT_EQ(text_of(connection.send(asking)), "200 1");
  closed.get_future().wait();
  EXPECT_EQ(text_of(connection.send(asking)), "200 2");
}

TEST(blocking_exchange, a_connection_that_is_closed_in_the_moment_it_is_used_is_stale_and_nothing_is_sent_twice) {
  scripted_peer peer({[](peer_connection& to) {
                        to.receive_head();
                        to.send(ok("1"));
                        to.receive_head();
                      },
                      answers({ok("3")})});
  blocking_exchange connection(at(peer.port()));
  EXPECT_EQ(text_of(connection.send(asking)), "200 1");
  const auto second = connection.send(asking);
  ASSERT_FALSE(second);
  EXPECT_TRUE(second.error().stale);
  EXPECT_TRUE(second.error().sent);
  EXPECT_EQ(text_of(connection.send(asking)), "200 3");
}

TEST(blocking_exchange, a_refusal_that_comes_before_the_body_is_sent_is_received) {
  scripted_peer peer({[](peer_connection& to) {
    to.receive_head();
    to.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig");
    to.end_sending();
    to.wait_for_end();
  }});
  const std::string body(50'000'000, 'x');
  blocking_exchange connection(at(peer.port()));
  EXPECT_EQ(text_of(connection.send(exchange_request(head, body))), "413 big");
}

TEST(blocking_exchange, a_peer_that_takes_no_more_raises_no_signal) {
  scripted_peer peer({[](peer_connection& to) {
    to.receive_head();
    to.reset();
  }});
  const std::string body(50'000'000, 'x');
  const auto got = blocking_exchange(at(peer.port())).send(exchange_request(head, body));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, errc::transport) << text_of(got);
  EXPECT_TRUE(got.error().sent);
}

TEST(blocking_exchange, without_a_connection_nothing_is_sent) {
  const closed_port refuses(closed_port::kind::refuses);
  const std::string named = "127.0.0.1:" + std::to_string(refuses.port());
  EXPECT_EQ(text_of(blocking_exchange(at(refuses.port())).send(asking)),
            "unavailable in connect: Cannot connect to " + named + ": Connection refused");
  fake_lookup twice({refuses.where(), refuses.where()}), nobody(std::vector<socket_address>{}),
      fails(std::string("the net is down"));
  blocking_options options;
  options.names = &twice;
  EXPECT_EQ(
      text_of(blocking_exchange({"two.example", 1}, options).send(asking)),
      "unavailable in connect: Cannot connect to two.example:1: Connection refused, as the last of 2 addresses says");
  options.names = &nobody;
  EXPECT_EQ(text_of(blocking_exchange({"no.example", 1}, options).send(asking)),
            "unavailable in resolve: Cannot connect to no.example:1: the name has no address");
  options.names = &fails;
  EXPECT_EQ(text_of(blocking_exchange({"no.example", 1}, options).send(asking)),
            "unavailable in resolve: Cannot connect to no.example:1: the net is down");
}

TEST(blocking_exchange, an_address_that_refuses_is_followed_by_the_next_at_once) {
  const closed_port refuses(closed_port::kind::refuses);
  scripted_peer peer({answers({ok("here")})});
  fake_lookup names({refuses.where(), numbered(peer.port())});
  testing::virtual_clock time{testing::virtual_clock::blocking::waits_for_advance};  // stands still
  blocking_options options;
  options.names = &names;
  options.time = &time;
  EXPECT_EQ(text_of(blocking_exchange({"two.example", 1}, options).send(asking)), "200 here");
}

/// Time stands still unless a test lets it pass.
class waiting_exchange : public ::testing::Test {
 protected:
  blocking_options options() {
    blocking_options o;
    o.time = &time;
    return o;
  }
  /// Lets time pass until it is over.
  template <class T>
  T end_of(std::future<T>& task, std::chrono::milliseconds step = 1s) {
    while (task.wait_for(0s) != std::future_status::ready) {
      time.advance(step);
      std::this_thread::yield();
    }
    return task.get();
  }
  testing::virtual_clock time{testing::virtual_clock::blocking::waits_for_advance};
};

TEST_F(waiting_exchange, an_address_that_does_not_answer_is_followed_by_the_next_after_a_while) {
  const closed_port silent(closed_port::kind::says_nothing);
  scripted_peer peer({answers({ok("here")})});
  fake_lookup names({silent.where(), numbered(peer.port())});
  blocking_options o = options();
  o.names = &names;
  blocking_exchange connection({"two.example", 1}, o);
  auto got = std::async(std::launch::async, [&] { return connection.send(asking); });
  time.wait_until_waiting(1);
  time.advance(249ms);
  EXPECT_EQ(got.wait_for(0s), std::future_status::timeout);
  time.advance(1ms);
  EXPECT_EQ(text_of(got.get()), "200 here");
}

TEST_F(waiting_exchange, every_wait_ends_at_its_time) {
  const closed_port silent(closed_port::kind::says_nothing);
  blocking_exchange nowhere(at(silent.port()), options());
  auto connecting = std::async(std::launch::async, [&] { return nowhere.send(asking); });
  EXPECT_EQ(text_of(end_of(connecting)), "timed_out in connect: Cannot connect to 127.0.0.1:" +
                                             std::to_string(silent.port()) + ": it did not answer within 3000 ms");

  std::promise<void> asked, asked_again, greeted;  // time may pass once there is a connection
  scripted_peer peer({[&](peer_connection& to) {
                        to.receive_head();
                        asked.set_value();
                        to.wait_for_end();
                      },
                      [&](peer_connection& to) {
                        to.receive_head();
                        asked_again.set_value();
                        to.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
                        to.wait_for_end();
                      },
                      [&](peer_connection& to) {
                        to.receive_some();
                        greeted.set_value();
                        to.wait_for_end();
                      }});
  const std::string named = "127.0.0.1:" + std::to_string(peer.port());
  blocking_exchange connection(at(peer.port()), options());
  auto deaf = std::async(std::launch::async, [&] { return connection.send(asking); });
  asked.get_future().wait();
  EXPECT_EQ(text_of(end_of(deaf)),
            "timed_out in read, sent: No response from " + named + ": it did not begin to answer within 20000 ms");
  exchange_request r = asking;
  r.times.operation = 50s;
  r.times.read = r.times.first_byte = 0ms;
  auto stalled = std::async(std::launch::async, [&] { return connection.send(r); });
  asked_again.get_future().wait();
  EXPECT_EQ(text_of(end_of(stalled)),
            "timed_out in read, sent: No response from " + named + ": there was no whole response within 50000 ms");

  blocking_options o = options();
  o.tls = tls_context();
  blocking_exchange secret(at(peer.port()), o);
  auto shaking = std::async(std::launch::async, [&] { return secret.send(asking); });
  greeted.get_future().wait();
  EXPECT_EQ(text_of(end_of(shaking)),
            "timed_out in handshake: Cannot connect to " + named + ": the TLS handshake did not end within 3000 ms");
}

TEST_F(waiting_exchange, a_large_request_that_nobody_takes_ends_at_its_time) {
  std::promise<void> asked, over;
  scripted_peer peer({[&](peer_connection& to) {
    to.receive_head();
    asked.set_value();
    over.get_future().wait();
  }});
  const std::string body(50'000'000, 'x');
  blocking_exchange connection(at(peer.port()), options());
  exchange_request r(head, body);
  r.times.operation = 0ms;
  auto got = std::async(std::launch::async, [&] { return connection.send(r); });
  asked.get_future().wait();
  EXPECT_EQ(text_of(end_of(got)), "timed_out in write, sent: No response from 127.0.0.1:" +
                                      std::to_string(peer.port()) + ": it took no more of the request for 20000 ms");
  over.set_value();
}

TEST(blocking_exchange, the_machine_s_own_clock_ends_a_wait_too) {
  scripted_peer peer({[](peer_connection& to) { to.wait_for_end(); }});
  blocking_exchange connection(at(peer.port()));
  exchange_request r = asking;
  r.times.first_byte = 1ms;
  const auto got = connection.send(r);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, errc::timed_out) << text_of(got);
}

TEST(blocking_exchange, a_token_ends_a_wait_and_only_that) {
  std::promise<void> asked;
  scripted_peer peer({[&](peer_connection& to) {
                        to.receive_head();
                        asked.set_value();
                        to.wait_for_end();
                      },
                      answers({ok("again")})});
  blocking_exchange connection(at(peer.port()));
  std::stop_source stop;
  auto got = std::async(std::launch::async, [&] { return connection.send(asking, stop.get_token()); });
  asked.get_future().wait();
  stop.request_stop();
  EXPECT_EQ(text_of(got.get()), "cancelled in read, sent: No response from 127.0.0.1:" + std::to_string(peer.port()) +
                                    ": the request was cancelled");
  EXPECT_EQ(text_of(connection.send(asking, stop.get_token())),
            "cancelled in connect: Cannot connect to 127.0.0.1:" + std::to_string(peer.port()) +
                ": the request was cancelled");
  EXPECT_EQ(text_of(connection.send(asking, std::stop_source().get_token())), "200 again");
}

TEST(blocking_exchange, a_token_ends_connecting_too) {
  const closed_port silent(closed_port::kind::says_nothing);
  blocking_exchange connection(at(silent.port()));
  exchange_request r = asking;
  r.times.connect = r.times.operation = 0ms;
  std::stop_source stop;
  auto got = std::async(std::launch::async, [&] { return connection.send(r, stop.get_token()); });
  stop.request_stop();
  const auto ended = got.get();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, errc::cancelled);
  EXPECT_FALSE(ended.error().sent);
}

TEST(blocking_exchange, an_alarm_that_is_cancelled_ends_a_wait_and_every_request_that_heeds_it) {
  std::promise<void> asked;
  scripted_peer peer({[&](peer_connection& to) {
                        to.receive_head();
                        asked.set_value();
                        to.wait_for_end();
                      },
                      answers({ok("told"), ok("told more")})});
  const auto cancel = alarm::make(system_timer());
  ASSERT_TRUE(cancel);
  blocking_options o;
  o.cancelled_by = *cancel;
  blocking_exchange connection(at(peer.port()), o);
  auto got = std::async(std::launch::async, [&] { return connection.send(asking); });
  asked.get_future().wait();
  (*cancel)->cancel();
  const std::string named = "127.0.0.1:" + std::to_string(peer.port());
  EXPECT_EQ(text_of(got.get()), "cancelled in read, sent: No response from " + named + ": the request was cancelled");
  EXPECT_EQ(text_of(connection.send(asking)),
            "cancelled in connect: Cannot connect to " + named + ": the request was cancelled");
  EXPECT_EQ(text_of(connection.send(asking, {}, false)), "200 told");
  std::stop_source stop;
  EXPECT_EQ(text_of(connection.send(asking, stop.get_token(), false)), "200 told more");
  stop.request_stop();
  EXPECT_TRUE(text_of(connection.send(asking, stop.get_token(), false)).starts_with("cancelled in "))
      << "that is for the alarm alone";
}

class secret_exchange : public ::testing::Test {
 protected:
  blocking_options options() const {
    blocking_options o;
    o.tls = trusting(authority.pem());
    return o;
  }
  const identity authority = identity::authority("the tests' authority");
  const tls_server server{identity(certificate_options("IP:127.0.0.1"), authority)};
};

TEST_F(secret_exchange, requests_of_any_size_go_through_tls) {
  scripted_peer peer({tls_echo(server, 5)});
  blocking_exchange connection(at(peer.port()), options());
  for (const std::size_t size : {0u, 1u, 16'384u, 100'000u, 5'000'000u}) {
    std::string body(size, 'x');
    for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<char>('a' + i * i % 23);
    const std::string text = "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
    const auto got = connection.send(exchange_request(text, body));
    ASSERT_TRUE(got) << text_of(got);
    EXPECT_TRUE(got->body.view() == body) << size;
  }
}

TEST_F(secret_exchange, a_peer_that_is_not_trusted_gets_nothing_but_the_reason) {
  bool told = false;
  std::string heard;
  scripted_peer peer({[&](peer_connection& to) {
    tls_peer tls(server);
    for (std::string got = to.receive_some(); !got.empty(); got = to.receive_some()) {
      tls.receive(got);
      to.send(tls.take_outgoing());
    }
    told = tls.was_told_why();
    heard = tls.heard();
  }});
  blocking_options o;
  o.tls = tls_context();
  const auto got = blocking_exchange(at(peer.port()), o).send(asking);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().phase, exchange_phase::handshake);
  EXPECT_NE(got.error().message.find("an authority that is not trusted here"), std::string::npos) << text_of(got);
  peer.finish();
  EXPECT_TRUE(told);
  EXPECT_EQ(heard, "");
}

TEST_F(secret_exchange, a_context_is_shared_by_threads_and_their_connections_are_resumed) {
  constexpr std::size_t threads = 4, connections = 8;
  const blocking_options shared = options();
  std::atomic<std::size_t> resumed = 0, good = 0;
  std::vector<std::thread> all;
  for (std::size_t i = 0; i < threads; ++i) {
    all.emplace_back([&] {
      scripted_peer peer(std::vector<scripted_peer::script>(connections, tls_echo(server, 1)));
      for (std::size_t j = 0; j < connections; ++j) {
        blocking_exchange connection(at(peer.port()), shared);
        if (connection.send(exchange_request(head, {}))) ++good;
        if (connection.resumed()) ++resumed;
      }
    });
  }
  for (std::thread& each : all) each.join();
  EXPECT_EQ(good, threads * connections);
  EXPECT_EQ(resumed, threads * (connections - 1));
}

}  // namespace
}  // namespace dynamo::http
