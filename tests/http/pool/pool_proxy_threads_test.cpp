#include <gtest/gtest.h>
#include <http/pool/client_pool.hpp>
#include <http/trusting.hpp>
#include <support/connect_proxy.hpp>
#include <support/scripted_peer.hpp>
#include <support/tls_echo.hpp>
#include <support/tls_peer.hpp>

#include <string>

namespace dynamo::http {
namespace {

using namespace testing_support;

TEST(client_pool, its_connections_go_through_a_proxy_and_are_kept) {
  const identity authority = identity::authority("the tests' authority");
  const tls_server server{identity(certificate_options(), authority)};
  scripted_peer peer({tls_echo(server, 3)});
  std::string asked;
  scripted_peer proxy({opens_way_to(peer.port(), asked)});
  client_pool_options options;
  options.tls = trusting(authority.pem());
  options.proxy.emplace("127.0.0.1", proxy.port());
  {
    client_pool pool({"host.example", 443}, options);  // whom nobody but the proxy can find
    for (int i = 0; i < 3; ++i) {
      const auto got =
          pool.send(exchange_request("POST / HTTP/1.1\r\nHost: host.example\r\nContent-Length: 4\r\n\r\n", "body"));
      ASSERT_TRUE(got) << got.error().message;
      EXPECT_EQ(got->body.view(), "body");
    }
  }
  proxy.finish();
  EXPECT_EQ(asked, "CONNECT host.example:443 HTTP/1.1\r\nHost: host.example:443\r\n\r\n");
}

}  // namespace
}  // namespace dynamo::http
