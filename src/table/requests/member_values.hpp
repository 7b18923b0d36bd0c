#pragma once

#include <dynamo/json/buffer.hpp>
#include <dynamo/table/detail/assembled_update.hpp>

#include <string>
#include <string_view>

namespace dynamo::detail {

/// Where a value on its way into a member came from.
enum class value_source : bool { dynamodb_json, plain_json };

/// errc::invalid_argument of one member: "attribute `name`: why".
error member_error(std::string_view name, std::string_view why);

/// The member that an update may change; errc::invalid_argument for a name that the items do not have, and for a key.
result<const field_description*> changeable_field(const update_target&, std::string_view name);

/// Reads a canonical value into the member of the scratch item. errc::invalid_argument, with the member's name, if it does not fit.
result<void> try_value(const update_target&, const field_description&, std::string_view canonical, value_source);

/// Adds SET of the member with this value, in the form that the member itself is written in; or REMOVE where that leaves no attribute
/// behind.
result<void> assemble_set(assembled_update&, const update_target&, const field_description&, std::string_view canonical,
                          value_source);
/// Adds REMOVE of the member, unless items cannot be read without it.
result<void> assemble_removal(assembled_update&, const field_description&);

/// A path of one name.
expression::path path_to(const field_description&);

}  // namespace dynamo::detail
