#include "listening.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

namespace dynamo::http {
namespace {

using namespace std::chrono_literals;
using testing_support::http_client;

TEST_F(listening, a_connection_serves_one_request_after_another) {
  http_client client = connect();
  for (int i = 0; i < 20; ++i) {
    const auto got = client.ask(post("/", std::string(static_cast<std::size_t>(i * 1'000), 'x')));
    ASSERT_TRUE(got);
    EXPECT_EQ(got->status, 200);
    EXPECT_EQ(got->body.size(), static_cast<std::size_t>(i * 1'000));
    EXPECT_EQ(got->field("connection"), "");
    EXPECT_TRUE(got->field("date").ends_with(" GMT"));
  }
  EXPECT_EQ(on->connections(), 1u);
}

TEST_F(listening, pipelined_requests_are_answered_in_their_order) {
  http_client client = connect();
  std::string all;
  for (int i = 0; i < 100; ++i) all += post(i % 10 == 0 ? "/held" : "/" + std::to_string(i), std::to_string(i));
  ASSERT_TRUE(client.send(all));
  for (int i = 0; i < 100; ++i) {
    if (i % 10 == 0) {
      echo->wait_for_held(1);
      echo->release();
    }
    const auto got = client.receive();
    ASSERT_TRUE(got) << i;
    EXPECT_EQ(got->body, std::to_string(i));
  }
}

TEST_F(listening, bytes_may_come_one_by_one) {
  http_client client = connect();
  for (const char c : post("/", "hello") + post("/", "again")) ASSERT_TRUE(client.send({&c, 1}));
  EXPECT_EQ(client.receive()->body, "hello");
  EXPECT_EQ(client.receive()->body, "again");
}

TEST_F(listening, a_client_that_waits_for_100_continue_gets_it_at_once) {
  http_client client = connect();
  const std::string request = post("/", "body", "Expect: 100-continue\r\n");
  const auto head_end = request.find("\r\n\r\n") + 4;
  const auto told = client.ask(request.substr(0, head_end));
  ASSERT_TRUE(told);
  EXPECT_EQ(told->status, 100);
  EXPECT_EQ(client.ask(request.substr(head_end))->body, "body");
  EXPECT_EQ(client.ask(request)->body, "body");  // who sends the body unasked needs no telling
}

TEST_F(listening, a_body_that_is_too_large_is_refused_before_it_comes) {
  http_client client = connect();
  const auto got = client.ask("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1000001\r\n\r\n");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 413);
  EXPECT_EQ(got->field("connection"), "close");
  EXPECT_TRUE(client.ends());
}

TEST_F(listening, a_client_that_sends_too_large_a_body_to_its_end_can_read_why) {
  http_client client = connect();
  ASSERT_TRUE(client.send(post("/", std::string(1'000'001, 'x'))));
  const auto got = client.receive();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 413);
}

TEST_F(listening, the_largest_body_passes) {
  http_client client = connect();
  EXPECT_EQ(client.ask(post("/", std::string(1'000'000, 'x')))->body.size(), 1'000'000u);
}

TEST_F(listening, garbage_is_told_so_and_closed) {
  http_client client = connect();
  const auto got = client.ask("\x16\x03\x01 what is this?\r\n\r\n");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 400);
  EXPECT_EQ(got->body, "This is not an HTTP request\n");
  EXPECT_TRUE(client.ends());
}

TEST_F(listening, head_has_no_body) {
  http_client client = connect();
  ASSERT_TRUE(client.send("HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"));
  EXPECT_EQ(client.receive(true)->field("content-length"), "4");
  EXPECT_EQ(client.ask(post("/", "next"))->body, "next");
}

TEST_F(listening, an_idle_connection_is_closed_in_its_time) {
  http_client client = connect();
  ASSERT_TRUE(client.ask(post("/", "")));
  wait_until_readable(client);
  EXPECT_TRUE(client.ends());
}

TEST_F(listening, half_a_head_is_told_that_it_is_late) {
  http_client client = connect();
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHo"));
  wait_until_readable(client);
  // A peer whose first bytes had not arrived when its time was over counts as idle.
  if (const auto got = client.receive()) {
    EXPECT_EQ(got->status, 408);
    EXPECT_TRUE(client.ends());
  }
}

TEST_F(listening, half_a_body_is_told_that_it_is_late) {
  http_client client = connect();
  ASSERT_EQ(client.ask("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n")->status,
            100);
  ASSERT_TRUE(client.send("12345"));
  wait_until_readable(client);
  const auto got = client.receive();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 408);
  EXPECT_TRUE(client.ends());
}

TEST_F(listening, a_peer_that_sends_no_more_gets_what_it_asked_for) {
  http_client client = connect();
  ASSERT_TRUE(client.send(post("/held", "last")));
  client.end_sending();
  echo->wait_for_held(1);
  echo->release();
  EXPECT_EQ(client.receive()->body, "last");
  EXPECT_TRUE(client.ends());
}

TEST_F(listening, a_peer_that_is_gone_harms_nobody) {
  {
    http_client gone = connect();
    ASSERT_TRUE(gone.send(post("/held", std::string(500'000, 'x'))));
    echo->wait_for_held(1);
  }
  http_client client = connect();
  EXPECT_EQ(client.ask(post("/", "here"))->body, "here");
  echo->release();
  EXPECT_EQ(client.ask(post("/", "still"))->body, "still");
}

TEST_F(listening, a_handler_that_drops_a_request_answers_500) {
  http_client client = connect();
  EXPECT_EQ(client.ask(post("/dropped", ""))->status, 500);
  EXPECT_EQ(client.ask(post("/", "next"))->body, "next");
}

TEST_F(listening, idle_connections_leave_others_alone) {
  std::vector<http_client> idle;
  for (int i = 0; i < 200; ++i) {
    idle.push_back(connect());
    ASSERT_TRUE(idle.back().connected());
  }
  http_client client = connect();
  EXPECT_EQ(client.ask(post("/", "busy"))->body, "busy");
  for (auto& each : idle) ASSERT_EQ(each.ask(post("/", "awake"))->body, "awake");
  EXPECT_EQ(on->connections(), 201u);
}

class with_small_limits : public listening {
 protected:
  with_small_limits() {
    options.connections_max = 2;
    options.bodies_size_max = 200'000;
  }
};

TEST_F(with_small_limits, one_connection_too_many_is_told_so) {
  http_client first = connect();
  ASSERT_TRUE(first.ask(post("/", "")));
  {
    http_client second = connect();
    ASSERT_TRUE(second.ask(post("/", "")));
    http_client third = connect();
    const auto got = third.receive();
    ASSERT_TRUE(got);
    EXPECT_EQ(got->status, 503);
    EXPECT_TRUE(third.ends());
  }
  while (on->connections() > 1) std::this_thread::yield();
  EXPECT_EQ(connect().ask(post("/", "room"))->body, "room");
}

/// So few files for this process, until it ends.
class open_files_limit {
 public:
  explicit open_files_limit(rlim_t files) {
    getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit less{files, before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &less);
  }
  open_files_limit(const open_files_limit&) = delete;
  open_files_limit& operator=(const open_files_limit&) = delete;
  ~open_files_limit() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(listening, connections_took_the_last_file_descriptors) {
  constexpr int limit = 400;
  const open_files_limit few(limit);
  EXPECT_EQ(connect().ask(post("/", "enough"))->body, "enough");
  wait_for_nobody();       // its descriptor is a low one
  std::vector<int> taken;  // half of them, which is what connections leave to others
  do taken.push_back(::dup(STDERR_FILENO));
  while (taken.back() >= 0 && taken.back() < limit / 2);
  http_client late = connect();
  const auto got = late.receive();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 503);
  EXPECT_TRUE(late.ends());
  for (const int each : taken) ::close(each);
  EXPECT_EQ(connect().ask(post("/", "room"))->body, "room");
}

TEST_F(listening, an_empty_line_between_requests_is_no_request) {
  http_client client = connect();
  ASSERT_EQ(client.ask("\r\n" + post("/", "first"))->body, "first");
  client.send("\r\n\r\n\r");
  time.advance(options.head_time + 1s);  // which is the time of a request that has begun
  ASSERT_EQ(client.ask("\n" + post("/", "second"))->body, "second");
}

TEST_F(with_small_limits, bodies_of_all_connections_together_are_bounded) {
  const std::string body(150'000, 'x');
  http_client first = connect();
  ASSERT_TRUE(first.send(post("/held", body)));
  echo->wait_for_held(1);
  {
    http_client second = connect();
    second.send(post("/", body));
    const auto got = second.receive();
    ASSERT_TRUE(got);
    EXPECT_EQ(got->status, 503);
  }
  echo->release();
  ASSERT_TRUE(first.receive());
  EXPECT_EQ(first.ask(post("/", body))->body, body);
}

/// So a connection that is closed by the end shows that the end has come to the others.
class with_one_thread : public listening {
 protected:
  with_one_thread() {
    options.threads = 1;
    options.request_time = std::chrono::hours(1'000);  // the end comes before
  }
};

TEST_F(with_one_thread, stopping_ends_what_is_under_way_and_nothing_else) {
  http_client idle = connect();
  ASSERT_TRUE(idle.ask(post("/", "")));
  http_client busy = connect();
  ASSERT_TRUE(busy.send(post("/held", "under way") + post("/", "too late")));
  echo->wait_for_held(1);
  const std::uint16_t port = on->port();
  std::thread stopping([&] { on->stop(1h); });
  EXPECT_TRUE(idle.ends());
  EXPECT_FALSE(http_client(port).connected());
  echo->release();
  const auto got = busy.receive();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->body, "under way");
  EXPECT_EQ(got->field("connection"), "close");
  EXPECT_TRUE(busy.ends());
  busy.end_sending();
  stopping.join();
}

TEST_F(with_one_thread, a_peer_that_does_not_end_its_request_is_timed_out) {
  http_client slow = connect();
  ASSERT_EQ(slow.ask("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n")->status, 100);
  std::thread stopping([&] { on->stop(5s); });
  wait_until_readable(slow);
  EXPECT_TRUE(slow.ends());
  stopping.join();
}

TEST_F(listening, a_response_that_comes_after_the_cut_is_dropped) {
  http_client client = connect();
  ASSERT_TRUE(client.send(post("/held", "")));
  echo->wait_for_held(1);
  std::thread stopping([&] { on->stop(0s); });
  EXPECT_TRUE(client.ends());
  echo->release();
  stopping.join();
}

TEST(listener, says_which_port_is_taken) {
  listener_options options;
  const auto first = listener::open(options, std::make_shared<echo_handler>());
  ASSERT_TRUE(first);
  EXPECT_EQ(first->url(), "http://127.0.0.1:" + std::to_string(first->port()));
  options.port = first->port();
  const auto second = listener::open(options, std::make_shared<echo_handler>());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), errc::in_use);
  EXPECT_EQ(second.error().message(),
            "Port " + std::to_string(options.port) + " of 127.0.0.1 is in use by another program");
}

TEST(listener, an_empty_address_does_not_open_every_interface) {
  listener_options options;
  options.host = "";
  const auto opened = listener::open(options, std::make_shared<echo_handler>());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), errc::invalid_argument);
}

TEST(listener, says_which_address_is_none) {
  listener_options options;
  options.host = "192.0.2.1";  // RFC 5737: nobody's
  const auto opened = listener::open(options, std::make_shared<echo_handler>());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), errc::unavailable);
}

}  // namespace
}  // namespace dynamo::http
