#pragma once

#include "support/screen.hpp"

#include <string>

namespace demo {

/// Runs examples/11_lambda_handler as a Lambda function in a process of its own, hands it the changes of a table while that is
/// written, and compares what it saw with what was written. Then the same program answers events from files.
step_report run_lambda(screen&, const std::string& scratch);

}  // namespace demo
