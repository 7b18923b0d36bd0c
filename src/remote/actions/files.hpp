#pragma once

#include <dynamo/auth/secret.hpp>
#include <dynamo/base/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::aws {

/// A whole file; nothing if there is none. Never waits for a writer, and never holds more than `bytes_max` and one: a directory, a pipe or a
/// device is refused, but for /dev/null, which is an empty file.
///
/// Errors: errc::unavailable with path and reason: it may not be read, is no regular file, or is longer. Thread-safe.
[[nodiscard]] result<std::optional<auth::secret>> read_small_file(const std::string& path, std::size_t bytes_max);

/// Puts a file in the place of another, or of none, at once. A reader sees the old or the new one, whole. Its owner alone may read it
/// (mode 0600). Its directory must be there. A symbolic link is replaced, and the file that it leads to is left as it is; links on the way to the
/// directory are followed.
///
/// Errors: errc::unavailable with path and reason; then the old file is there, and nothing beside it. Thread-safe.
[[nodiscard]] result<void> replace_file(const std::string& path, std::string_view content);

}  // namespace dynamo::aws
