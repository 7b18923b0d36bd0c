#pragma once

#include "item_write.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::model {

// What expressions say, in the parameters that were there before them.

/// The members of a write's request that are Expected, AttributeUpdates and ConditionalOperator, each with a comma before it; nothing where
/// legacy parameters cannot say the condition or the change.
std::optional<std::string> legacy_members_of(const item_write&);

/// `,"AttributesToGet":[...]` with every attribute that the model's items have.
std::string_view all_attributes_to_get();

/// `"a":{"ComparisonOperator":"EQ","AttributeValueList":[...]}`.
std::string comparison_text(std::string_view attribute, std::string_view comparison,
                            const std::vector<std::string>& values);

}  // namespace dynamo::model
