#pragma once

#include <array>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace dynamo::model {

// Attribute v of the model's items: mostly a vector of three numbers, whose sums are exact and whose scores are often equal; now and then
// something that no vector index takes.

inline constexpr int dimensions = 3;
using floats = std::array<float, dimensions>;

/// The vector that a value is, in 32-bit precision; nothing if it is none.
std::optional<floats> vector_in(std::string_view value);
/// The value that a search shows of it.
std::string vector_text(const floats&);

/// What a write does to its item's vector, by one number: nothing (0), a value, its removal, or another number at one place of it.
int random_vector_change(std::mt19937_64&, bool of_update);
bool sets_vector(int change);
bool removes_vector(int change);
std::optional<int> changed_element(int change);
/// The value that a change sets; canonical.
std::string vector_value(int change);
/// A list with another element at a position, or one more at its end; nothing: DynamoDB refuses the path.
std::optional<std::string> with_element(const std::string& value, int position, const std::string& element);

/// One of the vectors of the right length; and one of the wrong length.
std::string search_vector(int which);
std::string short_search_vector();

}  // namespace dynamo::model
