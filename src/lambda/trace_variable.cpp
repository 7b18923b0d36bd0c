#include "trace_variable.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>

namespace dynamo::lambda {
namespace {

constexpr std::string_view name = "_X_AMZN_TRACE_ID";
constexpr std::size_t id_size_max = 4'096;

/// "name=id". The environment points here, so it has to outlive everything that reads it.
std::array<char, name.size() + 1 + id_size_max + 1> variable;

}  // namespace

void set_trace_variable(std::string_view id) noexcept {
  if (id.empty() || id.size() > id_size_max) {
    ::unsetenv(name.data());  // NOLINT(concurrency-mt-unsafe)
    return;
  }
  char* to = std::ranges::copy(name, variable.data()).out;
  *to++ = '=';
  char* const value = to;
  to = std::ranges::copy(id, to).out;
  *to = '\0';
  // Somebody may have set or removed it since.
  // NOLINTNEXTLINE(concurrency-mt-unsafe)
  if (std::getenv(name.data()) != value) ::putenv(variable.data());
}

}  // namespace dynamo::lambda
