#pragma once

#include <dynamo/json/cursor.hpp>
#include <dynamo/schema/schema.hpp>

#include <string>
#include <string_view>

namespace dynamo::detail {

/// The one spelling of a table's key: `{"a":{"S":"x"},"b":{"N":"1"}}`, canonical, so that equal keys are equal text. It is what
/// encoded_key and write_members() write.
///
/// Reads it out of an item or key at the cursor, attributes in any order. Empty if a key attribute is missing or of another
/// type, or if the JSON is malformed.
std::string read_key(json::cursor&, const keys_description& table);
/// The same from text, which is followed by json::buffer::padding readable bytes.
std::string read_key(std::string_view padded, const keys_description& table);

}  // namespace dynamo::detail
