#pragma once

#include <dynamo/base/error.hpp>
#include <dynamo/schema/schema.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The keys of stored items, for cursors and for errors that name an item.
namespace dynamo::detail {

/// The names of key attributes, sorted. Points into static memory.
std::vector<std::string_view> key_names(const keys_description&);
/// The attributes called `names` of an item, as an object; "{}" if it has none of them.
std::string key_of_item(std::string_view item, std::span<const std::string_view> names);

/// The error with `(item {...})` after its message, so that one item that cannot be read is found among many.
error naming_item(const error&, std::string_view key);
/// The same for the item that begins at `begin` in a reply, which may be cut short or malformed: then the error as it was.
error naming_item_at(const error&, std::string_view padded_reply, std::size_t begin,
                     std::span<const std::string_view> names);
/// Puts the key of the item that a failed condition's response has beside it, where current_key() finds it.
void add_current_key(std::string& response, const keys_description&);
bool has_current_item(const std::string& response);
/// Empty where it is not known.
std::string current_key(std::string_view padded_response);
/// The error after a write that was done: what failed is only reading what it returned.
error after_write(const error&);

}  // namespace dynamo::detail
