#pragma once

#include <dynamo/base/result.hpp>

#include <string>
#include <string_view>

namespace dynamo::engine {

/// errc::validation: "One or more parameter values were invalid: <what>".
inline std::unexpected<error> invalid_value(std::string_view what) {
  return fail(errc::validation, std::string("One or more parameter values were invalid: ").append(what));
}

}  // namespace dynamo::engine
