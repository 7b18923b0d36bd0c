#include <gtest/gtest.h>
#include <http/exchange/client_exchange.hpp>
#include <http/message/request_text.hpp>
#include <http/trusting.hpp>
#include <support/tls_peer.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace dynamo::http {
namespace {

using namespace std::chrono_literals;
using testing_support::certificate_options;
using testing_support::identity;
using testing_support::tls_peer;
using testing_support::tls_server;
using kind = exchange_step::kind;

constexpr client_exchange::time_point begin{1h};
const address host("host.example", 443);
const proxy_options unnamed("proxy.example", 3128);
const proxy_options named("proxy.example", 3128, auth::secret("Basic dTpw"));
constexpr std::string_view head = "POST / HTTP/1.1\r\nHost: host.example:443\r\nContent-Length: 4\r\n\r\n";
constexpr std::string_view answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
const std::string nowhere = "Cannot connect to host.example:443 through the proxy proxy.example:3128: ";

/// The exchange's end, in one text.
std::string outcome(client_exchange& machine) {
  switch (machine.step().what) {
    case kind::connect: return "connects";
    case kind::transfer: return "under way";
    case kind::done: return std::string(machine.take().body.view()) + (machine.reusable() ? "|keep" : "|close");
    case kind::failed: break;
  }
  const exchange_failure& why = machine.failure();
  return std::string(to_string(why.code)) + " in " + std::string(to_string(why.phase)) + (why.sent ? ", sent" : "") +
         (why.stale ? ", stale" : "") + ": " + why.message;
}

/// Takes what is to be sent, in pieces of this size.
std::string sent_by(client_exchange& machine, std::size_t piece = 1'000'000) {
  std::string all;
  for (;;) {
    const exchange_step step = machine.step();
    if (step.what != kind::transfer || step.write[0].empty()) return all;
    const std::string_view part = step.write[0].substr(0, piece);
    all += part;
    machine.written(part.size(), begin);
  }
}

class through_proxy : public ::testing::Test {
 protected:
  void begin_with(client_exchange& machine) {
    machine.start(exchange_request(head, "body"), begin);
    EXPECT_EQ(outcome(machine), "connects");
    machine.connected(begin);
  }
  const identity authority = identity::authority("the tests' authority");
  const tls_context trusted = trusting(authority.pem());
  const tls_server server{identity(certificate_options(), authority)};
};

TEST(proxy_text, a_proxy_is_told_the_host_and_who_asks) {
  EXPECT_EQ(connect_head(host, unnamed).reveal(),
            "CONNECT host.example:443 HTTP/1.1\r\nHost: host.example:443\r\n\r\n");
  EXPECT_EQ(connect_head({"::1", 8'000}, named).reveal(),
            "CONNECT [::1]:8000 HTTP/1.1\r\nHost: [::1]:8000\r\nProxy-Authorization: Basic dTpw\r\n\r\n");
  client_request r("POST", "/a?b", "body");
  r.add_field("A", "b");
  std::string out = "what was before";
  write_request_head(out, r, "host:1", &unnamed);
  EXPECT_EQ(out, "POST http://host:1/a?b HTTP/1.1\r\nHost: host:1\r\nA: b\r\nContent-Length: 4\r\n\r\n");
  write_request_head(out, r, "host:1", &named);
  EXPECT_EQ(out,
            "POST http://host:1/a?b HTTP/1.1\r\nHost: host:1\r\nProxy-Authorization: Basic dTpw\r\nA: b\r\n"
            "Content-Length: 4\r\n\r\n");
}

TEST(proxy_text, no_authorization_can_end_the_head) {
  EXPECT_TRUE(can_be_written(unnamed));
  EXPECT_TRUE(can_be_written(named));
  for (const char* bad : {"a\r\nB: c", "a\n", "\r", "\x01", "\x7f", "\xc3\xa9"}) {
    EXPECT_FALSE(can_be_written(proxy_options("proxy", 1, auth::secret(bad))));
  }
}

const char* const openings[] = {
    "HTTP/1.1 200 OK\r\n\r\n",
    "HTTP/1.0 200 Connection established\r\nVia: somebody\r\n\r\n",
    "HTTP/1.1 299 \r\nContent-Length: 5\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
};

TEST_F(through_proxy, tls_begins_when_the_way_is_open_wherever_the_answer_is_cut) {
  for (const std::string_view opening : openings) {
    for (std::size_t cut = 0; cut <= opening.size(); ++cut) {
      for (const std::size_t step : {opening.size(), std::size_t{1}}) {  // the second part whole, or byte by byte
        client_exchange machine(host, {}, *trusted.open(host), &unnamed);
        begin_with(machine);
        ASSERT_EQ(sent_by(machine, cut + 1), connect_head(host, unnamed).reveal());
        machine.received(opening.substr(0, cut), begin);
        for (std::size_t at = cut; at < opening.size(); at += step) {
          ASSERT_EQ(sent_by(machine), "") << opening << ": it is open before its end, at " << at;
          machine.received(opening.substr(at, step), begin);
        }
        ASSERT_TRUE(machine.step().write[0].starts_with("\x16\x03")) << opening << ", cut at " << cut;
      }
    }
  }
}

TEST_F(through_proxy, requests_go_to_the_host_that_was_asked_for) {
  for (const std::size_t piece : {1u, 7u, 1'000'000u}) {
    client_exchange machine(host, {}, *trusted.open(host), &named);
    tls_peer peer(server);
    const auto carry = [&] {
      for (bool moved = true; moved;) {
        const std::string to_peer = sent_by(machine, piece);
        peer.receive(to_peer);
        const std::string all = peer.take_outgoing();
        for (std::size_t at = 0; at < all.size(); at += piece) machine.received(all.substr(at, piece), begin);
        moved = !to_peer.empty() || !all.empty();
      }
    };
    begin_with(machine);
    EXPECT_EQ(sent_by(machine, piece), connect_head(host, named).reveal());
    machine.received(openings[0], begin);
    for (int i = 1; i <= 3; ++i) {
      carry();
      EXPECT_EQ(peer.heard().size(), static_cast<std::size_t>(i) * (head.size() + 4)) << "the way is asked for once";
      EXPECT_EQ(peer.host_asked_for(), "host.example");
      peer.say(answer);
      carry();
      EXPECT_EQ(outcome(machine), "hello|keep");
      machine.start(exchange_request(head, "body"), begin);
    }
  }
}

TEST_F(through_proxy, a_proxy_that_does_not_open_a_way_is_named_with_its_status) {
  std::string endless;
  for (unsigned i = 0; i <= client_exchange::interim_responses_max; ++i) endless += "HTTP/1.1 100 Continue\r\n\r\n";
  const struct {
    std::string text, expected;
    const proxy_options& by = unnamed;
  } rows[] = {
      {"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 9\r\n\r\n<html>",
       "the proxy answered 407: it asks for credentials"},
      {"HTTP/1.1 407 No\r\n\r\n", "the proxy answered 407: it does not accept the credentials that it was sent", named},
      {"HTTP/1.0 403 Forbidden\r\n\r\n<html>", "the proxy answered 403"},
      {"HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\n\r\n", "the proxy answered 302"},
      {"HTTP/1.1 502 Bad Gateway\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\n", "the proxy answered 502"},
      {"HTTP/1.1 101 Switching Protocols\r\n\r\n", "the peer switches protocols, which nobody asked for"},
      {"\x15\x03\x01 what is this?\r\n\r\n", "the response cannot be read: it is not HTTP/1"},
      {"HTTP/1.1 200 OK\r\nA: " + std::string(1'100, 'x'), "the response cannot be read: its head is too large"},
      {endless, "interim responses come without end"},
      {"HTTP/1.1 200 OK\r\n\r\n\x16", "the proxy sent more than its answer"},
  };
  exchange_limits limits;
  limits.head_size_max = 1'024;
  limits.gzip = compressed::refused;
  for (const auto& row : rows) {
    client_exchange machine(host, limits, *trusted.open(host), &row.by);
    begin_with(machine);
    sent_by(machine);
    machine.received(row.text, begin);
    EXPECT_EQ(outcome(machine), "unavailable in connect: " + nowhere + row.expected);
    EXPECT_EQ(machine.step().write[0], "");
  }
}

TEST_F(through_proxy, a_proxy_that_answers_before_it_was_asked_whole_opens_nothing) {
  for (const auto& [text, expected] : {std::pair{openings[0], "the proxy answered too early"},
                                       std::pair{"HTTP/1.1 403 No\r\n\r\n", "the proxy answered 403"}}) {
    client_exchange machine(host, {}, *trusted.open(host), &unnamed);
    begin_with(machine);
    machine.written(machine.step().write[0].size() - 1, begin);
    machine.received(text, begin);
    EXPECT_EQ(outcome(machine), "unavailable in connect: " + nowhere + expected);
  }
}

TEST_F(through_proxy, whatever_ends_the_opening_of_a_way_sends_nothing_of_the_request) {
  const struct {
    std::function<void(client_exchange&)> happens;
    std::string expected;
  } rows[] = {
      {[](client_exchange& m) { m.closed_by_peer(); },
       "transport in connect: " + nowhere + "the proxy closed the connection before it had answered"},
      {[](client_exchange& m) { m.read_failed("Connection reset by peer"); },
       "transport in connect: " + nowhere + "Connection reset by peer"},
      {[](client_exchange& m) { m.write_failed("Broken pipe", begin); },
       "transport in connect: " + nowhere + "Broken pipe"},
      {[](client_exchange& m) { m.cancelled(); }, "cancelled in connect: " + nowhere + "the request was cancelled"},
      {[](client_exchange& m) { m.time_passed(begin + 3s); },
       "timed_out in connect: " + nowhere + "the proxy did not open a way to it within 3000 ms"},
  };
  const std::string_view opening = openings[1];
  for (const auto& row : rows) {
    for (std::size_t size = 0; size < opening.size(); ++size) {
      client_exchange machine(host, {}, *trusted.open(host), &named);
      begin_with(machine);
      if (size > 0) sent_by(machine);
      machine.received(opening.substr(0, size), begin);
      EXPECT_EQ(machine.step().deadline, begin + 3s);
      row.happens(machine);
      EXPECT_EQ(outcome(machine), row.expected);
      EXPECT_EQ(machine.step().write[0], "");
      machine.received(opening, begin);
      EXPECT_EQ(outcome(machine), row.expected) << "what is over hears nothing more";
    }
  }
}

TEST_F(through_proxy, the_time_of_the_handshake_begins_when_the_way_is_open) {
  client_exchange machine(host, {}, *trusted.open(host), &unnamed);
  machine.start(exchange_request(head, "body"), begin);
  machine.connected(begin + 1s);
  EXPECT_EQ(machine.step().deadline, begin + 3s) << "that of connecting goes on";
  sent_by(machine);
  machine.received(openings[0], begin + 2s);
  EXPECT_EQ(machine.step().deadline, begin + 5s);
  machine.time_passed(begin + 5s);
  EXPECT_EQ(outcome(machine), "timed_out in handshake: " + nowhere + "the TLS handshake did not end within 3000 ms");
}

TEST_F(through_proxy, it_is_the_host_that_is_to_be_trusted) {
  certificate_options other;
  other.hosts = "DNS:proxy.example";
  const tls_server of_proxy{identity(other, authority)};
  client_exchange machine(host, {}, *trusted.open(host), &unnamed);
  tls_peer peer(of_proxy);
  begin_with(machine);
  sent_by(machine);
  machine.received(openings[0], begin);
  peer.receive(sent_by(machine));
  machine.received(peer.take_outgoing(), begin);
  EXPECT_EQ(outcome(machine),
            "unavailable in handshake: " + nowhere + "its certificate is for proxy.example, not for host.example");
}

/// An exchange of plain HTTP, of a proxy.
std::string answered_plainly(std::string_view text, const proxy_options& by) {
  client_exchange machine({"host.example", 80}, {}, std::nullopt, &by);
  machine.start(exchange_request("GET http://host.example:80/ HTTP/1.1\r\n\r\n", {}), begin);
  machine.connected(begin);
  sent_by(machine);
  machine.received(text, begin);
  return outcome(machine);
}

TEST(plain_proxy, answers_for_the_host_and_is_named_where_it_does_not) {
  const std::string none = "No response from host.example:80 through the proxy proxy.example:3128: ";
  const std::string refused = "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n";
  EXPECT_EQ(answered_plainly(answer, unnamed), "hello|keep");
  EXPECT_EQ(answered_plainly("HTTP/1.1 502 No\r\nContent-Length: 1\r\n\r\nx", unnamed), "x|keep");
  EXPECT_EQ(answered_plainly(refused, unnamed),
            "unavailable in read: " + none + "the proxy answered 407: it asks for credentials");
  EXPECT_EQ(
      answered_plainly(refused, named),
      "unavailable in read: " + none + "the proxy answered 407: it does not accept the credentials that it was sent");
  EXPECT_EQ(answered_plainly("what?", unnamed),
            "transport in read, sent: " + none + "the response cannot be read: it is not HTTP/1");
}

}  // namespace
}  // namespace dynamo::http
