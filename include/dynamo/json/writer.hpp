#pragma once

#include <dynamo/json/buffer.hpp>
#include <dynamo/value/attribute_value.hpp>

#include <cstdint>
#include <string_view>

namespace dynamo::json {

/// Appends `text` in quotes, with the short escapes and \u00XX for control characters; everything else as it stands.
void write_string(buffer& out, std::string_view text);
/// Appends an integer's digits.
void write_integer(buffer& out, std::int64_t);
void write_integer(buffer& out, std::uint64_t);

/// Appends `{"S":"..."}` and so on: one attribute value in canonical form (docs/formats.md).
void write_string_value(buffer& out, std::string_view text);
void write_number_value(buffer& out, const number&);
void write_number_value(buffer& out, std::int64_t);
void write_number_value(buffer& out, std::uint64_t);
void write_binary_value(buffer& out, std::string_view bytes);
void write_bool_value(buffer& out, bool);
void write_null_value(buffer& out);
void write_value(buffer& out, const attribute_value&);
/// Appends `{"name":{...},...}`.
void write_item(buffer& out, const item&);

}  // namespace dynamo::json
