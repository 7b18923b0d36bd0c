#pragma once

#include <dynamo/decorators/retrying.hpp>
#include <dynamo/protocol/call_observer.hpp>

#include <functional>
#include <memory>

namespace dynamo {

/// An observer that tells OpenTelemetry of calls, by spans and metrics: for remote_options::observer and observed(). It is in the target dynamo::opentelemetry, which
/// is built, and installed, where opentelemetry-cpp 1.x is found; link that one beside dynamo::dynamo_table.
///
/// A call is a span of kind CLIENT, named "DynamoDB.GetItem" and the like, with attributes of the semantic conventions for DynamoDB
/// (https://opentelemetry.io/docs/specs/semconv/database/dynamodb/): db.system.name, db.operation.name, rpc.system, rpc.service, rpc.method, aws.dynamodb.table_names,
/// aws.request_id, aws.extended_request_id, aws.dynamodb.consumed_capacity, server.address, server.port, error.type; and dynamo.attempts. cloud.region is not known here.
/// Each attempt is a span "POST" of kind CLIENT inside it, with attributes of those for HTTP: http.request.method, http.response.status_code,
/// http.request.resend_count, http.request.size, http.response.size, server.address, server.port, error.type, the request ids; and dynamo.connection, dynamo.resent and
/// the times of its parts in milliseconds, dynamo.wait_ms and so on as in attempt_times. An error sets a span's status. No attribute holds an item, a key or the text of an error.
///
/// The parent of a call's span is the span that is active on the thread that makes the call; else the trace of the request's origin. The id of the call's span goes
/// with each of its attempts (traceparent, tracestate).
///
/// Metrics: db.client.operation.duration, a histogram in seconds; dynamo.client.attempts, a counter; both by db.system.name, db.operation.name, db.collection.name (of calls
/// of one table) and error.type. dynamo.client.consumed_capacity, a counter of units, where requests ask for it; by operation, table and dynamo.capacity (read, write).
///
/// Uses the tracer and the meter of the process's providers at this moment: set those first. Thread-safe as far as OpenTelemetry's tracers and meters are, which say so.
/// Cost: what OpenTelemetry's spans and instruments cost, and the search for the tables' names; a span that is not recorded has an id, no attributes and no spans of attempts.
std::shared_ptr<call_observer> opentelemetry_observer();

/// Metrics of an endpoint's retries, which are read when OpenTelemetry collects them, as long as what is returned lives: dynamo.client.retries, dynamo.client.retries.refused,
/// dynamo.client.retries.given_up, counters; dynamo.client.retry_budget.tokens, dynamo.client.retry_budget.limit and dynamo.client.circuit_open (0 or 1), gauges. See
/// retry_statistics. For one endpoint of a process: the metrics have no attribute that tells several apart.
///
/// `source` is called on OpenTelemetry's thread, and must not throw. Uses the meter of the process's provider at this moment, which must outlive what is returned.
///
///     const auto kept = dynamo::opentelemetry_retries([service] { return service.retries(); });
[[nodiscard]] std::shared_ptr<void> opentelemetry_retries(std::function<retry_statistics()> source);

}  // namespace dynamo
