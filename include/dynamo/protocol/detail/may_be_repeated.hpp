#pragma once

#include <dynamo/protocol/endpoint.hpp>

namespace dynamo {

/// Whether a request may be sent again when nobody knows whether it was executed: it only reads, its builder says that it repeats, or it is a
/// transaction with a ClientRequestToken, which DynamoDB executes once in 10 minutes. Looks into the body of transactions alone; false for one
/// that is no JSON.
bool may_be_repeated(const request&);

}  // namespace dynamo
