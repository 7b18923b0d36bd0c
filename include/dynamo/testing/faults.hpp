#pragma once

/// Faults for tests under one name: dynamo::testing::fault_plan and its rules, and the endpoint that deals them out.
#include <dynamo/decorators/faulty.hpp>

namespace dynamo::testing {

using dynamo::dealt_fault;
using dynamo::fault;
using dynamo::fault_plan;
using dynamo::fault_rule;
using dynamo::faulty;

}  // namespace dynamo::testing
