#pragma once

#include <dynamo/base/clock.hpp>

#include <cstdint>
#include <string>

namespace dynamo {

/// How much of a time is written; what is finer is cut off.
enum class time_precision : std::uint8_t { seconds, milliseconds };

/// UTC as in ISO 8601 and RFC 3339, without a zone: "2026-01-02T03:04:05", or with ".678" behind it.
std::string time_text(instant, time_precision);

}  // namespace dynamo
