#pragma once

#include <dynamo/protocol/trace_context.hpp>

#include <opentelemetry/trace/span_context.h>

namespace dynamo {

/// Whence a request came: the context of a span in another process. `from.traceparent` must have its form, see has_form_of_traceparent(); a tracestate that
/// has not is left out.
opentelemetry::trace::SpanContext span_context_of(const trace_context& from);

/// A span as W3C's fields; empty ones of a span that is not valid.
trace_context trace_context_of(const opentelemetry::trace::SpanContext&);

}  // namespace dynamo
