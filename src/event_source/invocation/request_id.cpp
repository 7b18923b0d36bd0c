#include <event_source/invocation/request_id.hpp>

#include <fmt/core.h>

namespace dynamo::event_source {

std::string make_invocation_id(random_source& random) {
  const std::uint64_t a = random.next(), b = random.next();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:x}{:03x}-{:012x}", a >> 32, a >> 16 & 0xffff, a & 0xfff, 8 | b >> 62,
                     b >> 48 & 0xfff, b & 0xffff'ffff'ffff);
}

}  // namespace dynamo::event_source
