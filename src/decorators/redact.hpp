#pragma once

#include <dynamo/json/buffer.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dynamo {

/// What a request or reply looks like in a recording.
struct plain_copy {
  json::buffer text;      ///< one line: no white space, only the escapes that are needed
  bool redacted = false;  ///< something was replaced
};

enum class copy_for : std::uint8_t {
  recording,
  comparison  ///< without what differs between equal requests: ClientRequestToken
};

/// Copies JSON, with the values of the named attributes replaced as recording_options::redacted says. Nothing for what is not
/// well-formed JSON in UTF-8.
std::optional<plain_copy> copy_redacted(std::string_view json, const std::vector<std::string>& redacted,
                                        copy_for = copy_for::recording);

}  // namespace dynamo
