#pragma once

#include "runtime_api.hpp"

#include <dynamo/lambda/serve.hpp>

namespace dynamo::lambda {

/// Takes one event after another and answers it, until the connection is cancelled (exit_stopped) or the API is gone
/// (exit_runtime_api_failed).
exit_status loop(runtime_api&, event_handler&, const logger&);

}  // namespace dynamo::lambda
