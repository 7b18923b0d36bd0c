#pragma once

#include <string>
#include <string_view>

namespace dynamo::aws {

/// Appends name=value to a query or a form, after an ampersand where something is there already. All but letters, digits and -_.~ is
/// percent-encoded.
void append_form_member(std::string& to, std::string_view name, std::string_view value);

}  // namespace dynamo::aws
