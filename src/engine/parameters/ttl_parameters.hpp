#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <string>

namespace dynamo::engine {

struct ttl_specification {
  bool enabled = false;
  std::string attribute;
};

/// The parameters of UpdateTimeToLive.
struct ttl_parameters {
  std::string table;
  ttl_specification specification;
};
result<ttl_parameters> read_update_time_to_live(const request&);

}  // namespace dynamo::engine
