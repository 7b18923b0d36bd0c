#pragma once

#include <dynamo/base/result.hpp>

#include <string_view>

namespace dynamo::engine {

/// Whether a text is a resource policy that IAM could read: a JSON object of Version, Id and Statement, each statement with an Effect, a Principal,
/// an Action and a Resource (or their negations), of the right form. Who may do what by it is not looked at: this engine keeps nobody from
/// anything. Errors: validation, in words of our own. Pure. Source: "Grammar of the IAM JSON policy language", IAM User Guide.
result<void> check_policy(std::string_view document);

}  // namespace dynamo::engine
