#include <dynamo/event_source/function.hpp>

#include "waiting_sink.hpp"

#include <dynamo/event_source/failure.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace dynamo::test {
namespace {

using namespace event_source;
using kind = event_source::outcome::kind;

TEST(function_of, answers_or_fails_whatever_the_handler_does) {
  const auto called = function_of(
      [](std::string_view event) -> result<std::string> {
        if (event == "throw") throw std::runtime_error("thrown");
        if (event == "throw 1") throw 1;
        if (event == "fail") return fail(errc::invalid_argument, "failed");
        return "got " + std::string(event);
      },
      "mine");
  EXPECT_EQ(called->arn(), "arn:aws:lambda:local:000000000000:function:mine");
  const struct {
    const char* event;
    kind what;
    const char* text;
  } cases[] = {
      {"this", kind::response, "got this"},
      {"fail", kind::error, "failed"},
      {"throw", kind::error, "thrown"},
      {"throw 1", kind::error, "no std::exception"},
  };
  for (const auto& one : cases) {
    const event_source::outcome what = invoke(*called, one.event);
    EXPECT_EQ(what.what, one.what) << one.event;
    EXPECT_NE(what.text.find(one.text), std::string::npos) << what.text;
  }
}

TEST(call_on_failure, gets_the_record_and_what_failed) {
  std::string seen;
  const auto destination =
      call_on_failure([&](std::string_view record, std::span<const event_record> failed) -> result<void> {
        seen = std::string(record) + " " + failed[0].text;
        return fail(errc::storage, "not now");
      });
  event_record one;
  one.text = "the record";
  failure what;
  what.batch_size = 1;
  const result<void> taken = destination->take(what, {&one, 1});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().message(), "not now");
  EXPECT_EQ(seen, failure_record(what) + " the record");
}

}  // namespace
}  // namespace dynamo::test
