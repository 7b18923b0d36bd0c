#include <remote/endpoints/endpoint_url.hpp>

#include <gtest/gtest.h>

namespace dynamo::aws {
namespace {

TEST(endpoint_urls, are_read) {
  const struct {
    std::string_view text, host;
    std::uint16_t port;
    std::string_view path, authority, written;
  } rows[] = {
      {"https://example.com", "example.com", 443, "", "example.com", "https://example.com"},
      {"http://example.com/", "example.com", 80, "", "example.com", "http://example.com"},
      {"HTTP://LocalHost:8000", "localhost", 8000, "", "localhost:8000", "http://localhost:8000"},
      {"http://127.0.0.1:4566/", "127.0.0.1", 4566, "", "127.0.0.1:4566", "http://127.0.0.1:4566"},
      {"https://[::1]:8443/a/B/", "::1", 8443, "/a/B", "[::1]:8443", "https://[::1]:8443/a/B"},
      {"https://[FE80::1]", "fe80::1", 443, "", "[fe80::1]", "https://[fe80::1]"},
      {"https://a_b.example:443", "a_b.example", 443, "", "a_b.example", "https://a_b.example"},
      {"http://h:443", "h", 443, "", "h:443", "http://h:443"},
  };
  for (const auto& row : rows) {
    const auto got = parse_endpoint_url(row.text);
    ASSERT_TRUE(got.has_value()) << row.text << got.error();
    EXPECT_EQ(got->host, row.host);
    EXPECT_EQ(got->port, row.port);
    EXPECT_EQ(got->path, row.path);
    EXPECT_EQ(got->authority(), row.authority);
    EXPECT_EQ(got->text(), row.written);
    EXPECT_EQ(parse_endpoint_url(got->text()), *got);
  }
}

TEST(endpoint_urls, others_are_refused_without_their_text) {
  const struct {
    std::string_view text, message;
  } rows[] = {
      {"", "the endpoint URL must begin with http:// or https://"},
      {"localhost:8000", "the endpoint URL must begin with http:// or https://"},
      {"ftp://x", "the endpoint URL must begin with http:// or https://"},
      {"https:/x", "the endpoint URL must begin with http:// or https://"},
      {"https://", "the endpoint URL has no valid host; write for example http://localhost:8000"},
      {"https:///x", "the endpoint URL has no valid host; write for example http://localhost:8000"},
      {"https://:8000", "the endpoint URL has no valid host; write for example http://localhost:8000"},
      {"https://a,b", "the endpoint URL has no valid host; write for example http://localhost:8000"},
      {"https://[::1", "the endpoint URL has no valid host; write for example http://localhost:8000"},
      {"https://[]", "the endpoint URL has no valid host; write for example http://localhost:8000"},
      {"https://[abc]", "the endpoint URL has no valid host; write for example http://localhost:8000"},
      {"https://::1", "the endpoint URL has no valid host; write for example http://localhost:8000"},
      {"https://x:", "the endpoint URL's port is not a number from 1 to 65535"},
      {"https://x:0", "the endpoint URL's port is not a number from 1 to 65535"},
      {"https://x:65536", "the endpoint URL's port is not a number from 1 to 65535"},
      {"https://x:1x", "the endpoint URL's port is not a number from 1 to 65535"},
      {"https://x:-1", "the endpoint URL's port is not a number from 1 to 65535"},
      {"https://[::1]8000", "the endpoint URL's port is not a number from 1 to 65535"},
      {"https://x?a=b", "the endpoint URL has a query or a fragment; remove what begins with '?' or '#'"},
      {"https://x/#", "the endpoint URL has a query or a fragment; remove what begins with '?' or '#'"},
      {"https://user:secret@x", "the endpoint URL has a user name; remove what stands before '@'"},
      {"https://x y",
       "the endpoint URL has white space, control characters or letters beyond ASCII; escape or remove them"},
      {"https://x\r\n",
       "the endpoint URL has white space, control characters or letters beyond ASCII; escape or remove them"},
  };
  for (const auto& row : rows) {
    const auto got = parse_endpoint_url(row.text);
    ASSERT_FALSE(got.has_value()) << row.text;
    EXPECT_EQ(got.error().message(), row.message) << row.text;
  }
  EXPECT_FALSE(parse_endpoint_url("http://x/" + std::string(endpoint_url_bytes_max, 'a')).has_value());
}

}  // namespace
}  // namespace dynamo::aws
