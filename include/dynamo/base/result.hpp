#pragma once

#include <dynamo/base/error.hpp>

#include <expected>

namespace dynamo {

/// What every fallible call returns: the value, or the reason there is none.
template <class T>
using result = std::expected<T, error>;

/// Shorthand for `return fail(errc::validation, "...")`.
[[nodiscard]] inline std::unexpected<error> fail(errc code, std::string message) {
  return std::unexpected<error>(std::in_place, code, std::move(message));
}
[[nodiscard]] inline std::unexpected<error> fail(error e) { return std::unexpected<error>(std::move(e)); }

}  // namespace dynamo
