#pragma once

#include <dynamo/json/canonical.hpp>

#include <string>
#include <string_view>

/// DynamoDB's own sentences about values it refuses, as PutItem words them (recorded answers; other operations prefix some).
namespace dynamo::json::words {

inline constexpr std::string_view empty_value =
    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
inline constexpr std::string_view several_types =
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes";
inline constexpr std::string_view too_deep =
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";
// Ours: AWS documents the rule ("Naming rules" in the Developer Guide), and not how it says so.
inline constexpr std::string_view empty_name =
    "One or more parameter values were invalid: An attribute name must have at least one character";
inline constexpr std::string_view long_name = "Attribute name is too large, must be less than 65536 bytes";

inline constexpr std::string_view null_not_true =
    "One or more parameter values were invalid: Null attribute value types must have the value of true";
inline constexpr std::string_view empty_string_set =
    "One or more parameter values were invalid: An string set  may not be empty";
inline constexpr std::string_view empty_number_set =
    "One or more parameter values were invalid: An number set  may not be empty";
inline constexpr std::string_view empty_binary_set =
    "One or more parameter values were invalid: Binary sets should not be empty";
inline constexpr std::string_view null_in_string_set =
    "One or more parameter values were invalid: An string set may not have a null string as a member";
inline constexpr std::string_view null_in_number_set =
    "One or more parameter values were invalid: An number set may not have a null string as a member";
inline constexpr std::string_view null_in_binary_set =
    "One or more parameter values were invalid: Binary sets may not contain null values";

/// Words that the two layers of checks do not share.
struct by_layer {
  std::string_view newer, older;
  constexpr std::string_view of(value_layer layer) const { return layer == value_layer::newer ? newer : older; }
};
inline constexpr by_layer repeated_number = {
    "One or more parameter values were invalid: Input collection contains duplicates.",
    "Input collection contains duplicates"};
inline constexpr std::string_view repeated_prefix = "One or more parameter values were invalid: Input collection [";
inline constexpr std::string_view repeated_string = "] contains duplicates.";
inline constexpr std::string_view repeated_binary = "]of type BS contains duplicates.";

// Serialization errors: the JSON is well-formed but of the wrong shape.
inline constexpr std::string_view structure_unexpected = "Start of structure or map found where not expected";
inline constexpr std::string_view field_unexpected = "Unexpected field type";
inline constexpr std::string_view value_unexpected = "Unexpected value type in payload";
inline constexpr std::string_view token_unexpected = "Unexpected token received from parser";
inline constexpr std::string_view collection_unknown = "Unrecognized collection type ";
inline constexpr std::string_view java_package = "com.amazonaws.dynamodb.v20120810.";
inline constexpr std::string_view blob_expected = "only base-64-encoded strings are convertible to bytes";
inline constexpr std::string_view base64_length = "Base64 encoded length is expected a multiple of 4 bytes but found: ";
inline constexpr std::string_view base64_last = "Invalid last non-pad Base64 character dectected";
inline constexpr std::string_view base64_character = "Invalid Base64 character: '";

}  // namespace dynamo::json::words
