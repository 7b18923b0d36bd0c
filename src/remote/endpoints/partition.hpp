#pragma once

#include <string_view>

namespace dynamo::aws {

/// A group of regions with domains and accounts of its own. Each has FIPS and dual-stack endpoints.
struct partition {
  std::string_view name;               ///< "aws", as in ARNs
  std::string_view domain;             ///< "amazonaws.com"
  std::string_view dual_stack_domain;  ///< "api.aws"
};

/// The partition of a region; of one whose name fits no partition: aws, as AWS's SDKs have it. Lives for ever.
const partition& partition_of(std::string_view region) noexcept;

/// 1 to 63 letters, digits and hyphens, no hyphen at either end: a part of a host's name.
bool is_host_label(std::string_view) noexcept;

}  // namespace dynamo::aws
