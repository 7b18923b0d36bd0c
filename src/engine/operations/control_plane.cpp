#include "engine_core.hpp"

#include <dynamo/base/detail/time_text.hpp>
#include <dynamo/json/writer.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/parameters/table_parameters.hpp>
#include <engine/responses/table_description.hpp>
#include <engine/rows/row_key.hpp>
#include <engine/rows/stored_row.hpp>
#include <engine/storage/big_endian.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace dynamo::engine {
namespace {

// The label of a stream is its creation time in milliseconds, by the age clock, or later where the table had a stream then: labels of a
// table are in the order of its streams, whatever the wall clock is set to.
std::string make_label(instant created, std::string_view previous) {
  if (const auto before = time_from_text(previous)) created = std::max(created, *before + std::chrono::milliseconds(1));
  return time_text(created, time_precision::milliseconds);
}

// Tables, indexes and streams share one counter that never goes back. So many are taken by one request at the most.
constexpr std::uint32_t ids_at_once = 64;
result<void> check_ids_left(const engine_core& core) {
  if (core.next_id <= std::numeric_limits<std::uint32_t>::max() - ids_at_once) return {};
  return fail(
      errc::limit_exceeded,
      "This database has used up its 4,294,967,295 ids of tables, indexes and streams; copy what it holds into a new one");
}

void enable_stream(engine_core& core, table_descriptor& table, view_type view) {
  stream_descriptor stream;
  stream.id = core.next_id++;
  stream.table_id = table.id;
  stream.table_name = table.name;
  stream.created = core.now();
  // No change of an earlier stream of this table is under way any more: each was closed after its last one.
  stream.first = core.commits->next_number();
  // The table remembers the label of a stream that is gone; the catalog knows those of an earlier table of this name.
  const std::string label = core.tables.latest_label(table.name);
  stream.label = make_label(core.ages->now(), std::max<std::string_view>(label, table.latest_stream_label));
  stream.view = view;
  stream.key = table.key;
  table.latest_stream_label = stream.label;
  table.stream = std::move(stream);
}

reply description(const engine_core& core, std::string_view member, const table_descriptor& table,
                  std::string_view status, const table_statistics& statistics = {}) {
  json::buffer out;
  out.append(R"({")");
  out.append(member);
  out.append(R"(":)");
  write_table_description(out, table, status, core.options.region, statistics);
  out.append('}');
  return reply(std::move(out));
}

/// Commits a change of the catalog as a barrier: `in_order` runs when it takes its place in the queue, so that whatever was
/// prepared against the old state can no longer be enqueued after it.
template <class InOrder>
result<void> commit_barrier(engine_core& core, const std::shared_ptr<prepared_change>& change, InOrder in_order) {
  core.commits->reserve();
  if (core.commits->enqueue(change, in_order) == committer::verdict::refused) {
    core.commits->release();
    return read_only(core);
  }
  return core.commits->wait(*change);
}

// Shows readers that a shard has an end. Only now that everything queued before the barrier is committed: a reader that saw the end
// earlier would stop before the last records.
void close_stream(engine_core& core, const stream_descriptor& closed) {
  core.tables.put(closed);
  core.waiters.announce(std::array{closed.id});
}

// How many times what was counted up to a row, all of it is. Rows lie in the order of their partitions' hashes, which are spread evenly: a
// quarter of all partitions ends at a quarter of all hashes. Where the rows were of few partitions that says little, and RocksDB is asked how
// many bytes it keeps.
double scale_from(const engine_core& core, std::string_view begin, std::string_view end, std::string_view last,
                  std::size_t partitions) {
  constexpr std::size_t partitions_min = 100;
  if (partitions >= partitions_min) {
    const auto hash = load_big_endian<std::uint64_t>(last.substr(begin.size(), sizeof(std::uint64_t)));
    return std::ldexp(1.0, 64) / std::max(1.0, static_cast<double>(hash));
  }
  const auto counted = static_cast<double>(core.rows->size_of_range(begin, last));
  return static_cast<double>(core.rows->size_of_range(begin, end)) / std::max(1.0, counted);
}

// Rows of a table or an index. Exact where there are few; beyond that an estimate, since a description must not
// cost a walk through millions.
result<row_statistics> count_rows(const engine_core& core, std::uint32_t id) {
  constexpr std::uint64_t exact_rows_max = 10'000;
  json::buffer begin;
  append_table_prefix(begin, core.rows->prefix(), id);
  const std::string end = after_prefix(begin.view());
  row_statistics found;
  std::size_t partitions = 0;
  std::string hash;
  const auto at = core.rows->range(begin.view(), end, direction::forward);
  for (; at->valid() && found.items < exact_rows_max; at->next()) {
    stored_row row;
    if (read_row(at->value(), row)) found.bytes += row.item_size;
    ++found.items;
    const std::string_view of_row = at->key().substr(begin.size(), sizeof(std::uint64_t));
    if (of_row == hash) continue;
    hash = of_row;
    ++partitions;
  }
  if (auto read = at->status(); !read) return std::unexpected(read.error());
  if (at->valid()) {
    if (const double scale = scale_from(core, begin.view(), end, at->key(), partitions); scale > 1) {
      found.items = static_cast<std::uint64_t>(static_cast<double>(found.items) * scale);
      found.bytes = static_cast<std::uint64_t>(static_cast<double>(found.bytes) * scale);
    }
  }
  return found;
}

result<table_statistics> statistics_of(const engine_core& core, const table_descriptor& table) {
  table_statistics found;
  const auto of_table = count_rows(core, table.id);
  if (!of_table) return std::unexpected(of_table.error());
  found.table = *of_table;
  for (const index_descriptor& index : table.indexes) {
    const auto of_index = count_rows(core, index.id);
    if (!of_index) return std::unexpected(of_index.error());
    found.indexes.push_back(*of_index);
  }
  return found;
}

// The one parameter of DescribeTable and DeleteTable.
result<std::string> read_table_name(const request& r) {
  std::optional<std::string> table;
  const auto read = read_members(r, [&](std::string_view name, parameter_reader& in) {
    if (name == "TableName") {
      table = in.string();
    } else {
      in.cursor().skip();
    }
  });
  if (!read) return std::unexpected(read.error());
  violations found;
  check_table_name(table, found);
  if (auto valid = found.to_result(); !valid) return std::unexpected(valid.error());
  return *std::move(table);
}

std::unexpected<error> no_such_table(std::string_view name) {
  return fail(errc::resource_not_found, fmt::format("Requested resource not found: Table: {} not found", name));
}

}  // namespace

result<reply> create_table(engine_core& core, const request& r) {
  violations found;
  auto p = read_table_parameters(r, found);
  if (!p) return std::unexpected(p.error());
  check_definitions(*p, found);
  if (auto valid = found.to_result(); !valid) return std::unexpected(valid.error());
  table_descriptor table;
  table.provisioned = true;  // what CreateTable means when it is not told
  if (auto billed = apply_billing(*p, table); !billed) return std::unexpected(billed.error());
  auto schema = make_key_schema(*p);
  if (!schema) return std::unexpected(schema.error());
  table.key = *std::move(schema);
  auto indexes = make_indexes(*p, table);
  if (!indexes) return std::unexpected(indexes.error());
  table.indexes = *std::move(indexes);
  if (p->stream) {
    if (auto valid = check_stream(*p->stream); !valid) return std::unexpected(valid.error());
  }

  const std::scoped_lock held(core.control);
  if (core.tables.find(*p->name)) {
    return fail(errc::resource_in_use, fmt::format("Table already exists: {}", *p->name));
  }
  if (auto left = check_ids_left(core); !left) return std::unexpected(left.error());
  table.id = core.next_id++;
  table.name = *p->name;
  for (index_descriptor& index : table.indexes) index.id = core.next_id++;
  derive_indexes(table);
  table.created = core.now();
  table.deletion_protection = p->deletion_protection.value_or(false);
  if (p->stream && *p->stream->enabled) enable_stream(core, table, *view_type_from(*p->stream->view));

  auto change = std::make_shared<prepared_change>();
  put_table(change->rows, core.rows->prefix(), table);
  if (table.stream) put_stream(change->rows, core.rows->prefix(), *table.stream);
  put_next_id(change->rows, core.rows->prefix(), core.next_id);
  if (auto committed = commit_barrier(core, change, [] {}); !committed) return std::unexpected(committed.error());
  if (table.stream) core.tables.put(*table.stream);
  core.tables.put(std::make_shared<table_entry>(table));
  return description(core, "TableDescription", table, "CREATING");
}

result<reply> update_table(engine_core& core, const request& r) {
  violations found;
  auto p = read_table_parameters(r, found);
  if (!p) return std::unexpected(p.error());
  if (auto valid = found.to_result(); !valid) return std::unexpected(valid.error());
  if (p->billing_mode || p->throughput || p->deletion_protection) {
    return fail(errc::not_supported,
                "UpdateTable changes only StreamSpecification in this version of the embedded engine");
  }
  if (!p->stream) {
    return fail(
        errc::validation,
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or "
        "SSESpecification or ReplicaUpdates is required");
  }
  if (auto valid = check_stream(*p->stream); !valid) return std::unexpected(valid.error());

  const std::scoped_lock held(core.control);
  const auto old = core.tables.find(*p->name);
  if (!old) return no_such_table(*p->name);
  table_descriptor table = old->descriptor;
  std::optional<stream_descriptor> closed;
  if (*p->stream->enabled) {
    if (auto left = check_ids_left(core); !left) return std::unexpected(left.error());
    if (table.stream) return fail(errc::validation, "Table already has an enabled stream: TableName: " + table.name);
    enable_stream(core, table, *view_type_from(*p->stream->view));
  } else {
    if (!table.stream) return fail(errc::validation, "Table has no stream to disable: TableName: " + table.name);
    closed = std::exchange(table.stream, std::nullopt);
    closed->enabled = false;
    closed->closed = core.ages->now();
  }
  const stream_descriptor& stream = closed ? *closed : *table.stream;

  auto change = std::make_shared<prepared_change>();
  put_table(change->rows, core.rows->prefix(), table);
  put_stream(change->rows, core.rows->prefix(), stream);
  put_next_id(change->rows, core.rows->prefix(), core.next_id);
  const auto committed = commit_barrier(core, change, [&] {
    old->stale.store(true, std::memory_order_relaxed);
    core.tables.put(std::make_shared<table_entry>(table));
    if (stream.enabled) core.tables.put(stream);
  });
  if (!committed) {
    core.tables.put(std::make_shared<table_entry>(old->descriptor));  // as it is on disk
    return std::unexpected(committed.error());
  }
  if (closed) close_stream(core, *closed);
  return description(core, "TableDescription", table, "UPDATING");
}

result<reply> delete_table(engine_core& core, const request& r) {
  const auto name = read_table_name(r);
  if (!name) return std::unexpected(name.error());

  const std::scoped_lock held(core.control);
  const auto old = core.tables.find(*name);
  if (!old) return no_such_table(*name);
  const table_descriptor& table = old->descriptor;
  if (table.deletion_protection) {
    return fail(errc::validation,
                fmt::format("Resource cannot be deleted as it is currently protected against deletion. Disable "
                            "deletion protection first."));
  }
  auto change = std::make_shared<prepared_change>();
  erase_table(change->rows, core.rows->prefix(), table);
  std::optional<stream_descriptor> closed = table.stream;  // stays readable, as on AWS
  if (closed) {
    closed->enabled = false;
    closed->closed = core.ages->now();
    put_stream(change->rows, core.rows->prefix(), *closed);
  }
  const auto committed = commit_barrier(core, change, [&] {
    old->stale.store(true, std::memory_order_relaxed);
    core.tables.erase(*name);
  });
  if (!committed) {
    core.tables.put(std::make_shared<table_entry>(table));  // still there, and readable
    return std::unexpected(committed.error());
  }
  if (closed) close_stream(core, *closed);
  return description(core, "TableDescription", table, "DELETING");
}

result<reply> describe_table(const engine_core& core, const request& r) {
  const auto name = read_table_name(r);
  if (!name) return std::unexpected(name.error());
  const auto table = core.tables.find(*name);
  if (!table) return no_such_table(*name);
  const auto statistics = statistics_of(core, table->descriptor);
  if (!statistics) return std::unexpected(statistics.error());
  return description(core, "Table", table->descriptor, "ACTIVE", *statistics);
}

result<reply> list_tables(const engine_core& core, const request& r) {
  violations found;
  std::string after;
  auto limit = static_cast<std::int64_t>(limits::list_tables_page_max);
  const auto read = read_members(r, [&](std::string_view name, parameter_reader& in) {
    if (name == "ExclusiveStartTableName") {
      after = in.string().value_or("");
    } else if (name == "Limit") {
      limit = in.integer().value_or(limit);
    } else {
      in.cursor().skip();
    }
  });
  if (!read) return std::unexpected(read.error());
  if (limit < 1) found.add("limit", std::to_string(limit), "Member must have value greater than or equal to 1");
  if (limit > static_cast<std::int64_t>(limits::list_tables_page_max)) {
    found.add("limit", std::to_string(limit),
              fmt::format("Member must have value less than or equal to {}", limits::list_tables_page_max));
  }
  if (auto valid = found.to_result(); !valid) return std::unexpected(valid.error());
  bool more = false;
  const auto names = core.tables.names(after, static_cast<std::size_t>(limit), more);
  json::buffer out;
  out.append('{');
  if (more) out.append(fmt::format(R"("LastEvaluatedTableName":"{}",)", names.back()));
  out.append(R"("TableNames":[)");
  const char* separator = "";
  for (const std::string& table : names) {
    out.append(std::exchange(separator, ","));
    json::write_string(out, table);
  }
  out.append("]}");
  return reply(std::move(out));
}

}  // namespace dynamo::engine
