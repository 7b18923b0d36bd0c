#include <gtest/gtest.h>
#include <remote/provider/numbered_credentials.hpp>
#include <support/forked_child.hpp>

#include <memory>

namespace dynamo::aws {
namespace {

using testing_support::require;
using testing_support::status_of_child;

using forked_providers = numbered_credentials;

TEST_F(forked_providers, are_the_parent_s_but_for_keys_at_hand) {
  agent.answer_by([](const asked&) { return ""; });
  auto under_way = std::make_unique<credential_provider>(provider());
  remembering_sink sink;
  under_way->start(sink);
  while (agent.requests().empty()) std::this_thread::yield();
  env.emplace("AWS_ACCESS_KEY_ID", "K");
  env.emplace("AWS_SECRET_ACCESS_KEY", secret_named("k"));
  auto at_hand = std::make_unique<credential_provider>(provider());
  const int status = status_of_child([&] {
    require(under_way->cached(time.now()) == nullptr, 1);
    const auto got = under_way->get();
    require(!got && got.error().message().starts_with("What fetches these credentials was opened before fork()"), 2);
    remembering_sink other;
    under_way->start(other);
    require(other.is_told(), 3);
    require(!under_way->forget(sink), 4);
    under_way.reset();
    require(!sink.is_told(), 5);
    require(at_hand->cached(time.now()) != nullptr && at_hand->get().has_value(), 6);
    require(at_hand->is_current(at_hand->cached(time.now()), time.now()), 7);
    at_hand.reset();
  });
  EXPECT_EQ(status, 0);
  EXPECT_FALSE(sink.is_told());
  under_way.reset();
  EXPECT_TRUE(sink.is_told());
}

TEST_F(forked_providers, that_are_made_in_the_child_fetch_there) {
  EXPECT_EQ(fetched(), "A1:k:t: until 2026-01-01T01:00:00");
  const int status = status_of_child([&] { require(provider().get().has_value(), 1); });
  EXPECT_EQ(status, 0);
  EXPECT_EQ(agent.requests().size(), 2u);
}

}  // namespace
}  // namespace dynamo::aws
