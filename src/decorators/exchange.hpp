#pragma once

#include <dynamo/protocol/endpoint.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo {

/// The first line of a recording. Grammar: docs/formats.md, "Recordings".
struct recording_header {
  static constexpr unsigned newest = 2;
  /// The first version whose recordings end with a closing line.
  static constexpr unsigned closed_since = 2;

  std::vector<std::string> redacted{};
  unsigned version = newest;
};
std::string write_header(const recording_header&);
/// errc::decoding for anything else, errc::not_supported for a newer version.
result<recording_header> read_header(std::string_view line);

/// A request and its answer, as a line of a recording.
struct exchange {
  operation_name operation{};
  std::string request;  ///< JSON; "null" if it was none
  std::string reply;    ///< JSON of a success; empty for an error
  error_detail error;   ///< unless there is a reply
  std::string request_id{};
  unsigned attempts = 1;
};
/// `error.body` must be JSON on one line, or empty.
std::string write_exchange(const exchange&);
result<exchange> read_exchange(std::string_view line);

/// The last line of a recording: how many exchanges it has.
std::string write_closing(std::uint64_t exchanges);
/// Nothing if the line is another one.
std::optional<std::uint64_t> read_closing(std::string_view line);

}  // namespace dynamo
