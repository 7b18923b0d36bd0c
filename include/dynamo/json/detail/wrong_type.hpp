#pragma once

#include <dynamo/json/cursor.hpp>

#include <string>
#include <string_view>

/// DynamoDB's words for well-formed JSON of the wrong type, after its reader in Java: what it found, and the Java type that it could not make of that.
/// Some are recorded in users' reports ("STRING_VALUE cannot be converted to Integer" of a Limit, "Unexpected field type" of
/// ExpressionAttributeNames, "Unrecognized collection type class java.lang.String"). The rest follows from them, and is not recorded.
namespace dynamo::json {

/// In place of a String, Boolean, Integer or Long. `text` is the value as it stands.
std::string wrong_scalar(token found, std::string_view text, std::string_view java_class);
/// In place of an object with members of its own; `shape` is its name in the service model: "KeySchemaElement".
std::string wrong_structure(token found, std::string_view shape);
/// In place of an object that is a map of texts and `java_values`: "java.lang.String".
std::string wrong_map(token found, std::string_view java_values);
std::string wrong_list(token found);

/// A number that has a fraction or an exponent, as it is written.
bool is_decimal(std::string_view number) noexcept;

}  // namespace dynamo::json
