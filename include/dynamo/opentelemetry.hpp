#pragma once

#include <dynamo/protocol/call_observer.hpp>

#include <memory>

namespace dynamo {

/// An observer that makes a span of OpenTelemetry of each call: for remote_options::observer and observed(). It is in the target dynamo::opentelemetry, which
/// is built, and installed, where opentelemetry-cpp 1.x is found; link that one beside dynamo::dynamo_table.
///
/// A span is of kind CLIENT and named "DynamoDB.GetItem" and the like, with attributes of the semantic conventions for databases and for DynamoDB
/// (https://opentelemetry.io/docs/specs/semconv/database/dynamodb/): db.system.name, db.operation.name, aws.dynamodb.table_names, aws.request_id,
/// aws.extended_request_id, aws.dynamodb.consumed_capacity, server.address, http.response.status_code, error.type. Each attempt is an event with its number, bytes and the times of
/// its parts in milliseconds. No attribute holds an item, a key or the text of an error.
/// Its parent is the span that is active on the thread that makes the call; else the trace of the request's origin. The span's own id goes with each
/// attempt (traceparent, tracestate).
///
/// Uses the tracer of the process's provider at this moment: set that first. Thread-safe as far as OpenTelemetry's tracer and spans are, which say so.
/// Cost: what OpenTelemetry's span costs, and the search for the tables' names; of a span that is not recorded, an id and no attributes.
std::shared_ptr<call_observer> opentelemetry_observer();

}  // namespace dynamo
