#pragma once

#include "engine_core.hpp"
#include "long_read.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>

namespace dynamo::engine {

// Each executes one operation: it reads the parameters of the request, executes them, and writes what came of it. Bodies are valid UTF-8.

result<reply> get_item(const engine_core&, const request&);
result<reply> describe_endpoints(const engine_core&, const request&);
result<reply> describe_limits(const engine_core&, const request&);
result<reply> describe_time_to_live(const engine_core&, const request&);
result<reply> list_tables(const engine_core&, const request&);
result<reply> list_streams(const engine_core&, const request&);
result<reply> describe_stream(const engine_core&, const request&);
result<reply> get_shard_iterator(const engine_core&, const request&);

// What is attached to tables and streams (tables/attachment.hpp).
result<reply> list_tags_of_resource(const engine_core&, const request&);
result<reply> get_resource_policy(const engine_core&, const request&);
result<reply> describe_continuous_backups(const engine_core&, const request&);
result<reply> describe_contributor_insights(const engine_core&, const request&);
result<reply> list_contributor_insights(const engine_core&, const request&);

// What a table never has here, or nothing at all has.
result<reply> describe_kinesis_streaming_destination(const engine_core&, const request&);
result<reply> describe_table_replica_auto_scaling(const engine_core&, const request&);
result<reply> list_backups(const engine_core&, const request&);
result<reply> list_bulk_operations(const engine_core&, const request&);
result<reply> list_exports(const engine_core&, const request&);
result<reply> list_global_tables(const engine_core&, const request&);
result<reply> list_imports(const engine_core&, const request&);
result<reply> describe_export(const engine_core&, const request&);
result<reply> describe_import(const engine_core&, const request&);
result<reply> describe_global_table(const engine_core&, const request&);  ///< its settings, too
result<reply> describe_or_delete_backup(const engine_core&, const request&);
result<reply> describe_or_cancel_bulk_operation(const engine_core&, const request&);

// These wait for a commit.
result<reply> tag_resource(engine_core&, const request&);
result<reply> untag_resource(engine_core&, const request&);
result<reply> put_resource_policy(engine_core&, const request&);
result<reply> delete_resource_policy(engine_core&, const request&);
result<reply> update_continuous_backups(engine_core&, const request&);
result<reply> update_contributor_insights(engine_core&, const request&);
result<reply> create_table(engine_core&, const request&);
result<reply> update_table(engine_core&, const request&);
result<reply> delete_table(engine_core&, const request&);
result<reply> update_time_to_live(engine_core&, const request&);

// These may read for long. What they answer refers to the core.
begun_read batch_get_item(const engine_core&, const request&);
begun_read describe_table(const engine_core&, const request&);
begun_read query(const engine_core&, const request&);
begun_read scan(const engine_core&, const request&);
begun_read search_vectors(const engine_core&, const request&);
begun_read transact_get_items(const engine_core&, const request&);

/// GetRecords, which waits for records if the request asks for that: on this thread, or without holding it up. The sink is told once.
result<reply> get_records(engine_core&, const request&);
void get_records(engine_core&, const request&, reply_sink&);

/// PutItem, UpdateItem, DeleteItem, on this thread or without holding it up. The sink is told once.
result<reply> write_item(engine_core&, const request&);
void write_item(engine_core&, const request&, reply_sink&);

/// BatchWriteItem, on this thread or without holding it up. The sink is told once.
result<reply> batch_write_item(engine_core&, const request&);
void batch_write_item(engine_core&, const request&, reply_sink&);

/// ExecuteStatement, BatchExecuteStatement and ExecuteTransaction, on this thread or without holding it up. The sink is told once. They read in
/// slices, or write, as their statements say.
result<reply> execute_statement(engine_core&, const request&);
void execute_statement(engine_core&, const request&, reply_sink&);
result<reply> batch_execute_statement(engine_core&, const request&);
void batch_execute_statement(engine_core&, const request&, reply_sink&);
result<reply> execute_transaction(engine_core&, const request&);
void execute_transaction(engine_core&, const request&, reply_sink&);

/// TransactWriteItems, on this thread or without holding it up. The sink is told once.
result<reply> transact_write_items(engine_core&, const request&);
void transact_write_items(engine_core&, const request&, reply_sink&);

}  // namespace dynamo::engine
