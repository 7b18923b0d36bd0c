#pragma once

#include <engine/statements/statement_parameters.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// Where the next page of a SELECT begins: after a row of one of its ranges.
///
///     token   = base64( format statement range check key )
///     format  = %x01        range = 4OCTET      statement = 8OCTET ; XXH64 of text and values
///     check   = 4OCTET ; XXH32, seed 0, of what precedes, and of the key
///     key     = *OCTET ; canonical JSON, as in LastEvaluatedKey
///
/// It fits one statement with its values, and so one table or index. The check tells a token that was cut or mistyped, not one that was
/// forged: there is nothing to gain by that.
struct next_token {
  std::uint64_t statement = 0;
  std::uint32_t range = 0;
  std::string key;
};

/// A statement's text and values, each with its length: what it is.
std::string content_of(const statement_parameters&);
std::uint64_t digest_of(const statement_parameters&);

std::string to_text(const next_token&);
/// Nothing for what to_text() did not make.
std::optional<next_token> next_token_from(std::string_view text);

}  // namespace dynamo::engine
