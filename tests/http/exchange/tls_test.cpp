#include <http/exchange/tls.hpp>

#include <gtest/gtest.h>
#include <http/exchange/client_exchange.hpp>
#include <http/trusting.hpp>
#include <support/seeds.hpp>
#include <support/tls_peer.hpp>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::http {
namespace {

using namespace std::chrono_literals;
using testing_support::certificate_options;
using testing_support::identity;
using testing_support::tls_peer;
using testing_support::tls_server;
using kind = exchange_step::kind;

constexpr client_exchange::time_point begin{1h};
constexpr std::string_view head = "POST / HTTP/1.1\r\nHost: host.example\r\nContent-Length: 4\r\n\r\n";
constexpr std::string_view answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

const identity& authority() {
  static const identity made = identity::authority("the tests' authority");
  return made;
}
identity issued(const certificate_options& options = {}) { return identity(options, authority()); }

/// A machine and a server of TLS with nothing but memory between them.
class tls_pair {
 public:
  tls_pair(const tls_context& of, const tls_server& server, const address& to = address("host.example", 443))
      : machine(to, {}, *of.open(to)), peer(server) {
    machine.start(exchange_request(head, "body"), begin);
    machine.connected(begin);
  }

  /// Carries bytes, in pieces of this size, until nothing moves any more.
  void carry(std::size_t piece = 1'000'000) {
    for (bool moved = true; moved;) {
      moved = false;
      const exchange_step step = machine.step();
      const std::string to_peer(step.write[0].substr(0, piece));
      if (!to_peer.empty() && step.what == kind::transfer) {
        moved = true;
        machine.written(to_peer.size(), begin);
        peer.receive(to_peer);
      }
      const std::string all = peer.take_outgoing();
      for (std::size_t at = 0; at < all.size(); at += piece) {
        moved = true;
        machine.received(std::string_view(all).substr(at, piece), begin);
      }
    }
  }
  std::string outcome() {
    switch (machine.step().what) {
      case kind::connect: return "connects";
      case kind::transfer: return "under way";
      case kind::done: {
        const bool keeps = machine.reusable();
        return std::string(machine.take().body.view()) + (keeps ? "|keep" : "|close");
      }
      case kind::failed: break;
    }
    const exchange_failure& why = machine.failure();
    return std::string(to_string(why.code)) + " in " + std::string(to_string(why.phase)) + (why.sent ? ", sent" : "") +
           (why.stale ? ", stale" : "") + ": " + why.message;
  }

  client_exchange machine;
  tls_peer peer;
};

TEST(tls, requests_and_responses_go_through_whatever_pieces_carry_them) {
  const identity who = issued();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const tls_server server(who, version, version);
    for (const std::size_t piece : {1u, 7u, 100u, 1'000'000u}) {
      tls_pair pair(trusting(authority().pem()), server);
      pair.carry(piece);
      EXPECT_EQ(pair.peer.heard(), std::string(head) + "body");
      EXPECT_EQ(pair.peer.host_asked_for(), "host.example");
      for (int i = 0; i < 3; ++i) {
        pair.peer.say(answer);
        pair.carry(piece);
        EXPECT_EQ(pair.outcome(), "hello|keep") << piece;
        pair.machine.start(exchange_request(head, "body"), begin);
        pair.carry(piece);
      }
      EXPECT_EQ(pair.peer.heard().size(), 4 * (head.size() + 4));
    }
  }
}

TEST(tls, a_connection_without_a_request_is_done_once_its_handshake_is_sent) {
  const identity who = issued();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const tls_server server(who, version, version);
    const address to("host.example", 443);
    client_exchange machine(to, {}, *trusting(authority().pem()).open(to));
    tls_peer peer(server);
    machine.open({}, begin);
    machine.connected(begin);
    for (int i = 0; i < 10 && machine.step().what == kind::transfer; ++i) {
      const std::string sent(machine.step().write[0]);
      machine.written(sent.size(), begin);
      peer.receive(sent);
      machine.received(peer.take_outgoing(), begin);
    }
    EXPECT_EQ(machine.step().what, kind::done);
    EXPECT_TRUE(machine.reusable());
    EXPECT_TRUE(peer.is_open());
    machine.received(peer.take_outgoing(), begin);
    EXPECT_TRUE(machine.reusable()) << "TLS has spoken, nobody else";
    machine.start(exchange_request(head, "body"), begin);
    const std::string sent(machine.step().write[0]);
    machine.written(sent.size(), begin);
    peer.receive(sent);
    EXPECT_EQ(peer.heard(), std::string(head) + "body");
  }
}

TEST(tls, a_large_request_is_encrypted_as_it_is_taken) {
  const tls_server server(issued());
  const address to("host.example", 443);
  client_exchange machine(to, {}, *trusting(authority().pem()).open(to));
  tls_peer peer(server);
  std::string body(1'000'000, 'x');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * i / 7);
  machine.start(exchange_request(head, body), begin);
  machine.connected(begin);
  std::size_t most = 0;
  for (int i = 0; i < 1'000 && peer.heard().size() < head.size() + body.size(); ++i) {
    const exchange_step step = machine.step();
    most = std::max(most, step.write[0].size());
    const std::string taken(step.write[0].substr(0, 20'000));
    machine.written(taken.size(), begin);
    peer.receive(taken);
    if (const std::string all = peer.take_outgoing(); !all.empty()) machine.received(all, begin);
  }
  EXPECT_EQ(peer.heard(), std::string(head) + body);
  EXPECT_LT(most, 100'000u);
}

TEST(tls, what_is_offered_to_be_sent_stays_where_it_is_whatever_comes_meanwhile) {
  const tls_server server(issued(), TLS1_3_VERSION);
  tls_pair pair(trusting(authority().pem()), server);
  pair.carry();
  pair.peer.say(answer);
  pair.carry();
  ASSERT_EQ(pair.outcome(), "hello|keep");
  pair.machine.start(exchange_request(head, "body"), begin);
  const std::string_view offered = pair.machine.step().write[0];
  const std::string before(offered);
  pair.peer.change_keys();  // which the client answers
  pair.machine.received(pair.peer.take_outgoing(), begin);
  EXPECT_EQ(pair.machine.step().write[0].data(), offered.data());
  EXPECT_EQ(offered, before);
  pair.carry();
  EXPECT_EQ(pair.peer.heard().size(), 2 * (head.size() + 4));
  pair.peer.say(answer);
  pair.carry();
  EXPECT_EQ(pair.outcome(), "hello|keep");
}

TEST(tls, peers_that_cannot_be_trusted_are_told_by_their_host_and_the_reason) {
  const auto with = [](auto change) {
    certificate_options options;
    change(options);
    return options;
  };
  const identity stranger = identity::authority("somebody");
  certificate_options old;
  old.first_day = -20'000;
  old.last_day = -10'000;
  identity expired = issued(old);
  std::tm last{};
  ASN1_TIME_to_tm(X509_get0_notAfter(expired.certificate()), &last);
  char expired_on[16];
  std::strftime(expired_on, sizeof expired_on, "%Y-%m-%d", &last);
  certificate_options many;
  many.hosts = "DNS:a.example,DNS:b.example,IP:10.0.0.1,DNS:c.example,DNS:d.example,DNS:e.example";
  const struct {
    const char* name;
    identity who;
    address to;
    std::string why;
  } rows[] = {
      {"expired", std::move(expired), {"host.example", 443}, std::string("its certificate expired on ") + expired_on},
      {"not yet",
       issued(with([](auto& o) { o.first_day = 1; })),
       {"host.example", 443},
       "its certificate is not valid before "},
      {"wrong host", issued(), {"other.example", 443}, "its certificate is for host.example, not for other.example"},
      {"many hosts",
       issued(many),
       {"host.example", 443},
       "its certificate is for a.example, b.example, 10.0.0.1, c.example, d.example and others, not for host.example"},
      {"no host",
       issued(with([](auto& o) { o.hosts.clear(), o.subject = "host.example"; })),
       {"host.example", 443},
       "its certificate is for no host, not for host.example"},
      {"half a name",
       issued(with([](auto& o) { o.hosts = "DNS:h*.example"; })),
       {"host.example", 443},
       "its certificate is for h*.example, not for host.example"},
      {"wrong number",
       issued(with([](auto& o) { o.hosts = "IP:127.0.0.1"; })),
       {"127.0.0.2", 443},
       "its certificate is for 127.0.0.1, not for 127.0.0.2"},
      {"a number as a name",
       issued(with([](auto& o) { o.hosts = "DNS:127.0.0.1"; })),
       {"127.0.0.1", 443},
       "its certificate is for 127.0.0.1, not for 127.0.0.1"},
      {"self-signed",
       identity(certificate_options()),
       {"host.example", 443},
       "its certificate is signed by itself, and is not trusted here"},
      {"unknown issuer",
       identity({}, stranger),
       {"host.example", 443},
       "its certificate was issued by \"CN = somebody\", an authority that is not trusted here"},
  };
  for (const auto& row : rows) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      const tls_server server(row.who, version, version);
      tls_pair pair(trusting(authority().pem()), server, row.to);
      pair.carry();
      EXPECT_TRUE(
          pair.outcome().starts_with("unavailable in handshake: Cannot connect to " + row.to.text() + ": " + row.why))
          << row.name << ": " << pair.outcome();
      EXPECT_EQ(pair.peer.heard(), "") << row.name;
      EXPECT_FALSE(pair.machine.step().write[0].empty()) << row.name << ": the peer is told";
    }
  }
}

TEST(tls, hosts_may_be_numbers_and_part_of_a_wildcard) {
  certificate_options options;
  options.hosts = "DNS:*.region.example,IP:127.0.0.1,IP:::1";
  const tls_server server(issued(options));
  for (const char* host : {"table.region.example", "127.0.0.1", "::1"}) {
    tls_pair pair(trusting(authority().pem()), server, address(host, 443));
    pair.carry();
    EXPECT_EQ(pair.peer.heard(), std::string(head) + "body") << host << pair.outcome();
    EXPECT_EQ(pair.peer.host_asked_for(), host[0] == 't' ? host : "") << "a number is no name";
  }
}

TEST(tls, a_name_that_a_certificate_makes_up_is_made_fit_for_a_message) {
  certificate_options options;
  options.hosts.clear();
  options.subject = "evil\r\n\x1b[31m\"" + std::string(40, 'x');
  const identity evil = identity(options);
  const tls_server server(identity({}, evil));
  tls_pair pair(trusting(authority().pem()), server);
  pair.carry();
  const std::string why = pair.outcome();
  EXPECT_TRUE(std::ranges::all_of(why, [](char c) { return c >= ' ' && c <= '~'; })) << why;
  EXPECT_NE(why.find("evil"), std::string::npos) << why;
}

TEST(tls, peers_that_speak_something_else_are_told_apart) {
  const address to("host.example", 443);
  for (const char* said : {"HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2p1 Debian\r\n"}) {
    client_exchange machine(to, {}, *trusting(authority().pem()).open(to));
    machine.start(exchange_request(head, "body"), begin);
    machine.connected(begin);
    machine.received(said, begin);
    ASSERT_EQ(machine.step().what, kind::failed);
    EXPECT_EQ(machine.failure().message, "Cannot connect to host.example:443: it does not speak TLS");
  }
  const tls_server old(issued(), TLS1_VERSION, TLS1_1_VERSION);
  tls_pair pair(trusting(authority().pem()), old);
  pair.carry();
  EXPECT_TRUE(
      pair.outcome().starts_with("unavailable in handshake: Cannot connect to host.example:443: it refused TLS ("))
      << pair.outcome();
}

TEST(tls, a_handshake_that_is_cut_off_has_sent_nothing_of_the_request) {
  const tls_server server(issued());
  const address to("host.example", 443);
  for (const bool reset : {false, true}) {
    client_exchange machine(to, {}, *trusting(authority().pem()).open(to));
    tls_peer peer(server);
    machine.start(exchange_request(head, "body"), begin);
    machine.connected(begin);
    const std::string hello(machine.step().write[0]);
    machine.written(hello.size(), begin);
    peer.receive(hello);
    machine.received(peer.take_outgoing().substr(0, 100), begin);
    if (reset) {
      machine.read_failed("Connection reset by peer");
    } else {
      machine.closed_by_peer();
    }
    ASSERT_EQ(machine.step().what, kind::failed);
    EXPECT_EQ(machine.failure().code, errc::transport);
    EXPECT_EQ(machine.failure().phase, exchange_phase::handshake);
    EXPECT_FALSE(machine.failure().sent);
    EXPECT_EQ(machine.failure().message,
              reset ? "Cannot connect to host.example:443: Connection reset by peer"
                    : "Cannot connect to host.example:443: the peer closed the connection amid "
                      "the TLS handshake");
  }
}

TEST(tls, a_handshake_has_a_time_of_its_own) {
  const address to("host.example", 443);
  client_exchange machine(to, {}, *trusting(authority().pem()).open(to));
  machine.start(exchange_request(head, "body"), begin);
  machine.connected(begin + 1s);
  machine.written(machine.step().write[0].size(), begin + 2s);
  EXPECT_EQ(machine.step().deadline, begin + 4s);
  machine.time_passed(begin + 4s - 1ms);
  EXPECT_EQ(machine.step().what, kind::transfer);
  machine.time_passed(begin + 4s);
  ASSERT_EQ(machine.step().what, kind::failed);
  EXPECT_EQ(machine.failure().code, errc::timed_out);
  EXPECT_EQ(machine.failure().phase, exchange_phase::handshake);
  EXPECT_EQ(machine.failure().message,
            "Cannot connect to host.example:443: the TLS handshake did not end within 3000 ms");
}

TEST(tls, what_the_handshake_still_sends_is_not_the_request) {
  const tls_server server(issued(), TLS1_3_VERSION);
  const address to("host.example", 443);
  client_exchange machine(to, {}, *trusting(authority().pem()).open(to));
  tls_peer peer(server);
  machine.start(exchange_request(head, "body"), begin);
  machine.connected(begin);
  const std::string hello(machine.step().write[0]);
  machine.written(hello.size(), begin);
  peer.receive(hello);
  machine.received(peer.take_outgoing(), begin);
  // The client's last words of the handshake and the request go out together.
  EXPECT_GT(machine.step().write[0].size(), head.size() + 4 + 40);
  machine.written(40, begin);
  machine.cancelled();
  EXPECT_EQ(machine.failure().phase, exchange_phase::write);
  EXPECT_FALSE(machine.failure().sent);
  EXPECT_EQ(machine.step().write[0], "") << "nothing may follow half a record";
}

TEST(tls, a_body_without_a_length_ends_with_the_peer_s_own_end_only) {
  const tls_server server(issued());
  for (const bool said : {false, true}) {
    tls_pair pair(trusting(authority().pem()), server);
    pair.carry();
    pair.peer.say("HTTP/1.1 200 OK\r\n\r\nup to the end");
    if (said) pair.peer.say_the_end();
    pair.carry();
    pair.machine.closed_by_peer();
    EXPECT_EQ(pair.outcome(), said ? "up to the end|close"
                                   : "transport in read, sent: No response from host.example:443: the peer closed the "
                                     "connection amid a response");
  }
}

TEST(tls, a_kept_connection_that_the_peer_ended_is_stale) {
  const tls_server server(issued());
  for (const bool in_time : {false, true}) {
    tls_pair pair(trusting(authority().pem()), server);
    pair.carry();
    pair.peer.say(answer);
    pair.carry();
    ASSERT_EQ(pair.outcome(), "hello|keep");
    pair.peer.say_the_end();
    if (in_time) {
      pair.carry();
      EXPECT_FALSE(pair.machine.reusable());
      continue;
    }
    pair.machine.start(exchange_request(head, "body"), begin);
    pair.machine.written(pair.machine.step().write[0].size(), begin);
    pair.machine.received(pair.peer.take_outgoing(), begin);
    EXPECT_EQ(
        pair.outcome(),
        "transport in read, sent, stale: No response from host.example:443: the peer closed the connection before it "
        "answered");
  }
}

TEST(tls, messages_of_tls_do_not_spoil_a_connection_that_is_idle) {
  const tls_server server(issued(), TLS1_3_VERSION);
  tls_pair pair(trusting(authority().pem()), server);
  pair.carry();
  pair.peer.say(answer);
  pair.carry();
  ASSERT_TRUE(pair.machine.reusable());
  pair.peer.change_keys();
  pair.machine.received(pair.peer.take_outgoing(), begin);
  EXPECT_TRUE(pair.machine.reusable());
  pair.peer.say("HTTP/1.1 408 Request Timeout\r\n\r\n");
  pair.machine.received(pair.peer.take_outgoing(), begin);
  EXPECT_FALSE(pair.machine.reusable());
}

/// One bit changed anywhere on the way to the client: an error, and never another response.
TEST(tls, changed_bytes_are_an_error) {
  const tls_server server(issued());
  const tls_context trusted = trusting(authority().pem());
  testing_support::for_each_seed(300, [&](std::mt19937_64& random) {
    tls_pair pair(trusted, server);
    bool changed = false;
    for (int i = 0; i < 4; ++i) {
      const exchange_step step = pair.machine.step();
      if (step.what != kind::transfer) break;
      const std::string sent(step.write[0]);
      pair.machine.written(sent.size(), begin);
      pair.peer.receive(sent);
      if (i == 2) pair.peer.say(answer);
      std::string all = pair.peer.take_outgoing();
      if (!changed && !all.empty() && (i == 3 || random() % 2 == 0)) {
        changed = true;
        all[random() % all.size()] ^= static_cast<char>(1u << random() % 8);
      }
      pair.machine.received(all, begin);
    }
    pair.machine.closed_by_peer();
    const std::string got = pair.outcome();
    EXPECT_TRUE(got == "hello|keep" || got == "hello|close" || pair.machine.step().what == kind::failed) << got;
    EXPECT_FALSE(changed && got == "hello|keep");
  });
}

TEST(tls, the_next_connection_is_resumed) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const tls_server server(issued(), version, version);
    const tls_context trusted = trusting(authority().pem());
    for (int i = 0; i < 5; ++i) {
      tls_pair pair(trusted, server);
      pair.carry();
      pair.peer.say(answer);
      pair.carry();
      EXPECT_EQ(pair.outcome(), "hello|keep");
      EXPECT_EQ(pair.machine.resumed(), i > 0) << i;
      EXPECT_EQ(pair.peer.resumed(), i > 0) << i;
    }
    const address elsewhere("host.example", 8443);  // another server for all we know
    tls_pair other(trusted, server, elsewhere);
    other.carry();
    EXPECT_FALSE(other.machine.resumed());
    tls_pair stranger(trusting(authority().pem()), server);
    stranger.carry();
    EXPECT_FALSE(stranger.machine.resumed()) << "a session is not passed on to those who trust others";
  }
}

TEST(tls, many_exchanges_take_turns_on_one_thread) {
  const tls_server server(issued());
  const tls_context trusted = trusting(authority().pem());
  testing_support::for_each_seed(5, [&](std::mt19937_64& random) {
    struct one {
      explicit one(const tls_context& of, const tls_server& with) : pair(of, with) {}
      tls_pair pair;
      std::string to_client;
      bool asked = false;
    };
    std::vector<std::unique_ptr<one>> all;
    for (int i = 0; i < 50; ++i) all.push_back(std::make_unique<one>(trusted, server));
    std::size_t done = 0;
    for (int turns = 0; done < all.size() && turns < 1'000'000; ++turns) {
      one& each = *all[random() % all.size()];
      const exchange_step step = each.pair.machine.step();
      if (step.what != kind::transfer) continue;
      const std::string taken(step.write[0].substr(0, 1 + random() % 1'000));
      if (!taken.empty()) {
        each.pair.machine.written(taken.size(), begin);
        each.pair.peer.receive(taken);
      }
      if (!each.asked && each.pair.peer.heard().size() == head.size() + 4) {
        each.asked = true;
        each.pair.peer.say(answer);
      }
      each.to_client += each.pair.peer.take_outgoing();
      const std::size_t size = std::min<std::size_t>(each.to_client.size(), 1 + random() % 1'000);
      if (size > 0) each.pair.machine.received(each.to_client.substr(0, size), begin);
      each.to_client.erase(0, size);
      if (each.pair.machine.step().what == kind::done) ++done;
    }
    for (const auto& each : all) EXPECT_EQ(each->pair.outcome(), "hello|keep");
  });
}

TEST(tls, a_server_that_forgot_the_session_begins_anew) {
  const tls_context trusted = trusting(authority().pem());
  for (int i = 0; i < 3; ++i) {
    const tls_server server(issued());
    tls_pair pair(trusted, server);
    pair.carry();
    pair.peer.say(answer);
    pair.carry();
    EXPECT_EQ(pair.outcome(), "hello|keep");
    EXPECT_FALSE(pair.machine.resumed());
  }
}

TEST(tls, sessions_of_many_hosts_are_bounded) {
  certificate_options options;
  options.hosts = "DNS:*.region.example";
  const tls_server server(issued(options));
  const tls_context trusted = trusting(authority().pem());
  std::size_t resumed = 0;
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < 2 * tls_context::hosts_max; ++i) {
      tls_pair pair(trusted, server, address("host" + std::to_string(1'000 + i) + ".region.example", 443));
      pair.carry();
      if (pair.machine.resumed()) ++resumed;
    }
  }
  EXPECT_LE(resumed, tls_context::hosts_max);
}

TEST(tls, authorities_that_cannot_be_read_are_an_error) {
  const address to("host.example", 443);
  const std::string pem = authority().pem();
  const std::string damaged = pem + pem.substr(0, pem.size() / 2) + "!!!" + pem.substr(pem.size() / 2);
  for (const std::string& text : {std::string("no certificate"), damaged}) {
    const auto opened = trusting(text).open(to);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code(), errc::invalid_argument);
    EXPECT_EQ(opened.error().message(), "Cannot use TLS: the text of trusted authorities is not PEM");
  }
  tls_options file;
  file.authorities_file = "there/is/no/such.pem";
  const auto opened = tls_context(file).open(to);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().message(),
            "Cannot use TLS: no trusted authorities can be read from the file \"there/is/no/such.pem\"");
  EXPECT_TRUE(trusting(pem + pem).open(to)) << "twice is once";
}

TEST(tls, the_system_does_not_trust_the_tests) {
  const tls_server server(issued());
  tls_pair pair(tls_context(), server);
  pair.carry();
  EXPECT_EQ(
      pair.outcome(),
      "unavailable in handshake: Cannot connect to host.example:443: its certificate was issued by \"CN = the tests' "
      "authority\", an authority that is not trusted here");
}

}  // namespace
}  // namespace dynamo::http
