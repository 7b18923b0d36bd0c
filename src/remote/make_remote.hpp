#pragma once

#include <dynamo/remote.hpp>

#include <remote/service/remote_endpoint.hpp>

#include <memory>

namespace dynamo::aws {

/// An endpoint of DynamoDB's, and what its program makes its calls through: itself, or its observer around it.
struct made_remote {
  std::shared_ptr<remote_endpoint> itself;
  std::shared_ptr<endpoint> outer;
};

/// What dynamo::remote() makes. `unless_set`: the retries where neither the program nor its environment says how.
result<made_remote> make_remote(const remote_options&, const retry_settings& unless_set);

}  // namespace dynamo::aws
