#pragma once

#include <cstdint>
#include <string_view>

namespace dynamo::engine {

/// CRC-32 with Castagnoli's polynomial, as RocksDB's logs carry it (before its masking). Uses the processor's instruction
/// where there is one: a log of 64 MB is read at each open after a crash.
std::uint32_t crc32c(std::string_view bytes);

}  // namespace dynamo::engine
