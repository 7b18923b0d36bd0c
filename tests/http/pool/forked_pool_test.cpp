#include "counting_peer.hpp"

#include <gtest/gtest.h>
#include <http/pool/client_pool.hpp>
#include <support/forked_child.hpp>

#include <optional>
#include <string_view>

namespace dynamo::http {
namespace {

TEST(forked_pool, a_child_of_fork_has_no_part_in_it) {
  counting_peer peer(&counting_peer::answers_with_target);
  const exchange_request asking("GET /1 HTTP/1.1\r\nHost: here\r\n\r\n", {});
  std::optional<client_pool> pool(client_pool({"127.0.0.1", peer.port()}));
  ASSERT_TRUE(pool->send(asking));
  EXPECT_EQ(testing_support::status_of_child([&] {
              const auto got = pool->send(asking);
              testing_support::require(!got && got.error().code == errc::invalid_argument && !got.error().sent, 1);
              pool.reset();
            }),
            0);
  const auto second = pool->send(asking);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->body.view(), "/1");
  EXPECT_EQ(peer.accepted(), 1u);
}

}  // namespace
}  // namespace dynamo::http
