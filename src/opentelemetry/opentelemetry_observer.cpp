#include "call_instruments.hpp"
#include "span_context.hpp"

#include <dynamo/decorators/observed.hpp>
#include <dynamo/json/writer.hpp>
#include <dynamo/opentelemetry.hpp>
#include <dynamo/protocol/operation_facts.hpp>

#include <fmt/format.h>
#include <opentelemetry/common/attribute_value.h>
#include <opentelemetry/common/timestamp.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/span.h>
#include <opentelemetry/trace/span_startoptions.h>
#include <opentelemetry/trace/tracer.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo {
namespace {

namespace otel = ::opentelemetry;
using otel_text = otel::nostd::string_view;
using span_handle = otel::nostd::shared_ptr<otel::trace::Span>;

otel_text to_otel(std::string_view text) { return {text.data(), text.size()}; }

/// A list of texts as the value of an attribute; what is listed must live until it is set.
void set_list(otel::trace::Span& span, otel_text name, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  const std::vector<otel_text> views(texts.begin(), texts.end());
  span.SetAttribute(name, otel::nostd::span<const otel_text>(views.data(), views.size()));
}

void set_text(otel::trace::Span& span, otel_text name, std::string_view text) {
  if (!text.empty()) span.SetAttribute(name, to_otel(text));
}

void set_number(otel::trace::Span& span, otel_text name, std::uint64_t number) {
  span.SetAttribute(name, static_cast<std::int64_t>(number));
}

/// "localhost:8000" as two attributes; the second only where there is a port.
void set_server(otel::trace::Span& span, std::string_view host) {
  const std::size_t colon = host.rfind(':'), bracket = host.rfind(']');
  const bool has_port = colon != host.npos && (bracket == host.npos || bracket < colon);
  set_text(span, "server.address", host.substr(0, has_port ? colon : host.npos));
  unsigned port = 0;
  if (has_port) std::from_chars(host.data() + colon + 1, host.data() + host.size(), port);
  if (port != 0) set_number(span, "server.port", port);
}

void set_failure(otel::trace::Span& span, std::string_view type) {
  if (type.empty()) return;
  span.SetAttribute("error.type", to_otel(type));
  span.SetStatus(otel::trace::StatusCode::kError, to_otel(type));
}

/// "ProvisionedThroughputExceededException", or our own word where the service has not spoken. Empty of a success.
std::string type_of(const error* why) {
  if (why == nullptr) return "";
  const std::string_view type = why->detail().type;
  const std::string_view name = type.substr(type.rfind('#') + 1);  // none: all of it
  return std::string(name.empty() ? to_string(why->code()) : name);
}

/// As the reply has it, an object for each table.
std::vector<std::string> written(const std::vector<table_capacity>& consumed) {
  std::vector<std::string> texts;
  for (const table_capacity& each : consumed) {
    json::buffer name;
    json::write_string(name, each.table);
    texts.push_back(fmt::format(R"({{"TableName":{},"CapacityUnits":{}}})", name.view(), each.read + each.write));
  }
  return texts;
}

double in_ms(std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1e6; }

/// What is kept of a call from its beginning to its end. An attempt of a hedged read may end after its call.
struct traced_call {
  span_handle span;
  bool recorded = false;
  std::vector<std::string> tables;
  bool asks_for_capacity = false;
};

class opentelemetry_call_observer final : public call_observer {
 public:
  opentelemetry_call_observer() : tracer_(otel::trace::Provider::GetTracerProvider()->GetTracer("dynamo_table")) {}

  call_notes call_begins(const request& r) noexcept override {
    const operation_facts& facts = facts_of(r.operation);
    const std::string_view service = facts.service == wire_service::streams ? "DynamoDBStreams" : "DynamoDB";
    const std::string name = fmt::format("{}.{}", service, facts.name);
    otel::trace::StartSpanOptions options;
    options.kind = otel::trace::SpanKind::kClient;
    if (r.origin && has_form_of_traceparent(r.origin->trace.traceparent) &&
        !otel::trace::Tracer::GetCurrentSpan()->GetContext().IsValid()) {
      options.parent = span_context_of(r.origin->trace);
    }
    const auto call = std::make_shared<traced_call>();
    call->span = tracer_->StartSpan(to_otel(name),
                                    {{"db.system.name", "aws.dynamodb"},
                                     {"db.operation.name", to_otel(facts.name)},
                                     {"rpc.system", "aws-api"},
                                     {"rpc.service", to_otel(service)},
                                     {"rpc.method", to_otel(facts.name)}},
                                    options);
    call->recorded = call->span->IsRecording();
    call->tables = tables_named_by(r);
    call->asks_for_capacity = r.body.view().find("\"ReturnConsumedCapacity\"") != std::string_view::npos;
    if (call->recorded) set_list(*call->span, "aws.dynamodb.table_names", call->tables);
    call_notes notes;
    notes.trace = trace_context_of(call->span->GetContext());
    notes.state = call;
    return notes;
  }

  void attempt_ended(const attempt_report& what, void* state) noexcept override {
    const auto& call = *static_cast<const traced_call*>(state);
    if (!call.recorded) return;
    set_server(*call.span, what.host);
    set_text(*call.span, "aws.extended_request_id", what.extended_id);
    otel::trace::StartSpanOptions options;
    options.kind = otel::trace::SpanKind::kClient;
    options.parent = call.span->GetContext();
    const auto system_clocks = std::chrono::duration_cast<std::chrono::system_clock::duration>(what.times.total);
    options.start_system_time = otel::common::SystemTimestamp(std::chrono::system_clock::now() - system_clocks);
    options.start_steady_time = otel::common::SteadyTimestamp(std::chrono::steady_clock::now() - what.times.total);
    const span_handle span = tracer_->StartSpan("POST", {{"http.request.method", "POST"}}, options);
    if (span->IsRecording()) describe(*span, what);
    span->End();
  }

  void call_ended(const call_report& what, void* state) noexcept override {
    const auto& call = *static_cast<const traced_call*>(state);
    const std::string type = type_of(what.failure());
    const auto consumed = call.asks_for_capacity ? consumed_by(what) : std::vector<table_capacity>();
    instruments_.record(what, call.tables, consumed, type);
    if (call.recorded) {
      set_text(*call.span, "aws.request_id", what.request_id());
      set_number(*call.span, "dynamo.attempts", what.attempts());
      set_list(*call.span, "aws.dynamodb.consumed_capacity", written(consumed));
      set_failure(*call.span, type);
    }
    call.span->End();
  }

 private:
  static void describe(otel::trace::Span& span, const attempt_report& what) {
    set_server(span, what.host);
    if (what.status != 0) set_number(span, "http.response.status_code", what.status);
    if (what.attempt > 1) set_number(span, "http.request.resend_count", what.attempt - 1);
    set_number(span, "http.request.size", what.bytes_sent);
    set_number(span, "http.response.size", what.bytes_received);
    set_text(span, "aws.request_id", what.request_id);
    set_text(span, "aws.extended_request_id", what.extended_id);
    set_text(span, "dynamo.connection", to_string(what.connection));
    if (what.resent) span.SetAttribute("dynamo.resent", true);
    span.SetAttribute("dynamo.wait_ms", in_ms(what.times.wait));
    span.SetAttribute("dynamo.connect_ms", in_ms(what.times.connect));
    span.SetAttribute("dynamo.handshake_ms", in_ms(what.times.handshake));
    span.SetAttribute("dynamo.write_ms", in_ms(what.times.write));
    span.SetAttribute("dynamo.first_byte_ms", in_ms(what.times.first_byte));
    span.SetAttribute("dynamo.read_ms", in_ms(what.times.read));
    set_failure(span, type_of(what.failure));
  }

  const otel::nostd::shared_ptr<otel::trace::Tracer> tracer_;
  const call_instruments instruments_;
};

}  // namespace

std::shared_ptr<call_observer> opentelemetry_observer() { return std::make_shared<opentelemetry_call_observer>(); }

}  // namespace dynamo
