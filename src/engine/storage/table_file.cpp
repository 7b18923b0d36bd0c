#include "table_file.hpp"

#include <algorithm>
#include <string_view>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace dynamo::engine {
namespace {

// A table in RocksDB's block-based format, version 5: blocks of data, meta blocks, the block that lists these, a footer.
//   footer  = checksum-kind handle-of-list handle-of-index *%x00 version magic      ; 53 octets
//   handle  = varint varint              ; where a block begins, and its size
//   block   = *OCTET compression checksum                 ; these two, 5 octets, are not in its size
//   list    = *( %x00 key-size value-size key handle ) 4OCTET-each-entry 4OCTET      ; sizes are varints
constexpr std::size_t footer_size = 53;
constexpr std::size_t handles_size = 40;
constexpr std::uint64_t trailer_size = 5;
constexpr std::uint64_t list_size_max = 64u << 10;  // it has an entry of some 40 octets for each of a few kinds
constexpr char xxh3 = 4;
constexpr std::string_view version("\x05\0\0\0", 4);
constexpr std::string_view footer_magic = "\xf7\xcf\xf4\x85\xb7\x41\xe2\x88";
constexpr std::string_view filter = "fullfilter.";

struct handle {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

/// Takes from the front of what it was given. Once something is missing everything is zero, and ok() false.
class taker {
 public:
  explicit taker(std::string_view from) : rest_(from) {}
  bool ok() const noexcept { return ok_; }
  std::string_view rest() const noexcept { return rest_; }
  std::string_view octets(std::uint64_t size) noexcept {
    if (size > rest_.size()) return stop(), std::string_view();
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::uint64_t varint() noexcept {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      const std::string_view octet = octets(1);
      if (octet.empty()) return 0;
      number |= static_cast<std::uint64_t>(octet[0] & 0x7f) << shift;
      if ((octet[0] & 0x80) == 0) return number;
    }
    stop();
    return 0;
  }
  handle take_handle() noexcept {
    const std::uint64_t offset = varint();
    return {offset, varint()};
  }

 private:
  void stop() noexcept {
    ok_ = false;
    rest_ = {};
  }
  std::string_view rest_;
  bool ok_ = true;
};

std::uint32_t little_endian(std::string_view four) {
  std::uint32_t number = 0;
  for (std::size_t i = 4; i-- > 0;) number = number << 8 | static_cast<unsigned char>(four[i]);
  return number;
}

// The checksum of a block is the lower half of XXH3's, changed by the octet for the compression.
bool has_its_checksum(std::string_view block_and_trailer) {
  constexpr std::uint32_t compression_factor = 0x6b9083d9;
  const std::size_t size = block_and_trailer.size() - trailer_size;
  const auto compression = static_cast<unsigned char>(block_and_trailer[size]);
  const auto sum = static_cast<std::uint32_t>(XXH3_64bits(block_and_trailer.data(), size));
  return (sum ^ (compression * compression_factor)) == little_endian(block_and_trailer.substr(size + 1));
}

// Sound, too, if it cannot be read.
template <class Look>
bool is_sound_block(const handle& where, const octets_reader& read, Look look) {
  const auto block = read(where.offset, where.size + trailer_size);
  if (!block) return true;
  return has_its_checksum(*block) && look(std::string_view(*block).substr(0, where.size));
}

bool is_sound_list(std::string_view list, std::uint64_t end, const octets_reader& read) {
  if (list.size() < 4) return false;
  const std::uint64_t entries = little_endian(list.substr(list.size() - 4));
  if (entries > list.size() / 4 - 1) return false;
  taker at(list.substr(0, list.size() - 4 * (entries + 1)));
  while (!at.rest().empty()) {
    const std::uint64_t shared = at.varint();
    const std::uint64_t key_size = at.varint();
    const std::uint64_t value_size = at.varint();
    const std::string_view name = at.octets(key_size);
    taker value(at.octets(value_size));
    const handle block = value.take_handle();
    if (!at.ok() || !value.ok() || shared != 0 || block.offset >= end ||
        block.size + trailer_size > end - block.offset) {
      return false;
    }
    if (name.starts_with(filter)) continue;
    if (!is_sound_block(block, read, [](std::string_view) { return true; })) return false;
  }
  return true;
}

}  // namespace

bool has_sound_end(std::uint64_t file_size, const octets_reader& read) {
  if (file_size < footer_size) return true;
  const std::uint64_t end = file_size - footer_size;
  const auto footer = read(end, footer_size);
  if (!footer || !footer->ends_with(footer_magic)) return true;
  if (footer->front() != xxh3 || footer->compare(1 + handles_size, version.size(), version) != 0) return false;
  taker handles(std::string_view(*footer).substr(1, handles_size));
  const handle list = handles.take_handle();
  const handle index = handles.take_handle();
  if (!handles.ok() || std::ranges::any_of(handles.rest(), [](char each) { return each != 0; })) return false;
  // By subtraction, since what is read may be so large that sums overflow.
  if (list.size > list_size_max || list.offset > end || end - list.offset != list.size + trailer_size) return false;
  if (index.size == 0 || index.offset >= list.offset || index.size + trailer_size > list.offset - index.offset)
    return false;
  return is_sound_block(list, read, [&](std::string_view bytes) { return is_sound_list(bytes, list.offset, read); });
}

}  // namespace dynamo::engine
