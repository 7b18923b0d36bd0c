// Peers that are slow, silent, greedy or no peers at all: each gets what it deserves, in bounded memory, and the others notice nothing.
#include "listening.hpp"

#include <gtest/gtest.h>
#include <support/sanitizer.hpp>
#include <support/seeds.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <malloc.h>
#include <sys/resource.h>

namespace dynamo::http {
namespace {

using testing_support::for_each_seed;

/// Has a peer that behaves, and is served whatever the others do. Only what a test is about runs out of time.
class hostile : public listening {
 protected:
  hostile() { options.idle_time = std::chrono::hours(10'000); }
  void SetUp() override {
    open();
    neighbour.emplace(connect());
  }
  void TearDown() override {
    EXPECT_EQ(neighbour->ask(post("/", "still here"))->body, "still here");
    listening::TearDown();
  }
  /// A byte each second, until the peer has something to say: how many it took.
  std::size_t drip(http_client& client, std::string_view bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size() && !client.is_readable()) {
      client.send(bytes.substr(sent++, 1));
      time.advance(1s);
      std::this_thread::yield();
    }
    return sent;
  }

  std::optional<http_client> neighbour;
};

TEST_F(hostile, a_head_of_one_byte_a_second_is_too_late) {
  http_client client = connect();
  // So long that it would take hours, and yet no larger than allowed.
  const std::string head = "GET /" + std::string(15'000, 'a');
  EXPECT_LT(drip(client, head), head.size());
  const auto got = client.receive();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 408);
  EXPECT_TRUE(client.ends());
}

TEST_F(hostile, a_body_of_one_byte_a_second_is_too_late) {
  http_client client = connect();
  ASSERT_EQ(client.ask("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 900000\r\n\r\n")->status,
            100);
  drip(client, std::string(15'000, 'x'));
  const auto got = client.receive();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 408);
  EXPECT_TRUE(client.ends());
}

TEST_F(hostile, chunks_of_one_byte_a_second_are_too_late) {
  http_client client = connect();
  ASSERT_EQ(
      client.ask("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n")->status,
      100);
  std::string chunks;
  for (int i = 0; i < 5'000; ++i) chunks += "1\r\nx\r\n";
  drip(client, chunks);
  const auto got = client.receive();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 408);
}

TEST_F(hostile, a_chunked_body_ends_where_it_becomes_too_large) {
  http_client client = connect();
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"));
  const std::string chunk = "186a0\r\n" + std::string(100'000, 'x') + "\r\n";
  for (int i = 0; i < 11 && client.send(chunk); ++i) {
  }
  const auto got = client.receive();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 413);
  EXPECT_TRUE(client.ends());
}

/// What a peer has sent before its machine vanishes from the network: nothing more comes, neither a byte nor an end.
TEST_F(hostile, a_half_open_peer_is_forgotten_wherever_it_stopped) {
  options.idle_time = 60s;
  open();
  std::vector<http_client> gone;
  for (const std::string& said :
       {std::string(), std::string("G"), std::string("POST / HTTP/1.1\r\nHost: a\r\n"),
        std::string("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345"), post("/", "done"),
        post("/", "", "Connection: close\r\n"), std::string("nonsense\r\n\r\n"), post("/large", "")}) {
    gone.push_back(connect());
    ASSERT_TRUE(gone.back().send(said));
  }
  wait_for_nobody();
  neighbour.emplace(connect());
}

class hostile_and_greedy : public hostile {
 protected:
  hostile_and_greedy() { options.responses_size_max = 2 * echo_handler::large_size; }
};

TEST_F(hostile_and_greedy, peers_that_take_no_responses_cost_no_more_than_is_allowed) {
  std::vector<http_client> greedy;
  for (int i = 0; i < 2; ++i) {
    greedy.push_back(connect());
    // The head of the response shows that the rest waits in the server.
    ASSERT_TRUE(greedy.back().send(post("/large", "")));
    while (!greedy.back().is_readable()) std::this_thread::yield();
  }
  http_client third = connect();
  EXPECT_EQ(third.ask(post("/large", ""))->status, 503);
  EXPECT_EQ(third.ask(post("/", std::string(60'000, 'x')))->status, 200);
  // When their time is over there is room again.
  greedy.clear();
  for (;;) {
    time.advance(1s);
    if (third.ask(post("/large", ""))->body.size() == echo_handler::large_size) break;
  }
}

TEST_F(hostile, garbage_is_answered_or_closed) {
  const std::string host = "Host: a\r\n";
  const struct {
    std::string text;
    int status;
  } rows[] = {
      {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), 400},  // TLS
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"SSH-2.0-OpenSSH_9.2\r\n", 400},
      {std::string(64, '\0'), 400},
      {"GET /" + std::string(100'000, 'a'), 431},
      {"GET / HTTP/1.1\r\n" + host + "A: " + std::string(100'000, 'a'), 431},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nzzzz\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 18446744073709551615\r\n\r\n", 413},
  };
  for (const auto& row : rows) {
    http_client client = connect();
    client.send(row.text);
    wait_until_readable(client);
    const auto got = client.receive();
    ASSERT_TRUE(got) << row.text.substr(0, 40);
    EXPECT_EQ(got->status, row.status) << row.text.substr(0, 40);
    EXPECT_EQ(got->field("connection"), "close");
    EXPECT_TRUE(client.ends());
  }
}

TEST_F(hostile, noise_harms_nobody) {
  for_each_seed(300, [&](std::mt19937_64& random) {
    http_client client = connect();
    std::string noise(1 + random() % 2'000, '\0');
    for (char& c : noise) c = static_cast<char>(random());
    // Now and then it begins as a request does.
    client.send(random() % 2 == 0 ? noise : post("/", "").substr(0, random() % 40) + noise);
    client.end_sending();
    while (const auto got = client.receive()) EXPECT_TRUE(got->status == 200 || got->status >= 400) << got->status;
  });
}

std::size_t memory_in_use() { return mallinfo2().uordblks + mallinfo2().hblkhd; }

/// A peer that sends its body slowly may make all of it be held, but not more than that, however the buffers grow.
TEST_F(hostile, bodies_held_twice_as_much_as_they_were_counted_for) {
  on.reset();
  neighbour.reset();
  options.body_size_max = 16'777'216;
  options.bodies_size_max = 40'000'000;
  open();
  neighbour.emplace(connect());
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 16000000\r\n\r\n";
  const std::string most(9'000'000, 'x');
  std::vector<http_client> slow;
  slow.reserve(12);
  const std::size_t before = memory_in_use();
  for (int i = 0; i < 12; ++i) {
    slow.push_back(connect());
    slow.back().send(head);
    slow.back().send(most);
  }
  // A body of 9 MB lies in a buffer of up to 16 MB, so there is room for two; the others are told.
  while (std::ranges::count_if(slow, &http_client::is_readable) < 10) std::this_thread::yield();
  if (!testing_support::sanitized) {
    EXPECT_LT(memory_in_use() - before, 48'000'000u);
  }
}

bool allow_open_files(rlim_t wanted) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = std::max(files.rlim_cur, std::min(wanted, files.rlim_max));
  return setrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur >= wanted;
}

TEST_F(hostile, a_thousand_idle_connections_cost_little) {
  constexpr std::size_t count = 1'000;
  if (!allow_open_files(2 * count + 200)) GTEST_SKIP() << "this system allows too few open files";
  // Two sockets a connection are in this process; what the peer holds of its own is small, and counted too.
  const std::size_t before = memory_in_use();
  std::vector<http_client> idle;
  idle.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    idle.push_back(connect());
    ASSERT_EQ(idle.back().ask(post("/", std::string(10'000, 'x')))->status, 200);
  }
  ASSERT_EQ(on->connections(), count + 1);
  const std::size_t each = (memory_in_use() - before) / count;
  RecordProperty("bytes_for_an_idle_connection", static_cast<int>(each));
  if (!testing_support::sanitized) {
    EXPECT_LT(each, 8'192u);
  }
  EXPECT_EQ(neighbour->ask(post("/", "busy"))->body, "busy");
  for (auto& one : idle) ASSERT_EQ(one.ask(post("/", "awake"))->body, "awake");
}

}  // namespace
}  // namespace dynamo::http
