#include "doctor.hpp"

#include "doctor_report.hpp"

#include <remote/actions/process_environment.hpp>

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
  const doctor_findings findings{provider.made_from(), std::move(credentials), system_clock().now()};
  std::fputs(doctor_report(findings).c_str(), stdout);
  return has_credentials(findings) ? 0 : 1;
}

}  // namespace dynamo::cli
