#pragma once

#include <dynamo/base/clock.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo {

/// How much of a time is written; what is finer is cut off.
enum class time_precision : std::uint8_t { seconds, milliseconds };

/// UTC as in ISO 8601 and RFC 3339, without a zone: "2026-01-02T03:04:05", or with ".678" after it. Texts sort as times do: what lies
/// before the year 0 or after 9999 is written as the first or the last moment of those.
std::string time_text(instant, time_precision);
/// The time that such a text says, of either precision; nothing for any other text.
std::optional<instant> time_from_text(std::string_view);

}  // namespace dynamo
