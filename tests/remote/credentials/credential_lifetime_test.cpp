#include <remote/credentials/credential_lifetime.hpp>

#include <gtest/gtest.h>

#include <random>

namespace dynamo::aws {
namespace {

using namespace std::chrono_literals;

/// Always the same number.
class fixed_random final : public random_source {
 public:
  explicit fixed_random(std::uint64_t number) : number_(number) {}
  std::uint64_t next() noexcept override { return number_; }

 private:
  std::uint64_t number_;
};

constexpr instant start{1'000h};

auth::credentials until(std::optional<instant> expires, std::string id = "A") {
  auth::credentials of(std::move(id), "a");
  of.expires = expires;
  return of;
}

struct lifetime : ::testing::Test {
  fixed_random first{0};
  credential_lifetime of;
};

TEST_F(lifetime, the_first_who_ask_wait_for_one_fetch) {
  EXPECT_EQ(of.ask(start), lifetime_step::fetch);
  EXPECT_EQ(of.ask(start), lifetime_step::wait);
  of.fetched(until(std::nullopt), start, first);
  EXPECT_EQ(of.ask(start), lifetime_step::use);
  EXPECT_EQ(of.ask(start + 10'000h), lifetime_step::use);
  EXPECT_EQ(of.held()->access_key_id, "A");
}

TEST_F(lifetime, credentials_are_refreshed_ahead_of_their_expiry_by_one) {
  of.ask(start);
  of.fetched(until(start + 1h), start, first);
  EXPECT_EQ(of.ask(start + 45min - 1us), lifetime_step::use);
  EXPECT_EQ(of.ask(start + 45min), lifetime_step::use_and_refresh);
  EXPECT_EQ(of.ask(start + 45min), lifetime_step::use);
  EXPECT_EQ(of.ask(start + 1h - 1us), lifetime_step::use);
  EXPECT_EQ(of.ask(start + 1h), lifetime_step::wait) << "the fetch takes too long";
  of.fetched(until(start + 2h, "B"), start + 1h, first);
  EXPECT_EQ(of.ask(start + 1h), lifetime_step::use);
  EXPECT_EQ(of.held()->access_key_id, "B");
}

TEST_F(lifetime, short_lives_are_refreshed_in_their_last_third) {
  of.ask(start);
  of.fetched(until(start + 9min), start, first);
  EXPECT_EQ(of.ask(start + 6min - 1us), lifetime_step::use);
  EXPECT_EQ(of.ask(start + 6min), lifetime_step::use_and_refresh);
}

TEST_F(lifetime, processes_refresh_at_moments_of_their_own) {
  std::mt19937_64 numbers(7);
  for (int i = 0; i < 100; ++i) {
    fixed_random random(numbers());
    credential_lifetime one;
    one.ask(start);
    one.fetched(until(start + 1h), start, random);
    EXPECT_EQ(one.ask(start + 45min - 1us), lifetime_step::use);
    EXPECT_EQ(one.ask(start + 50min), lifetime_step::use_and_refresh);
  }
}

TEST_F(lifetime, a_refresh_that_fails_is_repeated_after_a_minute) {
  of.ask(start);
  of.fetched(until(start + 1h), start, first);
  EXPECT_EQ(of.ask(start + 50min), lifetime_step::use_and_refresh);
  of.failed(error(errc::unavailable, "why"), start + 50min);
  EXPECT_EQ(of.ask(start + 51min - 1us), lifetime_step::use);
  EXPECT_EQ(of.ask(start + 51min), lifetime_step::use_and_refresh);
  of.failed(error(errc::unavailable, "why"), start + 1h);
  EXPECT_EQ(of.ask(start + 1h), lifetime_step::refuse);
  EXPECT_EQ(of.last_error()->message(), "why");
  EXPECT_EQ(of.ask(start + 1h + 1s), lifetime_step::fetch);
}

TEST_F(lifetime, a_refresh_that_brings_nothing_newer_is_repeated_after_a_minute) {
  of.ask(start);
  of.fetched(until(start + 1h), start, first);
  EXPECT_EQ(of.ask(start + 50min), lifetime_step::use_and_refresh);
  of.fetched(until(start + 1h), start + 50min, first);
  EXPECT_EQ(of.ask(start + 51min - 1us), lifetime_step::use);
  EXPECT_EQ(of.ask(start + 57min), lifetime_step::use_and_refresh);
}

TEST_F(lifetime, a_failure_is_told_to_all_who_ask_in_the_next_second) {
  of.ask(start);
  of.failed(error(errc::unavailable, "why"), start);
  EXPECT_EQ(of.ask(start), lifetime_step::refuse);
  EXPECT_EQ(of.ask(start + 1s - 1us), lifetime_step::refuse);
  EXPECT_EQ(of.ask(start + 1s), lifetime_step::fetch);
  EXPECT_EQ(of.ask(start + 1s), lifetime_step::wait);
}

TEST_F(lifetime, credentials_that_come_expired_are_a_failure) {
  of.ask(start);
  of.fetched(until(start), start, first);
  EXPECT_EQ(of.ask(start), lifetime_step::refuse);
  EXPECT_EQ(of.last_error()->message(),
            "The credentials that were fetched have expired already; check the clock of this machine");
  EXPECT_EQ(of.held(), nullptr);
}

TEST_F(lifetime, those_of_agents_are_used_until_others_can_be_had) {
  credential_lifetime agents(when_expired::go_on);
  agents.ask(start);
  agents.fetched(until(start - 1h), start, first);
  EXPECT_EQ(agents.ask(start), lifetime_step::use_and_refresh);
  EXPECT_EQ(agents.ask(start), lifetime_step::use);
  agents.failed(error(errc::unavailable, "why"), start);
  EXPECT_EQ(agents.ask(start + 1min - 1us), lifetime_step::use);
  EXPECT_EQ(agents.ask(start + 1min), lifetime_step::use_and_refresh);
  agents.fetched(until(start - 1h), start + 1min, first);
  EXPECT_EQ(agents.ask(start + 2min - 1us), lifetime_step::use);
}

TEST_F(lifetime, rejected_credentials_are_fetched_again_but_not_in_a_storm) {
  of.ask(start);
  of.fetched(until(start + 1h), start, first);
  const auto old = of.held();
  of.rejected(old, start + 1min);
  EXPECT_EQ(of.ask(start + 1min), lifetime_step::fetch);
  of.rejected(old, start + 1min);
  of.fetched(until(start + 2h, "B"), start + 1min, first);
  EXPECT_EQ(of.ask(start + 1min), lifetime_step::use);
  of.rejected(old, start + 1min);  // a late answer
  EXPECT_EQ(of.ask(start + 1min), lifetime_step::use);
  of.rejected(of.held(), start + 2min - 1us);
  EXPECT_EQ(of.ask(start + 2min - 1us), lifetime_step::use);
  of.rejected(of.held(), start + 2min);
  EXPECT_EQ(of.ask(start + 2min), lifetime_step::fetch);
}

TEST_F(lifetime, never_two_fetches_and_never_expired_ones) {
  std::mt19937_64 numbers(11);
  fixed_random random(numbers());
  credential_lifetime one;
  instant now = start;
  int fetching = 0;
  for (int i = 0; i < 100'000; ++i) {
    now += std::chrono::seconds(numbers() % 300);
    const bool is_settled = now < one.settled_until();
    const lifetime_step step = one.ask(now);
    ASSERT_EQ(is_settled, step == lifetime_step::use);
    const bool fetches = step == lifetime_step::fetch || step == lifetime_step::use_and_refresh;
    fetching += fetches ? 1 : 0;
    ASSERT_LE(fetching, 1);
    if (step == lifetime_step::use || step == lifetime_step::use_and_refresh) {
      ASSERT_TRUE(!one.held()->expires || now < *one.held()->expires);
    }
    ASSERT_TRUE(step != lifetime_step::wait || fetching == 1);
    if (fetching == 1 && numbers() % 2 == 0) {
      fetching = 0;
      if (numbers() % 3 == 0) {
        one.failed(error(errc::unavailable, "why"), now);
      } else {
        one.fetched(until(now + std::chrono::seconds(numbers() % 5'000)), now, random);
      }
    }
    if (numbers() % 50 == 0 && one.held()) one.rejected(one.held(), now);
  }
}

}  // namespace
}  // namespace dynamo::aws
