#pragma once

#include <dynamo/base/result.hpp>

#include <string>
#include <string_view>

namespace dynamo::lambda {

/// Where the Runtime API is, as AWS_LAMBDA_RUNTIME_API says it.
struct api_address {
  std::string host_and_port;  ///< as http::client::to() reads it
  std::string path;           ///< goes before the path of every request: empty, or "/a/b" without a slash at its end
};

/// Reads `[http://]host[:port][/path]`. AWS sets "host:port", and its runtimes put "http://" before it and their paths after it, so that
/// a path works there too; some emulators set a whole URL. Without a port it is HTTP's, 80.
/// errc::invalid_argument, which says what is wrong, for any other scheme, a query, a fragment, or what no path can hold.
result<api_address> read_api_address(std::string_view);

}  // namespace dynamo::lambda
