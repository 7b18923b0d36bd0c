#include "echo_handler.hpp"

#include <dynamo/http/client.hpp>
#include <dynamo/http/listener.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>
#include <support/connect_proxy.hpp>
#include <support/scripted_peer.hpp>
#include <support/tls_echo.hpp>
#include <support/tls_peer.hpp>

#include <array>
#include <chrono>
#include <csignal>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace dynamo::http {
namespace {

using namespace std::chrono_literals;
using testing_support::certificate_options;
using testing_support::identity;
using testing_support::opens_way_to;
using testing_support::peer_connection;
using testing_support::scripted_peer;
using testing_support::tls_echo;
using testing_support::tls_server;

std::string ok(std::string_view body, std::string_view more = "") {
  return "HTTP/1.1 200 OK\r\n" + std::string(more) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

/// Answers each request of a connection; bodies are not read.
scripted_peer::script answers(std::vector<std::string> all) {
  return [all = std::move(all)](peer_connection& to) {
    for (const std::string& each : all) {
      if (to.receive_head().empty()) return;
      to.send(each);
    }
  };
}

TEST(http_client, many_requests_go_over_one_connection_of_a_listener) {
  const auto echo = std::make_shared<echo_handler>();
  auto on = listener::open({}, echo);
  ASSERT_TRUE(on);
  auto to = client::to("127.0.0.1:" + std::to_string(on->port()));
  ASSERT_TRUE(to);
  for (std::size_t i = 0; i < 50; ++i) {
    const std::string body(i * 5'000, 'x');
    const auto got = to->send("POST", "/number?" + std::to_string(i), "X-A: b\r\n", body);
    ASSERT_TRUE(got) << got.error().describe();
    EXPECT_EQ(got->status, 200u);
    EXPECT_EQ(got->field("x-target"), "/number?" + std::to_string(i));
    EXPECT_EQ(got->body.view(), body);
  }
  EXPECT_EQ(on->connections(), 1u);
  EXPECT_EQ(to->send("GET", "/")->body.view(), "");
  EXPECT_EQ(to->send("HEAD", "/")->body.view(), "");
  EXPECT_EQ(to->send("POST", "/", "", "after HEAD")->body.view(), "after HEAD");
}

TEST(http_client, a_listener_that_comes_back_is_found_again) {
  listener_options options;
  std::optional<listener> on = *listener::open(options, std::make_shared<echo_handler>());
  options.port = on->port();
  client to("localhost", on->port());
  ASSERT_TRUE(to.send("POST", "/", "", "first"));
  on.reset();
  const auto nobody = to.send("POST", "/", "", "second");
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code(), errc::unavailable);
  EXPECT_TRUE(nobody.error().message().starts_with("Cannot connect to localhost:")) << nobody.error().message();
  EXPECT_FALSE(nobody.error().outcome_unknown());
  on = *listener::open(options, std::make_shared<echo_handler>());
  const auto again = to.send("POST", "/", "", "third");
  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_EQ(again->body.view(), "third");
}

TEST(http_client, what_is_sent_is_what_was_asked_for) {
  std::string seen, body;
  scripted_peer peer({[&](peer_connection& to) {
    seen = to.receive_head();
    body = to.receive(4);
    to.send(ok("fine"));
    seen += to.receive_head();
    to.send(ok(""));
  }});
  client to("127.0.0.1", peer.port());
  client_request r("POST", "/a?b=c", "body");
  r.add_field("X-One", "1").add_field("X-Two", "");
  const auto got = to.send(r);
  ASSERT_TRUE(got) << got.error().describe();
  EXPECT_EQ(got->body.view(), "fine");
  ASSERT_TRUE(to.send("GET", "/"));
  peer.finish();
  const std::string host = "Host: 127.0.0.1:" + std::to_string(peer.port()) + "\r\n";
  EXPECT_EQ(seen, "POST /a?b=c HTTP/1.1\r\n" + host +
                      "X-One: 1\r\nX-Two: \r\nContent-Length: 4\r\n\r\nGET / HTTP/1.1\r\n" + host + "\r\n");
  EXPECT_EQ(body, "body");
}

TEST(http_client, a_request_that_cannot_be_written_is_refused) {
  client to("127.0.0.1", 1);  // nobody is asked
  for (const auto& [method, target, fields] : std::vector<std::array<std::string, 3>>{
           {"", "/", ""},
           {"get it", "/", ""},
           {"GET\r\n", "/", ""},
           {"GET", "", ""},
           {"GET", "http://elsewhere/", ""},
           {"GET", "/a b", ""},
           {"GET", "/a\r\nX: y", ""},
           {"GET", "/\xc3\xa9", ""},
           {"GET", "/", "X: y"},
           {"GET", "/", "X: y\r\n\r\nGET / HTTP/1.1\r\n"},
           {"GET", "/", "\r\n"},
       }) {
    const auto got = to.send(method, target, fields);
    ASSERT_FALSE(got) << method << target << fields;
    EXPECT_EQ(got.error().code(), errc::invalid_argument) << method << target << fields;
  }
}

TEST(http_client, addresses) {
  for (const char* good : {"127.0.0.1:9001", "localhost:1", "[::1]:8000", "sandbox.internal:65535"}) {
    EXPECT_TRUE(client::to(good)) << good;
  }
  for (const char* bad :
       {"", "localhost", "localhost:", ":80", "localhost:0", "localhost:65536", "localhost:8x", "::1:80", "[]:80",
        "[::1]", "a b:80", "http://localhost:80", "localhost:80/", "evil\r\n:80"}) {
    const auto made = client::to(bad);
    ASSERT_FALSE(made) << bad;
    EXPECT_EQ(made.error().code(), errc::invalid_argument) << bad;
  }
}

TEST(http_client, chunked_and_interim_responses_are_put_together) {
  scripted_peer peer({answers({
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nA: b\r\n\r\n" + ok("whole"),
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\n\r\nup to the end",
  })});
  client to("127.0.0.1", peer.port());
  EXPECT_EQ(to.send("GET", "/")->body.view(), "whole");
  EXPECT_EQ(to.send("GET", "/")->body.view(), "abcde");
  EXPECT_EQ(to.send("GET", "/")->body.view(), "up to the end");
}

TEST(http_client, the_response_to_head_has_no_body_after_an_interim_one_either) {
  scripted_peer peer(
      {answers({"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", ok("next")})});
  client to("127.0.0.1", peer.port());
  EXPECT_EQ(to.send("HEAD", "/")->status, 200u);
  EXPECT_EQ(to.send("GET", "/")->body.view(), "next");
}

TEST(http_client, interim_responses_end) {
  std::string endless;
  for (int i = 0; i < 20; ++i) endless += "HTTP/1.1 100 Continue\r\n\r\n";
  scripted_peer peer({answers({endless})});
  const auto got = client("127.0.0.1", peer.port()).send("GET", "/");
  ASSERT_FALSE(got);
  EXPECT_NE(got.error().message().find("interim responses come without end"), std::string::npos);
}

TEST(http_client, what_a_peer_does_wrong_is_said) {
  const struct {
    const char* name;
    scripted_peer::script does;
    const char* words;
  } rows[] = {
      {"garbage", answers({"\x16\x03\x01 what is this?\r\n\r\n"}), "cannot be read: it is not HTTP/1"},
      {"a status below 100", answers({"HTTP/1.1 099 Hm\r\nContent-Length: 0\r\n\r\n" + ok("not seen")}),
       "cannot be read: its status is none of HTTP's"},
      {"compressed", answers({ok("?", "Content-Encoding: gzip\r\n")}), "compressed, which was not asked for"},
      {"changed on the way", answers({ok("?", "x-amz-crc32: 1\r\n")}), "does not match its x-amz-crc32"},
      {"too large", answers({"HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n"}), "its body is too large"},
      {"endless head", answers({"HTTP/1.1 200 OK\r\nA: " + std::string(20'000, 'x')}), "its head is too large"},
      {"nothing", answers({""}), "closed the connection before it answered"},
      {"half a head", answers({"HTTP/1.1 200 OK\r\nContent-"}), "closed the connection amid a response"},
      {"half a body", answers({"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe"}),
       "closed the connection amid a response"},
      {"half a chunk", answers({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe"}), "amid a response"},
      {"reset",
       [](peer_connection& to) {
         to.receive_head();
         to.reset();
       },
       "Connection reset by peer"},
  };
  for (const auto& row : rows) {
    scripted_peer peer({row.does});
    client_options options;
    options.body_size_max = 100'000;
    client to("127.0.0.1", peer.port(), options);
    const auto got = to.send("POST", "/", "", "");
    ASSERT_FALSE(got) << row.name;
    EXPECT_EQ(got.error().code(), errc::transport) << row.name;
    EXPECT_NE(got.error().message().find(row.words), std::string::npos) << row.name << ": " << got.error().message();
    EXPECT_TRUE(got.error().outcome_unknown()) << row.name;
    EXPECT_EQ(got.error().attempts(), 1u) << row.name;
  }
}

TEST(http_client, a_connection_that_the_peer_closed_while_idle_is_made_again) {
  scripted_peer peer({answers({ok("1")}), answers({ok("2", "Connection: close\r\n")}), answers({ok("3")})});
  client to("127.0.0.1", peer.port());
  for (const char* expected : {"1", "2", "3"}) {
    // The end may or may not be there yet; the request is repeatable, so it makes no difference.
    const auto got = to.send("GET", "/");
    ASSERT_TRUE(got) << got.error().describe();
    EXPECT_EQ(got->body.view(), expected);
  }
}

TEST(http_client, a_request_on_a_dead_connection_is_sent_again_only_if_it_is_repeatable) {
  for (const bool repeatable : {false, true}) {
    // The peer takes the second request and closes: it may have executed it.
    scripted_peer peer({[](peer_connection& to) {
                          to.receive_head();
                          to.send(ok("1"));
                          to.receive_head();
                        },
                        answers({ok("2")})});
    client to("127.0.0.1", peer.port());
    client_request r("POST", "/");
    r.repeatable = repeatable;
    ASSERT_TRUE(to.send(r));
    const auto second = to.send(r);
    EXPECT_EQ(second.has_value(), repeatable);
    if (second) continue;
    EXPECT_TRUE(second.error().outcome_unknown());
    EXPECT_TRUE(to.send(r)) << "the next one has a connection of its own";
  }
}

TEST(http_client, a_request_is_sent_twice_at_most) {
  scripted_peer peer({answers({ok("1")}), answers({""}), answers({ok("never asked for")})});
  client to("127.0.0.1", peer.port());
  ASSERT_TRUE(to.send("GET", "/"));
  const auto got = to.send("GET", "/");
  ASSERT_FALSE(got);
  EXPECT_NE(got.error().message().find("before it answered"), std::string::npos) << got.error().message();
}

TEST(http_client, a_request_that_was_sent_is_not_forgotten_when_it_cannot_be_sent_again) {
  scripted_peer peer({[](peer_connection& to) {
    to.receive_head();
    to.send(ok("1"));
    to.receive_head();
  }});
  client to("127.0.0.1", peer.port());
  ASSERT_TRUE(to.send("GET", "/"));
  const auto got = to.send("GET", "/");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().attempts(), 2u) << got.error().describe();
  EXPECT_TRUE(got.error().outcome_unknown()) << got.error().describe();
}

TEST(http_client, what_follows_a_response_unasked_spoils_the_connection_only) {
  scripted_peer peer({answers({ok("1") + ok("forged")}), answers({ok("2")})});
  client to("127.0.0.1", peer.port());
  EXPECT_EQ(to.send("GET", "/")->body.view(), "1");
  EXPECT_EQ(to.send("GET", "/")->body.view(), "2");
}

TEST(http_client, a_refusal_that_comes_before_the_body_is_sent_is_read) {
  scripted_peer peer({[](peer_connection& to) {
    to.receive_head();
    to.send("HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbig");
    to.end_sending();
    to.wait_for_end();
  }});
  const std::string body(50'000'000, 'x');
  const auto got = client("127.0.0.1", peer.port()).send("POST", "/", "", body);
  ASSERT_TRUE(got) << got.error().describe();
  EXPECT_EQ(got->status, 413u);
  EXPECT_EQ(got->body.view(), "big");
}

TEST(http_client, a_large_body_arrives_whole) {
  const std::string body(30'000'000, 'x');
  std::size_t size = 0;
  scripted_peer peer({[&](peer_connection& to) {
    to.receive_head();
    size = to.receive(body.size()).size();
    to.send(ok("done"));
  }});
  EXPECT_EQ(client("127.0.0.1", peer.port()).send("POST", "/", "", body)->body.view(), "done");
  peer.finish();
  EXPECT_EQ(size, body.size());
}

TEST(http_client, tls_is_spoken_with_a_peer_that_is_trusted_and_with_no_other) {
  const identity authority = identity::authority("the tests' authority");
  const certificate_options here("IP:127.0.0.1");
  const tls_server server{identity(here, authority)};
  scripted_peer peer({tls_echo(server, 2), tls_echo(server, 1)});
  client_options options;
  options.tls.emplace().authorities = authority.pem();
  client to("127.0.0.1", peer.port(), options);
  for (const char* body : {"one", "two"}) {
    const auto got = to.send("POST", "/", "", body);
    ASSERT_TRUE(got) << got.error().describe();
    EXPECT_EQ(got->body.view(), body);
  }
  to.close();
  options.tls->authorities = identity::authority("another").pem();
  const auto refused = client("127.0.0.1", peer.port(), options).send("POST", "/", "", "a secret");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), errc::unavailable);
  EXPECT_FALSE(refused.error().outcome_unknown());
  EXPECT_NE(refused.error().message().find("an authority that is not trusted here"), std::string::npos)
      << refused.error().message();
  options.tls->authorities = "no PEM";
  EXPECT_EQ(client("127.0.0.1", peer.port(), options).send("GET", "/").error().code(), errc::invalid_argument);
}

class proxied_client : public ::testing::Test {
 protected:
  /// Nobody but the proxy can find the host.
  client_options options(std::uint16_t port, bool tls) const {
    client_options o;
    o.proxy.emplace("127.0.0.1", port, auth::secret("Basic dTpw"));
    if (tls) o.tls.emplace().authorities = authority.pem();
    return o;
  }
  const identity authority = identity::authority("the tests' authority");
  const tls_server server{identity(certificate_options("DNS:host.example"), authority)};
};

TEST_F(proxied_client, tls_goes_through_and_is_kept) {
  scripted_peer peer({tls_echo(server, 2), tls_echo(server, 1)});
  std::string asked;
  scripted_peer proxy({opens_way_to(peer.port(), asked), opens_way_to(peer.port(), asked)});
  client to("host.example", 443, options(proxy.port(), true));
  const std::string large(3'000'000, 'x');
  for (const std::string_view body : {std::string_view("one"), std::string_view(large)}) {
    const auto got = to.send("POST", "/", "", body);
    ASSERT_TRUE(got) << got.error().describe();
    EXPECT_TRUE(got->body.view() == body);
  }
  to.close();
  EXPECT_EQ(to.send("POST", "/", "", "again")->body.view(), "again");
  to.close();
  proxy.finish();
  const std::string once =
      "CONNECT host.example:443 HTTP/1.1\r\nHost: host.example:443\r\nProxy-Authorization: Basic dTpw\r\n\r\n";
  EXPECT_EQ(asked, once + once);
}

TEST_F(proxied_client, a_plain_request_is_asked_of_the_proxy) {
  std::string seen;
  scripted_peer proxy({[&](peer_connection& to) {
    seen = to.receive_head();
    to.send(ok("passed on"));
  }});
  client to("host.example", 80, options(proxy.port(), false));
  EXPECT_EQ(to.send("GET", "/a?b", "A: b\r\n")->body.view(), "passed on");
  proxy.finish();
  EXPECT_EQ(seen,
            "GET http://host.example:80/a?b HTTP/1.1\r\nHost: host.example:80\r\nProxy-Authorization: Basic dTpw\r\n"
            "A: b\r\n\r\n");
}

TEST_F(proxied_client, a_refusal_names_the_proxy_and_its_status_and_never_the_password) {
  const struct {
    scripted_peer::script does;
    std::string words;
    errc code = errc::unavailable;
  } rows[] = {
      {answers({"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n"}), "the proxy answered 407: it does not accept the"},
      {answers({"HTTP/1.1 503 No\r\n\r\n"}), "the proxy answered 503"},
      {answers({""}), "the proxy closed the connection before it had answered", errc::transport},
  };
  for (const auto& row : rows) {
    scripted_peer proxy({row.does});
    const auto got = client("host.example", 443, options(proxy.port(), true)).send("GET", "/");
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code(), row.code);
    EXPECT_FALSE(got.error().outcome_unknown());
    EXPECT_TRUE(got.error().message().starts_with("Cannot connect to host.example:443 through the proxy 127.0.0.1:" +
                                                  std::to_string(proxy.port()) + ": " + row.words))
        << got.error().message();
    EXPECT_EQ(got.error().describe().find("dTpw"), std::string::npos);
  }
  client_options bad = options(1, true);
  bad.proxy->authorization = auth::secret("Basic dTpw\r\nA: b");
  const auto refused = client("host.example", 443, bad).send("GET", "/");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), errc::invalid_argument);
  EXPECT_EQ(refused.error().describe().find("dTpw"), std::string::npos);
}

/// Time stands still unless a test lets it pass.
class waiting_client : public ::testing::Test {
 protected:
  client_options options() {
    client_options o;
    o.time = &time;
    o.response_time = 60s;
    return o;
  }
  testing::virtual_clock time{testing::virtual_clock::blocking::waits_for_advance};
};

TEST_F(waiting_client, a_proxy_that_does_not_answer_is_waited_for_no_longer_than_for_a_connection) {
  std::promise<void> asked;
  scripted_peer proxy({[&](peer_connection& to) {
    to.receive_head();
    asked.set_value();
    to.send("HTTP/1.1 200 O");
    to.wait_for_end();
  }});
  client_options o = options();
  o.tls.emplace();
  o.proxy.emplace("127.0.0.1", proxy.port());
  client to("host.example", 443, o);
  auto got = std::async(std::launch::async, [&] { return to.send("GET", "/"); });
  asked.get_future().wait();
  time.advance(2'999ms);
  EXPECT_EQ(got.wait_for(0s), std::future_status::timeout);
  time.advance(1ms);
  const auto late = got.get();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), errc::timed_out);
  EXPECT_TRUE(late.error().message().ends_with(": the proxy did not open a way to it within 3000 ms"))
      << late.error().message();
}

TEST_F(waiting_client, a_slow_response_is_waited_for_no_longer_than_allowed) {
  std::promise<void> asked, more;
  scripted_peer peer({[&](peer_connection& to) {
    to.receive_head();
    asked.set_value();
    for (const char c : std::string_view("HTTP/1.1 200 OK\r\nCont")) to.send({&c, 1});
    more.get_future().wait();
    to.send("ent");
    to.wait_for_end();
  }});
  client to("127.0.0.1", peer.port(), options());
  auto got = std::async(std::launch::async, [&] { return to.send("POST", "/"); });
  asked.get_future().wait();
  time.advance(59s);
  more.set_value();
  time.advance(1s);
  const auto late = got.get();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), errc::timed_out);
  EXPECT_TRUE(late.error().outcome_unknown());
  EXPECT_TRUE(late.error().message().ends_with("there was no whole response within 60000 ms"))
      << late.error().message();
}

TEST_F(waiting_client, the_time_of_a_request_is_its_own_and_not_that_of_the_one_before) {
  std::promise<void> second_asked;
  scripted_peer peer({[&](peer_connection& to) {
    to.receive_head();
    to.send(ok("1"));
    to.receive_head();
    second_asked.set_value();
    to.wait_for_end();
  }});
  client to("127.0.0.1", peer.port(), options());
  ASSERT_TRUE(to.send("GET", "/"));
  time.advance(59s);  // idle
  client_request r("POST", "/");
  auto got = std::async(std::launch::async, [&] { return to.send(r); });
  second_asked.get_future().wait();
  time.advance(59s);
  EXPECT_EQ(got.wait_for(0s), std::future_status::timeout);
  time.advance(1s);
  EXPECT_EQ(got.get().error().code(), errc::timed_out);
}

TEST_F(waiting_client, the_rest_of_a_response_that_has_begun_may_have_a_limit_of_its_own) {
  std::promise<void> asked, begin;
  scripted_peer peer({[&](peer_connection& to) {
    to.receive_head();
    asked.set_value();
    begin.get_future().wait();
    to.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbe");
    to.wait_for_end();
  }});
  client to("127.0.0.1", peer.port(), options());
  client_request r("GET", "/");
  r.response_time = 0ms;
  r.rest_time = 30s;
  auto got = std::async(std::launch::async, [&] { return to.send(r); });
  asked.get_future().wait();
  time.advance(24h);
  EXPECT_EQ(got.wait_for(0s), std::future_status::timeout);
  begin.set_value();
  // It is the client that knows when the first byte was there.
  while (got.wait_for(0s) != std::future_status::ready) {
    time.advance(10s);
    std::this_thread::yield();
  }
  const auto late = got.get();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), errc::timed_out);
}

TEST_F(waiting_client, without_a_limit_it_waits_for_ever) {
  std::promise<void> asked, answer;
  scripted_peer peer({[&](peer_connection& to) {
    to.receive_head();
    asked.set_value();
    answer.get_future().wait();
    to.send(ok("at last"));
  }});
  client to("127.0.0.1", peer.port(), options());
  client_request r("GET", "/next");
  r.response_time = 0ms;
  auto got = std::async(std::launch::async, [&] { return to.send(r); });
  asked.get_future().wait();
  time.advance(24h);
  answer.set_value();
  EXPECT_EQ(got.get()->body.view(), "at last");
}

TEST_F(waiting_client, cancel_ends_the_request_that_waits_and_those_that_come) {
  std::promise<void> asked;
  scripted_peer peer({[&](peer_connection& to) {
                        to.receive_head();
                        asked.set_value();
                        to.wait_for_end();
                      },
                      answers({ok("told")})});
  client to("127.0.0.1", peer.port(), options());
  auto got = std::async(std::launch::async, [&] { return to.send("GET", "/next"); });
  asked.get_future().wait();
  to.cancel();
  const auto ended = got.get();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code(), errc::cancelled);
  EXPECT_TRUE(ended.error().outcome_unknown());
  const auto later = to.send("GET", "/next");
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().code(), errc::cancelled);
  EXPECT_FALSE(later.error().outcome_unknown());
  client_request last_words("POST", "/response");
  last_words.heeds_cancel = false;
  const auto told = to.send(last_words);
  ASSERT_TRUE(told) << told.error().describe();
  EXPECT_EQ(told->body.view(), "told");
}

client* signalled = nullptr;  // NOLINT: a signal's handler has no other way

TEST_F(waiting_client, cancel_may_be_called_by_a_signal_s_handler) {
  std::promise<void> asked;
  scripted_peer peer({[&](peer_connection& to) {
    to.receive_head();
    asked.set_value();
    to.wait_for_end();
  }});
  client to("127.0.0.1", peer.port(), options());
  signalled = &to;
  const auto before = std::signal(SIGUSR1, [](int) { signalled->cancel(); });
  auto got = std::async(std::launch::async, [&] { return to.send("GET", "/next"); });
  asked.get_future().wait();
  std::raise(SIGUSR1);
  EXPECT_EQ(got.get().error().code(), errc::cancelled);
  std::signal(SIGUSR1, before);
}

}  // namespace
}  // namespace dynamo::http
