// A network that fails at every byte of what a server sends: of a proxy's answer, of TLS's handshake, of the response.
#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>
#include <http/exchange/blocking_exchange.hpp>
#include <http/outcome_text.hpp>
#include <http/trusting.hpp>
#include <support/open_descriptors.hpp>
#include <support/scripted_peer.hpp>
#include <support/tls_peer.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <future>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::http {
namespace {

using namespace std::chrono_literals;
using testing_support::certificate_options;
using testing_support::identity;
using testing_support::open_descriptors;
using testing_support::peer_connection;
using testing_support::scripted_peer;
using testing_support::tls_peer;
using testing_support::tls_server;

constexpr std::string_view head = "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\n";
constexpr std::string_view answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nx-amz-crc32: 907060870\r\n\r\nhello";
constexpr std::string_view way_open = "HTTP/1.1 200 Connection established\r\n\r\n";
const exchange_request asking(head, "body");
constexpr std::size_t all = std::numeric_limits<std::size_t>::max();

/// What lies between a client and its server's responses.
struct layers {
  const char* name;
  bool proxy = false;
  int tls = 0;  ///< a version; 0: none
};
const layers stacks[] = {
    {"plain"},
    {"TLS 1.2", false, TLS1_2_VERSION},
    {"TLS 1.3", false, TLS1_3_VERSION},
    {"TLS 1.3 through a proxy", true, TLS1_3_VERSION},
};

/// What a server does amid what it sends.
enum class failing : std::uint8_t { closes, closes_half, resets, stalls };
constexpr failing ways_to_fail[] = {failing::closes, failing::closes_half, failing::resets, failing::stalls};

/// What was cut off.
enum class part : std::uint8_t { nothing, opening, handshake, response };

/// A server, and the proxy in front of it, that sends so many bytes and then fails.
class failing_server {
 public:
  failing_server(const layers& of, const tls_server* tls, failing how) : layers_(of), tls_(tls), how_(how) {}

  /// Answers so many requests whole, and fails after `bytes` of what follows.
  scripted_peer::script script(std::size_t whole, std::size_t bytes) {
    return [this, whole, bytes](peer_connection& to) { serve(to, whole, bytes); };
  }
  part cut() const { return cut_; }  ///< once it is over
  std::future<void> stalled() { return stalled_.get_future(); }

 private:
  void serve(peer_connection& to, std::size_t whole, std::size_t bytes) {
    std::size_t left = whole == 0 ? bytes : all;
    // False: it has failed.
    const auto send = [&](std::string_view text, part of) {
      if (text.size() <= left) {
        left -= left == all ? 0 : text.size();
        return to.send(text);
      }
      cut_ = of;
      to.send(text.substr(0, left));
      fail(to);
      return false;
    };
    if (layers_.proxy && (to.receive_head().empty() || !send(way_open, part::opening))) return;
    std::optional<tls_peer> secret;
    if (tls_ != nullptr) secret.emplace(*tls_);
    std::string heard;
    for (std::size_t answered = 0;;) {
      const std::string got = to.receive_some();
      if (got.empty()) return;
      if (secret) {
        secret->receive(got);
        heard = secret->heard();
        // A client of TLS 1.3 sends its request with the end of its handshake, and before it has the tickets.
        const bool asked = layers_.tls == TLS1_3_VERSION ? secret->is_open() : !heard.empty();
        if (!send(secret->take_outgoing(), asked ? part::response : part::handshake)) return;
      } else {
        heard += got;
      }
      if (heard.size() < (answered + 1) * (head.size() + asking.body.size())) continue;
      if (answered++ == whole) left = std::min(left, bytes);
      if (secret) secret->say(answer);
      if (!send(secret ? secret->take_outgoing() : std::string(answer), part::response)) return;
    }
  }

  void fail(peer_connection& to) {
    switch (how_) {
      case failing::closes: return;
      case failing::resets: return to.reset();
      case failing::closes_half: to.end_sending(); break;
      case failing::stalls: stalled_.set_value(); break;
    }
    to.wait_for_end();
  }

  const layers layers_;
  const tls_server* const tls_;
  const failing how_;
  part cut_ = part::nothing;
  std::promise<void> stalled_;
};

class failing_network : public ::testing::Test {
 protected:
  blocking_options options(const layers& of, std::uint16_t port) {
    blocking_options o;
    if (of.tls != 0) o.tls = trusting(authority.pem());
    if (of.proxy) o.proxy.emplace("127.0.0.1", port);
    o.time = &time;
    return o;
  }

  /// A request after `whole` others, whose server fails after so many bytes: what came of it, and what was cut off. Then another one, which
  /// nothing is wrong with.
  std::pair<std::expected<client_response, exchange_failure>, part> send_to(const layers& of, failing how,
                                                                            std::size_t whole, std::size_t bytes) {
    const tls_server* const tls = of.tls == 0 ? nullptr : of.tls == TLS1_2_VERSION ? &old_server : &server;
    failing_server cut(of, tls, how), good(of, tls, how);
    std::optional<scripted_peer> peer(std::vector{cut.script(whole, bytes), good.script(0, all)});
    blocking_exchange connection({"127.0.0.1", peer->port()}, options(of, peer->port()));
    for (std::size_t i = 0; i < whole; ++i) EXPECT_EQ(text_of(connection.send(asking)), "200 hello");
    std::expected<client_response, exchange_failure> got;
    if (how == failing::stalls) {
      auto late = std::async(std::launch::async, [&] { return connection.send(asking); });
      auto stalled = cut.stalled();
      while (late.wait_for(0s) != std::future_status::ready && stalled.wait_for(1ms) != std::future_status::ready) {
      }
      time.advance(60s);
      got = late.get();
    } else {
      got = connection.send(asking);
    }
    if (!got) {
      EXPECT_FALSE(connection.is_open());
      EXPECT_EQ(text_of(connection.send(asking)), "200 hello") << "the next one has a connection of its own";
    }
    connection.close();
    peer.reset();
    return {std::move(got), cut.cut()};
  }

  const identity authority = identity::authority("the tests' authority");
  const identity who{certificate_options("IP:127.0.0.1"), authority};
  const tls_server server{who, TLS1_3_VERSION, TLS1_3_VERSION};
  const tls_server old_server{who, TLS1_2_VERSION, TLS1_2_VERSION};
  testing::virtual_clock time{testing::virtual_clock::blocking::waits_for_advance};  // passes when a server stalls
};

void check(const exchange_failure& why, part cut, failing how, bool proxy, const std::string& where) {
  EXPECT_EQ(why.code, how == failing::stalls ? errc::timed_out : errc::transport) << where;
  EXPECT_EQ(why.sent, cut == part::response) << where;
  switch (cut) {
    case part::nothing: ADD_FAILURE() << where << ": it failed, and nothing was cut off"; break;
    case part::opening: EXPECT_EQ(why.phase, exchange_phase::connect) << where; break;
    case part::handshake:
      // Time may be over before the client has taken what had come of the proxy.
      EXPECT_TRUE(why.phase == exchange_phase::handshake ||
                  (proxy && how == failing::stalls && why.phase == exchange_phase::connect))
          << where;
      break;
    case part::response: EXPECT_EQ(why.phase, exchange_phase::read) << where; break;
  }
}

TEST_F(failing_network, each_failure_says_where_it_was_and_what_was_sent_and_leaks_no_descriptor) {
  for (const layers& of : stacks) {
    ASSERT_EQ(text_of(send_to(of, failing::closes, 0, all).first), "200 hello") << of.name;
    const std::size_t before = open_descriptors();
    const std::size_t step = of.tls == 0 ? 1 : 29;
    for (const failing how : ways_to_fail) {
      int failures = 0;
      for (std::size_t bytes = 0;; bytes += step) {
        const auto [got, cut] = send_to(of, how, 0, bytes);
        EXPECT_EQ(open_descriptors(), before);
        if (got) break;
        ++failures;
        const std::string where = std::string(of.name) + ", " + std::to_string(static_cast<int>(how)) + " after " +
                                  std::to_string(bytes) + " bytes: " + text_of(got);
        check(got.error(), cut, how, of.proxy, where);
        EXPECT_FALSE(got.error().stale) << where;
        if (::testing::Test::HasFailure()) return;
      }
      EXPECT_GT(failures, 20) << of.name;
    }
  }
}

TEST_F(failing_network, a_kept_connection_that_ends_before_it_answers_is_stale) {
  for (const layers& of : stacks) {
    ASSERT_EQ(text_of(send_to(of, failing::closes, 1, all).first), "200 hello") << of.name;
    const std::size_t before = open_descriptors();
    for (const failing how : ways_to_fail) {
      for (std::size_t bytes = 0;; bytes += of.tls == 0 ? 1 : 11) {
        const auto [got, cut] = send_to(of, how, 1, bytes);
        EXPECT_EQ(open_descriptors(), before);
        if (got) break;
        const std::string where = std::string(of.name) + ", " + std::to_string(static_cast<int>(how)) + " after " +
                                  std::to_string(bytes) + " bytes: " + text_of(got);
        check(got.error(), cut, how, of.proxy, where);
        // With TLS the response begins with its first whole record.
        const bool answered = of.tls == 0 && bytes > 0;
        EXPECT_EQ(got.error().stale, how != failing::stalls && !answered) << where;
        if (::testing::Test::HasFailure()) return;
      }
    }
  }
}

TEST_F(failing_network, what_is_wrong_with_a_response_is_told_through_every_layer) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const struct {
    std::string text, words;
  } rows[] = {
      {"what is this?", "it is not HTTP/1"},
      {ok + "Content-Length: 5\r\nx-amz-crc32: 1\r\n\r\nhello", "does not match its x-amz-crc32"},
      {ok + "Content-Length: 5\r\nContent-Encoding: gzip\r\n\r\nhello", "its body is damaged gzip"},
      {ok + "Content-Length: x\r\n\r\n", "its Content-Length is malformed"},
      {ok + "Transfer-Encoding: chunked\r\n\r\nzzzz\r\n", "a chunk of it is malformed"},
  };
  for (const bool tls : {false, true}) {
    for (const auto& row : rows) {
      scripted_peer peer({[&](peer_connection& to) {
        tls_peer secret(server);
        std::string got;
        for (bool said = false; !(got = to.receive_some()).empty();) {
          if (tls) secret.receive(got);
          if (tls && !secret.heard().empty() && !std::exchange(said, true)) secret.say(row.text);
          to.send(tls ? secret.take_outgoing() : row.text);
        }
      }});
      blocking_options o;
      if (tls) o.tls = trusting(authority.pem());
      const auto got = blocking_exchange({"127.0.0.1", peer.port()}, o).send(asking);
      ASSERT_FALSE(got) << row.text;
      EXPECT_TRUE(text_of(got).starts_with("transport in read, sent: ")) << text_of(got);
      EXPECT_NE(got.error().message.find(row.words), std::string::npos) << text_of(got);
    }
  }
}

TEST_F(failing_network, nobody_is_sent_a_request_who_cannot_be_trusted) {
  const identity stranger = identity::authority("somebody");
  certificate_options old = certificate_options("IP:127.0.0.1"), elsewhere;
  old.first_day = -20;
  old.last_day = -10;
  const struct {
    const char* name;
    tls_server with;
    const char* words;
  } rows[] = {
      {"expired", tls_server(identity(old, authority)), "its certificate expired on "},
      {"wrong host", tls_server(identity(elsewhere, authority)), "is for host.example, not for 127.0.0.1"},
      {"unknown authority", tls_server(identity(certificate_options("IP:127.0.0.1"), stranger)),
       "an authority that is not trusted here"},
      {"signed by itself", tls_server(identity(certificate_options("IP:127.0.0.1"))), "is signed by itself"},
      {"an old version", tls_server(who, TLS1_1_VERSION, TLS1_1_VERSION), "TLS"},
  };
  const std::size_t before = open_descriptors();
  for (const auto& row : rows) {
    for (const bool proxy : {false, true}) {
      std::string heard;
      {
        scripted_peer peer({[&](peer_connection& to) {
          tls_peer secret(row.with);
          if (proxy) {
            to.receive_head();
            to.send(way_open);
          }
          for (std::string got = to.receive_some(); !got.empty(); got = to.receive_some()) {
            secret.receive(got);
            to.send(secret.take_outgoing());
          }
          heard = secret.heard();
        }});
        const layers of{"", proxy, TLS1_3_VERSION};
        const auto got = blocking_exchange({"127.0.0.1", peer.port()}, options(of, peer.port())).send(asking);
        ASSERT_FALSE(got) << row.name;
        EXPECT_TRUE(text_of(got).starts_with("unavailable in handshake: Cannot connect to 127.0.0.1:")) << text_of(got);
        EXPECT_NE(got.error().message.find(row.words), std::string::npos) << text_of(got);
        EXPECT_EQ(got.error().message.find(" through the proxy ") != std::string::npos, proxy);
        peer.finish();
      }
      EXPECT_EQ(heard, "") << row.name;
      EXPECT_EQ(open_descriptors(), before) << row.name;
    }
  }
}

/// Answers whatever name it is asked for in one way.
class one_answer final : public name_lookup {
 public:
  explicit one_answer(std::expected<std::vector<socket_address>, std::string> a) : answer_(std::move(a)) {}
  std::expected<std::vector<socket_address>, std::string> find(const address&) override { return answer_; }

 private:
  std::expected<std::vector<socket_address>, std::string> answer_;
};

TEST_F(failing_network, without_a_connection_nothing_is_sent_and_nothing_stays_open) {
  scripted_peer nobody({});
  nobody.finish();  // and the port refuses
  const socket_address refusing = system_name_lookup().find({"127.0.0.1", nobody.port()})->front();
  const struct {
    one_answer names;
    const char* expected;
  } rows[] = {
      {one_answer(std::unexpected("the net is down")), "unavailable in resolve: "},
      {one_answer(std::vector<socket_address>()), "unavailable in resolve: "},
      {one_answer(std::vector{refusing}), "unavailable in connect: "},
      {one_answer(std::vector<socket_address>(20, refusing)), "unavailable in connect: "},
  };
  const std::size_t before = open_descriptors();
  for (auto row : rows) {
    for (const layers& of : stacks) {
      blocking_options o = options(of, nobody.port());
      o.time = nullptr;
      o.names = &row.names;
      blocking_exchange connection({"host.example", 443}, o);
      for (int i = 0; i < 2; ++i) {
        const auto got = connection.send(asking);
        ASSERT_FALSE(got);
        EXPECT_TRUE(text_of(got).starts_with(row.expected)) << text_of(got);
        EXPECT_EQ(open_descriptors(), before);
      }
    }
  }
}

TEST_F(failing_network, a_server_that_takes_no_more_of_a_request_is_told_from_one_that_does_not_answer) {
  const std::string body(20'000'000, 'x');
  const exchange_request large("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 20000000\r\n\r\n", body);
  for (const std::size_t taken : {1u, 100u, 1'000'000u}) {
    for (const bool tls : {false, true}) {
      for (const failing how : {failing::closes, failing::resets}) {
        scripted_peer peer({[&](peer_connection& to) {
          tls_peer secret(server);
          std::size_t had = 0;
          for (std::string got; had < taken || (tls && !secret.is_open()); had += got.size()) {
            if ((got = to.receive_some()).empty()) return;
            if (tls) secret.receive(got);
            if (tls) to.send(secret.take_outgoing());
          }
          if (how == failing::resets) to.reset();
        }});
        blocking_options o;
        if (tls) o.tls = trusting(authority.pem());
        const auto got = blocking_exchange({"127.0.0.1", peer.port()}, o).send(large);
        ASSERT_FALSE(got);
        EXPECT_EQ(got.error().code, errc::transport) << text_of(got);
        EXPECT_EQ(got.error().phase, exchange_phase::write) << text_of(got);
        EXPECT_TRUE(got.error().sent) << text_of(got);
      }
    }
  }
}

}  // namespace
}  // namespace dynamo::http
