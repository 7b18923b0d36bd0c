#pragma once

#include <cstdint>
#include <string_view>

namespace dynamo {

/// What to do after an attempt failed, and why.
enum class retry_verdict : std::uint8_t {
  again,             ///< wait, then send the same request once more
  not_retryable,     ///< the same request would fail the same way: see error::retryable()
  may_be_executed,   ///< its reply was lost, and the request does not repeat
  attempts_used_up,  ///< retry_settings::attempts were made
  deadline,          ///< the next attempt would begin after the request's deadline
  budget_used_up,    ///< the bucket of retry_budget has too few tokens
  no_turn,           ///< its turn at a limited rate would come too late: see send_rate_settings
};
/// "again", "not retryable", "may be executed", "attempts used up", "deadline", "budget used up", "no turn".
std::string_view to_string(retry_verdict) noexcept;

}  // namespace dynamo
