#include <dynamo/http/detail/crc32.hpp>
#include <dynamo/http/detail/target.hpp>

#include <gtest/gtest.h>
#include <http/message/response_head.hpp>

#include <chrono>
#include <string>

namespace dynamo::http {
namespace {

TEST(target, path) {
  const struct {
    std::string_view target, path;
  } rows[] = {
      {"/", "/"},           {"/a/b", "/a/b"},        {"/?x=/y", "/"}, {"http://host:8000/a?b", "/a"},
      {"HTTP://host", "/"}, {"https://host?q", "/"}, {"*", "*"},      {"", ""},
      {"host:443", ""},     {"ftp://host/", ""},     {"//", "//"},    {"/%2f", "/%2f"},
  };
  for (const auto& row : rows) EXPECT_EQ(path_of(row.target), row.path) << row.target;
}

// The check values are those of the CRC catalogue (CRC-32/ISO-HDLC) and of an empty text.
TEST(crc32, is_that_of_gzip) {
  EXPECT_EQ(crc32("123456789"), 0xcbf43926u);
  EXPECT_EQ(crc32(""), 0u);
}

TEST(response_head, date_is_that_of_the_rfc) {
  using namespace std::chrono;
  EXPECT_EQ(http_date(instant(784'111'777s)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(instant(0s)), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(http_date(instant(1'709'164'800s + 999'999us)), "Thu, 29 Feb 2024 00:00:00 GMT");
}

TEST(response_head, is_written_whole) {
  response r(404, json::buffer("gone"));
  r.add_field("A", "b");
  std::string out = "what was there";
  write_head(out, r, "now", afterwards::keep, false);
  EXPECT_EQ(out, "HTTP/1.1 404 Not Found\r\nA: b\r\nDate: now\r\nContent-Length: 4\r\n\r\n");
  write_head(out, r, "now", afterwards::close, true);
  EXPECT_EQ(out, "HTTP/1.1 404 Not Found\r\nA: b\r\nDate: now\r\nContent-Length: 4\r\nConnection: close\r\n\r\n");
  r.checksum_field = "Sum";
  write_head(out, r, "now", afterwards::keep, true);
  EXPECT_NE(out.find("\r\nSum: 43536197\r\n"), std::string::npos) << out;
  EXPECT_TRUE(out.ends_with("Connection: keep-alive\r\n\r\n"));
}

}  // namespace
}  // namespace dynamo::http
