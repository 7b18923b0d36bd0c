// The file SYNCED, format 2. Numbers are 64 bits, little-endian.
//
//   file = slot gap slot                          the second slot begins at byte 512: another sector
//   slot = "dynsync2" generation number log every_write manifest manifest_bytes sum
//                                                 every_write: 1 or 0; sum: XXH64 (seed 0) of the 56 bytes before it
//
// Format 1 is read too: "dynsync1", without manifest and manifest_bytes.
// A slot is overwritten in place when its generation comes; the other one stays whole if that write is torn.

#include "sync_mark.hpp"

#include <xxhash.h>

#include <algorithm>

namespace dynamo::engine {
namespace {

constexpr std::string_view magic = "dynsync2";
constexpr std::string_view old_magic = "dynsync1";
constexpr std::size_t summed_size = 56;
constexpr std::size_t old_summed_size = 40;
constexpr std::size_t slot_size = summed_size + 8;
constexpr std::size_t second_slot = 512;

void append(std::string& out, std::uint64_t number) {
  for (int shift = 0; shift < 64; shift += 8) out.push_back(static_cast<char>(number >> shift));
}

std::uint64_t number_at(std::string_view bytes, std::size_t at) {
  std::uint64_t number = 0;
  for (std::size_t i = 8; i-- > 0;) number = (number << 8) | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

std::optional<sync_mark> decode_slot(std::string_view file, std::size_t at) {
  const std::string_view slot = file.substr(std::min(at, file.size()));
  const bool old = slot.starts_with(old_magic);
  const std::size_t summed = old ? old_summed_size : summed_size;
  if (slot.size() < summed + 8 || !(old || slot.starts_with(magic))) return {};
  if (XXH64(slot.data(), summed, 0) != number_at(slot, summed)) return {};
  sync_mark mark{number_at(slot, 8), number_at(slot, 16), number_at(slot, 24), number_at(slot, 32) != 0};
  if (!old) mark.manifest = {number_at(slot, 40), number_at(slot, 48)};
  return mark;
}

}  // namespace

std::string encode_slot(const sync_mark& mark) {
  std::string slot(magic);
  append(slot, mark.generation);
  append(slot, mark.number);
  append(slot, mark.log);
  append(slot, mark.every_write ? 1 : 0);
  append(slot, mark.manifest.number);
  append(slot, mark.manifest.bytes);
  append(slot, XXH64(slot.data(), slot.size(), 0));
  return slot;
}

std::size_t slot_offset(std::uint64_t generation) noexcept { return generation % 2 == 0 ? 0 : second_slot; }

std::string encode_file(const sync_mark& mark) {
  std::string file(second_slot + slot_size, '\0');
  file.replace(slot_offset(mark.generation), slot_size, encode_slot(mark));
  return file;
}

std::optional<sync_mark> decode_file(std::string_view file) {
  const std::optional<sync_mark> even = decode_slot(file, 0);
  const std::optional<sync_mark> odd = decode_slot(file, second_slot);
  if (!even || (odd && odd->generation > even->generation)) return odd;
  return even;
}

}  // namespace dynamo::engine
