#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/base/result.hpp>
#include <engine/commit/prepared_change.hpp>
#include <engine/storage/change_key.hpp>
#include <engine/storage/change_number.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine {

enum class change_kind : std::uint8_t { insert = 1, modify = 2, remove = 3 };

/// One change as the change log holds it. Images are canonical JSON, exactly as they were stored; all are kept, whatever the
/// view type, so that a reader sees what its stream's view type promises and no write has to know.
///
///     record = format kind by-ttl time keys-length old-length [ age ] keys old new
///     format = %x01-02   kind = %x01-03      by-ttl = %x00-01
///     time   = 8OCTET    ; microseconds since the epoch, big-endian
///     age    = 8OCTET    ; the same by the age clock: in format 2, which is written where that shows another time
///     keys-length = old-length = 4OCTET      ; big-endian
///     keys = old = new = *OCTET              ; canonical DynamoDB JSON; old empty on insert, new empty on remove
struct change_record {
  change_kind kind = change_kind::insert;
  bool by_ttl = false;
  instant when{};    ///< by the wall clock, for readers
  instant logged{};  ///< by the age clock: 24 hours later the record is trimmed
  std::string_view keys;
  std::string_view old_image;
  std::string_view new_image;
};

/// Appends a record to a change, with room for its number; the committer draws it. Nothing of `record` lies in the change's
/// arena, except its new image, which is the stored item there (the record's own `new_image` is not looked at).
void append_change_record(prepared_change&, std::string_view store_prefix, const stream_descriptor&,
                          const change_record& record, write_batch::span new_image);

/// Reads a stored record; false when its format is not one this version knows. Views point into `stored`.
bool read_change_record(std::string_view stored, change_record&);
std::unexpected<error> unknown_record();

/// Appends the keys of a canonical item: `{"pk":{...},"sk":{...}}` in canonical form.
void append_keys(json::buffer& out, const key_schema&, std::string_view item);

}  // namespace dynamo::engine
