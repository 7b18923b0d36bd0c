#pragma once

#include <dynamo/base/result.hpp>

#include <functional>
#include <thread>

namespace dynamo::engine {

/// Starts a thread. A port: tests put one that fails in its place.
using thread_starter = result<std::thread> (*)(std::function<void()>);

/// The machine's threads. errc::throttled, with the reason, where the system gives none: nothing was executed, a later call may
/// succeed.
result<std::thread> start_thread(std::function<void()>);

}  // namespace dynamo::engine
