#pragma once

#include <dynamo/base/error.hpp>
#include <dynamo/database_options.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/protocol/operation_name.hpp>

namespace dynamo::engine {

/// How DynamoDB tells what it finds wrong with the requests of one operation before it looks for the table. It has an older and a newer layer
/// of checks; 2026 is when one operation after the other came to the newer. What needs the table is told alike by all.
struct request_wording {
  error_wording era = error_wording::of_2026;
  /// Errors of values and expressions begin with "1 validation error detected: ", as those of single parameters always do.
  bool in_envelope = false;
  json::value_layer values = json::value_layer::newer;
  /// A value of ExpressionAttributeValues that is refused is told with its placeholder.
  bool names_placeholders = false;

  /// The same operation where the older layer reads the request, whatever the era.
  request_wording of_older_layer() const noexcept {
    return {error_wording::of_2025, false, json::value_layer::older, true};
  }
  /// An error of the request before the table is looked for, in the envelope if this has one.
  error of_request(const error&) const;
};

request_wording wording_of(operation_name, error_wording) noexcept;

}  // namespace dynamo::engine
