#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dynamo::lambda {

/// Text of unknown origin as it may stand in JSON: valid UTF-8 of at most `size_max` bytes. Bytes that are none become '?'.
std::string clean_text(std::string_view, std::size_t size_max);

}  // namespace dynamo::lambda
