#include <dynamo/opentelemetry.hpp>

#include <dynamo/decorators/observed.hpp>
#include <dynamo/remote.hpp>

#include <gtest/gtest.h>
#include <opentelemetry/context/runtime_context.h>
#include <opentelemetry/exporters/memory/in_memory_metric_data.h>
#include <opentelemetry/exporters/memory/in_memory_metric_exporter_factory.h>
#include <opentelemetry/exporters/memory/in_memory_span_data.h>
#include <opentelemetry/exporters/memory/in_memory_span_exporter_factory.h>
#include <opentelemetry/metrics/provider.h>
#include <opentelemetry/sdk/metrics/export/periodic_exporting_metric_reader_factory.h>
#include <opentelemetry/sdk/metrics/export/periodic_exporting_metric_reader_options.h>
#include <opentelemetry/sdk/metrics/meter_provider.h>
#include <opentelemetry/sdk/trace/samplers/always_off.h>
#include <opentelemetry/sdk/trace/simple_processor_factory.h>
#include <opentelemetry/sdk/trace/span_data.h>
#include <opentelemetry/sdk/trace/tracer_provider_factory.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/scope.h>
#include <support/http_service.hpp>
#include <support/without_aws.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace dynamo {
namespace {

namespace otel = ::opentelemetry;
namespace sdk = ::opentelemetry::sdk;
using otel::trace::SpanKind;
using otel::trace::StatusCode;
using testing_support::asked;
using testing_support::http_answer;
using testing_support::http_service;

constexpr std::string_view secret_mark = "sEcReT";

/// A value of an attribute as text; lists in brackets.
std::string text_of(const sdk::common::OwnedAttributeValue& value) {
  if (const auto* text = otel::nostd::get_if<std::string>(&value)) return *text;
  if (const auto* number = otel::nostd::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* flag = otel::nostd::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* number = otel::nostd::get_if<double>(&value)) return std::to_string(*number);
  if (const auto* list = otel::nostd::get_if<std::vector<std::string>>(&value)) {
    std::string all = "[";
    for (const std::string& each : *list) all += (all.size() > 1 ? "," : "") + each;
    return all + "]";
  }
  return "(of another type)";
}

std::string hex(otel::trace::SpanId id) {
  char text[16];
  id.ToLowerBase16(text);
  return {text, sizeof text};
}
std::string hex(otel::trace::TraceId id) {
  char text[32];
  id.ToLowerBase16(text);
  return {text, sizeof text};
}

/// A span that has ended.
struct seen_span {
  explicit seen_span(const sdk::trace::SpanData& from)
      : name(from.GetName()),
        trace(hex(from.GetTraceId())),
        id(hex(from.GetSpanId())),
        parent(hex(from.GetParentSpanId())),
        kind(from.GetSpanKind()),
        status(from.GetStatus()),
        description(from.GetDescription()),
        begin(from.GetStartTime().time_since_epoch()),
        duration(from.GetDuration()) {
    for (const auto& [key, value] : from.GetAttributes()) attributes[key] = text_of(value);
  }
  std::string operator[](const std::string& key) const {
    const auto found = attributes.find(key);
    return found == attributes.end() ? "(none)" : found->second;
  }
  std::string name, trace, id, parent;
  SpanKind kind;
  StatusCode status;
  std::string description;
  std::chrono::nanoseconds begin, duration;
  std::map<std::string, std::string> attributes;
};

const std::string no_parent(16, '0');

std::string ids(std::string_view number) {
  return "x-amzn-RequestId: REQUEST-" + std::string(number) + "\r\nx-amz-id-2: EXTENDED-" + std::string(number) +
         "\r\n";
}
std::string refusal(std::string_view type, std::string_view number) {
  return http_answer(
      400, R"({"__type":"com.amazonaws.dynamodb.v20120810#)" + std::string(type) + R"(","message":"no, sEcReT"})",
      ids(number));
}

class OpenTelemetry : public ::testing::Test {
 protected:
  void SetUp() override {
    testing_support::forget_aws();
    otel::trace::Provider::SetTracerProvider(tracer_provider(nullptr));
    auto reader_options = sdk::metrics::PeriodicExportingMetricReaderOptions();
    reader_options.export_interval_millis = std::chrono::hours(1);  // what is exported, we ask for
    reader_options.export_timeout_millis = std::chrono::seconds(30);
    auto provider = std::make_shared<sdk::metrics::MeterProvider>();
    provider->AddMetricReader(sdk::metrics::PeriodicExportingMetricReaderFactory::Create(
        otel::exporter::memory::InMemoryMetricExporterFactory::Create(metrics_), reader_options));
    meters_ = provider;
    otel::metrics::Provider::SetMeterProvider(std::shared_ptr<otel::metrics::MeterProvider>(std::move(provider)));
  }
  void TearDown() override {
    otel::trace::Provider::SetTracerProvider(std::shared_ptr<otel::trace::TracerProvider>());
    otel::metrics::Provider::SetMeterProvider(std::shared_ptr<otel::metrics::MeterProvider>());
  }

  std::shared_ptr<otel::trace::TracerProvider> tracer_provider(std::unique_ptr<sdk::trace::Sampler> sampler) {
    auto to_memory = sdk::trace::SimpleSpanProcessorFactory::Create(
        otel::exporter::memory::InMemorySpanExporterFactory::Create(spans_));
    if (!sampler) return sdk::trace::TracerProviderFactory::Create(std::move(to_memory));
    return sdk::trace::TracerProviderFactory::Create(std::move(to_memory), sdk::resource::Resource::Create({}),
                                                     std::move(sampler));
  }

  /// A service on the stub, whose calls are observed by what is made now.
  remote_service observed_service(retry_settings retries = {}) {
    remote_options options;
    options.region = "eu-west-1";
    options.credentials = auth::credentials("AKID" + std::string(secret_mark), "key" + std::string(secret_mark));
    options.endpoint_url = stub.url();
    retries.first_wait = retries.first_throttled_wait = std::chrono::milliseconds(1);
    options.retries = retries;
    options.observer = opentelemetry_observer();
    auto made = remote(options);
    EXPECT_TRUE(made) << made.error().describe();
    return *made;
  }
  static result<reply> get(const remote_service& from,
                           std::string body = R"({"TableName":"orders","Key":{"id":{"S":"sEcReT"}}})") {
    return from.endpoint()->call(request(operation_name::get_item, json::buffer(body)));
  }

  /// All that ended since the last look, in the order of their ends. No text in them is a secret, an item's or an error's.
  std::vector<seen_span> spans() {
    std::vector<seen_span> all;
    for (const auto& each : spans_->GetSpans()) {
      all.emplace_back(*each);
      EXPECT_EQ(all.back().description.find(secret_mark), std::string::npos);
      for (const auto& [key, value] : all.back().attributes) {
        EXPECT_EQ(value.find(secret_mark), std::string::npos) << key;
      }
    }
    return all;
  }

  /// The points of a metric by their attributes, "key=value key=value".
  std::map<std::string, sdk::metrics::PointType> points(const std::string& metric) {
    metrics_->Clear();  // it keeps the first value of a point
    static_cast<sdk::metrics::MeterProvider&>(*meters_).ForceFlush();
    std::map<std::string, sdk::metrics::PointType> all;
    for (const auto& [attributes, point] : metrics_->Get("dynamo_table", metric)) {
      std::string key;
      for (const auto& [name, value] : attributes) key += (key.empty() ? "" : " ") + name + "=" + text_of(value);
      EXPECT_EQ(key.find(secret_mark), std::string::npos) << key;
      all.emplace(key, point);
    }
    return all;
  }
  std::map<std::string, double> sums(const std::string& metric) {
    std::map<std::string, double> all;
    for (const auto& [key, point] : points(metric)) {
      const auto number = [](const sdk::metrics::ValueType& value) {
        const auto* const whole = otel::nostd::get_if<std::int64_t>(&value);
        return whole != nullptr ? static_cast<double>(*whole) : otel::nostd::get<double>(value);
      };
      if (const auto* sum = otel::nostd::get_if<sdk::metrics::SumPointData>(&point)) all[key] = number(sum->value_);
      if (const auto* last = otel::nostd::get_if<sdk::metrics::LastValuePointData>(&point))
        all[key] = number(last->value_);
    }
    return all;
  }

  std::shared_ptr<otel::exporter::memory::InMemorySpanData> spans_ =
      std::make_shared<otel::exporter::memory::InMemorySpanData>(100);
  std::shared_ptr<otel::exporter::memory::SimpleAggregateInMemoryMetricData> metrics_ =
      std::make_shared<otel::exporter::memory::SimpleAggregateInMemoryMetricData>();
  std::shared_ptr<otel::metrics::MeterProvider> meters_;
  http_service stub{[](const asked&) { return http_answer(200, R"({"Item":{"id":{"S":"sEcReT"}}})", ids("1")); }};
};

TEST_F(OpenTelemetry, ACallIsASpanWithOneInsideForItsAttempt) {
  ASSERT_TRUE(get(observed_service()));
  const auto all = spans();
  ASSERT_EQ(all.size(), 2u);
  const seen_span &attempt = all[0], &call = all[1];
  const std::string port = std::to_string(stub.port());

  EXPECT_EQ(call.name, "DynamoDB.GetItem");
  EXPECT_EQ(call.kind, SpanKind::kClient);
  EXPECT_EQ(call.status, StatusCode::kUnset);
  EXPECT_EQ(call.parent, no_parent);
  const std::map<std::string, std::string> of_call{{"db.system.name", "aws.dynamodb"},
                                                   {"db.operation.name", "GetItem"},
                                                   {"rpc.system", "aws-api"},
                                                   {"rpc.service", "DynamoDB"},
                                                   {"rpc.method", "GetItem"},
                                                   {"aws.dynamodb.table_names", "[orders]"},
                                                   {"aws.request_id", "REQUEST-1"},
                                                   {"aws.extended_request_id", "EXTENDED-1"},
                                                   {"server.address", "127.0.0.1"},
                                                   {"server.port", port},
                                                   {"dynamo.attempts", "1"}};
  EXPECT_EQ(call.attributes, of_call);

  EXPECT_EQ(attempt.name, "POST");
  EXPECT_EQ(attempt.kind, SpanKind::kClient);
  EXPECT_EQ(attempt.status, StatusCode::kUnset);
  EXPECT_EQ(attempt.trace, call.trace);
  EXPECT_EQ(attempt.parent, call.id);
  EXPECT_EQ(attempt["http.request.method"], "POST");
  EXPECT_EQ(attempt["http.response.status_code"], "200");
  EXPECT_EQ(attempt["http.request.resend_count"], "(none)");
  EXPECT_EQ(attempt["server.address"], "127.0.0.1");
  EXPECT_EQ(attempt["server.port"], port);
  EXPECT_EQ(attempt["aws.request_id"], "REQUEST-1");
  EXPECT_EQ(attempt["aws.extended_request_id"], "EXTENDED-1");
  EXPECT_EQ(attempt["dynamo.connection"], "opened");
  EXPECT_GT(std::stoi(attempt["http.request.size"]), 200);
  EXPECT_GT(std::stoi(attempt["http.response.size"]), 50);
  EXPECT_GT(std::stod(attempt["dynamo.first_byte_ms"]), 0);
}

TEST_F(OpenTelemetry, AnAttemptLiesInsideItsCall) {
  ASSERT_TRUE(get(observed_service()));
  const auto all = spans();
  ASSERT_EQ(all.size(), 2u);
  const seen_span &attempt = all[0], &call = all[1];
  EXPECT_GT(attempt.duration, std::chrono::nanoseconds(0));
  EXPECT_LE(attempt.duration, call.duration);
  EXPECT_GE(attempt.begin + std::chrono::milliseconds(1), call.begin);  // clocks of two kinds
}

TEST_F(OpenTelemetry, RetriesAreSpansOfTheSameCallAndSendTheSameId) {
  int answered = 0;
  stub.answer_by([&](const asked&) {
    const std::string number = std::to_string(++answered);
    return answered < 3 ? refusal("ThrottlingException", number) : http_answer(200, "{}", ids(number));
  });
  ASSERT_TRUE(get(observed_service()));
  const auto all = spans();
  ASSERT_EQ(all.size(), 4u);
  const seen_span& call = all[3];
  EXPECT_EQ(call.status, StatusCode::kUnset);
  EXPECT_EQ(call["dynamo.attempts"], "3");
  EXPECT_EQ(call["aws.request_id"], "REQUEST-3");
  for (int i = 0; i < 3; ++i) {
    const seen_span& attempt = all[static_cast<std::size_t>(i)];
    EXPECT_EQ(attempt.parent, call.id);
    EXPECT_EQ(attempt["http.request.resend_count"], i == 0 ? "(none)" : std::to_string(i));
    EXPECT_EQ(attempt["aws.request_id"], "REQUEST-" + std::to_string(i + 1));
    EXPECT_EQ(attempt.status, i < 2 ? StatusCode::kError : StatusCode::kUnset);
    EXPECT_EQ(attempt["error.type"], i < 2 ? "ThrottlingException" : "(none)");
    EXPECT_EQ(attempt["http.response.status_code"], i < 2 ? "400" : "200");
  }
  const auto requests = stub.requests();
  ASSERT_EQ(requests.size(), 3u);
  for (const asked& each : requests) EXPECT_EQ(each.field("traceparent"), "00-" + call.trace + "-" + call.id + "-01");
}

TEST_F(OpenTelemetry, AnErrorSetsTheStatusByItsType) {
  stub.answer_by([](const asked&) { return refusal("ValidationException", "9"); });
  stub.close_after_answers();  // stop() waits for connections that are kept
  const auto service = observed_service();
  EXPECT_FALSE(get(service));
  auto all = spans();
  ASSERT_EQ(all.size(), 2u);
  for (const seen_span& each : all) {
    EXPECT_EQ(each.status, StatusCode::kError);
    EXPECT_EQ(each.description, "ValidationException");
    EXPECT_EQ(each["error.type"], "ValidationException");
    EXPECT_EQ(each["aws.request_id"], "REQUEST-9");
  }

  stub.stop();  // an error of ours, which no service has named
  EXPECT_FALSE(get(service));
  all = spans();
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all.back().name, "DynamoDB.GetItem");
  EXPECT_EQ(all.back()["error.type"], "transport");
  EXPECT_EQ(all.back().status, StatusCode::kError);
}

TEST_F(OpenTelemetry, TheParentIsTheActiveSpanElseTheOriginOfTheRequest) {
  const auto service = observed_service();
  const auto origin = std::make_shared<request_origin>();
  origin->trace.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  origin->trace.tracestate = "vendor=value";
  const auto from_elsewhere = [&] {
    request r(operation_name::list_tables, json::buffer("{}"));
    r.origin = origin;
    ASSERT_TRUE(service.endpoint()->call(std::move(r)));
  };
  from_elsewhere();
  auto all = spans();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].name, "DynamoDB.ListTables");
  EXPECT_EQ(all[1].trace, "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(all[1].parent, "b7ad6b7169203331");
  EXPECT_EQ(all[1]["aws.dynamodb.table_names"], "(none)");
  EXPECT_EQ(stub.requests().back().field("traceparent"), "00-" + all[1].trace + "-" + all[1].id + "-01");
  EXPECT_EQ(stub.requests().back().field("tracestate"), "vendor=value");

  const auto outer = otel::trace::Provider::GetTracerProvider()->GetTracer("test")->StartSpan("outer");
  {
    const otel::trace::Scope active(outer);
    from_elsewhere();
  }
  outer->End();
  all = spans();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[2].name, "outer");
  EXPECT_EQ(all[1].parent, all[2].id);
  EXPECT_EQ(all[1].trace, all[2].trace);
  EXPECT_EQ(all[0].parent, all[1].id);
}

TEST_F(OpenTelemetry, ASpanThatIsNotSampledStillSendsItsId) {
  otel::trace::Provider::SetTracerProvider(tracer_provider(std::make_unique<sdk::trace::AlwaysOffSampler>()));
  ASSERT_TRUE(get(observed_service()));
  EXPECT_TRUE(spans().empty());
  const std::string sent = stub.requests().back().field("traceparent");
  EXPECT_TRUE(has_form_of_traceparent(sent)) << sent;
  EXPECT_TRUE(sent.ends_with("-00")) << sent;
}

TEST_F(OpenTelemetry, WithoutProvidersNothingIsSentAndCallsWork) {
  otel::trace::Provider::SetTracerProvider(
      std::shared_ptr<otel::trace::TracerProvider>(new otel::trace::NoopTracerProvider));
  otel::metrics::Provider::SetMeterProvider(
      std::shared_ptr<otel::metrics::MeterProvider>(new otel::metrics::NoopMeterProvider));
  ASSERT_TRUE(get(observed_service()));
  EXPECT_EQ(stub.requests().back().field("traceparent"), "");
}

TEST_F(OpenTelemetry, ConsumedCapacityIsAnAttributeAndACounter) {
  stub.answer_by([](const asked&) {
    return http_answer(200, R"({"ConsumedCapacity":{"TableName":"orders","CapacityUnits":2.5}})", ids("1"));
  });
  const auto service = observed_service();
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(get(service, R"({"TableName":"orders","Key":{"id":{"S":"1"}},"ReturnConsumedCapacity":"TOTAL"})"));
  }
  EXPECT_EQ(spans().back()["aws.dynamodb.consumed_capacity"], R"([{"TableName":"orders","CapacityUnits":2.5}])");
  const std::map<std::string, double> want{
      {"db.collection.name=orders db.operation.name=GetItem db.system.name=aws.dynamodb dynamo.capacity=read", 5}};
  EXPECT_EQ(sums("dynamo.client.consumed_capacity"), want);
}

TEST_F(OpenTelemetry, DurationsAndAttemptsAreCountedByOperationTableAndError) {
  int answered = 0;
  stub.answer_by([&](const asked& request) {
    if (request.body.find("refused") != std::string::npos) return refusal("ValidationException", "1");
    return ++answered == 1 ? refusal("ThrottlingException", "1") : http_answer(200, "{}", ids("1"));
  });
  const auto service = observed_service();
  ASSERT_TRUE(get(service));
  ASSERT_TRUE(get(service));
  EXPECT_FALSE(get(service, R"({"TableName":"refused","Key":{"id":{"S":"1"}}})"));
  const std::string get_of = " db.operation.name=GetItem db.system.name=aws.dynamodb";
  const std::string good = "db.collection.name=orders" + get_of;
  const std::string bad = "db.collection.name=refused" + get_of + " error.type=ValidationException";
  const std::map<std::string, double> attempts{{good, 3}, {bad, 1}};
  EXPECT_EQ(sums("dynamo.client.attempts"), attempts);

  std::map<std::string, std::uint64_t> counts;
  for (const auto& [key, point] : points("db.client.operation.duration")) {
    const auto& histogram = otel::nostd::get<sdk::metrics::HistogramPointData>(point);
    counts[key] = histogram.count_;
    EXPECT_GT(otel::nostd::get<double>(histogram.sum_), 0);
    EXPECT_LT(otel::nostd::get<double>(histogram.sum_), 30) << "these are seconds";
  }
  const std::map<std::string, std::uint64_t> calls{{good, 2}, {bad, 1}};
  EXPECT_EQ(counts, calls);
}

TEST_F(OpenTelemetry, TheEmbeddedEngineOrAnyEndpointHasSpansWithoutAttempts) {
  struct silent final : endpoint {
    result<reply> call(request) override { return reply(json::buffer("{}")); }
    void start(request r, reply_sink& sink) override { sink.complete(call(std::move(r))); }
  };
  const auto watched = observed(std::make_shared<silent>(), opentelemetry_observer());
  ASSERT_TRUE(watched->call(request(operation_name::get_records, json::buffer(R"({"ShardIterator":"x"})"))));
  const auto all = spans();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].name, "DynamoDBStreams.GetRecords");
  EXPECT_EQ(all[0]["rpc.service"], "DynamoDBStreams");
  EXPECT_EQ(all[0]["server.address"], "(none)");
}

TEST_F(OpenTelemetry, RetriesAreToldWhenTheyAreCollected) {
  stub.answer_by([](const asked&) { return refusal("ThrottlingException", "1"); });
  retry_settings twice;
  twice.attempts = 2;
  twice.budget.tokens_max = 20;
  const auto service = observed_service(twice);
  auto kept = opentelemetry_retries([service] { return service.retries(); });
  EXPECT_FALSE(get(service));
  const std::map<std::string, double> one{{"", 1}}, none{{"", 0}};
  const std::map<std::string, double> left{{"", 15}}, limit{{"", 20}};
  EXPECT_EQ(sums("dynamo.client.retries"), one);
  EXPECT_EQ(sums("dynamo.client.retries.refused"), none);
  EXPECT_EQ(sums("dynamo.client.retries.given_up"), one);
  EXPECT_EQ(sums("dynamo.client.retry_budget.tokens"), left);
  EXPECT_EQ(sums("dynamo.client.retry_budget.limit"), limit);
  EXPECT_EQ(sums("dynamo.client.circuit_open"), none);

  EXPECT_FALSE(get(service));  // 10 tokens are left, and a retry takes 14
  EXPECT_EQ(sums("dynamo.client.circuit_open"), one);

  kept.reset();
  int asked_after = 0;
  kept = opentelemetry_retries([&] { return ++asked_after, retry_statistics(); });
  kept.reset();
  (void)sums("dynamo.client.retries");
  EXPECT_EQ(asked_after, 0) << "nobody is asked after what was returned is gone";
}

}  // namespace
}  // namespace dynamo
