#pragma once

#include <cstddef>
#include <cstdint>

/// DynamoDB's limits, each with its source. "Quotas" is "Service, account, and table quotas in Amazon DynamoDB",
/// "model" is the service model `dynamodb/2012-08-10`.
namespace dynamo::limits {

inline constexpr std::size_t item_size_max = 409'600;            ///< names and values; Quotas, "Items"
inline constexpr std::size_t partition_key_size_max = 2'048;     ///< bytes; Quotas, "Partition keys and sort keys"
inline constexpr std::size_t sort_key_size_max = 1'024;          ///< bytes; Quotas, "Partition keys and sort keys"
inline constexpr std::size_t nesting_depth_max = 32;             ///< levels; Quotas, "Nested attribute depth"
inline constexpr std::size_t attribute_name_size_max = 65'535;   ///< bytes, not of a key; Quotas, "Attribute names"
inline constexpr std::size_t key_name_size_max = 255;            ///< bytes; Quotas, "Attribute names"
inline constexpr std::size_t ttl_attribute_name_size_max = 255;  ///< bytes; model, TimeToLiveAttributeName
inline constexpr std::size_t expression_size_max = 4'096;        ///< bytes; Quotas, "Expression parameters"
inline constexpr std::size_t placeholder_size_max = 255;      ///< bytes with the mark; Quotas, "Expression parameters"
inline constexpr std::size_t expression_operators_max = 300;  ///< Quotas, "Expression parameters"
inline constexpr std::size_t expression_in_operands_max = 100;  ///< Quotas, "Expression parameters"
inline constexpr std::size_t document_path_depth_max = 32;      ///< names and indexes; "Specifying item attributes"
inline constexpr std::size_t expression_values_size_max = 2'097'152;  ///< all substitution values; Quotas
inline constexpr std::size_t page_size_max = 1'048'576;      ///< bytes before filtering; Quotas, "Query" and "Scan"
inline constexpr std::size_t request_size_max = 16'777'216;  ///< bytes of a request body; observed: 413 above
inline constexpr std::size_t table_name_size_min = 3;        ///< Quotas, "Naming rules"
inline constexpr std::size_t table_name_size_max = 255;
inline constexpr std::size_t table_arn_size_max =
    1'024;  ///< API reference, "TableName" of the operations that take an ARN
inline constexpr std::size_t index_name_size_min = 3;  ///< Quotas, "Naming rules"
inline constexpr std::size_t index_name_size_max = 255;
inline constexpr std::size_t global_indexes_max = 20;  ///< of a table; Quotas, "Secondary indexes per table"
inline constexpr std::size_t local_indexes_max = 5;    ///< of a table; Quotas, "Secondary indexes per table"
inline constexpr std::size_t projected_attributes_max =
    100;                                                   ///< in all indexes; Quotas, "Projected attributes per table"
inline constexpr std::size_t non_key_attributes_max = 20;  ///< of one index; model, NonKeyAttributeNameList
inline constexpr std::size_t index_key_attributes_max =
    4;                                                ///< each HASH and RANGE; Guide, "Multi-attribute key schema"
inline constexpr std::size_t vector_indexes_max = 5;  ///< of a table; Quotas, "Vector indexes"
inline constexpr std::size_t vector_dimensions_max = 4'096;          ///< Quotas, "Vector indexes"
inline constexpr std::size_t inline_filters_max = 18;                ///< of a vector index; Quotas, "Vector indexes"
inline constexpr std::size_t search_results_max = 100;               ///< TopK; Quotas, "Vector indexes"
inline constexpr std::size_t search_response_size_max = 16'777'216;  ///< bytes; Guide, "Vector search", "Requirements"
inline constexpr std::size_t list_tables_page_max = 100;             ///< model, ListTablesInputLimit
inline constexpr std::int64_t capacity_units_max =
    1'000'000'000'000;  ///< of a table or an index; ours: AWS documents quotas, and no bound
inline constexpr std::size_t scan_segments_max = 1'000'000;    ///< model, ScanTotalSegments
inline constexpr std::size_t batch_get_keys_max = 100;         ///< in all tables; model, BatchGetItem
inline constexpr std::size_t batch_get_size_max = 16'777'216;  ///< bytes of items in one response; model, BatchGetItem
inline constexpr std::size_t batch_write_requests_max = 25;    ///< in all tables; model, BatchWriteItem
inline constexpr std::size_t transaction_actions_max = 100;    ///< model, TransactWriteItems and TransactGetItems
inline constexpr std::size_t transaction_size_max =
    4u << 20;                                           ///< bytes of all items; Guide, "Amazon DynamoDB Transactions"
inline constexpr std::size_t statement_batch_max = 25;  ///< model, PartiQLBatchRequest
inline constexpr std::size_t next_token_size_max = 32'768;   ///< model, PartiQLNextToken
inline constexpr std::size_t request_token_size_max = 36;    ///< model, ClientRequestToken
inline constexpr int request_token_minutes = 10;             ///< API Reference, TransactWriteItems, ClientRequestToken
inline constexpr std::size_t get_records_limit_max = 1'000;  ///< streams model, GetRecords Limit
inline constexpr std::size_t get_records_size_max = 1'048'576;  ///< SizeBytes of one page; streams API, GetRecords
inline constexpr std::size_t streams_page_max = 100;            ///< streams model, ListStreams and DescribeStream Limit
inline constexpr std::size_t resource_arn_size_max = 1'283;     ///< model, ResourceArnString
inline constexpr std::size_t arn_size_min = 37;                 ///< of a backup, an export, an import; model
inline constexpr std::size_t arn_size_max = 1'024;
inline constexpr std::size_t tags_max = 50;             ///< of a resource; Guide, "Tagging restrictions in DynamoDB"
inline constexpr std::size_t tag_key_size_max = 128;    ///< characters; model, TagKeyString
inline constexpr std::size_t tag_value_size_max = 256;  ///< characters; model, TagValueString
inline constexpr std::size_t tags_page_max = 10;        ///< API Reference, ListTagsOfResource
inline constexpr std::size_t policy_size_max = 20'480;  ///< bytes with white space; API Reference, PutResourcePolicy
inline constexpr std::size_t policy_revision_size_max = 255;  ///< model, PolicyRevisionId
inline constexpr std::size_t recovery_days_max = 35;          ///< model, RecoveryPeriodInDays
inline constexpr std::size_t insights_page_max = 100;         ///< model, ListContributorInsightsLimit
inline constexpr std::size_t backups_page_max = 100;          ///< model, BackupsInputLimit
inline constexpr std::size_t exports_page_max = 25;           ///< model, of exports, imports and bulk operations
inline constexpr std::size_t stream_arn_size_min = 37;        ///< streams model, StreamArn
inline constexpr std::size_t stream_arn_size_max = 1'024;
inline constexpr std::size_t shard_id_size_min = 28;  ///< streams model, ShardId
inline constexpr std::size_t shard_id_size_max = 65;
inline constexpr std::size_t sequence_number_size_min = 21;  ///< digits; streams model, SequenceNumber
inline constexpr std::size_t sequence_number_size_max = 40;
inline constexpr std::size_t shard_iterator_size_max = 2'048;  ///< streams model, ShardIterator
inline constexpr int shard_iterator_minutes = 15;              ///< streams API, GetShardIterator
inline constexpr int change_retention_hours = 24;     ///< "Change data capture for DynamoDB Streams", Developer Guide
inline constexpr std::size_t number_digits_max = 38;  ///< Quotas, "Number"
inline constexpr int number_exponent_max = 125;       ///< of the leading digit
inline constexpr int number_exponent_min = -130;

// Of Lambda: "Lambda quotas" and CreateEventSourceMapping, AWS Lambda Developer Guide and API Reference.
inline constexpr std::size_t function_payload_size_max = 6'291'456;  ///< bytes of an event, and of an answer; quotas
inline constexpr std::size_t mapping_batch_size_max = 10'000;        ///< records; BatchSize
inline constexpr int mapping_window_seconds_max = 300;               ///< MaximumBatchingWindowInSeconds
inline constexpr std::size_t mapping_retries_max = 10'000;           ///< MaximumRetryAttempts
inline constexpr int mapping_record_age_seconds_min = 60;            ///< MaximumRecordAgeInSeconds
inline constexpr int mapping_record_age_seconds_max = 604'800;

}  // namespace dynamo::limits
