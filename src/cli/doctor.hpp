#pragma once

#include <string>

namespace dynamo::cli {

/// What the command line says instead of the environment and the shared files; empty: nothing.
struct doctor_settings {
  std::string profile;
  std::string region;
  std::string endpoint_url;
  bool offline = false;  ///< no source of credentials is asked
  bool call = false;     ///< DynamoDB is asked for one table's name
};

/// Prints what a program would use here to reach DynamoDB: settings with where they are from, endpoints, and which source gives the
/// credentials, which are fetched; and, if it is asked to, what one signed call comes to. Never a secret. Returns the program's exit status: 0 when
/// there are credentials, and the call was answered.
int doctor(const doctor_settings&);

}  // namespace dynamo::cli
