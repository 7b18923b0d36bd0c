#include "doctor.hpp"

#include "doctor_report.hpp"

#include <dynamo/remote.hpp>

#include <remote/actions/process_environment.hpp>

#include <chrono>
#include <cstdio>
#include <utility>

namespace dynamo::cli {
namespace {

aws::explicit_settings settings_of(const doctor_settings& s) {
  aws::explicit_settings of_program;  // what is empty is looked up
  of_program.profile = s.profile;
  of_program.region = s.region;
  of_program.endpoint_url = s.endpoint_url;
  return of_program;
}

/// Once: the user sees what the first attempt comes to.
doctor_call call(const doctor_settings& s, const auth::credentials& by) {
  remote_options options;
  options.profile = s.profile;
  options.region = s.region;
  options.endpoint_url = s.endpoint_url;
  options.credentials = by;
  options.retries = retry_settings::standard();
  options.retries->attempts = 1;
  const auto begun = system_timer().steady_now();
  const auto service = remote(options);
  if (!service) return {fail(service.error()), {}};
  auto answer = service->endpoint()->call(request(operation_name::list_tables, json::buffer(R"({"Limit":1})")));
  const auto took = std::chrono::round<std::chrono::milliseconds>(system_timer().steady_now() - begun);
  return {std::move(answer), took};
}

}  // namespace

int doctor(const doctor_settings& s) {
  auto found = aws::load_configuration(settings_of(s), {}, aws::process_environment());
  if (!found) {
    std::fputs(("dynamo: " + found.error().message() + "\n").c_str(), stderr);
    return 1;
  }
  const aws::credential_provider provider(*std::move(found));
  std::optional<result<aws::shared_credentials>> credentials;
  if (!s.offline) credentials = provider.get();
  doctor_findings findings{provider.made_from(), std::move(credentials), system_clock().now(), {}};
  if (s.call && findings.credentials && *findings.credentials) findings.call = call(s, ***findings.credentials);
  std::fputs(doctor_report(findings).c_str(), stdout);
  return has_credentials(findings) && (!findings.call || findings.call->answer) ? 0 : 1;
}

}  // namespace dynamo::cli
