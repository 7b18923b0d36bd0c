#pragma once

#include <dynamo/protocol/endpoint.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo {

/// Where a recording goes. Called by one thread at a time.
class recording_sink {
 public:
  virtual ~recording_sink() = default;
  /// A line of the recording, without its end. False if it could not be kept: nothing more is recorded then.
  virtual bool line(std::string_view) noexcept = 0;
};

struct recording_options {
  /// Attributes whose values must not be in the recording, by name and at any depth. They are replaced by fixed values of
  /// their type. Expressions do not say which value belongs to which attribute: a request whose expressions or statement
  /// name such an attribute has all its expression values replaced, and the statement itself. Where a path goes on inside of one, the
  /// expressions are replaced as a whole, and their placeholders left out.
  std::vector<std::string> redacted;
  std::uint64_t bytes_max = std::uint64_t{1} << 30;  ///< recording ends here; a line of the log says so

  recording_options() = default;
};

/// An endpoint that writes down every request and its answer, in the format of docs/formats.md ("Recordings"): lines of JSON
/// in the order of the answers. For replayed() in tests, and to look at.
///
/// A closing line is written when the endpoint is gone and its last call is answered, and at the limit: without it, replayed()
/// takes the recording for a cut one.
///
/// Never recorded: who asked (principal, signature, credentials) and trace ids. Items are, unless they are redacted.
/// Thread-safe. Cost: each call is copied as text, under one lock.
///
///     auto file = dynamo::recording_file("calls.jsonl");
///     dynamo::table<users_schema> users{dynamo::recorded(db->endpoint(), *file)};
std::shared_ptr<endpoint> recorded(std::shared_ptr<endpoint> inner, std::shared_ptr<recording_sink> sink,
                                   const recording_options& = {});

/// A file that is made, or emptied, and gets each line at once. errc::storage if it cannot be opened.
[[nodiscard]] result<std::shared_ptr<recording_sink>> recording_file(const std::string& path);

}  // namespace dynamo
