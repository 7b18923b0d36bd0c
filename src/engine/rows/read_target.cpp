#include "read_target.hpp"

#include <algorithm>

namespace dynamo::engine {

std::vector<std::string_view> read_target::cursor_attributes() const {
  std::vector<std::string_view> names;
  const auto add = [&](const key_schema& key) {
    for (const auto* part : {&key.partition, &key.sort}) {
      for (const key_attribute& attribute : *part) names.emplace_back(attribute.name);
    }
  };
  add(table_->key);
  if (index_ != nullptr) add(index_->key);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace dynamo::engine
