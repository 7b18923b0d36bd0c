#pragma once

#include "capacity_meter.hpp"

#include <dynamo/base/error.hpp>

#include <cstdint>
#include <string_view>

namespace dynamo::engine {

enum class capacity_use : bool { read, write };

/// A limit that a request met.
struct throttling {
  exceeded what;
  capacity_limit::mode how;  ///< of the table
  capacity_use kind;
  bool of_index;
  std::string_view resource;  ///< the ARN
};

/// errc::throttled, in DynamoDB's words and with its body, which has the reason: throttling_reasons() reads it.
///
/// A provisioned table answers ProvisionedThroughputExceededException, one on demand ThrottlingException. Sources: the errors of the service
/// model, CancellationReason in the API reference for the words, and ThrottlingReason there. The words for a configured maximum and for the
/// account's quota are ours: none are recorded.
error throttling_error(const throttling&);

}  // namespace dynamo::engine
