#pragma once

#include <remote/settings/environment.hpp>

namespace dynamo::aws {

/// The variables of this process, as they are when they are looked up. Thread-safe as long as no thread changes the environment.
environment process_environment();

}  // namespace dynamo::aws
