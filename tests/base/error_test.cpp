#include <dynamo/base/error.hpp>

#include <dynamo/base/result.hpp>

#include <gtest/gtest.h>

#if __has_include(<fmt/ostream.h>)
#define FMT_HEADER_ONLY
#include <fmt/ostream.h>
#endif

#include <exception>
#include <set>
#include <sstream>
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
  // guide: "Error handling with DynamoDB" in the Developer Guide, where each error says "OK to retry?" Yes or No.
  // sdk: what botocore 1.43, AWS's SDK for Python, sends again on its own: the error codes and statuses of its standard mode
  // (retries/standard.py), the rules for DynamoDB of its legacy mode (data/_retry.json), and `retryable` in the service model.
  struct row {
    errc code;
    bool retryable;
    const char* source;
  };
  const row rows[] = {
      {errc::throttled, true, "guide: Yes; sdk: ProvisionedThroughputExceeded, RequestLimitExceeded, Throttling"},
      {errc::internal_server_error, true, "guide: Yes (HTTP 500); sdk: status 500"},
      {errc::service_unavailable, true, "guide: Yes (HTTP 503); sdk: status 503"},
      {errc::limit_exceeded, true, "guide: Yes, too many control plane operations at once; sdk: standard mode"},
      {errc::replicated_write_conflict, true, "sdk: legacy mode and service model; the guide has no word on it"},
      {errc::transaction_in_progress, true, "sdk: both modes; the guide has no word on it"},
      {errc::transaction_conflict, true, "ours: neither lists it; nothing was executed, and the other one ends soon"},
      {errc::timed_out, true, "sdk: RequestTimeout, status 504"},
      {errc::transport, true, "sdk: connection errors"},
      {errc::item_collection_too_large, false, "ours: the guide says Yes, the sdk does not; waiting makes no room"},
      {errc::access_denied, false, "guide: No"},
      {errc::conditional_check_failed, false, "guide: No"},
      {errc::resource_in_use, false, "guide: No"},
      {errc::resource_not_found, false, "guide: No"},
      {errc::validation, false, "guide: No"},
      {errc::serialization, false, "neither lists it; the request is malformed, and stays so"},
      {errc::transaction_canceled, false, "neither lists it; its reasons say what to do"},
      {errc::idempotent_parameter_mismatch, false, "neither lists it; the token belongs to another request"},
      {errc::duplicate_item, false, "neither lists it; the item is there"},
      {errc::expired_iterator, false, "neither lists it; a new iterator is needed"},
      {errc::trimmed_data_access, false, "neither lists it; the records are gone"},
      {errc::unknown_operation, false, "neither lists it"},
      {errc::unrecognized, false,
       "ours: of one, UnrecognizedClientException (wrong keys), the guide says Yes; the sdk does not"},
      {errc::invalid_argument, false, "ours: the program has to change"},
      {errc::decoding, false, "ours: the type has to change"},
      {errc::not_supported, false, "ours"},
      {errc::cancelled, false, "ours: the caller does not want it any more"},
      {errc::corruption, false, "ours"},
      {errc::storage, false, "ours"},
      {errc::read_only, false, "ours: until the database is reopened"},
      {errc::in_use, false, "ours"},
      {errc::unavailable, false, "ours: there is no endpoint to ask"},
  };
  EXPECT_EQ(std::size(rows), static_cast<std::size_t>(last_code) + 1);
  for (const row& each : rows) {
    EXPECT_EQ(error(each.code, "").retryable(), each.retryable) << to_string(each.code) << ": " << each.source;
  }
}

TEST(Error, SaysThatACancelledTransactionMayBeTriedAgainIfAllReasonsPass) {
  const std::string message = "Transaction cancelled, please refer cancellation reasons for specific reasons ";
  const struct {
    std::string reasons;
    bool retryable;
  } rows[] = {
      {"[TransactionConflict]", true},
      {"[None, TransactionConflict, None]", true},
      {"[ThrottlingError, ProvisionedThroughputExceeded]", true},
      {"[TransactionConflict, ConditionalCheckFailed]", false},
      {"[None, ValidationError]", false},
      {"[None, None]", false},
      {"[]", false},
      {"[TransactionConflict", false},
      {"", false},
  };
  for (const auto& each : rows) {
    EXPECT_EQ(error(errc::transaction_canceled, message + each.reasons).retryable(), each.retryable) << each.reasons;
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

TEST(Error, TellsWhatTheServiceAnsweredFromWhatAroseHere) {
  for (unsigned i = 0; i <= static_cast<unsigned>(last_code); ++i) {
    const auto code = static_cast<errc>(i);
    EXPECT_EQ(error(code, "").from_service(), i < static_cast<unsigned>(errc::invalid_argument)) << to_string(code);
  }
  EXPECT_TRUE(error(errc::conditional_check_failed, "").from_service());
  EXPECT_TRUE(error(errc::transaction_canceled, "").from_service());
  EXPECT_TRUE(error(errc::unrecognized, "").from_service());
  EXPECT_FALSE(error(errc::transport, "").from_service());
}

TEST(Error, KnowsWhatCouldNotBeWrittenOrRead) {
  for (unsigned i = 0; i <= static_cast<unsigned>(last_code); ++i) {
    const auto code = static_cast<errc>(i);
    const bool expected = code == errc::invalid_argument || code == errc::decoding || code == errc::serialization;
    EXPECT_EQ(error(code, "").serialization_failed(), expected) << to_string(code);
  }
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

TEST(Error, MovedFromCrashed) {
  error first(errc::throttled, "slow down");
  const error second = std::move(first);
  EXPECT_EQ(second.message(), "slow down");
  EXPECT_EQ(first.message(), "This error was moved from");  // NOLINT(bugprone-use-after-move): on purpose
  EXPECT_FALSE(first.retryable());
  EXPECT_FALSE(first.describe().empty());
  const error copy = first;
  EXPECT_EQ(copy.code(), errc::invalid_argument);
}

TEST(Error, IsPrintedByStreamsAndByFormatters) {
  const error why(errc::validation, "no such table");
  std::ostringstream text;
  text << why << '|' << errc::throttled;
  EXPECT_EQ(text.str(), "validation: no such table|throttled");
  EXPECT_EQ(format_as(why), "validation: no such table");
  EXPECT_EQ(format_as(errc::throttled), "throttled");
#ifdef FMT_VERSION
#if FMT_VERSION >= 100000
  EXPECT_EQ(fmt::format("{}|{}", why, errc::throttled), "validation: no such table|throttled");
#else
  EXPECT_EQ(fmt::format("{}|{}", fmt::streamed(why), fmt::streamed(errc::throttled)),
            "validation: no such table|throttled");
#endif
#endif
}

TEST(ErrorDeathTest, IsPrintedByAProgramThatEndsByTheValueOfAFailedResult) {
  const auto program = []() noexcept { (void)result<int>(fail(errc::validation, "no such table")).value(); };
  EXPECT_DEATH(program(), "validation: no such table");
}

TEST(Error, IsWhatTheValueOfAFailedResultThrows) {
  const result<int> failed = fail(errc::validation, "no such table");
  try {
    (void)failed.value();
    FAIL() << "there is no value";
  } catch (const std::exception& thrown) {
    EXPECT_STREQ(thrown.what(), "validation: no such table");
  }
  const result<void> nothing = fail(errc::cancelled, "");
  EXPECT_THROW(nothing.value(), std::bad_expected_access<error>);
  try {
    (void)result<int>(failed).value();
  } catch (const std::bad_expected_access<error>& thrown) {
    EXPECT_EQ(thrown.error().code(), errc::validation);
  }
}

}  // namespace
}  // namespace dynamo
