#pragma once

#include "setting_parameters.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/tables/attachment.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::engine {

struct attribute_definition {
  std::string name;
  attribute_type type{};
};

enum class key_role : std::uint8_t { hash, range };
struct key_element {
  std::string name;
  key_role role{};
};

struct projection_parameters {
  std::optional<projection_kind> kind;
  std::optional<std::vector<std::string>> non_key_attributes;
};

/// One element of GlobalSecondaryIndexes or LocalSecondaryIndexes.
struct index_parameters {
  std::string name;
  std::vector<key_element> key;
  projection_parameters projection;
  std::optional<throughput_parameters> throughput;  ///< of a global one, like what follows
  std::optional<on_demand_parameters> on_demand;
  std::optional<warm_parameters> warm;
};

/// One element of GlobalSecondaryIndexUpdates. Exactly one of the three is given, which check_index_updates() sees to.
struct index_update {
  struct throughput_change {
    std::string name;
    std::optional<throughput_parameters> throughput;
    std::optional<on_demand_parameters> on_demand;
    std::optional<warm_parameters> warm;
  };
  struct removal {
    std::string name;
  };
  std::optional<throughput_change> update;
  std::optional<index_parameters> create;
  std::optional<removal> remove;
};

struct vector_attribute_parameters {
  std::string name;
};

enum class schema_role : std::uint8_t { hash, inline_filter };
struct schema_element {
  std::string name;
  schema_role role{};
};

/// One element of VectorIndexes.
struct vector_index_parameters {
  std::string name;
  vector_attribute_parameters attribute;
  std::int64_t dimensions = 0;
  distance_function distance{};
  std::optional<std::vector<schema_element>> schema;
  projection_parameters projection;
};

/// One element of VectorIndexUpdates. Exactly one of the two is given, which check_vector_index_updates() sees to.
struct vector_index_update {
  std::optional<vector_index_parameters> create;
  std::optional<index_update::removal> remove;
};

struct stream_specification {
  bool enabled = false;
  std::optional<view_type> view;
};

enum class billing_mode : std::uint8_t { provisioned, pay_per_request };

/// The parameters of CreateTable and UpdateTable.
struct table_parameters {
  std::string table;
  std::vector<attribute_definition> definitions;
  std::vector<key_element> key;
  std::optional<billing_mode> billing;
  std::optional<throughput_parameters> throughput;
  std::optional<std::vector<index_parameters>> global;
  std::optional<std::vector<index_parameters>> local;
  std::optional<std::vector<index_update>> index_updates;
  std::optional<std::vector<vector_index_parameters>> vectors;
  std::optional<std::vector<vector_index_update>> vector_updates;
  std::optional<stream_specification> stream;
  std::optional<bool> deletion_protection;
  std::optional<on_demand_parameters> on_demand;
  std::optional<warm_parameters> warm;
  std::optional<table_class> storage;
  std::optional<encryption_parameters> encryption;
  std::vector<tag> tags;              ///< CreateTable
  std::optional<std::string> policy;  ///< CreateTable
};

/// Read them, and check each by itself. Errors in DynamoDB's words; what belongs to a later version is errc::not_supported.
result<table_parameters> read_create_table(const request&);
result<table_parameters> read_update_table(const request&);

/// A stream is enabled with a view type, disabled without one.
result<void> check_stream(const stream_specification&);
/// Each element of GlobalSecondaryIndexUpdates does one thing, and at most one of them adds or removes an index. Errors: validation,
/// limit_exceeded.
result<void> check_index_updates(const std::vector<index_update>&);
/// "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table".
std::unexpected<error> too_many_index_actions();
/// The same of VectorIndexUpdates; at most one element of both lists adds or removes an index.
result<void> check_vector_index_updates(const table_parameters&);
/// The key that definitions and key schema of the table make together. Errors in DynamoDB's words.
result<key_schema> make_key_schema(const table_parameters&);
/// The same for any key of one HASH and at most one RANGE element; and without any rule but that its attributes are defined.
result<key_schema> make_key(const std::vector<key_element>&, const std::vector<attribute_definition>&);
result<key_schema> typed_key(const std::vector<key_element>&, const std::vector<attribute_definition>&);

/// The indexes that CreateTable describes, without ids; billing mode and key of the table are set. Errors in DynamoDB's words.
/// Refuses, too, definitions that no key uses.
result<std::vector<index_descriptor>> make_indexes(const table_parameters&, const table_descriptor&);
/// The global index that UpdateTable adds to a table that has all its indexes. Its key attributes are defined by this request, and not otherwise
/// than the table's. Errors in DynamoDB's words.
result<index_descriptor> make_added_index(const index_parameters&, const std::vector<attribute_definition>&,
                                          const table_descriptor&);

/// What an index projects, with the names that it names. Errors in DynamoDB's words.
result<void> set_projection(const projection_parameters&, projection_kind&,
                            std::vector<std::string>& non_key_attributes);

/// The vector indexes that CreateTable describes, without ids; billing mode, key and other indexes of the table are set. Errors in DynamoDB's words.
result<std::vector<vector_index_descriptor>> make_vector_indexes(const table_parameters&, const table_descriptor&);
/// The vector index that UpdateTable adds. What its search schema needs is defined by this request. Errors in DynamoDB's words: validation,
/// resource_in_use, limit_exceeded.
result<vector_index_descriptor> make_added_vector_index(const vector_index_parameters&,
                                                        const std::vector<attribute_definition>&,
                                                        const table_descriptor&);

}  // namespace dynamo::engine
