#include "crc32c.hpp"

#include <boost/crc.hpp>

#include <cstring>

#ifdef __x86_64__
#include <nmmintrin.h>
#endif

namespace dynamo::engine {
namespace {

std::uint32_t in_software(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

#ifdef __x86_64__
__attribute__((target("sse4.2"))) std::uint32_t in_hardware(std::string_view bytes) {
  std::uint64_t sum = 0xFFFFFFFF;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    sum = _mm_crc32_u64(sum, word);
  }
  auto rest = static_cast<std::uint32_t>(sum);
  for (const char c : bytes) rest = _mm_crc32_u8(rest, static_cast<unsigned char>(c));
  return ~rest;
}
#endif

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
#ifdef __x86_64__
  static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
  if (has_instruction) return in_hardware(bytes);
#endif
  return in_software(bytes);
}

}  // namespace dynamo::engine
