#pragma once

#include <cstddef>
#include <string_view>

namespace dynamo::json {

/// The text is how DynamoDB prints a number of at most 38 digits, so it stays as it is; `size` becomes number::size().
/// Says no to every number that needs more room than 38 characters, canonical or not: the caller then asks dynamo::number.
bool is_canonical_number(std::string_view text, std::size_t& size) noexcept;

}  // namespace dynamo::json
