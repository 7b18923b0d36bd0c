#pragma once

#include <dynamo/expression/tree.hpp>
#include <dynamo/schema/schema.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace dynamo::detail {

/// An update of which the attributes are known at run time only.
struct assembled_update {
  expression::update part;
  std::vector<expression::condition> ranges;  ///< what keeps computed integers in the range of their members
  std::vector<std::string_view> given;        ///< attributes that an item has after it; static
  std::optional<error> problem;               ///< the first one
};

/// The items that an update is for. `scratch` is a new item, which values are tried on.
struct update_target {
  const record_description& record;
  const keys_description& keys;
  void* scratch;
};

/// SET of each member of a struct, but those that leave no attribute behind.
[[nodiscard]] assembled_update assemble_struct(const record_description&, const void* object);

}  // namespace dynamo::detail
