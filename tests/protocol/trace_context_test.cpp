#include <dynamo/protocol/trace_context.hpp>

#include <dynamo/protocol/call_observer.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace dynamo {
namespace {

const std::string good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(TraceContext, TraceparentIsReadByItsForm) {
  struct {
    std::string text;
    bool right;
    const char* why;
  } const cases[] = {
      {good, true, "the recommendation's own"},
      {"", false, "nothing"},
      {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0", false, "too short"},
      {good + "0", false, "too long for its version"},
      {good + "-more", false, "version 00 has four parts"},
      {"cc" + good.substr(2), true, "a later version"},
      {"cc" + good.substr(2) + "-what the future says", true, "a later version with more"},
      {"cc" + good.substr(2) + "01", false, "more without a dash"},
      {"cc" + good.substr(2) + "-a\r\nHost: b", false, "a line feed"},
      {"cc" + good.substr(2) + "-" + std::string(trace_context::traceparent_size_max, 'a'), false, "endless"},
      {"ff" + good.substr(2), false, "the version that is none"},
      {"00-00000000000000000000000000000000-00f067aa0ba902b7-01", false, "no trace"},
      {"00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", false, "no parent"},
      {"00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false, "upper case"},
      {"00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01", false, "no digit"},
      {"00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false, "another dash"},
      {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-\r\n", false, "flags that end the line"},
  };
  for (const auto& each : cases) EXPECT_EQ(has_form_of_traceparent(each.text), each.right) << each.why;
}

TEST(TraceContext, TracestateCannotBreakAHead) {
  EXPECT_TRUE(has_form_of_tracestate("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"));
  EXPECT_FALSE(has_form_of_tracestate(""));
  EXPECT_FALSE(has_form_of_tracestate("a=b\r\nX-Amz-Target: c"));
  EXPECT_FALSE(has_form_of_tracestate("a=\x7f"));
  EXPECT_FALSE(has_form_of_tracestate(std::string(trace_context::tracestate_size_max + 1, 'a')));
}

class traced final : public call_observer {
 public:
  explicit traced(std::string parent) : parent_(std::move(parent)) {}
  call_notes call_begins(const request&) noexcept override {
    call_notes notes;
    notes.trace.traceparent = parent_;
    return notes;
  }

 private:
  std::string parent_;
};

/// The request as it is once these have seen it, from the outermost in.
request seen_by(std::initializer_list<std::string> parents, const std::string& of_origin) {
  request r;
  if (!of_origin.empty()) {
    auto origin = std::make_shared<request_origin>();
    origin->trace.traceparent = of_origin;
    r.origin = origin;
  }
  for (const std::string& each : parents) {
    r.observation = std::make_shared<call_observation>(std::make_shared<traced>(each), r);
  }
  return r;
}

TEST(TraceContext, TheInnermostTraceOfTheRightFormIsSent) {
  const std::string other = "00-11111111111111111111111111111111-2222222222222222-00";
  struct {
    request made;
    std::string sent;
  } const cases[] = {
      {seen_by({}, ""), ""},
      {seen_by({}, good), good},
      {seen_by({}, "nonsense"), ""},
      {seen_by({good}, ""), good},
      {seen_by({good}, other), good},
      {seen_by({""}, other), other},
      {seen_by({"nonsense"}, other), other},
      {seen_by({good, other}, ""), other},
      {seen_by({good, ""}, other), good},
  };
  for (const auto& each : cases) {
    const trace_context* const sent = trace_to_send(each.made);
    EXPECT_EQ(sent != nullptr ? sent->traceparent : "", each.sent);
  }
}

}  // namespace
}  // namespace dynamo
