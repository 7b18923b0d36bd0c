#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace dynamo {

enum class log_level : std::uint8_t { debug, info, warning, error };

/// Receives what the library has to say outside of results: repairs at open, background failures, slow recoveries.
/// Called from any thread, one call at a time; what it throws is dropped. It must not log or set a sink itself.
/// Messages never contain item data or credentials.
using log_sink = std::function<void(log_level, std::string_view message)>;

/// Replaces the process-wide sink; an empty one silences the library. The default writes warnings and errors to stderr.
void set_log_sink(log_sink);
void log(log_level, std::string_view message);

}  // namespace dynamo
