#include "pool_peers.hpp"

#include <gtest/gtest.h>
#include <http/pool/client_pool.hpp>
#include <support/forked_child.hpp>

#include <optional>
#include <semaphore>
#include <string>

namespace dynamo::http {
namespace {

class told_sink final : public exchange_sink {
 public:
  void complete(std::expected<client_response, exchange_failure> got) noexcept override {
    outcome = std::move(got);
    told_.release();
  }
  void wait() { told_.acquire(); }
  std::optional<std::expected<client_response, exchange_failure>> outcome;

 private:
  std::binary_semaphore told_{0};
};

TEST(forked_pool, a_child_of_fork_has_no_part_in_it) {
  counting_peer peer(&counting_peer::answers_with_target);
  const std::string head = get("/1");
  const exchange_request asking(head, {});
  std::optional<io_loop> loop;
  loop.emplace();
  client_pool_options o;
  o.loop = loop;
  std::optional<client_pool> pool(client_pool({"127.0.0.1", peer.port()}, o));
  told_sink first;
  pool->start(asking, {}, first);
  first.wait();
  EXPECT_EQ(text_of(*first.outcome), "200 /1");
  EXPECT_EQ(testing_support::status_of_child([&] {
              const auto got = pool->send(asking);
              testing_support::require(!got && got.error().code == errc::invalid_argument && !got.error().sent, 1);
              told_sink refused;
              pool->start(asking, {}, refused);
              testing_support::require(refused.outcome && !*refused.outcome, 2);
              told_sink of_new_pool;
              client_pool(here(peer), o).start(asking, {}, of_new_pool);
              testing_support::require(of_new_pool.outcome && !*of_new_pool.outcome, 3);
              testing_support::require(pool->counts().connections == 0, 4);
              pool->preconnect(3);
              pool->close();
              pool.reset();
              loop->stop();
              loop.reset();
            }),
            0);
  EXPECT_EQ(text_of(pool->send(asking)), "200 /1");
  told_sink second;
  pool->start(asking, {}, second);
  second.wait();
  EXPECT_EQ(text_of(*second.outcome), "200 /1");
  EXPECT_EQ(peer.accepted(), 1u);
}

}  // namespace
}  // namespace dynamo::http
