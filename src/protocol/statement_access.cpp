#include <dynamo/protocol/endpoint.hpp>

namespace dynamo {

std::string_view to_string(statement_access access) noexcept {
  switch (access) {
    case statement_access::untold: break;
    case statement_access::whole_key: return "whole-key";
    case statement_access::partitions: return "partitions";
    case statement_access::full_scan: return "full-scan";
  }
  return {};
}

}  // namespace dynamo
