#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <remote/provider/configuration.hpp>
#include <remote/provider/credential_provider.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace dynamo::cli {

/// What a call of ListTables came to.
struct doctor_call {
  result<reply> answer;
  std::chrono::milliseconds took{0};
};

/// What is to be reported. Credentials that are nothing were not asked for.
struct doctor_findings {
  const aws::configuration& found;
  std::optional<result<aws::shared_credentials>> credentials;
  instant now;
  std::optional<doctor_call> call;  ///< nothing: none was made
};

/// Whether a program would have credentials. Unasked sources count, but for the metadata service as the last resort: only asking tells whether
/// there is one.
bool has_credentials(const doctor_findings&);

/// For people, in sections; without secrets. Pure.
std::string doctor_report(const doctor_findings&);

}  // namespace dynamo::cli
