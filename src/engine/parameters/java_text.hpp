#pragma once

#include "member.hpp"

#include <string>
#include <string_view>

namespace dynamo::engine {

/// How DynamoDB's names of Java types begin, and what it calls an attribute value.
inline constexpr std::string_view java_package = "com.amazonaws.dynamodb.v20120810.";
inline constexpr std::string_view java_attribute_value = "com.amazonaws.dynamodb.v20120810.AttributeValue";

/// A value of a request as Java prints what was read of it, which is how DynamoDB's older layer of checks quotes a value:
/// "[KeySchemaElement(attributeName=pk, keyType=HASH)]". Members come in the order in which they are declared, "null" where they are not given. Of an
/// attribute value there is its class and a number, as some of DynamoDB's hosts have it. What is longer than 64 KB is cut. The text was read before, and is well-formed.
std::string java_text(std::string_view json, const member&);
/// The same of a map: "{movies=[WriteRequest(...)]}".
std::string java_map_text(std::string_view json, const member& of_values);

}  // namespace dynamo::engine
