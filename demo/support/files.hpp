#pragma once

#include <string>

namespace demo {

/// A file's bytes; empty if it cannot be read.
std::string text_of(const std::string& file);
/// An absolute path without "." and "..", and without a slash at its end.
std::string whole_path(const std::string& path);

}  // namespace demo
