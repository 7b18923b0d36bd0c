#include <dynamo/protocol/detail/request_context.hpp>

#include <dynamo/protocol/detail/empty_reply_endpoint.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stop_token>

namespace dynamo::detail {
namespace {

using std::chrono::steady_clock;

TEST(RequestContext, GivesDeadlineStopTokenAndOriginAndNothingElse) {
  std::stop_source stop;
  request first(operation_name::query, json::buffer("{}"), repeatable::yes);
  first.deadline = steady_clock::time_point(std::chrono::seconds(5));
  first.stop = stop.get_token();
  first.origin = std::make_shared<request_origin>();
  first.long_poll = std::chrono::milliseconds(7);

  request next(operation_name::scan, json::buffer("[]"), repeatable::no);
  request_context(first).apply(next);
  EXPECT_EQ(next.deadline, first.deadline);
  EXPECT_EQ(next.origin, first.origin);
  EXPECT_FALSE(next.stop.stop_requested());
  stop.request_stop();
  EXPECT_TRUE(next.stop.stop_requested());
  EXPECT_EQ(next.operation, operation_name::scan);
  EXPECT_EQ(next.body.view(), "[]");
  EXPECT_EQ(next.repeats, repeatable::no);
  EXPECT_EQ(next.long_poll.count(), 0);
}

TEST(RequestContext, OfNoRequestTakesEverythingAway) {
  std::stop_source stop;
  request r;
  r.deadline = steady_clock::time_point();
  r.stop = stop.get_token();
  r.origin = std::make_shared<request_origin>();
  request_context().apply(r);
  EXPECT_FALSE(r.deadline);
  EXPECT_FALSE(r.stop.stop_possible());
  EXPECT_FALSE(r.origin);
}

class kept final : public reply_sink {
 public:
  void complete(result<reply> came) noexcept override { answer = std::move(came); }
  result<reply> answer = fail(errc::internal_server_error, "not told");
};

TEST(EmptyReplyEndpoint, AnswersBothWaysAtOnce) {
  const auto called = empty_reply_endpoint()->call(request());
  ASSERT_TRUE(called);
  EXPECT_TRUE(called->body.empty());
  kept sink;
  empty_reply_endpoint()->start(request(), sink);
  ASSERT_TRUE(sink.answer);
  EXPECT_TRUE(sink.answer->body.empty());
}

}  // namespace
}  // namespace dynamo::detail
