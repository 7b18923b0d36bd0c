#include <lambda/api_address.hpp>

#include <gtest/gtest.h>

#include <string>

namespace dynamo::lambda {
namespace {

TEST(lambda_api_address, may_have_a_scheme_and_a_path) {
  const struct {
    const char* text;
    const char* host;
    const char* path;
  } cases[] = {
      {"127.0.0.1:9001", "127.0.0.1:9001", ""},
      {"127.0.0.1:9001/", "127.0.0.1:9001", ""},
      {"http://127.0.0.1:9001", "127.0.0.1:9001", ""},
      {"HTTP://host:1//", "host:1", ""},
      {"http://host/a/b/", "host:80", "/a/b"},
      {"host:9001/function-1", "host:9001", "/function-1"},
      {"sandbox.local", "sandbox.local:80", ""},
      {"[::1]:9001/a", "[::1]:9001", "/a"},
      {"http://[::1]", "[::1]:80", ""},
      {"here:none", "here:none", ""},  // the client says what is wrong with that
  };
  for (const auto& one : cases) {
    const auto read = read_api_address(one.text);
    ASSERT_TRUE(read) << one.text;
    EXPECT_EQ(read->host_and_port, one.host) << one.text;
    EXPECT_EQ(read->path, one.path) << one.text;
  }
}

TEST(lambda_api_address, says_what_is_wrong_with_it) {
  const struct {
    std::string text;
    const char* words;
  } cases[] = {
      {"https://host:1", "is an address of HTTPS"},
      {"", "names no host"},
      {"http://", "names no host"},
      {"/path", "names no host"},
      {"host:1/a?b", "has a path with a query"},
      {"host:1/a#b", "has a path with a query"},
      {"host:1/a b", "no path can hold"},
      {"host:1/\r\nX: y", "no path can hold"},
      {"host:1/caf\xc3\xa9", "no path can hold"},
      {std::string(2'049, 'x'), "too long"},
  };
  for (const auto& one : cases) {
    const auto read = read_api_address(one.text);
    ASSERT_FALSE(read) << one.text;
    EXPECT_EQ(read.error().code(), errc::invalid_argument);
    EXPECT_NE(read.error().message().find(one.words), std::string::npos) << read.error().message();
  }
}

}  // namespace
}  // namespace dynamo::lambda
