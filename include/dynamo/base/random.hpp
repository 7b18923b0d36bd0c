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

/// The operating system's generator, read 256 bytes at a time for each thread; a forked child draws numbers of its own.
/// Lives for ever.
random_source& system_random() noexcept;

/// 256 random bits as 52 characters of 0-9A-V: the form of x-amzn-RequestId.
std::string make_request_id(random_source&);

}  // namespace dynamo
