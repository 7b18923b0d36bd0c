#pragma once

#include "statement.hpp"

#include <dynamo/base/result.hpp>

#include <cstddef>
#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace dynamo::partiql {

inline constexpr std::size_t statement_size_max = 8'192;  ///< characters; model, PartiQLStatement

/// Why a statement was refused. In a transaction DynamoDB puts "Validation failed in TransactStatements[i]: " before the message,
/// but not where a parameter itself was at fault.
struct refusal {
  error why;  ///< errc::validation, in DynamoDB's words
  bool of_parameter = false;
};

/// Reads one statement. `parameters` are the values of its `?` in their order, each as canonicalise_value() gave it: the caller
/// refuses JSON of the wrong shape, a value at fault is refused here, where the text comes to it. Syntax is validated first, then
/// literals and parameters in document order, then what operators and functions take.
/// Cost: time and memory proportional to the text (at most 8,192 characters) and the parameters; recursion is bounded.
/// The number of parameters has to be the number of `?`. Pure and thread-safe.
[[nodiscard]] std::expected<statement, refusal> parse(std::string_view text,
                                                      std::span<const result<std::string>> parameters);

/// What the answer to a SELECT calls the attribute: the last name of its path, with the indexes after it (`m.l[0]` is `l[0]`).
std::string column_name(const expression::path&);

}  // namespace dynamo::partiql
