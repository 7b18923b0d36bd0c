#include <http/message/response_parser.hpp>

#include <gtest/gtest.h>
#include <support/seeds.hpp>

#include <iterator>
#include <random>
#include <string>

namespace dynamo::http {
namespace {

using state = response_parser::state;

constexpr std::size_t head_max = 1'024;
constexpr std::size_t body_max = 4'096;

/// Presents `text` in pieces of `step` bytes, as a client does. What is left over comes back.
std::string feed(response_parser& parser, std::string_view text, std::size_t step) {
  std::string rest;
  for (std::size_t at = 0; at < text.size(); at += step) {
    rest.append(text.substr(at, step));
    if (parser.now() == state::reading) rest.erase(0, parser.feed(rest));
  }
  return rest;
}

TEST(response_parser, a_response_is_the_same_in_pieces_of_any_size) {
  const struct {
    const char* text;
    unsigned status;
    const char* body;
    bool keep_alive;
    const char* rest;
  } rows[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Id: 7\r\n\r\nhello", 200, "hello", true, ""},
      {"HTTP/1.1 202 \r\nContent-Length: 0\r\nX-Id: 7\r\n\r\n", 202, "", true, ""},
      {"HTTP/1.1 204 No Content\r\nX-Id: 7\r\n\r\n", 204, "", true, ""},
      {"HTTP/1.1 100 Continue\r\nX-Id: 7\r\n\r\n", 100, "", true, ""},
      {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\nX-Id: 7\r\n\r\nx", 200, "x", false, ""},
      {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\nX-Id: 7\r\n\r\nx", 200, "x", false, ""},
      {"HTTP/1.1 200 OK\r\nX-Id: 7\r\nTransfer-Encoding: chunked\r\n\r\n3;why=not\r\nabc\r\n2\r\nde\r\n0\r\nX-Id: 8\r\n\r\n",
       200, "abcde", true, ""},
      {"HTTP/1.1 200 OK\r\nX-Id: 7\r\nContent-Length: 2\r\n\r\nokHTTP/1.1", 200, "ok", true, "HTTP/1.1"},
  };
  for (const auto& row : rows) {
    const std::string text = row.text;
    for (std::size_t step = 1; step <= text.size(); ++step) {
      response_parser parser(head_max, body_max);
      EXPECT_EQ(feed(parser, text, step), row.rest) << text << step;
      ASSERT_EQ(parser.now(), state::complete) << text << step;
      EXPECT_EQ(parser.keep_alive(), row.keep_alive) << text;
      EXPECT_EQ(parser.status(), row.status);
      const client_response got = parser.take();
      EXPECT_EQ(got.status, row.status);
      EXPECT_EQ(got.body.view(), row.body) << text << step;
      EXPECT_EQ(got.field("x-id"), "7") << text << step;
    }
  }
}

TEST(response_parser, a_body_without_a_length_ends_with_the_connection) {
  response_parser parser(head_max, body_max);
  EXPECT_EQ(feed(parser, "HTTP/1.1 200 OK\r\n\r\nhalf", 1), "");
  EXPECT_EQ(parser.now(), state::reading);
  parser.end();
  ASSERT_EQ(parser.now(), state::complete);
  EXPECT_FALSE(parser.keep_alive());
  EXPECT_EQ(parser.take().body.view(), "half");
}

TEST(response_parser, an_end_completes_nothing_else) {
  for (const char* text : {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"}) {
    response_parser parser(head_max, body_max);
    feed(parser, text, 3);
    parser.end();
    EXPECT_EQ(parser.now(), state::reading) << text;
  }
}

TEST(response_parser, the_response_to_head_has_no_body) {
  response_parser parser(head_max, body_max);
  parser.restart(true);
  EXPECT_EQ(feed(parser, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP", 1), "HTTP");
  EXPECT_EQ(parser.now(), state::complete);
}

TEST(response_parser, refusals_say_why) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const struct {
    std::string text;
    std::string why;
  } rows[] = {
      {"\x16\x03\x01 what is this?\r\n\r\n", "it is not HTTP/1"},
      {"SSH-2.0-OpenSSH_9.2p1 Debian\r\n", "it is not HTTP/1"},
      {"HTTP/2.0 200 OK\r\n\r\n", "it is not HTTP/1"},
      {"HTTP/1.1 2x0 OK\r\n\r\n", "it is not HTTP/1"},
      {"HTTP/1.1 050 OK\r\n\r\n", "its status is none of HTTP's"},
      {ok + "no colon\r\n\r\n", "it is not HTTP/1"},
      {ok + "Content-Length: x\r\n\r\n", "its Content-Length is malformed"},
      {ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", "its Content-Length is malformed"},
      {ok + "Content-Length: 4097\r\n\r\n", "its body is too large"},
      {ok + "Transfer-Encoding: chunked\r\n\r\nfffff\r\n", "its body is too large"},
      {ok + "\r\n" + std::string(4'097, 'x'), "its body is too large"},
      {ok + "Transfer-Encoding: chunked\r\n\r\nxx\r\n\r\n", "a chunk of it is malformed"},
      {ok + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "its transfer coding is unknown"},
      {ok + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "its length is given in two ways"},
      {ok + "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", "it is compressed, which was not asked for"},
      {ok + "A: " + std::string(1'100, 'x') + "\r\n\r\n", "its head is too large"},
      {ok + "A: " + std::string(1'100, 'x'), "its head is too large"},
  };
  for (const auto& row : rows) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, row.text.size()}) {
      response_parser parser(head_max, body_max);
      feed(parser, row.text, step);
      ASSERT_EQ(parser.now(), state::refused) << row.text << step;
      // Two malformed lengths are told apart by Beast in its own words; one is enough for us.
      EXPECT_TRUE(parser.why() == row.why || row.text.find("Length: 1\r\nTransfer") != std::string::npos)
          << row.text << "\n"
          << parser.why();
    }
  }
}

TEST(response_parser, many_fields_are_too_many) {
  std::string text = "HTTP/1.1 200 OK\r\n";
  for (std::size_t i = 0; i <= field_list::fields_max; ++i) text += "A: b\r\n";
  response_parser parser(head_max, body_max);
  feed(parser, text + "\r\n", text.size());
  EXPECT_EQ(parser.now(), state::refused);
}

/// Whatever comes, in whatever pieces: an end, no more memory than allowed, and the same as in one piece.
TEST(response_parser, mutated_responses_are_read_or_refused_whatever_their_pieces) {
  const std::string seeds[] = {
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Id: 7\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;why=not\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n",
      "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nbody",
  };
  testing_support::for_each_seed(3'000, [&](std::mt19937_64& random) {
    std::string text = seeds[random() % std::size(seeds)];
    for (auto changes = random() % 4; changes > 0; --changes) {
      text[random() % text.size()] = static_cast<char>(random() % 256);
    }
    response_parser whole(head_max, body_max), pieces(head_max, body_max);
    feed(whole, text, text.size());
    feed(pieces, text, 1 + random() % 5);
    // How early garbage is recognised depends on the pieces; what is accepted does not.
    ASSERT_EQ(whole.now() == state::complete, pieces.now() == state::complete) << text;
    if (whole.now() != state::complete) return;
    EXPECT_EQ(whole.take().body.view(), pieces.take().body.view()) << text;
  });
}

}  // namespace
}  // namespace dynamo::http
