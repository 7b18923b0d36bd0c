#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/base/result.hpp>
#include <engine/storage/change_number.hpp>
#include <engine/storage/store.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace dynamo::engine {

struct record_place {
  change_number number;
  instant when{};                      ///< by the age clock
  std::chrono::microseconds offset{};  ///< what the wall clock showed more

  /// As readers of the stream see it: ApproximateCreationDateTime.
  instant shown() const noexcept { return when + offset; }
};

/// Number and times of a stream's first or last record from a number on; nothing where there is none. Numbers below
/// log_trimmer::first_readable() are not to be asked for: looking there is slow.
result<std::optional<record_place>> first_record(const store&, std::uint32_t stream_id, change_number from);
result<std::optional<record_place>> last_record(const store&, std::uint32_t stream_id, change_number from);

/// Where records begin to pass a test.
struct record_boundary {
  change_number after;  ///< right after the last record that does not pass
  record_place first;   ///< that does
};

/// Finds by halving where the records of a stream begin to pass a test, as if that happened once: not at `low`, but at `high`. At most some
/// 130 seeks, however many records there are. Where it happens more than once, one of these places: the record there passes, and the
/// one right before it does not.
template <class Test>
result<record_boundary> find_boundary(const store& in, std::uint32_t stream_id, record_place low, record_place high,
                                      Test passes) {
  record_boundary found{low.number.following(), high};
  uint128 end = high.number.whole();
  while (found.after.whole() < end) {
    const uint128 middle = found.after.whole() + (end - found.after.whole()) / 2;
    const auto record = first_record(in, stream_id, change_number::from(middle));
    if (!record) return std::unexpected(record.error());
    if (!*record) break;  // the records were erased meanwhile: this is the end
    if (passes(**record)) {
      end = middle;
      found.first = **record;
    } else {
      found.after = (*record)->number.following();
    }
  }
  return found;
}

/// Where a reader begins who wants the first record that was written at a time or after it, by the time that readers see. `from` is the first
/// number that can be read. If all records were written earlier, it begins after the last one.
///
/// Times ascend with the numbers, but for two cases. Writers that ran side by side may have them out of order by as much as a commit takes.
/// And where the wall clock was set back, times go back with it: then more than one record may be the first after an earlier one, and this
/// finds one of them; every record that follows it is read, whatever its time.
result<change_number> first_at_or_after(const store&, std::uint32_t stream_id, change_number from, instant time);

}  // namespace dynamo::engine
