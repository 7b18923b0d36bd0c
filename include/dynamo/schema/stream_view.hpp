#pragma once

#include <cstdint>

namespace dynamo {

/// What a table's stream of changes keeps of an item, if it has one.
enum class stream_view : std::uint8_t { none, keys_only, new_image, old_image, new_and_old_images };

}  // namespace dynamo
