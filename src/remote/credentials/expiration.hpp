#pragma once

#include <dynamo/base/clock.hpp>

#include <optional>
#include <string_view>

namespace dynamo::aws {

/// A time as the sources of credentials write it: ISO 8601 with a zone, "2026-11-27T12:00:00Z", with a fraction of a second, with "+01:00"
/// or "+0100" for Z, or with "UTC" as older CLIs have it. Finer than milliseconds is cut off. Nothing for any other text.
std::optional<instant> expiration_from_text(std::string_view);

}  // namespace dynamo::aws
