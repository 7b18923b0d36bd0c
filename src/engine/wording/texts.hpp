#pragma once

#include <dynamo/database_options.hpp>

#include <cstdint>
#include <string_view>

namespace dynamo::engine {

/// The sentences that DynamoDB changed. What never changed stands where it is told.
enum class sentence : std::uint8_t {
  values_without_expression,
  write_returns_impossible,  ///< ReturnValues that PutItem and DeleteItem do not have
  starting_key_invalid,
  segment_beyond_total,  ///< in 2025 it goes on with both numbers
};

/// Thread-safe; the text lasts as long as the program.
std::string_view in_words(sentence, error_wording) noexcept;

}  // namespace dynamo::engine
