/// What the Lambda loop costs: an event's answer beside decoding it, and an invocation beside the HTTP requests that it is made of.
#include "ratio.hpp"

#include <dynamo/http/listener.hpp>
#include <dynamo/lambda.hpp>

#include <lambda/runtime_api.hpp>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

namespace dynamo::bench {
namespace {

struct three {
  std::int64_t Id = 0;
  std::string Message, EntityType;
};
struct ten {
  std::int64_t Id = 0;
  std::string Message, EntityType, City, Street;
  double Total = 0;
  bool Paid = false;
  std::int32_t Count = 0;
  std::vector<std::string> Tags;
  std::optional<std::string> Remark;
};

[[noreturn]] void give_up(const char* why) {
  std::fprintf(stderr, "lambda_bench: %s\n", why);
  std::exit(1);
}

json::buffer event_of(std::size_t records, bool of_ten) {
  std::string text = R"({"Records":[)";
  for (std::size_t i = 0; i < records; ++i) {
    const std::string id = std::to_string(100'000 + i);
    if (i > 0) text += ',';
    text +=
        R"({"eventID":"c4ca4238a0b923820dcc509a6f75849b","eventName":"INSERT","eventVersion":"1.1","eventSource":"aws:dynamodb",)"
        R"("awsRegion":"eu-west-2","dynamodb":{"ApproximateCreationDateTime":1763716353,"Keys":{"Id":{"N":")" +
        id + R"("}},"NewImage":{"Message":{"S":"This is a message of the usual length"},"Id":{"N":")" + id +
        R"("},"EntityType":{"S":"sample"})";
    if (of_ten) {
      text += R"(,"City":{"S":"Leeds"},"Street":{"S":"12 High Street"},"Total":{"N":"199.95"},"Paid":{"BOOL":true},)"
              R"("Count":{"N":"3"},"Tags":{"L":[{"S":"new"},{"S":"gift"}]},"Remark":{"S":"ring twice"})";
    }
    text +=
        R"(},"SequenceNumber":"174504000000000313378)" + id +
        R"(","SizeBytes":59,"StreamViewType":"NEW_IMAGE"},"eventSourceARN":"arn:aws:dynamodb:eu-west-2:123456789012:)"
        R"(table/SampleStreamTable/stream/2026-11-21T09:12:33.412"})";
  }
  return json::buffer(text + "]}");
}

/// A host that always has an event, and takes every answer.
class host final : public http::handler {
 public:
  explicit host(json::buffer event) : event_(std::move(event)) {}
  void handle(const http::request_head& head, json::buffer, http::responder back) noexcept override {
    if (!head.target().ends_with("/next")) return std::move(back).send(http::response(202, json::buffer("{}")));
    http::response r(200, event_.copy());
    r.add_field("Lambda-Runtime-Aws-Request-Id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd");
    r.add_field("Lambda-Runtime-Deadline-Ms", "1790000000000");
    r.add_field("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-2:123456789012:function:f");
    r.add_field("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700");
    std::move(back).send(std::move(r));
  }

 private:
  const json::buffer event_;
};

lambda::options quiet() {
  lambda::options o;
  o.log_batches = false;
  return o;
}

template <class T>
void handling(ratios& table, const std::string& fields, bool of_ten) {
  const json::buffer event = event_of(100, of_ten);
  std::int64_t sum = 0;
  const auto handler = [&sum](const change<T>& c) { sum += c.new_image->Id; };
  const lambda::context about;
  const lambda::options o = quiet();
  table.compare(
      "event of 100 changes, " + fields + " fields -> answer (bare: decoded)", promise::none(), 10,
      [&](std::uint64_t) {
        const auto changes = read_changes<T>(event);
        if (!changes || changes->size() != 100) give_up("some changes are missing");
        for (const auto& each : *changes) handler(each);
      },
      [&](std::uint64_t) {
        if (!lambda::handle_event<T>(event, handler, about, o)) give_up("an event has no answer");
      });
  if (sum == 0) give_up("nothing was handled");
}

/// The bare side sends the same two requests and looks at nothing.
void invocations(ratios& table, std::size_t records) {
  const std::string row = "an invocation of " + std::to_string(records) + (records == 1 ? " change" : " changes") +
                          " over HTTP (bare: its two requests)";
  if (!table.wanted(row)) return;
  http::listener_options one_thread;
  one_thread.threads = 1;
  auto on = http::listener::open(one_thread, std::make_shared<host>(event_of(records, false)));
  if (!on) give_up("there is no port");
  http::client bare("127.0.0.1", on->port());
  const lambda::logger& log = lambda::default_logger();
  lambda::runtime_api api(http::client("127.0.0.1", on->port()), log, system_clock(), system_timer());
  std::int64_t sum = 0;
  const auto handler = [&sum](const change<three>& c) { sum += c.new_image->Id; };
  lambda::detail::typed_changes<three, decltype(handler)> handled(handler, quiet());
  const auto ask = [&](std::uint64_t) {
    if (!bare.send("GET", "/2018-06-01/runtime/invocation/next")) give_up("no event");
    if (!bare.send("POST", "/2018-06-01/runtime/invocation/r-1/response", "", R"({"batchItemFailures":[]})"))
      give_up("no answer");
  };
  const auto invoke = [&](std::uint64_t) {
    const auto next = api.next();
    if (!next) give_up("no event");
    const auto made = lambda::handle_guarded(handled, next->event, next->about);
    if (!made || !api.respond(next->about, *made)) give_up("no answer");
  };
  table.compare(row, promise::none(), 10, ask, invoke, meter::wall);
  table.compare(row + ", CPU", promise::none(), 10, ask, invoke);
  if (sum == 0) give_up("nothing was handled");
}

}  // namespace
}  // namespace dynamo::bench

int main(int argc, char** argv) {
  using namespace dynamo::bench;
  ratios table(argc, argv);
  table.heading("the Lambda loop");
  handling<three>(table, "3", false);
  handling<ten>(table, "10", true);
  invocations(table, 1);
  invocations(table, 100);
}
