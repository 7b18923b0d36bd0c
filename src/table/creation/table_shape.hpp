#pragma once

#include <dynamo/protocol/endpoint.hpp>
#include <dynamo/schema/schema.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::detail {

/// What DescribeTable says about a table, as far as a schema says it too.
struct table_shape {
  struct key_names {
    std::vector<std::string> partition, sort;  ///< names of attributes
    friend bool operator==(const key_names&, const key_names&) = default;
  };
  struct index {
    std::string name;
    bool global = false;
    table_shape::key_names keys;
    std::string projection;             ///< "ALL", "KEYS_ONLY", "INCLUDE"
    std::vector<std::string> included;  ///< in ascending order
  };
  struct vector_index {
    std::string name;
    std::string attribute;            ///< that holds the vector
    std::string dimensions;           ///< digits
    std::string distance;             ///< "COSINE", "EUCLIDEAN", "DOT_PRODUCT"
    std::vector<std::string> search;  ///< "HASH genre", "INLINE_FILTER year" and so on, in ascending order
    std::string projection;           ///< as of an index
    std::vector<std::string> included;
  };
  std::string status;
  table_shape::key_names keys;
  std::vector<index> indexes;
  std::vector<vector_index> vector_indexes;
  std::vector<std::pair<std::string, std::string>> types;  ///< key attributes and "S", "N" or "B"
};

result<table_shape> read_shape(const reply& described);
table_shape::key_names keys_of(const keys_description&);
/// "partition key `a`, `b`, sort key `c`".
std::string to_text(const table_shape::key_names&);
/// A sentence for each thing in which the table is not what the schema says. Pure.
std::vector<std::string> differences(const table_shape& table, const schema_description&);

}  // namespace dynamo::detail
