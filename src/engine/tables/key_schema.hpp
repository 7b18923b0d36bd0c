#pragma once

#include <dynamo/value/attribute_value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// A key attribute. Its type is S, N or B.
struct key_attribute {
  std::string name;
  attribute_type type = attribute_type::S;
  friend bool operator==(const key_attribute&, const key_attribute&) = default;
};

/// The attributes of a key: of a table one partition attribute and at most one sort attribute, of an index up to four each.
struct key_schema {
  std::vector<key_attribute> partition;
  std::vector<key_attribute> sort;

  bool has(std::string_view attribute) const noexcept {
    for (const auto* part : {&partition, &sort}) {
      for (const key_attribute& key : *part) {
        if (key.name == attribute) return true;
      }
    }
    return false;
  }
  friend bool operator==(const key_schema&, const key_schema&) = default;
};

}  // namespace dynamo::engine
