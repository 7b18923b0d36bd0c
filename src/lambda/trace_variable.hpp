#pragma once

#include <string_view>

namespace dynamo::lambda {

/// Sets the variable _X_AMZN_TRACE_ID, where SDKs of AWS X-Ray look; without a text, or with one of more than 4,096 bytes, there is no such
/// variable. setenv() would keep each text for ever, so the variable is one piece of memory that is written again.
/// No other thread may read or write the environment meanwhile.
void set_trace_variable(std::string_view id) noexcept;

}  // namespace dynamo::lambda
