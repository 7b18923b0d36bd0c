#include <http/message/request_parser.hpp>

#include <gtest/gtest.h>
#include <support/seeds.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace dynamo::http {
namespace {

using state = request_parser::state;

constexpr std::size_t head_max = 1'024;
constexpr std::size_t body_max = 4'096;

/// Presents `text` in pieces of `step` bytes, as a connection does. What is left over comes back.
std::string feed(request_parser& parser, std::string_view text, std::size_t step) {
  std::string rest;
  for (std::size_t at = 0; at < text.size() && parser.now() != state::complete && parser.now() != state::refused;
       at += step) {
    rest.append(text.substr(at, step));
    for (std::size_t used = 1; used > 0 && !rest.empty();) {
      used = parser.feed(rest);
      rest.erase(0, used);
      if (parser.now() == state::complete || parser.now() == state::refused) {
        return rest + std::string(text.substr(std::min(text.size(), at + step)));
      }
    }
  }
  return rest;
}

constexpr std::string_view put =
    "POST / HTTP/1.1\r\nHost: here\r\nX-Amz-Target: DynamoDB_20120810.PutItem\r\nContent-Length: 5\r\n\r\n[1,2]";

TEST(request_parser, a_request_is_the_same_in_pieces_of_any_size) {
  for (std::size_t step = 1; step <= put.size(); ++step) {
    request_parser parser(head_max, body_max);
    EXPECT_EQ(feed(parser, put, step), "") << step;
    ASSERT_EQ(parser.now(), state::complete) << step;
    EXPECT_EQ(parser.head().method(), "POST");
    EXPECT_EQ(parser.head().target(), "/");
    EXPECT_EQ(parser.head().field("x-amz-target"), "DynamoDB_20120810.PutItem");
    EXPECT_EQ(parser.head().field("absent"), "");
    EXPECT_TRUE(parser.keep_alive());
    EXPECT_EQ(parser.take_body().view(), "[1,2]");
  }
}

TEST(request_parser, chunks_are_put_together_and_trailers_are_no_fields) {
  constexpr std::string_view chunked =
      "POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3;why=not\r\nabc\r\n2\r\nde\r\n0\r\nX-Amz-Target: forged\r\n\r\n";
  for (std::size_t step = 1; step <= chunked.size(); ++step) {
    request_parser parser(head_max, body_max);
    EXPECT_EQ(feed(parser, chunked, step), "") << step;
    ASSERT_EQ(parser.now(), state::complete) << step << ": " << parser.why().why;
    EXPECT_EQ(parser.head().field("X-Amz-Target"), "");
    EXPECT_EQ(parser.take_body().view(), "abcde");
  }
}

TEST(request_parser, an_empty_chunked_body_that_comes_byte_by_byte_does_not_abort) {
  const std::string empty = "POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  for (std::size_t step = 1; step <= empty.size(); ++step) {
    request_parser parser(head_max, body_max);
    EXPECT_EQ(feed(parser, empty, step), "") << step;
    EXPECT_EQ(parser.now(), state::complete) << step;
    EXPECT_EQ(parser.body_size(), 0u);
  }
}

/// Pieces of requests, in and out of place.
std::string random_text(std::mt19937_64& random) {
  static const std::vector<std::string> words{"POST / HTTP/1.1\r\n",
                                              "GET /a HTTP/1.0\r\n",
                                              "Host: a\r\n",
                                              "Content-Length: 3\r\n",
                                              "Transfer-Encoding: chunked\r\n",
                                              "A:b\r\n",
                                              "A: b\r\n c\r\n",
                                              ": \r\n",
                                              "\r\n",
                                              "\r",
                                              "\n",
                                              "0",
                                              "3",
                                              "abc",
                                              "3\r\nabc\r\n",
                                              "0\r\n\r\n",
                                              ";x=\"\r\n\"",
                                              ";x=y",
                                              "ffffffffffffffff\r\n",
                                              "Expect: 100-continue\r\n",
                                              std::string(1, '\0'),
                                              "\x80"};
  std::string text;
  if (random() % 4 != 0) text = "POST / HTTP/1.1\r\nHost: a\r\n";
  if (random() % 2 != 0) text += random() % 2 == 0 ? "Content-Length: 3\r\n\r\n" : "Transfer-Encoding: chunked\r\n\r\n";
  for (auto count = random() % 12; count > 0; --count) text += words[random() % words.size()];
  return text;
}

TEST(request_parser, what_is_read_does_not_depend_on_how_it_comes) {
  testing_support::for_each_seed(20, [](std::mt19937_64& random) {
    for (int i = 0; i < 1'000; ++i) {
      const std::string text = random_text(random);
      const std::size_t step = 1 + random() % 9;
      request_parser whole(head_max, body_max);
      request_parser pieces(head_max, body_max);
      const std::string rest = feed(whole, text, text.size() + 1);
      const std::string rest_of_pieces = feed(pieces, text, step);
      if (whole.now() != state::complete && pieces.now() != state::complete) continue;
      const std::string trace = text + "\nin pieces of " + std::to_string(step);
      ASSERT_EQ(whole.now(), pieces.now()) << trace;
      ASSERT_EQ(rest, rest_of_pieces) << trace;
      ASSERT_EQ(whole.take_body().view(), pieces.take_body().view()) << trace;
    }
  });
}

TEST(request_parser, empty_lines_before_a_request_were_an_error) {
  const std::string text = "\r\n\r\n" + std::string(put);
  for (std::size_t step = 1; step <= text.size(); ++step) {
    request_parser parser(head_max, body_max);
    EXPECT_EQ(feed(parser, text, step), "") << step;
    ASSERT_EQ(parser.now(), state::complete) << step << ": " << parser.why().why;
  }
  request_parser parser(head_max, body_max);
  EXPECT_EQ(parser.feed("\r\n\r"), 2u);
  EXPECT_FALSE(parser.begun());
  EXPECT_EQ(parser.now(), state::reading_head);
  EXPECT_EQ(parser.feed("\r\nP"), 2u);
  feed(parser, "\rPOST / HTTP/1.1\r\n\r\n", 4);
  EXPECT_EQ(parser.now(), state::refused);  // no line ends with a return alone
}

TEST(request_parser, a_body_held_twice_its_size) {
  const std::size_t size = 700'000;
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
  request_parser parser(head_max, 1'000'000);
  EXPECT_EQ(feed(parser, head + std::string(600'000, 'x'), 10'000), "");
  EXPECT_LE(parser.body_capacity(), size);
  EXPECT_EQ(feed(parser, std::string(100'000, 'x'), 10'000), "");
  EXPECT_EQ(parser.now(), state::complete);
  EXPECT_EQ(parser.body_capacity(), size);
  EXPECT_EQ(parser.take_body().view(), std::string(size, 'x'));
}

TEST(request_parser, a_request_ends_where_the_next_begins) {
  const std::string two = std::string(put) + "GET /next HTTP/1.1\r\nHost: here\r\n\r\n";
  request_parser parser(head_max, body_max);
  std::string rest = feed(parser, two, two.size());
  ASSERT_EQ(parser.now(), state::complete);
  parser.restart();
  EXPECT_EQ(parser.body_size(), 0u);
  EXPECT_EQ(feed(parser, rest, rest.size()), "");
  ASSERT_EQ(parser.now(), state::complete);
  EXPECT_EQ(parser.head().target(), "/next");
  EXPECT_EQ(parser.head().field("X-Amz-Target"), "");
}

TEST(request_parser, the_head_is_shown_before_the_body_comes) {
  request_parser parser(head_max, body_max);
  parser.feed(put);
  EXPECT_EQ(parser.now(), state::reading_body);
  EXPECT_EQ(parser.body_size(), 0u);
}

TEST(request_parser, whether_the_peer_goes_on) {
  const struct {
    std::string_view text;
    bool keep;
  } rows[] = {
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false},
      {"GET / HTTP/1.0\r\n\r\n", false},
      {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true},
  };
  for (const auto& row : rows) {
    request_parser parser(head_max, body_max);
    feed(parser, row.text, row.text.size());
    ASSERT_EQ(parser.now(), state::complete) << row.text;
    EXPECT_EQ(parser.keep_alive(), row.keep) << row.text;
  }
}

TEST(request_parser, what_is_no_request_is_refused) {
  const std::string host = "Host: a\r\n";
  const std::string post = "POST / HTTP/1.1\r\n" + host;
  const struct {
    std::string text;
    unsigned status;
  } rows[] = {
      {"\x16\x03\x01\x02", 400},  // TLS
      {"hello\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: a\r\n\r\n", 505},
      {"GET / HTTP/2.0\r\n\r\n", 505},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHo st: a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400},
      {post + "Content-Length: x\r\n\r\n", 400},
      {post + "Content-Length: -1\r\n\r\n", 400},
      {post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
      {post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400},
      {post + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {post + "Transfer-Encoding: gzip\r\n\r\n", 501},
      {post + "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\n", 501},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {post + "Expect: a miracle\r\n\r\n", 417},
      {post + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", 400},
      {post + "Content-Length: 4097\r\n\r\n", 413},
      {post + "Content-Length: 99999999999999999999999\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\n\r\n1001\r\n", 413},
      {"GET /" + std::string(head_max, 'a'), 431},
      {post + "A: " + std::string(head_max, 'a'), 431},
      {post + "Transfer-Encoding: chunked\r\n\r\n0\r\nA: " + std::string(2 * head_max, 'a'), 431},
      {post + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(2 * head_max, 'a'), 431},
  };
  for (const auto& row : rows) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, row.text.size()}) {
      request_parser parser(head_max, body_max);
      feed(parser, row.text, step);
      ASSERT_EQ(parser.now(), state::refused) << row.text << " in pieces of " << step;
      EXPECT_EQ(parser.why().status, row.status) << row.text << " in pieces of " << step << ": " << parser.why().why;
    }
  }
}

TEST(request_parser, many_small_lines_do_not_pass_the_limit_of_the_head) {
  for (const std::string& line : {std::string("A: ") + std::string(50, 'b') + "\r\n", std::string("A:\r\n")}) {
    // Each piece ends a byte after a line, so that every line is taken on its own.
    std::string text = "GET / HTTP/1.1\r\nA";
    for (int i = 0; i < 1'000; ++i) text += line.substr(1) + "A";
    request_parser parser(head_max, body_max);
    std::string rest = text.substr(0, 17);
    std::size_t lines = 0;
    for (std::size_t at = 17; at < text.size() && parser.now() == state::reading_head; at += line.size(), ++lines) {
      rest.erase(0, parser.feed(rest));
      rest += text.substr(at, line.size());
    }
    ASSERT_EQ(parser.now(), state::refused);
    EXPECT_EQ(parser.why().status, 431u);
    EXPECT_LE(lines, request_head::fields_max + 2);
  }
}

TEST(request_parser, the_largest_body_passes) {
  const std::string body(body_max, 'x');
  for (const std::string& head : {std::string("Content-Length: 4096\r\n\r\n") + body,
                                  "Transfer-Encoding: chunked\r\n\r\n1000\r\n" + body + "\r\n0\r\n\r\n"}) {
    const std::string text = "POST / HTTP/1.1\r\nHost: a\r\n" + head;
    request_parser parser(head_max, body_max);
    feed(parser, text, 100);
    ASSERT_EQ(parser.now(), state::complete) << parser.why().why;
    EXPECT_EQ(parser.take_body().view(), body);
  }
}

TEST(head_rules, who_waits_for_100_continue) {
  for (const auto& [expect, old, waits] :
       std::vector<std::tuple<std::string, bool, bool>>{{"100-continue", false, true},
                                                        {"100-Continue", false, true},
                                                        {"", false, false},
                                                        {"100-continue", true, false}}) {
    request_head head;
    head.set_request_line("POST", "/", old);
    if (!expect.empty()) head.add_field("expect", expect);
    EXPECT_EQ(expects_continue(head), waits) << expect << old;
  }
}

}  // namespace
}  // namespace dynamo::http
