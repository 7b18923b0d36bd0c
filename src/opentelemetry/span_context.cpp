#include "span_context.hpp"

#include <fmt/format.h>
#include <opentelemetry/trace/trace_state.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace dynamo {
namespace {

namespace nostd = ::opentelemetry::nostd;
namespace trace = ::opentelemetry::trace;

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

}  // namespace

trace::SpanContext span_context_of(const trace_context& from) {
  const std::string_view text = from.traceparent;
  const auto id = bytes_of<16>(text.substr(3, 32));
  const auto parent = bytes_of<8>(text.substr(36, 16));
  const auto flags = bytes_of<1>(text.substr(53, 2));
  auto state = has_form_of_tracestate(from.tracestate)
                   ? trace::TraceState::FromHeader({from.tracestate.data(), from.tracestate.size()})
                   : trace::TraceState::GetDefault();
  return {trace::TraceId(nostd::span<const std::uint8_t, 16>(id.data(), id.size())),
          trace::SpanId(nostd::span<const std::uint8_t, 8>(parent.data(), parent.size())), trace::TraceFlags(flags[0]),
          true, std::move(state)};
}

trace_context trace_context_of(const trace::SpanContext& span) {
  trace_context out;
  if (!span.IsValid()) return out;
  std::array<char, 32> id{};
  std::array<char, 16> parent{};
  span.trace_id().ToLowerBase16(nostd::span<char, 32>(id.data(), id.size()));
  span.span_id().ToLowerBase16(nostd::span<char, 16>(parent.data(), parent.size()));
  out.traceparent = fmt::format("00-{}-{}-{:02x}", std::string_view(id.data(), id.size()),
                                std::string_view(parent.data(), parent.size()), span.trace_flags().flags());
  out.tracestate = span.trace_state()->ToHeader();
  return out;
}

}  // namespace dynamo
