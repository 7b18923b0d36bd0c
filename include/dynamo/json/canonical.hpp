#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/json/cursor.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dynamo::json {

/// Canonical DynamoDB JSON: the one representation of items outside the user's structs. No white space; attribute names in
/// ascending order of their UTF-8 bytes at every level; raw UTF-8 with only the short escapes and \u00XX for control characters; strict base64; numbers as
/// DynamoDB prints them; sets in ascending order (text by bytes, numbers by value, binaries by decoded bytes). So equal
/// items are equal bytes. The grammar stands in docs/formats.md.

/// DynamoDB has two layers of checks that read values. They refuse the same ones in different words; which one reads depends on the operation.
enum class value_layer : std::uint8_t { newer, older };

/// Reads one attribute value at the cursor and appends its canonical form; the result is its size as DynamoDB counts it.
/// Refuses, in DynamoDB's words, what DynamoDB refuses in a value: errc::serialization for JSON of the wrong shape,
/// errc::validation for bad numbers, empty or repeating sets, NULL that is false, nesting beyond 32 levels.
/// `depth` is the number of levels the value stands below the item. On failure `out` is as it was.
[[nodiscard]] result<std::size_t> canonicalise_value(cursor&, buffer& out, value_layer = value_layer::newer,
                                                     unsigned depth = 0);

/// Reads an object of attribute values (an item, a key, an item's image) and appends its canonical form; the result is the
/// item's size with its names. Refuses attributes without a name and names of 64 KB (errc::validation); does not validate the item
/// against another limit or a key schema: that is the engine's.
[[nodiscard]] result<std::size_t> canonicalise_item(cursor&, buffer& out, value_layer = value_layer::newer);

/// Whether a value was refused because it nests too deep.
bool is_too_deep(const error&) noexcept;
/// "Attribute name is too large, must be less than 65536 bytes".
error name_too_long();

/// The canonical value of one attribute of a canonical item (a view into it), or nothing. `item` needs padding after it.
std::optional<std::string_view> find_attribute(std::string_view item, std::string_view name);
/// The same for several names in ascending order, in one pass over the item; `values` has an element for each.
void find_attributes(std::string_view item, std::span<const std::string_view> names,
                     std::span<std::optional<std::string_view>> values);

/// The type of a canonical value, from its third byte(s); no validation.
attribute_type type_of(std::string_view value) noexcept;
/// The content of a canonical S, N or B as it stands between the quotes (escapes and base64 not undone).
std::string_view raw_scalar(std::string_view value) noexcept;
/// The content of a canonical S (unescaped), N (its text) or B (decoded bytes). `scratch` is used only where the text has to change.
std::string_view scalar(std::string_view value, std::string& scratch);

/// Bytes DynamoDB counts for a canonical value or item. Needs padding.
std::size_t size_of_value(std::string_view value);
std::size_t size_of_item(std::string_view item);

/// Between bytes and the tree. Canonical input is trusted; needs padding.
attribute_value read_value(std::string_view value);
item read_item(std::string_view item);

}  // namespace dynamo::json
