#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/database.hpp>

#include <functional>
#include <string>
#include <string_view>

/// What a table and its change log hold, as the wire says it: the verifier trusts no typed code.
namespace demo {

/// Calls `take` with each item of the table, or with each row of one of its indexes: canonical JSON.
dynamo::result<void> for_each_item(const dynamo::database&, std::string_view table,
                                   const std::function<void(std::string_view item)>& take, std::string_view index = {});

/// One entry of the table's stream; images are canonical JSON, empty where there is none.
struct change {
  std::string name;  ///< INSERT, MODIFY or REMOVE
  std::string keys, old_image, new_image, number;
};
/// Calls `take` with each change from the oldest one on.
dynamo::result<void> for_each_change(const dynamo::database&, std::string_view table,
                                     const std::function<void(const change&)>& take);

}  // namespace demo
