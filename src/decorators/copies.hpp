#pragma once

#include <dynamo/protocol/endpoint.hpp>

namespace dynamo {

/// A request to send while the original is kept.
request copy_of(const request&);

}  // namespace dynamo
