#pragma once

#include "operation.hpp"

#include <string>
#include <vector>

namespace dynamo::model {

/// The unconditional puts and deletions, of distinct items, that a batch operation stands for; grouped by table.
std::vector<item_write> batch_of(const operation&);

/// BatchWriteItem of these writes, and BatchGetItem of their places.
std::string batch_write_text(const std::vector<item_write>&);
std::string batch_get_text(const std::vector<item_write>&, language);

}  // namespace dynamo::model
