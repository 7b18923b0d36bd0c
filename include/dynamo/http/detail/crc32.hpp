#pragma once

#include <cstdint>
#include <string_view>

namespace dynamo::http {

/// The checksum of x-amz-crc32 (that of gzip and zip), over the bytes as they are sent.
std::uint32_t crc32(std::string_view bytes) noexcept;

}  // namespace dynamo::http
