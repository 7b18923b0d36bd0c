#pragma once

#include <dynamo/base/timer.hpp>
#include <dynamo/protocol/call_observer.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <memory>
#include <string>
#include <vector>

namespace dynamo {

/// An endpoint whose calls an observer is told of: when they begin and when they end. What is sent for them over a network, attempt by attempt,
/// it hears from the endpoint that sends it, through decorators such as retrying(): the observer travels with the request.
/// Several can stand around one endpoint, and each hears of the attempts.
///
/// Thread-safe; the timer, whose time is measured, must outlive every call. Cost: two looks at the clock and an allocation a call, and what
/// the observer does. Without an observer (null) it is `inner` itself. A child of fork() is not observed: its parent may have held the observer's locks.
///
///     dynamo::table<users_schema> users{dynamo::observed(db->endpoint(), std::make_shared<slow_calls>())};
std::shared_ptr<endpoint> observed(std::shared_ptr<endpoint> inner, std::shared_ptr<call_observer>,
                                   timer& = system_timer());

/// The tables that a request names, without repetition: one for most, several for batches and transactions, none for ListTables and PartiQL. Of an
/// ARN, the table's name in it. For call_observer::call_begins(). Cost: reads the request until it has them.
std::vector<std::string> tables_named_by(const request&);

/// Capacity units that one table's part of a call consumed; and the bytes of vector indexes, which are no units.
struct table_capacity {
  std::string table;  ///< empty of a SearchVectors, whose reply does not name it
  double read = 0;
  double write = 0;
  double vector_search_bytes = 0;
  double vector_write_bytes =
      0;  ///< of all vector indexes; told where the request asks for capacity by index (INDEXES)
};
/// What the reply says of consumed capacity; empty unless the request asked for it (ReturnConsumedCapacity). For call_observer::call_ended().
/// Cost: reads the reply.
std::vector<table_capacity> consumed_by(const call_report&);

}  // namespace dynamo
