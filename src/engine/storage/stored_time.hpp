#pragma once

#include "big_endian.hpp"

#include <dynamo/base/clock.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dynamo::engine {

/// Times as keys, records and iterators hold them: microseconds since 1970, signed, in 8 octets. Durations are stored the same way.
inline constexpr std::size_t stored_time_size = sizeof(std::uint64_t);

template <class Output>
void append_microseconds(Output& out, std::chrono::microseconds count) {
  append_big_endian(out, static_cast<std::uint64_t>(count.count()));
}
/// `bytes` holds at least stored_time_size.
inline std::chrono::microseconds load_microseconds(std::string_view bytes) noexcept {
  return std::chrono::microseconds(static_cast<std::int64_t>(load_big_endian<std::uint64_t>(bytes)));
}

template <class Output>
void append_time(Output& out, instant time) {
  append_microseconds(out, time.time_since_epoch());
}
/// `bytes` holds at least stored_time_size.
inline instant load_time(std::string_view bytes) noexcept { return instant(load_microseconds(bytes)); }

}  // namespace dynamo::engine
