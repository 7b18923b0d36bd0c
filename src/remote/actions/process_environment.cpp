#include <remote/actions/process_environment.hpp>

#include <cstdlib>
#include <string>

namespace dynamo::aws {

environment process_environment() {
  return [](std::string_view name) -> std::optional<std::string> {
    const char* const value = std::getenv(std::string(name).c_str());  // NOLINT(concurrency-mt-unsafe)
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

}  // namespace dynamo::aws
