#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace dynamo::engine {

/// Octets of a file; nothing where they cannot be read, or fewer are there.
using octets_reader = std::function<std::optional<std::string>(std::uint64_t offset, std::size_t size)>;

/// Whether the end of a table file is one that this library writes. True also where there is no such end, or it cannot be read: RocksDB
/// refuses these by itself.
///
/// RocksDB believes the footer, which has no checksum: it allocates a block of any size, and ends the process over one that it was told to use
/// unchecked. Where the checksum of a meta block is wrong it goes on without it: without the properties it takes the index for another kind,
/// which ends the process too, and without the erased ranges rows come back. Data, index and filter it checks itself. The format stands in
/// table_file.cpp.
bool has_sound_end(std::uint64_t file_size, const octets_reader&);

}  // namespace dynamo::engine
