#pragma once

#include <cstddef>
#include <filesystem>
#include <iterator>

namespace dynamo::testing_support {

/// Descriptors that this process has open; the one that counts them is among them.
inline std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

}  // namespace dynamo::testing_support
