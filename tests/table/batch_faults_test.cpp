#include "../support/seeds.hpp"
#include "batch_service.hpp"
#include "shop.hpp"

#include <dynamo/base/random.hpp>
#include <dynamo/decorators/faulty.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>

#include <random>

/// Batches against a service that has a bad day: what the result says is what happened, at every index, on every seed.
/// DYNAMO_TEST_SEEDS=10000 takes seconds.
namespace {

using namespace shop;
using dynamo::write_status;
using dynamo::test::batch_service;
using random_bits = std::mt19937_64;

std::size_t below(random_bits& random, std::size_t end) { return static_cast<std::size_t>(random() % end); }

class seeded final : public dynamo::random_source {
 public:
  explicit seeded(std::uint64_t seed) : bits_(seed) {}
  std::uint64_t next() noexcept override { return bits_(); }

 private:
  random_bits bits_;
};

class bad_day {
 public:
  explicit bad_day(random_bits& random) : random_(random), draws_(random()) {
    using dynamo::fault;
    for (const fault what :
         {fault::throttle, fault::internal_error, fault::lost_request, fault::lost_reply, fault::partial_batch}) {
      if (below(random, 2) == 0) continue;
      dynamo::fault_rule rule(what);
      plan_->add(rule.with_probability(static_cast<double>(below(random, 60)) / 100));
    }
    policy_ = dynamo::batch_policy()
                  .on(time_, draws_)
                  .retries(static_cast<unsigned>(below(random, 5)))
                  .parallel(static_cast<unsigned>(1 + below(random, 6)));
    for (std::size_t i = below(random, 60); i != 0; --i) {
      const user one = some_user();
      service_->items[value(one.email)] = text(one);
    }
    before_ = service_->items;
  }

  std::string some_key() { return "u" + std::to_string(below(random_, 150)); }
  user some_user() { return {some_key(), static_cast<int>(below(random_, 1'000'000))}; }
  static std::string value(const std::string& email) { return R"({"S":")" + email + R"("})"; }
  static std::string text(const user& one) {
    return R"({"age":{"N":")" + std::to_string(one.age) + R"("},"email":)" + value(one.email) + "}";
  }

  void write() {
    std::vector<user> puts;
    std::vector<std::string> removes;
    for (std::size_t i = below(random_, 150); i != 0; --i) puts.push_back(some_user());
    for (std::size_t i = below(random_, 40); i != 0; --i) removes.push_back(some_key());
    const dynamo::result<dynamo::batch_written> written = users_.batch_write(puts, removes, policy_).run();
    ASSERT_TRUE(written) << written.error().describe();
    ASSERT_EQ(written->puts.size(), puts.size());
    ASSERT_EQ(written->removes.size(), removes.size());

    std::map<std::string, std::vector<std::pair<const dynamo::write_outcome*, std::string>>>
        claims;  // by key, in order
    for (std::size_t i = 0; i < puts.size(); ++i)
      claims[value(puts[i].email)].emplace_back(&written->puts[i], text(puts[i]));
    for (std::size_t i = 0; i < removes.size(); ++i) claims[value(removes[i])].emplace_back(&written->removes[i], "");
    for (const auto& [key, of_key] : claims) {
      for (std::size_t i = 0; i + 1 < of_key.size(); ++i)
        EXPECT_EQ(of_key[i].first->status(), write_status::superseded) << key;
      check_write(key, *of_key.back().first, of_key.back().second);
    }
    for (const auto& [key, count] : service_->writes) EXPECT_TRUE(claims.contains(key)) << "nobody wrote " << key;
  }

  void read() {
    plan_->resume();
    std::vector<std::string> keys;
    for (std::size_t i = below(random_, 400); i != 0; --i) keys.push_back(some_key());
    const dynamo::result<dynamo::batch_found<user>> found = users_.batch_get(keys, policy_).run();
    ASSERT_TRUE(found) << found.error().describe();
    ASSERT_EQ(found->items.size(), keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (!found->items[i]) {
        EXPECT_TRUE(found->items[i].error().retryable()) << found->items[i].error().describe();
        continue;
      }
      EXPECT_EQ(at(service_->items, value(keys[i])), *found->items[i] ? text(**found->items[i]) : "") << keys[i];
    }
  }

 private:
  static std::string at(const std::map<std::string, std::string>& items, const std::string& key) {
    const auto found = items.find(key);
    return found == items.end() ? std::string() : found->second;
  }

  void check_write(const std::string& key, const dynamo::write_outcome& outcome, const std::string& wanted) {
    const std::string now = at(service_->items, key), old = at(before_, key);
    const int times = service_->writes[key];
    const bool replies_lost = plan_->dealt(dynamo::fault::lost_reply) != 0;
    switch (outcome.status()) {
      case write_status::written:
        EXPECT_EQ(now, wanted) << key;
        if (replies_lost) {
          EXPECT_GE(times, 1) << key;
        } else {
          EXPECT_EQ(times, 1) << "written more than once, without need: " << key;
        }
        break;
      case write_status::unprocessed:
        EXPECT_EQ(times, 0) << key;
        EXPECT_EQ(now, old) << key;
        break;
      case write_status::failed:
        if (outcome.why().outcome_unknown()) {
          EXPECT_TRUE(now == wanted || now == old) << key;
        } else {
          EXPECT_EQ(times, 0) << key << ": " << outcome.why().describe();
          EXPECT_EQ(now, old) << key;
        }
        break;
      case write_status::superseded: ADD_FAILURE() << "the last input with " << key << " was not sent"; break;
    }
  }

  random_bits& random_;
  seeded draws_;
  dynamo::testing::virtual_clock time_;
  std::shared_ptr<dynamo::fault_plan> plan_ = std::make_shared<dynamo::fault_plan>(random_());
  std::shared_ptr<batch_service> service_ = std::make_shared<batch_service>("email");
  std::map<std::string, std::string> before_;
  dynamo::table<shop::users> users_{dynamo::faulty(service_, plan_, time_)};
  dynamo::batch_policy policy_;
};

TEST(batch_faults, nothing_is_lost_nothing_is_written_twice_and_every_index_is_right) {
  dynamo::testing_support::for_each_seed(1'000, [](random_bits& random) {
    bad_day day(random);
    day.write();
    day.read();
  });
}

}  // namespace
