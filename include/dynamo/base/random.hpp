#pragma once

#include <cstdint>
#include <string>

namespace dynamo {

/// Where the library draws random bits. A port: tests and simulations put a seeded source in its place.
/// Implementations are thread-safe.
class random_source {
 public:
  virtual ~random_source() = default;
  virtual std::uint64_t next() noexcept = 0;
};

/// The operating system's generator. Lives for ever.
random_source& system_random() noexcept;

/// 52 characters of 0-9A-Z, the form of x-amzn-RequestId.
std::string make_request_id(random_source&);

}  // namespace dynamo
