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

/// A generator for each thread, seeded with 256 bits by the operating system; a forked child draws numbers of its own.
/// For identifiers and jitter, not for keys: who sees enough of its numbers can tell the next. Lives for ever.
random_source& system_random() noexcept;

/// 256 random bits as 52 characters of 0-9A-V: the form of x-amzn-RequestId.
std::string make_request_id(random_source&);

}  // namespace dynamo
