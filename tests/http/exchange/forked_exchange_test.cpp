#include <gtest/gtest.h>
#include <http/exchange/blocking_exchange.hpp>
#include <support/forked_child.hpp>
#include <support/scripted_peer.hpp>

#include <string>
#include <string_view>

namespace dynamo::http {
namespace {

TEST(forked_exchange, a_child_of_fork_has_no_part_in_its_parent_s_connection) {
  testing_support::scripted_peer peer({[](testing_support::peer_connection& to) {
    for (const std::string_view answer : {"1", "2"}) {
      to.receive_head();
      to.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + std::string(answer));
    }
  }});
  const exchange_request asking("GET / HTTP/1.1\r\nHost: here\r\n\r\n", {});
  blocking_exchange connection({"127.0.0.1", peer.port()});
  const auto first = connection.send(asking);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->body.view(), "1");
  EXPECT_EQ(testing_support::status_of_child([&] {
              const auto got = connection.send(asking);
              testing_support::require(!got && got.error().code == errc::invalid_argument && !got.error().sent, 1);
            }),
            0);
  const auto second = connection.send(asking);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->body.view(), "2");
}

}  // namespace
}  // namespace dynamo::http
