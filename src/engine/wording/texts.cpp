#include "texts.hpp"

#include <algorithm>
#include <array>

namespace dynamo::engine {
namespace {

struct reworded {
  sentence what;
  std::string_view of_2026;
  std::string_view of_2025;
};

constexpr std::string_view segment_beyond =
    "The Segment parameter is zero-based and must be less than parameter TotalSegments";

constexpr auto table = std::to_array<reworded>({
    {sentence::values_without_expression, "ExpressionAttributeValues can only be specified when using expressions",
     "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"},
    {sentence::write_returns_impossible, "ReturnValues can only be ALL_OLD or NONE",
     "Return values set to invalid value"},
    {sentence::starting_key_invalid, "The provided starting key is invalid",
     "The provided starting key is invalid: The provided key element does not match the schema"},
    {sentence::segment_beyond_total, segment_beyond, segment_beyond},
});

constexpr bool is_in_order = [] {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table[i].what != static_cast<sentence>(i)) return false;
  }
  return true;
}();
static_assert(is_in_order);

}  // namespace

std::string_view in_words(sentence what, error_wording wording) noexcept {
  const reworded& row = table[static_cast<std::size_t>(what)];
  return wording == error_wording::of_2026 ? row.of_2026 : row.of_2025;
}

}  // namespace dynamo::engine
