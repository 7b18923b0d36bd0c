#include <dynamo/base/error.hpp>

#include <dynamo/base/result.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace dynamo {
namespace {

constexpr auto last_code = errc::unavailable;

TEST(ErrorCode, EveryOneHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(last_code); ++i) names.insert(to_string(static_cast<errc>(i)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(last_code) + 1);
  EXPECT_EQ(to_string(errc::conditional_check_failed), "conditional_check_failed");
  EXPECT_EQ(to_string(errc::unavailable), "unavailable");
}

TEST(Error, IsRetryableIfTheSameRequestMaySucceedLater) {
  const std::set<errc> retryable = {errc::throttled,
                                    errc::internal_server_error,
                                    errc::service_unavailable,
                                    errc::limit_exceeded,
                                    errc::transaction_conflict,
                                    errc::transaction_in_progress,
                                    errc::timed_out,
                                    errc::transport};
  for (int i = 0; i <= static_cast<int>(last_code); ++i) {
    const auto code = static_cast<errc>(i);
    EXPECT_EQ(error(code, "").retryable(), retryable.contains(code)) << to_string(code);
  }
}

TEST(Error, KnowsAFailedConditionAlsoInsideATransaction) {
  EXPECT_TRUE(error(errc::conditional_check_failed, "The conditional request failed").conditional_check_failed());
  EXPECT_FALSE(error(errc::validation, "ConditionalCheckFailed").conditional_check_failed());
  const std::string message = "Transaction cancelled, please refer cancellation reasons for specific reasons ";
  EXPECT_TRUE(error(errc::transaction_canceled, message + "[None, ConditionalCheckFailed]").conditional_check_failed());
  EXPECT_FALSE(error(errc::transaction_canceled, message + "[None, TransactionConflict]").conditional_check_failed());
  EXPECT_TRUE(error({.code = errc::transaction_canceled,
                     .body = R"({"CancellationReasons":[{"Code":"ConditionalCheckFailed"}]})"})
                  .conditional_check_failed());
}

TEST(Error, DescribesItselfInOneLineWithoutTheBody) {
  EXPECT_EQ(error(errc::timed_out, "").describe(), "timed_out");
  EXPECT_EQ(error(errc::validation, "Bad\nname\t\x01.").describe(), "validation: Bad name  .");
  const error full({.code = errc::unrecognized,
                    .message = "No.",
                    .type = "com.example#NewException",
                    .request_id = "ABC",
                    .body = R"({"Item":{"secret":{"S":"hidden"}}})",
                    .attempts = 3,
                    .outcome_unknown = true});
  EXPECT_EQ(full.describe(),
            "unrecognized com.example#NewException: No. (request ABC) after 3 attempts; it may have been executed");
}

TEST(Error, IsOnePointerWhoseCopiesShareTheDetail) {
  static_assert(sizeof(error) == sizeof(void*));
  static_assert(std::is_nothrow_move_constructible_v<error> && std::is_nothrow_copy_constructible_v<error>);
  error first(errc::throttled, "slow down");
  const error second = first;
  EXPECT_EQ(&first.detail(), &second.detail());
  error third = std::move(first);
  first = error(errc::validation, "again");
  EXPECT_EQ(first.code(), errc::validation);
  EXPECT_EQ(third.message(), "slow down");
  third = second;
  EXPECT_EQ(&third.detail(), &second.detail());
  auto& alias = third;
  third = alias;
  EXPECT_EQ(third.message(), "slow down");
}

TEST(Error, FailMakesTheResultOfAFunction) {
  const auto refuse = []() -> result<int> { return fail(errc::not_supported, "Not yet"); };
  const auto pass_on = [&]() -> result<std::string> { return fail(refuse().error()); };
  ASSERT_FALSE(pass_on());
  EXPECT_EQ(pass_on().error().code(), errc::not_supported);
  EXPECT_EQ(pass_on().error().message(), "Not yet");
}

}  // namespace
}  // namespace dynamo
