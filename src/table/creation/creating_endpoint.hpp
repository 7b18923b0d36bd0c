#pragma once

#include <dynamo/base/timer.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <dynamo/table/detail/request_builder.hpp>

#include <memory>

namespace dynamo::detail {

/// DescribeTable for this table.
request description_of(const table_binding&);

/// An endpoint that sends the CreateTable that it is given to the table's own endpoint, and then asks for the table's state until
/// table_creation is done. Each request carries the first one's deadline, stop token and origin. Its started calls have no thread of
/// their own: they go on on the thread that completes an answer, on the timer's, or on the one that asks them to stop.
std::shared_ptr<endpoint> creating_endpoint(std::shared_ptr<const table_binding>, const schema_description&, timer&);

}  // namespace dynamo::detail
