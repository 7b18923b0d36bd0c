#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::aws {

/// Splits a command at white space, as a POSIX shell does it with quotes and backslashes, and without anything else of a shell: no variables, no
/// pipes. Nothing where a quote is not closed, or the command ends with a backslash.
std::optional<std::vector<std::string>> split_command(std::string_view);

}  // namespace dynamo::aws
