#pragma once

#include <dynamo/base/event_loop.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace dynamo {

/// The loop behind an Asio executor, for remote_options::loop: then calls that are awaited do their I/O on the threads that run the
/// executor's context, and not on one of the service's own. With one thread there, a program of one thread stays one.
///
///     boost::asio::io_context context;
///     options.loop = dynamo::event_loop_of(context.get_executor());
///
/// A context that ends, or is destroyed, ends the calls under way with errc::cancelled, and every later one that is started. While nobody runs it
/// they stand still, also beyond their deadlines. Only calls under way are work that keeps run() from returning. Calls by run() need no loop. One for each service.
std::shared_ptr<event_loop> event_loop_of(const boost::asio::any_io_executor&);

}  // namespace dynamo
