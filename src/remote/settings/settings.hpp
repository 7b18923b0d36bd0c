#pragma once

#include <dynamo/base/result.hpp>

#include <remote/endpoints/endpoint_rules.hpp>
#include <remote/profiles/profile_set.hpp>
#include <remote/settings/environment.hpp>
#include <remote/settings/sourced.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::aws {

/// How AWS's SDKs retry. `legacy`, which they still accept, is read as `standard`.
enum class retry_mode : std::uint8_t { standard, adaptive };

/// What a program sets itself. What it leaves out, or empty, is looked up.
struct explicit_settings {
  std::optional<std::string> profile;
  std::optional<std::string> region;
  std::optional<std::string> endpoint_url;          ///< of DynamoDB, and of its streams unless they have their own
  std::optional<std::string> streams_endpoint_url;  ///< of DynamoDB Streams
  std::optional<bool> fips;
  std::optional<bool> dual_stack;
  std::optional<account_id_endpoint_mode> account_mode;
  std::optional<retry_mode> retries;
  std::optional<unsigned> max_attempts;
  std::optional<std::string> ca_bundle;
  std::optional<std::string> app_id;
};

/// What applies, each with where it is from.
struct settings {
  sourced<std::string> profile;  ///< "default" unless one is named
  std::optional<sourced<std::string>> region;
  sourced<bool> fips;
  sourced<bool> dual_stack;
  sourced<account_id_endpoint_mode> account_mode;
  sourced<bool> ignore_configured_endpoint_urls;
  std::optional<sourced<retry_mode>> retries;     ///< nothing: the caller's own default
  std::optional<sourced<unsigned>> max_attempts;  ///< the first attempt counts; nothing: the caller's own default
  std::optional<sourced<std::string>> ca_bundle;  ///< path of a file with certificates, instead of the system's
  std::optional<sourced<std::string>> app_id;     ///< for the field User-Agent
  /// Custom endpoints, by service.
  std::array<std::optional<sourced<endpoint_url>>, 5> endpoint_urls;

  const std::optional<sourced<endpoint_url>>& endpoint_url_of(service_id service) const noexcept {
    return endpoint_urls[static_cast<std::size_t>(service)];
  }
  std::optional<sourced<endpoint_url>>& endpoint_url_of(service_id service) noexcept {
    return endpoint_urls[static_cast<std::size_t>(service)];
  }
};

/// The profile that needs no file: LocalStack on this machine, with its well-known credentials. What a profile of that name in the files says
/// wins.
inline constexpr std::string_view localstack_profile = "localstack";

/// The first of these that says something, for each setting: the program, the environment, the profile, and what is built in. Endpoint URLs are
/// looked up in AWS's order: of the program; AWS_ENDPOINT_URL_<SERVICE>; AWS_ENDPOINT_URL; the profile's services section; its
/// endpoint_url; AWS_IGNORE_CONFIGURED_ENDPOINT_URLS skips all but the first. With a custom endpoint of DynamoDB and no region at all,
/// the region is us-east-1: emulators want any. Regions such as fips-us-east-1 stand for the region and FIPS.
///
/// Errors: errc::invalid_argument names where the value is from, and what it may be: values out of range, a profile or a services section
/// that is not in the files. Pure.
/// Sources: "Settings reference" and "Service-specific endpoints" in the AWS SDKs and Tools Reference Guide.
[[nodiscard]] result<settings> resolve_settings(const explicit_settings&, const environment&, const profile_set&);

/// The endpoint of a service by these settings. `account_id` is the credentials'. Errors: as of resolve_endpoint().
[[nodiscard]] result<resolved_endpoint> resolve_endpoint(const settings&, service_id,
                                                         std::optional<std::string_view> account_id = {},
                                                         std::span<const std::string_view> resource_arns = {},
                                                         bool vector_search = false);

/// A setting as a person reads it.
struct described_setting {
  std::string name, value, from;
};
/// Every setting that has a value, in a fixed order.
std::vector<described_setting> describe(const settings&);

}  // namespace dynamo::aws
