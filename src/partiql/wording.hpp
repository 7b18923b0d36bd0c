#pragma once

#include "lexer.hpp"

#include <dynamo/base/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// The words in which DynamoDB refuses a statement, kept apart from the decisions. All errors are errc::validation.
namespace dynamo::partiql {

/// "Statement wasn't well formed, can't be processed: <detail>".
error not_well_formed(std::string_view detail);
/// "<what> at 1:8:16".
error at(std::string_view what, const position&);
error refused(std::string what);
error wrong_number_of_operands(std::string_view function, std::size_t given);
error requires_path(std::string_view function);
/// The error of another module without "Invalid UpdateExpression: " before it: a statement has no such parameter.
error without_parameter(const error&);

inline constexpr std::string_view single_table = "FROM clause may only contain a single table name";
inline constexpr std::string_view not_on_index = "This operation is not supported on an index";
inline constexpr std::string_view no_aliases = "Aliasing is not supported";
inline constexpr std::string_view unexpected_component = "Unexpected path component";
inline constexpr std::string_view parameters_mismatch = "Number of parameters in request and statement don't match.";
inline constexpr std::string_view too_deep =
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";

}  // namespace dynamo::partiql
