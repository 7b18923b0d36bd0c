#pragma once

#include <dynamo/base/result.hpp>

#include <remote/credentials/credential_source.hpp>
#include <remote/profiles/profile_set.hpp>
#include <remote/settings/environment.hpp>
#include <remote/settings/settings.hpp>

#include <string>
#include <vector>

namespace dynamo::aws {

enum class source_verdict : std::uint8_t {
  chosen,       ///< this one gives the credentials
  absent,       ///< it is not configured
  invalid,      ///< it is configured, but not right: no later one is tried
  not_reached,  ///< an earlier one was chosen, or is invalid
};

/// One source of the chain, and what became of it.
struct considered_source {
  std::string name;  ///< "environment variables"
  source_verdict verdict = source_verdict::not_reached;
  std::string why;  ///< for people, without secrets
};

/// Which source gives the credentials.
struct credential_plan {
  result<credential_source> source;
  std::vector<considered_source> considered;  ///< all of the chain, in its order
};

/// Decides by AWS's standard chain, in this order: what the program gives; keys in environment variables; web identity in environment variables;
/// the profile; a container's agent; the metadata service of EC2. The first that is configured is the one, though it fail later: falling through to
/// another identity would surprise. A profile that the program itself names comes before the environment's variables.
///
/// The last, the metadata service, is chosen without knowing whether there is one: only asking tells.
/// Errors in `source`: as of the source's own function; errc::unavailable names all places where it looked, and how to work without AWS.
/// Pure. Source: "Standardized credential providers" in the AWS SDKs and Tools Reference Guide, and botocore 1.44.8.
credential_plan plan_credentials(const std::optional<auth::credentials>& of_program, const settings&,
                                 const environment&, const profile_set&);

/// What to tell the user when no credentials could be fetched by a plan. Where the metadata service was only the last resort, and does not
/// answer, all places where the plan looked; otherwise the error as it is.
error explain_failure(const credential_plan&, const error& of_fetch);

}  // namespace dynamo::aws
