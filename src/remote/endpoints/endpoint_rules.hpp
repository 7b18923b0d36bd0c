#pragma once

#include <dynamo/base/result.hpp>

#include <remote/endpoints/endpoint_url.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dynamo::aws {

/// The services that this library calls: DynamoDB, and those that give credentials.
enum class service_id : std::uint8_t {
  dynamodb,
  dynamodb_streams,
  sts,
  sso,       ///< IAM Identity Center's portal
  sso_oidc,  ///< IAM Identity Center's tokens
};

/// Whether hosts that are named after an account are used: https://<account>.ddb.<region>.amazonaws.com.
enum class account_id_endpoint_mode : std::uint8_t {
  preferred,  ///< where the account is known and the region has such
  disabled,
  required,  ///< anything else is an error
};

/// What decides about an endpoint.
struct endpoint_parameters {
  service_id service = service_id::dynamodb;
  std::string_view region;  ///< empty: not known
  bool fips = false;
  bool dual_stack = false;
  account_id_endpoint_mode account_mode = account_id_endpoint_mode::preferred;
  std::optional<std::string_view> account_id;  ///< of the credentials
  std::span<const std::string_view>
      resource_arns;                   ///< that a request names; the first that fits service and region decides
  bool vector_search = false;          ///< the operation is SearchVectors
  std::optional<endpoint_url> custom;  ///< that the user set instead
};

struct resolved_endpoint {
  endpoint_url url;
  std::string signing_region;
  bool of_account = false;  ///< the host is named after an account
};

/// The endpoint for requests with these parameters. The region `local` is http://localhost:8000, as DynamoDB Local has it; for Streams too,
/// where AWS's own rules know no such.
///
/// Errors: errc::invalid_argument says which two settings contradict each other, and how to change them.
/// Pure; cost: a few short strings. Source: the endpoint rule sets of botocore 1.44.8; tests/remote/endpoints runs its published cases.
[[nodiscard]] result<resolved_endpoint> resolve_endpoint(const endpoint_parameters&);

}  // namespace dynamo::aws
