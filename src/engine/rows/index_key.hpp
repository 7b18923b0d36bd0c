#pragma once

#include "row_key.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// How the rows of an index are laid out (docs/formats.md). Everything is preceded by the store's prefix.
///
///     index-key  = "r" index-id hash 1*4partition *4sort hash partition sort   ; the last three: the key of the item's own row
///     index-id   = 4OCTET                 ; from the same counter as table ids
///     hash       = 8OCTET                 ; XXH64, seed 0, of everything between the first length and the sort attributes
///     partition  = length *OCTET          ; length: 2 octets
///     sort       = number / text          ; in order, and each knows where it ends
///     number     = see number_key.hpp
///     text       = *( %x01-FF / %x00 %xFF ) %x00 %x00   ; of S and B: a zero byte is followed by %xFF
///
/// The bytes of a text that begins another are %x00 %x00 where the other goes on, so it comes first.

/// The canonical values of the attributes in table_descriptor::index_key_names, in their order: views into the item.
using index_key_values = std::vector<std::optional<std::string_view>>;
index_key_values find_index_keys(const table_descriptor&, std::string_view item);

/// Validates the values that an item has for index keys: type, emptiness, size. Absent ones are fine: the item is then not in the
/// index. Errors in the words that DynamoDB has for items that are put, or that an update expression made.
/// An index whose key attributes an update leaves as `old_item` has them is not looked at: that item may be older than the index.
enum class index_key_source : bool { item, update };
result<void> check_index_keys(const table_descriptor&, std::string_view item, index_key_source,
                              std::string_view old_item = {});

/// "One or more parameter values were invalid: Type mismatch for Index Key ...".
error index_type_mismatch(std::string_view index_name, const key_attribute&, attribute_type actual);
/// Validates one canonical value of an index's key: type and emptiness. Answers its bytes, as they count for the size of a key.
result<std::size_t> check_index_attribute(std::string_view index_name, const key_attribute&, std::string_view value,
                                          index_key_source);

/// Appends what all rows of one partition of the index begin with. `parts` are key bytes (see key_bytes()).
void append_index_partition(json::buffer& out, std::string_view store_prefix, const index_descriptor&,
                            std::span<const std::string> parts);
/// Appends one sort attribute's bytes in the form above; begin_index_sort() without the end, for what begins with it.
void append_index_sort(json::buffer& out, const key_attribute&, std::string_view bytes);
void begin_index_sort(json::buffer& out, const key_attribute&, std::string_view bytes);

/// Appends the key of an item's row in the index; false, with `out` as it was, if the item lacks one of the key attributes, or has a value
/// there that check_index_keys() would refuse: it was written before the index was there, and is not in it. Source: "Detecting and
/// correcting index key violations", Developer Guide. `table_key` is what follows the table's id in the key of the item's own row.
bool append_index_key(json::buffer& out, std::string_view store_prefix, const index_descriptor&,
                      const index_key_values& values, std::string_view table_key);

}  // namespace dynamo::engine
