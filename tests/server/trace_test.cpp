#include <gtest/gtest.h>
#include <server/served.hpp>

#include <memory>
#include <mutex>
#include <string>

namespace dynamo {
namespace {

/// Keeps under which traces it was asked.
class tracing_endpoint final : public endpoint {
 public:
  result<reply> call(request r) override {
    const std::scoped_lock lock(mutex_);
    origin_ = r.origin;
    return reply(json::buffer("{}"));
  }
  void start(request r, reply_sink& sink) override { sink.complete(call(std::move(r))); }
  std::string traces() const {
    const std::scoped_lock lock(mutex_);
    if (!origin_) return "none";
    return origin_->trace_id + "|" + origin_->trace.traceparent + "|" + origin_->trace.tracestate;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const request_origin> origin_;
};

TEST(ServerTrace, TheTracesOfARequestGoOnWithIt) {
  const auto to = std::make_shared<tracing_endpoint>();
  const testing_support::served server(to);
  const std::string parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const std::string traced = "traceparent: " + parent + "\r\n";
  struct {
    std::string fields, traces;
  } const cases[] = {
      {"", "none"},
      {"X-Amzn-Trace-Id: Root=1-2-3\r\n", "Root=1-2-3||"},
      {traced, "|" + parent + "|"},
      {traced + "tracestate: a=b,c=d\r\n", "|" + parent + "|a=b,c=d"},
      {traced + traced, "||"},                              // two of them are none
      {"tracestate: a=b\r\n", "none"},                      // of no use alone
      {"traceparent: " + parent.substr(1) + "\r\n", "||"},  // of another form
      {"X-Amzn-Trace-Id: Root=1-2-3\r\n" + traced, "Root=1-2-3|" + parent + "|"},
  };
  for (const auto& each : cases) {
    std::string text = testing_support::call_text("ListTables", "{}");
    text.insert(text.find("Content-Length"), each.fields);
    EXPECT_TRUE(server.connect().ask(text));
    EXPECT_EQ(to->traces(), each.traces) << each.fields;
  }
}

}  // namespace
}  // namespace dynamo
