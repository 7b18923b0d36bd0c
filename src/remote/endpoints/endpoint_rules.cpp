#include <remote/endpoints/endpoint_rules.hpp>

#include <fmt/core.h>
#include <remote/endpoints/partition.hpp>

#include <algorithm>
#include <array>

namespace dynamo::aws {
namespace {

constexpr std::string_view local_region = "local";
constexpr std::uint16_t port_of_dynamodb_local = 8000;
constexpr std::string_view signing_region_of_local = "us-east-1";

/// The first labels of a service's hosts. FIPS hosts have "-fips" after them.
struct host_names {
  std::string_view plain, dual_stack;
  std::string_view of_account;  ///< after the account's own label; empty: the service has none
};

host_names names_of(const endpoint_parameters& of) {
  switch (of.service) {
    case service_id::dynamodb:
      if (of.vector_search) return {"search-dynamodb", "search-dynamodb", "search-ddb"};
      return {"dynamodb", "dynamodb", "ddb"};
    case service_id::dynamodb_streams: return {"streams.dynamodb", "streams-dynamodb", "streams-ddb"};
    case service_id::sts: return {"sts", "sts", ""};
    case service_id::sso: return {"portal.sso", "portal.sso", ""};
    case service_id::sso_oidc: break;
  }
  return {"oidc", "oidc", ""};
}

bool has_account_hosts(service_id service, std::string_view region, const partition& of) {
  const auto is_one_of = [](std::string_view text, auto... others) { return ((text == others) || ...); };
  switch (service) {
    case service_id::dynamodb:
      return of.name == "aws" || is_one_of(region, "us-gov-east-1", "us-gov-west-1", "cn-north-1", "cn-northwest-1");
    case service_id::dynamodb_streams:
      return is_one_of(of.name, "aws", "aws-cn", "aws-us-gov") && !is_one_of(region, "me-central-1", "me-south-1");
    default: return false;
  }
}

/// The account in "arn:<partition>:dynamodb:<region>:<account>:<resource>", if it is of this region and fits in a host's name.
std::optional<std::string_view> account_of_arn(std::string_view arn, std::string_view region) {
  std::array<std::string_view, 5> parts;  // and what is left is the resource
  for (std::string_view& part : parts) {
    const std::size_t colon = arn.find(':');
    if (colon == arn.npos) return std::nullopt;
    part = arn.substr(0, colon);
    arn.remove_prefix(colon + 1);
  }
  if (parts[0] != "arn" || parts[1].empty() || parts[2] != "dynamodb" || parts[3] != region || arn.empty() ||
      !is_host_label(parts[4])) {
    return std::nullopt;
  }
  return parts[4];
}

std::unexpected<error> refuse_endpoint(std::string why) { return fail(errc::invalid_argument, std::move(why)); }

result<void> check_custom(const endpoint_parameters& of) {
  if (of.fips) {
    return refuse_endpoint(
        "FIPS endpoints and a custom endpoint URL exclude each other: remove the URL, or turn FIPS off "
        "(AWS_USE_FIPS_ENDPOINT, use_fips_endpoint)");
  }
  if (of.dual_stack) {
    return refuse_endpoint(
        "Dual-stack endpoints and a custom endpoint URL exclude each other: remove the URL, or turn dual-stack off "
        "(AWS_USE_DUALSTACK_ENDPOINT, use_dualstack_endpoint)");
  }
  if (of.service == service_id::dynamodb && !of.region.empty()) {
    const std::string_view domain = partition_of(of.region).dual_stack_domain;
    for (const std::string_view prefix : {"", "search-"}) {
      if (of.custom->authority() != fmt::format("{}dynamodb.{}.{}", prefix, of.region, domain)) continue;
      return refuse_endpoint(
          fmt::format("The endpoint URL {} is a dual-stack endpoint of AWS: remove the URL, and turn dual-stack on "
                      "(AWS_USE_DUALSTACK_ENDPOINT=true, use_dualstack_endpoint = true)",
                      of.custom->text()));
    }
  }
  return {};
}

result<resolved_endpoint> resolve_local(const endpoint_parameters& of) {
  if (of.fips) return refuse_endpoint("The region local has no FIPS endpoint; turn FIPS off, or name a region of AWS");
  if (of.dual_stack) {
    return refuse_endpoint("The region local has no dual-stack endpoint; turn dual-stack off, or name a region of AWS");
  }
  resolved_endpoint found;
  found.url = endpoint_url("localhost");
  found.url.tls = false;
  found.url.port = port_of_dynamodb_local;
  found.signing_region = signing_region_of_local;
  return found;
}

/// The account that the host is to be named after; nothing: none.
result<std::optional<std::string_view>> account_for_host(const endpoint_parameters& of, const partition& in) {
  const bool required = of.account_mode == account_id_endpoint_mode::required;
  if (of.account_mode == account_id_endpoint_mode::disabled || names_of(of).of_account.empty()) return std::nullopt;
  if (of.fips && of.service == service_id::dynamodb) {
    if (!required) return std::nullopt;
    return refuse_endpoint(
        "The account id endpoint mode is required, but DynamoDB's FIPS endpoints have no account in their names: turn FIPS off, or "
        "choose the mode preferred");
  }
  if (!has_account_hosts(of.service, of.region, in)) {
    if (!required) return std::nullopt;
    return refuse_endpoint(fmt::format(
        "The account id endpoint mode is required, but the region {} has no account endpoints; choose the mode preferred",
        of.region));
  }
  for (const std::string_view arn : of.resource_arns) {
    if (const auto account = account_of_arn(arn, of.region)) return account;
  }
  if (of.account_id) {
    if (is_host_label(*of.account_id)) return of.account_id;
    return refuse_endpoint(
        "The account id of the credentials is not valid; it has twelve digits (AWS_ACCOUNT_ID, aws_account_id)");
  }
  if (!required) return std::nullopt;
  return refuse_endpoint(
      "The account id endpoint mode is required, but no account id is known; set AWS_ACCOUNT_ID, or aws_account_id in the profile, or "
      "choose the mode preferred");
}

}  // namespace

result<resolved_endpoint> resolve_endpoint(const endpoint_parameters& of) {
  resolved_endpoint found;
  if (of.custom) {
    if (auto checked = check_custom(of); !checked) return fail(std::move(checked.error()));
    found.url = *of.custom;
    found.signing_region = of.region;
    return found;
  }
  if (of.region.empty()) {
    return refuse_endpoint("No region is known; set AWS_REGION, or region in the profile, or name one in the program");
  }
  if (!is_host_label(of.region)) {
    return refuse_endpoint("The region is not valid: a region has letters, digits and hyphens, as eu-west-2");
  }
  const bool of_dynamodb = of.service == service_id::dynamodb || of.service == service_id::dynamodb_streams;
  if (of_dynamodb && of.region == local_region) return resolve_local(of);

  const partition& in = partition_of(of.region);
  const auto account = account_for_host(of, in);
  if (!account) return fail(account.error());
  const host_names names = names_of(of);
  const std::string_view domain = of.dual_stack ? in.dual_stack_domain : in.domain;
  std::string host;
  if (*account) {
    host = fmt::format("{}.{}{}.{}.{}", **account, names.of_account, of.fips ? "-fips" : "", of.region, domain);
  } else {
    const bool plain_is_fips = in.name == "aws-us-gov" && !of.dual_stack;
    host = fmt::format("{}{}.{}.{}", of.dual_stack ? names.dual_stack : names.plain,
                       of.fips && !plain_is_fips ? "-fips" : "", of.region, domain);
  }
  found.url = endpoint_url(host);
  found.signing_region = of.region;
  found.of_account = account->has_value();
  return found;
}

}  // namespace dynamo::aws
