#include <http/exchange/client_exchange.hpp>

#include <gtest/gtest.h>
#include <support/seeds.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace dynamo::http {
namespace {

using namespace std::chrono_literals;
using kind = exchange_step::kind;

const address host("host.example", 8000);
constexpr client_exchange::time_point begin{1h};
constexpr std::string_view head = "POST / HTTP/1.1\r\nHost: host.example:8000\r\nContent-Length: 4\r\n\r\n";
constexpr std::string_view body = "body";
const exchange_request request(head, body);

exchange_limits small_limits() {
  exchange_limits limits;
  limits.head_size_max = 1'024;
  limits.body_size_max = 4'096;
  return limits;
}

/// Takes all that is to be sent.
std::string send_all(client_exchange& machine, client_exchange::time_point now = begin) {
  std::string all;
  for (;;) {
    const exchange_step step = machine.step();
    if (step.what != kind::transfer || step.write[0].size() + step.write[1].size() == 0) return all;
    all.append(step.write[0]).append(step.write[1]);
    machine.written(step.write[0].size() + step.write[1].size(), now);
  }
}

/// All that came of an exchange, in one text.
std::string outcome(client_exchange& machine) {
  switch (machine.step().what) {
    case kind::connect: return "connects";
    case kind::transfer: return "under way";
    case kind::done: {
      const bool keeps = machine.reusable();
      const client_response got = machine.take();
      return std::to_string(got.status) + " " + std::string(got.body.view()) + (keeps ? "|keep" : "|close");
    }
    case kind::failed: break;
  }
  const exchange_failure& why = machine.failure();
  return std::string(to_string(why.code)) + " in " + std::string(to_string(why.phase)) + (why.sent ? ", sent" : "") +
         (why.stale ? ", stale" : "") + ": " + why.message;
}

/// An exchange whose request was sent.
struct asking {
  client_exchange machine;
  explicit asking(const exchange_request& r = request, const exchange_limits& limits = small_limits())
      : machine(host, limits) {
    machine.start(r, begin);
    machine.connected(begin);
    send_all(machine);
  }
};

const struct {
  const char* name;
  std::string text;
  std::string expected;
  bool to_head = false;
} answers[] = {
    {"a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "200 hello|keep"},
    {"no body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "200 |keep"},
    {"204", "HTTP/1.1 204 No Content\r\n\r\n", "204 |keep"},
    {"304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "304 |keep"},
    {"to HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "200 |keep", true},
    {"an interim one to HEAD", "HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "200 |keep",
     true},
    {"close", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx", "200 x|close"},
    {"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", "200 x|close"},
    {"HTTP/1.0 that keeps", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx", "200 x|keep"},
    {"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n",
     "200 abcde|keep"},
    {"interim ones",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 \r\nA: b\r\n\r\nHTTP/1.1 500 No\r\nContent-Length: 1\r\n\r\nx",
     "500 x|keep"},
    {"a checksum", "HTTP/1.1 200 OK\r\nx-amz-crc32: 3421780262\r\nContent-Length: 9\r\n\r\n123456789",
     "200 123456789|keep"},
    {"gzip",
     std::string("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 23\r\n\r\n") +
         std::string("\x1f\x8b\x08\0\0\0\0\0\x02\x03\x4b\x4c\x4a\x06\0\xc2\x41\x24\x35\x03\0\0\0", 23),
     "200 abc|keep"},
};

TEST(client_exchange, a_response_is_the_same_wherever_it_is_cut) {
  for (const auto& row : answers) {
    for (std::size_t cut = 0; cut <= row.text.size(); ++cut) {
      for (const std::size_t step : {row.text.size(), std::size_t{1}}) {  // the second part whole, or byte by byte
        exchange_request r = request;
        r.asks_for_head = row.to_head;
        asking a(r);
        a.machine.received(row.text.substr(0, cut), begin);
        for (std::size_t at = cut; at < row.text.size(); at += step) {
          ASSERT_EQ(a.machine.step().what, kind::transfer) << row.name << " is done before its end, at " << at;
          a.machine.received(row.text.substr(at, step), begin);
        }
        ASSERT_EQ(outcome(a.machine), row.expected) << row.name << ", cut at " << cut;
      }
    }
  }
}

TEST(client_exchange, a_response_that_is_cut_off_is_an_error_wherever_it_is) {
  for (const auto& row : answers) {
    for (std::size_t size = 0; size < row.text.size(); ++size) {
      for (const bool reset : {false, true}) {
        exchange_request r = request;
        r.asks_for_head = row.to_head;
        asking a(r);
        a.machine.received(row.text.substr(0, size), begin);
        if (reset) {
          a.machine.read_failed("Connection reset by peer");
        } else {
          a.machine.closed_by_peer();
        }
        const std::string_view why = reset       ? "Connection reset by peer"
                                     : size == 0 ? "the peer closed the connection before it answered"
                                                 : "the peer closed the connection amid a response";
        ASSERT_EQ(outcome(a.machine),
                  "transport in read, sent: No response from host.example:8000: " + std::string(why))
            << row.name << ", cut off at " << size;
      }
    }
  }
}

TEST(client_exchange, a_body_without_a_length_ends_with_an_orderly_end_only) {
  for (const bool reset : {false, true}) {
    asking a;
    a.machine.received("HTTP/1.1 200 OK\r\n\r\nup to the end", begin);
    EXPECT_EQ(a.machine.step().what, kind::transfer);
    if (reset) {
      a.machine.read_failed("Connection reset by peer");
    } else {
      a.machine.closed_by_peer();
    }
    EXPECT_EQ(outcome(a.machine),
              reset ? "transport in read, sent: No response from host.example:8000: Connection reset by peer"
                    : "200 up to the end|close");
  }
}

TEST(client_exchange, what_cannot_be_read_is_an_error) {
  std::string endless;
  for (unsigned i = 0; i <= client_exchange::interim_responses_max; ++i) endless += "HTTP/1.1 100 Continue\r\n\r\n";
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const struct {
    std::string text, why;
  } rows[] = {
      {"\x16\x03\x01 what is this?\r\n\r\n", "the response cannot be read: it is not HTTP/1"},
      {ok + "Content-Length: 4097\r\n\r\n", "the response cannot be read: its body is too large"},
      {ok + "A: " + std::string(1'100, 'x'), "the response cannot be read: its head is too large"},
      {ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
       "the response cannot be read: its Content-Length is malformed"},
      {ok + "Transfer-Encoding: gzip\r\n\r\n", "the response cannot be read: its transfer coding is unknown"},
      {ok + "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
       "the response cannot be used: its body is damaged gzip"},
      {ok + "Content-Encoding: br\r\nContent-Length: 1\r\n\r\nx",
       "the response cannot be used: its content coding is unknown"},
      {ok + "x-amz-crc32: 1\r\nContent-Length: 1\r\n\r\nx",
       "the response cannot be used: its body does not match its x-amz-crc32: it was changed on the way"},
      {"HTTP/1.1 101 Switching Protocols\r\n\r\n", "the peer switches protocols, which nobody asked for"},
      {endless, "interim responses come without end"},
  };
  for (const auto& row : rows) {
    asking a;
    a.machine.received(row.text, begin);
    EXPECT_EQ(outcome(a.machine), "transport in read, sent: No response from host.example:8000: " + row.why);
  }
  exchange_limits plain = small_limits();
  plain.gzip = compressed::refused;
  asking a(request, plain);
  a.machine.received(ok + "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", begin);
  EXPECT_EQ(outcome(a.machine),
            "transport in read, sent: No response from host.example:8000: the response cannot be read: "
            "it is compressed, which was not asked for");
}

TEST(client_exchange, a_request_is_sent_once_whatever_pieces_the_peer_takes) {
  for (std::size_t piece = 1; piece <= head.size() + body.size(); ++piece) {
    client_exchange machine(host, {});
    machine.start(request, begin);
    EXPECT_EQ(outcome(machine), "connects");
    machine.connected(begin);
    std::string sent;
    for (exchange_step step = machine.step(); step.write[0].size() + step.write[1].size() > 0; step = machine.step()) {
      const std::string left = std::string(step.write[0]) + std::string(step.write[1]);
      sent += left.substr(0, piece);
      machine.written(std::min(piece, left.size()), begin);
    }
    EXPECT_EQ(sent, std::string(head) + std::string(body));
  }
}

TEST(client_exchange, a_connection_is_used_again) {
  asking a;
  for (int i = 0; i < 3; ++i) {
    a.machine.received("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", begin);
    EXPECT_EQ(outcome(a.machine), "200 x|keep");
    a.machine.start(request, begin);
    EXPECT_EQ(send_all(a.machine), std::string(head) + std::string(body));
  }
}

TEST(client_exchange, it_can_be_connected_before_there_is_a_request) {
  client_exchange machine(host, small_limits());
  machine.open({}, begin);
  EXPECT_EQ(outcome(machine), "connects");
  EXPECT_EQ(machine.step().deadline, begin + 3s);
  machine.connected(begin);
  EXPECT_EQ(machine.step().what, kind::done);
  EXPECT_TRUE(machine.reusable());
  machine.start(request, begin + 1h);
  EXPECT_EQ(send_all(machine), std::string(head) + std::string(body));
  machine.received("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", begin + 1h);
  EXPECT_EQ(outcome(machine), "200 x|keep");

  client_exchange refused(host, small_limits());
  refused.open({}, begin);
  refused.connect_failed(exchange_phase::connect, "Connection refused");
  EXPECT_EQ(outcome(refused), "unavailable in connect: Cannot connect to host.example:8000: Connection refused");
  client_exchange late(host, small_limits());
  late.open({}, begin);
  late.time_passed(begin + 3s);
  EXPECT_TRUE(outcome(late).starts_with("timed_out in connect")) << outcome(late);
  client_exchange closed(host, small_limits());
  closed.open({}, begin);
  closed.connected(begin);
  closed.step();
  closed.closed_by_peer();
  EXPECT_FALSE(closed.reusable());
}

TEST(client_exchange, what_it_waited_for_is_measured) {
  exchange_timings timings;
  exchange_request r = request;
  r.timings = &timings;
  const auto text = [&] {
    const auto s = [](exchange_timings::duration d) { return std::to_string(d / 1s) + " "; };
    return s(timings.wait) + s(timings.connect) + s(timings.handshake) + s(timings.write) + s(timings.first_byte) +
           s(timings.read) + (timings.reused ? "reused" : "new");
  };
  client_exchange machine(host, small_limits());
  timings.wait = 9s;
  machine.start(r, begin);
  machine.connected(begin + 1s);
  machine.written(10, begin + 2s);
  machine.written(head.size() + body.size() - 10, begin + 3s);
  machine.received("HTTP/1.1 200 OK\r\nContent-Len", begin + 6s);
  machine.received("gth: 1\r\n\r\n", begin + 8s);
  machine.received("x", begin + 10s);
  EXPECT_EQ(text(), "9 1 0 2 3 4 new");
  machine.start(r, begin + 20s);
  machine.written(head.size() + body.size(), begin + 20s);
  machine.received("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", begin + 21s);
  EXPECT_EQ(text(), "9 0 0 0 1 0 reused");
}

TEST(client_exchange, an_operation_that_began_before_has_less_time) {
  exchange_request r = request;
  r.begun = begin - 50s;
  client_exchange machine(host, small_limits());
  machine.start(r, begin);
  machine.connected(begin);
  send_all(machine);
  EXPECT_EQ(machine.step().deadline, begin + 10s);
  machine.time_passed(begin + 10s);
  EXPECT_EQ(outcome(machine),
            "timed_out in read, sent: No response from host.example:8000: there was no whole response within 60000 ms");
}

TEST(client_exchange, what_comes_unasked_spoils_the_connection_only) {
  const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx";
  asking with_it;
  with_it.machine.received(ok + "HTTP", begin);
  EXPECT_EQ(outcome(with_it.machine), "200 x|close");
  const std::function<void(client_exchange&)> rows[] = {
      [](client_exchange& m) { m.received("H", begin); },
      [](client_exchange& m) { m.closed_by_peer(); },
      [](client_exchange& m) { m.read_failed("Connection reset by peer"); },
  };
  for (const auto& happens : rows) {
    asking a;
    a.machine.received(ok, begin);
    EXPECT_TRUE(a.machine.reusable());
    happens(a.machine);
    EXPECT_FALSE(a.machine.reusable());
    EXPECT_EQ(outcome(a.machine), "200 x|close");
  }
}

TEST(client_exchange, a_response_that_comes_early_is_received_and_the_connection_is_of_no_more_use) {
  client_exchange machine(host, {});
  machine.start(request, begin);
  machine.connected(begin);
  machine.written(10, begin);
  machine.received("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig", begin);
  EXPECT_EQ(outcome(machine), "413 big|close");
}

TEST(client_exchange, what_the_peer_said_before_it_took_no_more_is_received) {
  client_exchange machine(host, {});
  machine.start(request, begin);
  machine.connected(begin);
  machine.written(10, begin);
  machine.write_failed("Broken pipe", begin);
  EXPECT_EQ(send_all(machine), "") << "nothing more is sent";
  machine.received("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbi", begin);
  machine.received("g", begin);
  EXPECT_EQ(outcome(machine), "413 big|close");
}

/// Each way to fail, on a new connection and on one that was used before.
TEST(client_exchange, a_failure_says_where_it_was_and_whether_the_request_may_have_been_executed) {
  const auto connecting = [](client_exchange&) {};
  const auto connected = [](client_exchange& m) { m.connected(begin); };
  const auto writing = [](client_exchange& m) {
    m.connected(begin);
    m.written(1, begin);
  };
  const auto asked = [](client_exchange& m) {
    m.connected(begin);
    send_all(m);
  };
  const auto answered = [](client_exchange& m) {
    m.connected(begin);
    send_all(m);
    m.received("HTTP", begin);
  };
  const auto closes = [](client_exchange& m) { m.closed_by_peer(); };
  const auto resets = [](client_exchange& m) { m.read_failed("Connection reset by peer"); };
  const auto takes_no_more = [](client_exchange& m) {
    m.write_failed("Broken pipe", begin);
    m.closed_by_peer();
  };
  const auto cancels = [](client_exchange& m) { m.cancelled(); };
  const struct {
    std::function<void(client_exchange&)> until, happens;
    std::string expected;
    bool when_used_too = true;
  } rows[] = {
      {connecting, [](client_exchange& m) { m.connect_failed(exchange_phase::resolve, "no such name"); },
       "unavailable in resolve: Cannot connect to host.example:8000: no such name", false},
      {connecting, [](client_exchange& m) { m.connect_failed(exchange_phase::connect, "Connection refused"); },
       "unavailable in connect: Cannot connect to host.example:8000: Connection refused", false},
      {connecting, cancels, "cancelled in connect: Cannot connect to host.example:8000: the request was cancelled",
       false},
      {connected, closes,
       "transport in write: No response from host.example:8000: the peer closed the connection before it answered"},
      {connected, resets, "transport in write: No response from host.example:8000: Connection reset by peer"},
      {connected, takes_no_more, "transport in write: No response from host.example:8000: Broken pipe"},
      {connected, cancels, "cancelled in write: No response from host.example:8000: the request was cancelled"},
      {writing, closes,
       "transport in write, sent: No response from host.example:8000: the peer closed the connection before it answered"},
      {writing, cancels, "cancelled in write, sent: No response from host.example:8000: the request was cancelled"},
      {writing, takes_no_more, "transport in write, sent: No response from host.example:8000: Broken pipe"},
      {asked, closes,
       "transport in read, sent: No response from host.example:8000: the peer closed the connection before it answered"},
      {asked, resets, "transport in read, sent: No response from host.example:8000: Connection reset by peer"},
      {asked, cancels, "cancelled in read, sent: No response from host.example:8000: the request was cancelled"},
      {answered, closes,
       "transport in read, sent: No response from host.example:8000: the peer closed the connection amid a response"},
      {answered, cancels, "cancelled in read, sent: No response from host.example:8000: the request was cancelled"},
  };
  for (const auto& row : rows) {
    client_exchange fresh(host, {});
    fresh.start(request, begin);
    row.until(fresh);
    row.happens(fresh);
    EXPECT_EQ(outcome(fresh), row.expected);
    const error as_error = fresh.failure().to_error(3);
    EXPECT_EQ(as_error.outcome_unknown(), fresh.failure().sent);
    EXPECT_EQ(as_error.attempts(), 3u);
    if (!row.when_used_too) continue;

    asking used;
    used.machine.received("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", begin);
    used.machine.start(request, begin);
    row.until(used.machine);  // connected() means nothing now
    row.happens(used.machine);
    std::string expected = row.expected;
    const bool stale = expected.starts_with("transport") && expected.find("amid") == std::string::npos;
    if (stale) expected.insert(expected.find(':'), ", stale");
    EXPECT_EQ(outcome(used.machine), expected);
  }
}

/// Every time has its own end: a moment before, nothing happens.
TEST(client_exchange, times_end_when_they_end) {
  const auto none = [](client_exchange&) {};
  const auto connected = [](client_exchange& m) { m.connected(begin + 1s); };
  const auto some_written = [](client_exchange& m) {
    m.connected(begin + 1s);
    m.written(1, begin + 2s);
  };
  const auto asked = [](client_exchange& m) {
    m.connected(begin + 1s);
    m.written(1, begin + 2s);
    send_all(m, begin + 3s);
  };
  const auto answered = [](client_exchange& m) {
    m.connected(begin + 1s);
    send_all(m, begin + 3s);
    m.received("HTTP/1.1 200", begin + 10s);
  };
  const auto deaf = [](client_exchange& m) {
    m.connected(begin + 1s);
    m.write_failed("Broken pipe", begin + 2s);
  };
  const auto nothing = [](exchange_request&) {};
  const struct {
    std::function<void(client_exchange&)> until;
    std::function<void(exchange_request&)> set;
    std::chrono::milliseconds ends;
    std::string expected;
  } rows[] = {
      {none, nothing, 3s, "connect: Cannot connect to host.example:8000: it did not answer within 3000 ms"},
      {connected, nothing, 21s,
       "write: No response from host.example:8000: it took no more of the request for 20000 ms"},
      {some_written, nothing, 22s,
       "write, sent: No response from host.example:8000: it took no more of the request for 20000 ms"},
      {asked, nothing, 23s,
       "read, sent: No response from host.example:8000: it did not begin to answer within 20000 ms"},
      {answered, nothing, 30s,
       "read, sent: No response from host.example:8000: no more of the response came for 20000 ms"},
      {deaf, nothing, 22s, "write: No response from host.example:8000: it did not begin to answer within 20000 ms"},
      {none, [](exchange_request& r) { r.times.connect = 100ms; }, 100ms,
       "connect: Cannot connect to host.example:8000: it did not answer within 100 ms"},
      {connected, [](exchange_request& r) { r.times.write = 100ms; }, 1'100ms,
       "write: No response from host.example:8000: it took no more of the request for 100 ms"},
      {asked, [](exchange_request& r) { r.times.first_byte = 100ms; }, 3'100ms,
       "read, sent: No response from host.example:8000: it did not begin to answer within 100 ms"},
      {answered, [](exchange_request& r) { r.times.read = 100ms; }, 10'100ms,
       "read, sent: No response from host.example:8000: no more of the response came for 100 ms"},
      {answered, [](exchange_request& r) { r.times.rest = 100ms; }, 10'100ms,
       "read, sent: No response from host.example:8000: the response was not whole 100 ms after it began"},
      {none, [](exchange_request& r) { r.times.operation = 2s; }, 2s,
       "connect: Cannot connect to host.example:8000: there was no whole response within 2000 ms"},
      {asked, [](exchange_request& r) { r.times.operation = 15s; }, 15s,
       "read, sent: No response from host.example:8000: there was no whole response within 15000 ms"},
      {asked, [](exchange_request& r) { r.times.first_byte = r.times.write = 0ms; }, 60s,
       "read, sent: No response from host.example:8000: there was no whole response within 60000 ms"},
      {asked, [](exchange_request& r) { r.deadline = begin + 5s; }, 5s,
       "read, sent: No response from host.example:8000: the caller's deadline has passed"},
      {none, [](exchange_request& r) { r.deadline = begin + 1s; }, 1s,
       "connect: Cannot connect to host.example:8000: the caller's deadline has passed"},
  };
  for (const auto& row : rows) {
    exchange_request r = request;
    row.set(r);
    client_exchange machine(host, {});
    machine.start(r, begin);
    row.until(machine);
    EXPECT_EQ(machine.step().deadline, begin + row.ends) << row.expected;
    machine.time_passed(begin + row.ends - 1ms);
    EXPECT_NE(machine.step().what, kind::failed) << row.expected;
    machine.time_passed(begin + row.ends);
    EXPECT_EQ(outcome(machine), "timed_out in " + row.expected);
  }
}

TEST(client_exchange, without_times_it_waits_for_ever) {
  exchange_request r = request;
  r.times.connect = r.times.handshake = r.times.write = r.times.first_byte = r.times.read = r.times.operation = 0ms;
  client_exchange machine(host, {});
  machine.start(r, begin);
  EXPECT_EQ(machine.step().deadline, client_exchange::never);
  machine.connected(begin);
  EXPECT_EQ(machine.step().deadline, client_exchange::never);
  send_all(machine);
  machine.time_passed(begin + 24h);
  EXPECT_EQ(machine.step().deadline, client_exchange::never);
  machine.received("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", begin + 25h);
  EXPECT_EQ(outcome(machine), "200 |keep");
}

TEST(client_exchange, a_time_longer_than_time_itself_is_none) {
  exchange_request r = request;
  r.times.connect = r.times.operation = std::chrono::milliseconds::max();
  client_exchange machine(host, {});
  machine.start(r, begin);
  EXPECT_EQ(machine.step().deadline, client_exchange::never);
}

TEST(client_exchange, a_deadline_that_has_passed_sends_nothing) {
  exchange_request r = request;
  r.deadline = begin;
  client_exchange machine(host, {});
  machine.start(r, begin);
  EXPECT_EQ(outcome(machine),
            "timed_out in connect: Cannot connect to host.example:8000: the caller's deadline has passed");
  asking used;
  used.machine.received("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", begin);
  used.machine.start(r, begin);
  EXPECT_EQ(outcome(used.machine),
            "timed_out in write: No response from host.example:8000: the caller's deadline has passed");
}

TEST(client_exchange, a_response_that_is_whole_is_done_even_if_it_is_late) {
  asking a;
  a.machine.received("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n", begin);
  a.machine.received("x", begin + 1h);
  EXPECT_EQ(outcome(a.machine), "200 x|keep");
  asking slow;
  slow.machine.received("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx", begin + 1h);
  EXPECT_TRUE(outcome(slow.machine).starts_with("timed_out in read, sent")) << outcome(slow.machine);
}

/// A network that does anything at any time: the exchange ends, once, and says the truth about what was sent.
TEST(client_exchange, whatever_happens_it_ends_and_knows_what_was_sent) {
  testing_support::for_each_seed(3'000, [&](std::mt19937_64& random) {
    std::string text = answers[random() % std::size(answers)].text;
    if (random() % 3 == 0) text[random() % text.size()] = static_cast<char>(random() % 256);
    client_exchange machine(host, small_limits());
    auto now = begin;
    machine.start(request, now);
    bool open = false;
    std::size_t sent = 0;
    int events = 0;
    for (exchange_step step = machine.step(); step.what == kind::connect || step.what == kind::transfer;
         step = machine.step()) {
      ASSERT_LT(++events, 10'000);
      ASSERT_GT(step.deadline, now);
      now += std::chrono::milliseconds(random() % 3'000 == 0 ? 30'000 : random() % 50);
      if (!open) {
        open = random() % 10 != 0;
        if (open) {
          machine.connected(now);
        } else {
          machine.connect_failed(exchange_phase::connect, "Connection refused");
        }
        continue;
      }
      const std::size_t left = step.write[0].size() + step.write[1].size();
      switch (random() % 40) {
        case 0: machine.closed_by_peer(); break;
        case 1: machine.read_failed("Connection reset by peer"); break;
        case 2: machine.write_failed("Broken pipe", now); break;
        case 3: machine.cancelled(); break;
        default:
          if (random() % 2 == 0 && left > 0) {
            const std::size_t size = 1 + random() % left;
            sent += size;
            machine.written(size, now);
          } else if (random() % 2 == 0 && !text.empty()) {
            const std::size_t size = 1 + random() % text.size();
            machine.received(text.substr(0, size), now);
            text.erase(0, size);
          } else {
            machine.time_passed(now);
          }
      }
    }
    if (machine.step().what == kind::failed) {
      EXPECT_EQ(machine.failure().sent, sent > 0) << outcome(machine);
      EXPECT_FALSE(machine.failure().message.empty());
      EXPECT_FALSE(machine.failure().stale);
    } else {
      EXPECT_FALSE(machine.reusable() && sent < head.size() + body.size());
    }
    const std::string ended = machine.step().what == kind::failed ? outcome(machine) : "";
    machine.received("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", now);
    machine.closed_by_peer();
    machine.cancelled();
    machine.time_passed(now + 24h);
    EXPECT_FALSE(machine.reusable());
    if (!ended.empty()) {
      EXPECT_EQ(outcome(machine), ended) << "what is over hears nothing more";
    }
  });
}

}  // namespace
}  // namespace dynamo::http
