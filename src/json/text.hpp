#pragma once

#include <dynamo/value/attribute_value.hpp>

#include <string>
#include <string_view>

/// What is slow about JSON strings and numbers, apart from the loops that every byte passes through.
namespace dynamo::json {

/// What is wrong, in words, and the first byte concerned; `problem` is nullptr when nothing is.
struct text_end {
  const char* at;
  const char* problem;
};

/// From after the opening quote of a string that is not plain: appends the unescaped content to `out` (if it is not
/// nullptr) and gives the place after the closing quote. Lone surrogates are refused: they have no UTF-8.
text_end read_escaped(const char* at, const char* end, std::string* out);

/// From the first character of a number to after its last, by RFC 8259's grammar.
text_end pass_number(const char* at, const char* end) noexcept;

/// The type that the member name of an attribute value stands for ("S", "NULL", ...); false if it stands for none.
bool type_named(std::string_view name, attribute_type& type) noexcept;

}  // namespace dynamo::json
