#include <remote/settings/proxy.hpp>

#include <gtest/gtest.h>
#include <remote/variables.hpp>

namespace dynamo::aws {
namespace {

/// "https://host authorization variable", "-" for none, or the message.
std::string proxy_to(std::string_view url, variables env) {
  const auto got = proxy_for(parse_endpoint_url(url).value(), with(std::move(env)));
  if (!got) return got.error().message();
  if (!*got) return "-";
  return (*got)->where.text() + " " + std::string((*got)->authorization.reveal()) + " " + (*got)->variable;
}

TEST(proxies, are_named_by_variables) {
  const struct {
    std::string_view url;
    variables env;
    std::string_view expected;
  } rows[] = {
      {"https://a.example", {}, "-"},
      {"https://a.example", {{"HTTPS_PROXY", "http://p:3128"}}, "http://p:3128  HTTPS_PROXY"},
      {"https://a.example", {{"HTTPS_PROXY", "http://p:3128"}, {"https_proxy", "q:1/"}}, "http://q:1  https_proxy"},
      {"https://a.example", {{"HTTP_PROXY", "http://p:3128"}}, "-"},
      {"http://a.example", {{"HTTP_PROXY", "http://p:3128"}}, "http://p:3128  HTTP_PROXY"},
      {"http://a.example", {{"HTTP_PROXY", "http://p:3128"}, {"REQUEST_METHOD", "GET"}}, "-"},
      {"http://a.example", {{"http_proxy", "http://p:3128"}, {"REQUEST_METHOD", "GET"}}, "http://p:3128  http_proxy"},
      {"http://a.example", {{"ALL_PROXY", "HTTPS://p"}}, "https://p  ALL_PROXY"},
      {"https://a.example", {{"https_proxy", ""}, {"ALL_PROXY", "p"}}, "http://p  ALL_PROXY"},
      {"https://a.example",
       {{"https_proxy", "http://us%40er:pa%3Ass@p:1"}},
       "http://p:1 Basic dXNAZXI6cGE6c3M= https_proxy"},
      {"https://a.example", {{"https_proxy", "user@p:1"}}, "http://p:1 Basic dXNlcjo= https_proxy"},
      {"https://a.example",
       {{"https_proxy", "socks5://p:1"}},
       "https_proxy: only proxies of HTTP and HTTPS are supported; write for example http://proxy.example:3128"},
      {"https://a.example",
       {{"https_proxy", "http://us%zzer@p:1"}},
       "https_proxy: the user's name or password has a malformed percent escape; write for example http://proxy.example:3128"},
      {"https://a.example",
       {{"https_proxy", "http://u:SECRET@p:x"}},
       "https_proxy: the proxy's URL is malformed; write for example http://proxy.example:3128"},
      {"https://a.example",
       {{"https_proxy", "http://p/path"}},
       "https_proxy: the proxy's URL is malformed; write for example http://proxy.example:3128"},
  };
  for (const auto& row : rows) EXPECT_EQ(proxy_to(row.url, row.env), row.expected);
}

TEST(proxies, are_passed_by_for_some_hosts) {
  const struct {
    std::string_view url, list;
    bool direct;
  } rows[] = {
      {"https://a.example", "", false},
      {"https://a.example", "*", true},
      {"https://a.example", "a.example", true},
      {"https://a.example", "A.Example", true},
      {"https://a.example", "example", true},
      {"https://a.example", ".example", true},
      {"https://a.example", "*.example", true},
      {"https://a.example", " b.example ,\ta.example ", true},
      {"https://a.example", ".a.example", false},
      {"https://a.example", "le", false},
      {"https://a.example", ",,", false},
      {"https://a.example", "b.a.example", false},
      {"https://a.example", "a.example:443", true},
      {"https://a.example", "a.example:80", false},
      {"https://a.example", "a.example:x", false},
      {"https://a.example:8443", "example:8443", true},
      {"https://10.1.2.3", "10.1.2.3", true},
      {"https://10.1.2.3", "10.0.0.0/8", true},
      {"https://10.1.2.3", "10.1.2.0/31", false},
      {"https://10.1.2.3", "0.0.0.0/0", true},
      {"https://10.1.2.3", "10.1.2.2/31", true},
      {"https://10.1.2.3", "10.1.2.3/33", false},
      {"https://10.1.2.3", "10.1.2/8", false},
      {"https://10.1.2.3", "10.0.0.0/", false},
      {"https://a.example", "0.0.0.0/0", false},
      {"https://[fd00::1]", "fd00::1", true},
      {"https://[fd00::1]", "[fd00::1]", true},
      {"https://[fd00::1]:8", "[fd00::1]:8", true},
      {"https://[fd00::1]:8", "[fd00::1]:9", false},
      {"https://localhost:8000", "", true},
      {"https://x.localhost", "", true},
      {"https://127.0.0.1", "", true},
      {"https://127.8.8.8", "", true},
      {"https://[::1]", "", true},
  };
  for (const auto& row : rows) {
    const variables env = {{"https_proxy", "p"}, {"NO_PROXY", std::string(row.list)}};
    EXPECT_EQ(proxy_to(row.url, env) == "-", row.direct) << row.url << " " << row.list;
  }
  EXPECT_EQ(proxy_to("https://a.example", {{"https_proxy", "p"}, {"no_proxy", "b"}, {"NO_PROXY", "*"}}),
            "http://p  https_proxy");
}

}  // namespace
}  // namespace dynamo::aws
