#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dynamo {

/// Where a request stands in a distributed trace: the two fields of W3C Trace Context (https://www.w3.org/TR/trace-context/).
struct trace_context {
  /// Longer texts are not sent. The recommendation asks for 512 bytes at the least.
  static constexpr std::size_t tracestate_size_max = 1'024;
  static constexpr std::size_t traceparent_size_max = 256;  ///< of versions after 00, which has 55

  std::string traceparent;  ///< "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"; empty: there is none
  std::string tracestate;   ///< "vendor=text,..."; of no use without the other
};

/// It has the form that the recommendation gives it, and an id that is not zero. Pure.
bool has_form_of_traceparent(std::string_view) noexcept;
/// It is a text that can stand in a field of HTTP, neither empty nor longer than tracestate_size_max. Pure.
bool has_form_of_tracestate(std::string_view) noexcept;

}  // namespace dynamo
