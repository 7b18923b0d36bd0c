#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::cli {

/// Strings that are empty: nothing is said, and what is to be known otherwise is looked up.
struct event_source_settings {
  std::string table;                                             ///< its name, or a stream's ARN
  std::string function;                                          ///< path of its program
  std::vector<std::pair<std::string, std::string>> environment;  ///< of the program, besides Lambda's
  std::string profile;
  std::string region;
  std::string endpoint_url;
  std::size_t batch_size = 100;
  std::optional<std::uint32_t> retries_max;
  bool bisect_on_error = false;
  bool from_latest = false;
  std::string failures;  ///< file for failure records
  std::chrono::seconds time_limit{3};
};

/// Hands the changes of a table, wherever it is, to a function's program, until a signal comes or the stream is at its end. What the
/// function writes goes to standard output; standard error has what there is to say besides. Returns the program's exit status: 1 after an error.
int run_event_source(const event_source_settings&);

}  // namespace dynamo::cli
