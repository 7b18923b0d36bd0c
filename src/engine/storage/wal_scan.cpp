// RocksDB's log, as far as we rely on it (it has not changed since LevelDB; options that would change it are not used):
//
//   log      = block*                       blocks of 32768 bytes, the last one shorter
//   block    = fragment* padding            no fragment starts in the last 6 bytes of a block: they are zero
//   fragment = crc length kind payload      u32, u16, u8, length bytes; little-endian
//   crc      = masked CRC-32C of kind and payload
//   kind     = 1 whole record | 2 its first | 3 a middle | 4 its last fragment
//   record   = number count ...             u64, u32: a batch that takes the numbers [number, number + count)
//
// A batch may be empty: RocksDB begins the log after a repair with one, to say where it goes on.

#include "wal_scan.hpp"

#include "crc32c.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

namespace dynamo::engine {
namespace {

constexpr std::size_t block_size = 32768;
constexpr std::size_t header_size = 7;
constexpr std::size_t batch_header_size = 12;
constexpr std::uint64_t largest_number = (1ull << 56) - 1;

template <class Number>
Number little_endian(const char* at) {
  Number number = 0;
  for (std::size_t i = sizeof(Number); i-- > 0;) {
    number = static_cast<Number>((number << 8) | static_cast<unsigned char>(at[i]));
  }
  return number;
}

std::uint32_t masked_crc(std::string_view bytes) {
  const std::uint32_t sum = crc32c(bytes);
  return ((sum >> 15) | (sum << 17)) + 0xa282ead8u;
}

enum class kind : std::uint8_t { whole = 1, first = 2, middle = 3, last = 4 };

struct fragment {
  kind what;
  std::string_view payload;
  std::size_t end;
};

enum class no_fragment : std::uint8_t { cut, bad };

struct fragment_or_not {
  std::optional<fragment> found;
  no_fragment why_not = no_fragment::bad;
};

/// The fragment at `at`, which must lie in a block with room for a header.
fragment_or_not fragment_at(std::string_view log, std::size_t at) {
  const std::size_t block_end = std::min(log.size(), at / block_size * block_size + block_size);
  if (block_end - at < header_size) return {{}, no_fragment::cut};
  const char* header = log.data() + at;
  const std::size_t length = little_endian<std::uint16_t>(header + 4);
  const auto what = static_cast<std::uint8_t>(header[6]);
  if (what < 1 || what > 4) return {{}, no_fragment::bad};
  if (length > block_end - at - header_size) {
    // Fragments do not cross blocks, so this is the end of the file or nonsense.
    const bool could_be_cut = block_end == log.size() && at % block_size + header_size + length <= block_size;
    return {{}, could_be_cut ? no_fragment::cut : no_fragment::bad};
  }
  if (masked_crc(log.substr(at + 6, length + 1)) != little_endian<std::uint32_t>(header)) return {{}, no_fragment::bad};
  return {fragment{static_cast<kind>(what), log.substr(at + header_size, length), at + header_size + length}, {}};
}

/// What a batch takes: nothing, if `last` is before `first`.
struct numbers {
  std::uint64_t first;
  std::uint64_t last;
  bool empty() const { return last < first; }
};

std::optional<numbers> numbers_of(std::string_view start_of_record) {
  if (start_of_record.size() < batch_header_size) return {};
  const auto first = little_endian<std::uint64_t>(start_of_record.data());
  const auto count = little_endian<std::uint32_t>(start_of_record.data() + 8);
  if (first == 0 || first > largest_number - count) return {};
  return numbers{first, first + count - 1};
}

std::size_t skip_padding(std::size_t at) {
  const std::size_t left = block_size - at % block_size;
  return left < header_size ? at + left : at;
}

/// The highest number in whole fragments from `at` on. Tries every byte, as the damage may have shifted what follows.
std::uint64_t highest_number_from(std::string_view log, std::size_t at, std::uint64_t above) {
  std::uint64_t highest = 0;
  while (at < log.size()) {
    const fragment_or_not here = fragment_at(log, at);
    if (!here.found) {
      ++at;
      continue;
    }
    if (here.found->what == kind::whole || here.found->what == kind::first) {
      const std::optional<numbers> taken = numbers_of(here.found->payload);  // none for the rare one that is split
      if (taken && !taken->empty() && taken->first > above) highest = std::max(highest, taken->last);
    }
    at = here.found->end;
  }
  return highest;
}

/// The record that is being read: as much of its beginning as holds its numbers, which fragments may split.
class open_record {
 public:
  void start() {
    open_ = true;
    head_.clear();
  }
  void add(std::string_view payload) { head_.append(payload.substr(0, batch_header_size - head_.size())); }
  bool is_open() const { return open_; }
  std::optional<numbers> finish() {
    open_ = false;
    return numbers_of(head_);
  }

 private:
  bool open_ = false;
  std::string head_;
};

}  // namespace

wal_summary scan_wal(std::string_view log) {
  wal_summary found;
  open_record record;
  std::size_t at = 0;
  const auto damaged_from = [&](std::size_t where) {
    found.end = wal_summary::ending::damaged;
    found.last_beyond = highest_number_from(log, where, found.last);
    return found;
  };
  while ((at = skip_padding(at)) < log.size()) {
    const fragment_or_not here = fragment_at(log, at);
    if (!here.found) {
      if (here.why_not != no_fragment::cut) return damaged_from(at + 1);
      found.end = wal_summary::ending::cut;
      return found;
    }
    const bool starts = here.found->what == kind::whole || here.found->what == kind::first;
    if (starts == record.is_open()) return damaged_from(at);  // a part of a record is missing
    if (starts) record.start();
    record.add(here.found->payload);
    at = here.found->end;
    if (here.found->what == kind::whole || here.found->what == kind::last) {
      const std::optional<numbers> taken = record.finish();
      if (!taken) return damaged_from(at);
      if (taken->empty()) {
        found.bytes = at;
        continue;
      }
      if (found.last != 0 && taken->first != found.last + 1) {
        found.end = wal_summary::ending::damaged;  // whole records are missing before this one
        found.last_beyond = highest_number_from(log, at, found.last);
        if (taken->first > found.last) found.last_beyond = std::max(found.last_beyond, taken->last);
        return found;
      }
      if (found.first == 0) found.first = taken->first;
      found.last = taken->last;
      found.bytes = at;
    }
  }
  if (record.is_open()) found.end = wal_summary::ending::cut;
  return found;
}

std::uint64_t whole_records_end(std::string_view manifest) {
  std::uint64_t end = 0;
  bool open = false;
  std::size_t at = 0;
  while ((at = skip_padding(at)) < manifest.size()) {
    const fragment_or_not here = fragment_at(manifest, at);
    if (!here.found) break;
    const kind what = here.found->what;
    if ((what == kind::whole || what == kind::first) == open) break;
    open = what == kind::first || what == kind::middle;
    at = here.found->end;
    if (!open) end = at;
  }
  return end;
}

}  // namespace dynamo::engine
