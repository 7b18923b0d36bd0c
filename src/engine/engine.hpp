#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/database_options.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <memory>
#include <string>

namespace dynamo::engine {

/// Opens the embedded endpoint on a directory. It executes the wire protocol in this process: reads on the calling thread, durable
/// writes through the committer. Thread-safe; stays open until the last handle is gone.
/// Errors: in_use, corruption, not_supported (a newer format), storage, invalid_argument.
result<std::shared_ptr<endpoint>> open(const std::string& path, const database_options&);
/// The same on a private, empty name space in memory.
result<std::shared_ptr<endpoint>> open_in_memory(const database_options&);

}  // namespace dynamo::engine
