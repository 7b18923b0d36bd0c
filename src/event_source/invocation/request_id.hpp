#pragma once

#include <dynamo/base/random.hpp>

#include <string>

namespace dynamo::event_source {

/// A random UUID (RFC 9562, version 4): the form of Lambda's request ids.
std::string make_invocation_id(random_source&);

}  // namespace dynamo::event_source
