#include <dynamo/decorators/observed.hpp>
#include <dynamo/json/writer.hpp>
#include <dynamo/opentelemetry.hpp>
#include <dynamo/protocol/operation_facts.hpp>

#include <fmt/format.h>
#include <opentelemetry/common/attribute_value.h>
#include <opentelemetry/common/key_value_iterable_view.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/span.h>
#include <opentelemetry/trace/span_context.h>
#include <opentelemetry/trace/span_startoptions.h>
#include <opentelemetry/trace/trace_state.h>
#include <opentelemetry/trace/tracer.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
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

unsigned value_of_digit(char digit) { return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10); }

/// Of two digits each, which has_form_of_traceparent() has seen.
template <std::size_t Size>
std::array<std::uint8_t, Size> bytes_of(std::string_view digits) {
  std::array<std::uint8_t, Size> bytes{};
  for (std::size_t i = 0; i < Size; ++i) {
    bytes[i] = static_cast<std::uint8_t>(16 * value_of_digit(digits[2 * i]) + value_of_digit(digits[2 * i + 1]));
  }
  return bytes;
}

/// Whence a request came: the context of a span in another process.
otel::trace::SpanContext context_of(const trace_context& from) {
  const std::string_view text = from.traceparent;
  const auto trace = bytes_of<16>(text.substr(3, 32));
  const auto parent = bytes_of<8>(text.substr(36, 16));
  const auto flags = bytes_of<1>(text.substr(53, 2));
  auto state = has_form_of_tracestate(from.tracestate) ? otel::trace::TraceState::FromHeader(to_otel(from.tracestate))
                                                       : otel::trace::TraceState::GetDefault();
  return {otel::trace::TraceId(otel::nostd::span<const std::uint8_t, 16>(trace.data(), trace.size())),
          otel::trace::SpanId(otel::nostd::span<const std::uint8_t, 8>(parent.data(), parent.size())),
          otel::trace::TraceFlags(flags[0]), true, std::move(state)};
}

trace_context trace_of(const otel::trace::SpanContext& span) {
  trace_context out;
  if (!span.IsValid()) return out;
  std::array<char, 32> trace{};
  std::array<char, 16> id{};
  span.trace_id().ToLowerBase16(otel::nostd::span<char, 32>(trace.data(), trace.size()));
  span.span_id().ToLowerBase16(otel::nostd::span<char, 16>(id.data(), id.size()));
  out.traceparent = fmt::format("00-{}-{}-{:02x}", std::string_view(trace.data(), trace.size()),
                                std::string_view(id.data(), id.size()), span.trace_flags().flags());
  out.tracestate = span.trace_state()->ToHeader();
  return out;
}

/// "ProvisionedThroughputExceededException", or our own word where the service has not spoken.
std::string type_of(const error& why) {
  const std::string_view type = why.detail().type;
  const std::string_view name = type.substr(type.rfind('#') + 1);  // none: all of it
  return std::string(name.empty() ? to_string(why.code()) : name);
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

class span_maker final : public call_observer {
 public:
  span_maker() : tracer_(otel::trace::Provider::GetTracerProvider()->GetTracer("dynamo_table")) {}

  call_notes call_begins(const request& r) noexcept override {
    const operation_facts& facts = facts_of(r.operation);
    const bool streams = facts.service == wire_service::streams;
    const std::string name = fmt::format("{}.{}", streams ? "DynamoDBStreams" : "DynamoDB", facts.name);
    otel::trace::StartSpanOptions options;
    options.kind = otel::trace::SpanKind::kClient;
    if (r.origin && has_form_of_traceparent(r.origin->trace.traceparent) &&
        !otel::trace::Tracer::GetCurrentSpan()->GetContext().IsValid()) {
      options.parent = context_of(r.origin->trace);
    }
    const auto span = std::make_shared<span_handle>(tracer_->StartSpan(
        to_otel(name), {{"db.system.name", "aws.dynamodb"}, {"db.operation.name", to_otel(facts.name)}}, options));
    if ((*span)->IsRecording()) set_list(**span, "aws.dynamodb.table_names", tables_named_by(r));
    call_notes notes;
    notes.trace = trace_of((*span)->GetContext());
    notes.state = span;
    return notes;
  }

  void attempt_ended(const attempt_report& what, void* state) noexcept override {
    otel::trace::Span& span = **static_cast<span_handle*>(state);
    if (!span.IsRecording()) return;
    span.SetAttribute("server.address", to_otel(what.host));
    if (what.status != 0) span.SetAttribute("http.response.status_code", static_cast<std::int64_t>(what.status));
    if (!what.extended_id.empty()) span.SetAttribute("aws.extended_request_id", to_otel(what.extended_id));
    std::vector<std::pair<otel_text, otel::common::AttributeValue>> all{
        {"attempt", static_cast<std::int64_t>(what.attempt)},
        {"connection", to_otel(to_string(what.connection))},
        {"resent", what.resent},
        {"bytes_sent", static_cast<std::int64_t>(what.bytes_sent)},
        {"bytes_received", static_cast<std::int64_t>(what.bytes_received)},
        {"wait_ms", in_ms(what.times.wait)},
        {"connect_ms", in_ms(what.times.connect)},
        {"handshake_ms", in_ms(what.times.handshake)},
        {"write_ms", in_ms(what.times.write)},
        {"first_byte_ms", in_ms(what.times.first_byte)},
        {"read_ms", in_ms(what.times.read)},
        {"total_ms", in_ms(what.times.total)}};
    if (!what.request_id.empty()) all.emplace_back("aws.request_id", to_otel(what.request_id));
    const std::string type = what.failure != nullptr ? type_of(*what.failure) : std::string();
    if (!type.empty()) all.emplace_back("error.type", to_otel(type));
    span.AddEvent("attempt", all);
  }

  void call_ended(const call_report& what, void* state) noexcept override {
    otel::trace::Span& span = **static_cast<span_handle*>(state);
    if (span.IsRecording()) {
      const std::string_view id = what.request_id();
      if (!id.empty()) span.SetAttribute("aws.request_id", to_otel(id));
      span.SetAttribute("dynamo.attempts", static_cast<std::int64_t>(what.attempts()));
      set_list(span, "aws.dynamodb.consumed_capacity", written(consumed_by(what)));
      if (const error* const why = what.failure(); why != nullptr) {
        const std::string type = type_of(*why);
        span.SetAttribute("error.type", to_otel(type));
        span.SetStatus(otel::trace::StatusCode::kError, to_otel(type));
      }
    }
    span.End();
  }

 private:
  const otel::nostd::shared_ptr<otel::trace::Tracer> tracer_;
};

}  // namespace

std::shared_ptr<call_observer> opentelemetry_observer() { return std::make_shared<span_maker>(); }

}  // namespace dynamo
