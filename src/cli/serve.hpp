#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dynamo::cli {

struct serve_settings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8000;
  std::string data;  ///< empty: in memory
  std::string region = "local";
  unsigned threads = 0;
  unsigned connections_max = 2'048;
  std::vector<std::string> allowed_origins;
  bool enforce_throughput = false;
  unsigned wording = 2026;  ///< the year of the words of errors: 2026 or 2025
};

/// Serves until SIGINT or SIGTERM, and ends what is under way; a second signal ends the process at once. Prints one line to standard
/// output when it is ready. Returns the program's exit status.
int serve(const serve_settings&);

}  // namespace dynamo::cli
