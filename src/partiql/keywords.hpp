#pragma once

#include <string_view>

namespace dynamo::partiql {

/// Whether a word, in small letters, is a keyword: unquoted it names no attribute and no table. These are the reserved words of
/// SQL-92 (without the parts of dates and the words of TRIM), and those that PartiQL adds.
bool is_keyword(std::string_view small_letters) noexcept;

/// The keywords that may stand before a parenthesis, as the name of a function.
bool is_function_keyword(std::string_view small_letters) noexcept;

}  // namespace dynamo::partiql
