#include "batch_get_response.hpp"

#include "capacity_writer.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/tables/object_writer.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace dynamo::engine {
namespace {

/// A batch reads so much of one partition, and leaves its further keys unprocessed. Partitions as DynamoDB has them hold many
/// partition keys, and no caller sees where they end: here each partition key counts as one. Source: "more than 1MB per partition",
/// API Reference, BatchGetItem.
constexpr std::size_t partition_share_max = limits::page_size_max;

// What UnprocessedKeys repeat, so that they are a request of their own.
void write_repeated(object_writer& unprocessed, const batch_get_table& table) {
  if (table.consistent_given) unprocessed.member("ConsistentRead", *table.consistent_given);
  if (table.expressions.projection_text) {
    unprocessed.member("ProjectionExpression", *table.expressions.projection_text);
  }
  if (!table.expressions.names) return;
  object_writer names(unprocessed.name("ExpressionAttributeNames"));
  for (const auto& [placeholder, attribute] : *table.expressions.names) names.member(placeholder, attribute);
  names.end();
}

}  // namespace

batch_get_response::batch_get_response(const batch_get_parameters& p) : p_(p), consumed_(p.tables.size()) {
  out_.append(R"({"Responses":{)");
  open_table();
}

bool batch_get_response::take(std::string_view partition, std::string_view item, std::size_t item_size) {
  const batch_get_table& table = find_table();
  last_units_ = 0;
  if (!has_share(partition, item_size)) {
    left_.emplace_back(table_, key_++);
    return true;
  }
  if (!lay_down(table, item, item_size)) return false;
  read_.emplace_back(partition, item_size);
  consume(item_size);
  ++key_;
  return true;
}

void batch_get_response::take_none() {
  find_table();
  consume(0);
  ++key_;
}

void batch_get_response::consume(std::size_t item_size) {
  last_units_ = read_units(item_size, p_.tables[table_].consistent());
  consumed_[table_].table += last_units_;
}

void batch_get_response::leave() {
  find_table();
  left_.emplace_back(table_, key_++);
}

reply batch_get_response::finish() && {
  const std::size_t stopped_in = table_;
  const std::size_t stopped_at = key_;
  while (table_ + 1 < p_.tables.size()) close_table();
  out_.append("]}");
  write_unprocessed(stopped_in, stopped_at);
  write_capacity_of_all(out_, p_.capacity, p_.tables, consumed_);
  out_.append('}');
  return reply(std::move(out_));
}

const batch_get_table& batch_get_response::find_table() {
  while (key_ == p_.tables[table_].keys.size()) close_table();
  return p_.tables[table_];
}

// Names of tables need no escape.
void batch_get_response::open_table() { out_.append(fmt::format(R"("{}":[)", p_.tables[table_].asked)); }

void batch_get_response::close_table() {
  out_.append("],");
  ++table_;
  key_ = 0;
  items_ = 0;
  open_table();
}

bool batch_get_response::has_share(std::string_view partition, std::size_t item_size) const {
  if (size_ + item_size <= partition_share_max) return true;  // not even all of them together
  std::size_t read = 0;
  for (const auto& [of, size] : read_) {
    if (of == partition) read += size;
  }
  return read == 0 || read + item_size <= partition_share_max;
}

bool batch_get_response::lay_down(const batch_get_table& table, std::string_view item, std::size_t item_size) {
  if (size_ + item_size > limits::batch_get_size_max) return false;
  const std::size_t before = out_.size();
  if (items_ > 0) out_.append(',');
  if (table.expressions.projection) {
    padded_.clear();
    padded_.append(item);
    expression::project(*table.expressions.projection, padded_.view(), out_);
  } else {
    out_.append(item);
  }
  // Its text is longer than what DynamoDB counts: numbers, quotes, base64. No response is longer than 16 MB, but for one item.
  if (out_.size() > limits::batch_get_size_max && size_ > 0) {
    out_.truncate(before);
    return false;
  }
  size_ += item_size;
  ++items_;
  return true;
}

void batch_get_response::write_unprocessed(std::size_t stopped_in, std::size_t stopped_at) {
  for (std::size_t key = stopped_at, table = stopped_in; table < p_.tables.size(); ++table, key = 0) {
    for (; key < p_.tables[table].keys.size(); ++key) left_.emplace_back(table, key);
  }
  out_.append(R"(,"UnprocessedKeys":)");
  object_writer by_table(out_);
  for (auto at = left_.begin(); at != left_.end();) {
    const std::size_t table = at->first;
    const batch_get_table& of = p_.tables[table];
    const auto end = std::find_if(at, left_.end(), [&](const auto& key) { return key.first != table; });
    object_writer unprocessed(by_table.name(of.asked));
    write_array(unprocessed.name("Keys"), std::span(at, end),
                [&](json::buffer& out, const auto& key) { out.append(of.keys[key.second].view()); });
    write_repeated(unprocessed, of);
    unprocessed.end();
    at = end;
  }
  by_table.end();
}

}  // namespace dynamo::engine
