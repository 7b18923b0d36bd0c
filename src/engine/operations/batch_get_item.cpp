// BatchGetItem.
#include "engine_core.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/parameters/batch_get_parameters.hpp>
#include <engine/responses/capacity_writer.hpp>
#include <engine/rows/capacity.hpp>
#include <engine/rows/key_path_rules.hpp>
#include <engine/rows/row_key.hpp>
#include <engine/rows/stored_row.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace dynamo::engine {
namespace {

/// A batch reads so much of one partition, and leaves its further keys unprocessed. Partitions as DynamoDB has them hold many
/// partition keys, and no caller sees where they end: here each partition key counts as one. Source: "more than 1MB per partition",
/// API Reference, BatchGetItem.
constexpr std::size_t partition_share_max = limits::page_size_max;

/// Lays down the items of all tables until the response is full. What does not fit, and everything after it, is unprocessed, and
/// so is what goes beyond its partition's share.
class batch_page {
 public:
  explicit batch_page(const batch_get_parameters& p) : p_(p), consumed_(p.tables.size()) {
    out_.append(R"({"Responses":{)");
    open_table();
  }

  /// Takes what there is of the next key, which stays where it is; false if it does not fit, or cannot be read.
  bool take(std::string_view partition, std::optional<std::string_view> value) {
    while (key_ == p_.tables[table_].keys.size()) next_table();
    const batch_get_table& table = p_.tables[table_];
    stored_row row;
    if (value) {
      if (!read_row(*value, row)) {
        unreadable_ = &table;
        return false;
      }
      if (!has_share(partition, row.item_size)) {
        left_.emplace_back(table_, key_++);
        return true;
      }
      if (!lay_down(table, row)) return false;
      read_.emplace_back(partition, row.item_size);
    }
    consumed_[table_].table += read_units(row.item_size, table.consistent);
    ++key_;
    return true;
  }

  result<reply> finish() {
    if (unreadable_ != nullptr) {
      return fail(errc::corruption,
                  fmt::format("A row of table {} has a format that this version does not know", unreadable_->name));
    }
    const std::size_t stopped_in = table_;
    const std::size_t stopped_at = key_;
    while (table_ + 1 < p_.tables.size()) next_table();
    out_.append("]}");
    write_unprocessed(stopped_in, stopped_at);
    write_all_capacity();
    out_.append('}');
    return reply(std::move(out_));
  }

 private:
  // Names of tables need no escape.
  void open_table() { out_.append(fmt::format(R"("{}":[)", p_.tables[table_].name)); }
  void next_table() {
    out_.append("],");
    ++table_;
    key_ = 0;
    items_ = 0;
    open_table();
  }

  bool has_share(std::string_view partition, std::size_t item_size) const {
    if (size_ + item_size <= partition_share_max) return true;  // not even all of them together
    std::size_t read = 0;
    for (const auto& [of, size] : read_) {
      if (of == partition) read += size;
    }
    return read == 0 || read + item_size <= partition_share_max;
  }

  bool lay_down(const batch_get_table& table, const stored_row& row) {
    if (size_ + row.item_size > limits::batch_get_size_max) return false;
    const std::size_t before = out_.size();
    if (items_ > 0) out_.append(',');
    if (table.expressions.projection) {
      padded_.clear();
      padded_.append(row.item);
      expression::project(*table.expressions.projection, padded_.view(), out_);
    } else {
      out_.append(row.item);
    }
    // Its text is longer than what DynamoDB counts: numbers, quotes, base64. No response is longer than 16 MB, but for one item.
    if (out_.size() > limits::batch_get_size_max && size_ > 0) {
      out_.truncate(before);
      return false;
    }
    size_ += row.item_size;
    ++items_;
    return true;
  }

  void write_unprocessed(std::size_t stopped_in, std::size_t stopped_at) {
    for (std::size_t key = stopped_at, table = stopped_in; table < p_.tables.size(); ++table, key = 0) {
      for (; key < p_.tables[table].keys.size(); ++key) left_.emplace_back(table, key);
    }
    out_.append(R"(,"UnprocessedKeys":{)");
    const char* between_tables = "";
    for (std::size_t at = 0; at < left_.size();) {
      const std::size_t table = left_[at].first;
      const batch_get_table& of = p_.tables[table];
      out_.append(fmt::format(R"({}"{}":{{"Keys":[)", std::exchange(between_tables, ","), of.name));
      const char* between_keys = "";
      for (; at < left_.size() && left_[at].first == table; ++at) {
        out_.append(std::exchange(between_keys, ","));
        out_.append(of.keys[left_[at].second].view());
      }
      out_.append(']');
      out_.append(of.repeated);
      out_.append('}');
    }
    out_.append('}');
  }

  void write_all_capacity() {
    if (p_.capacity == capacity_report::none) return;
    out_.append(R"(,"ConsumedCapacity":[)");
    const char* separator = "";
    for (std::size_t i = 0; i < consumed_.size(); ++i) {
      out_.append(std::exchange(separator, ","));
      write_capacity_object(out_, p_.capacity, p_.tables[i].name, consumed_[i]);
    }
    out_.append(']');
  }

  const batch_get_parameters& p_;
  std::vector<consumed_capacity> consumed_;                     // by table
  std::vector<std::pair<std::string_view, std::size_t>> read_;  // partitions of the items, and their sizes
  std::vector<std::pair<std::size_t, std::size_t>> left_;       // unprocessed: table and key, ascending
  const batch_get_table* unreadable_ = nullptr;
  json::buffer out_;
  json::buffer padded_;
  std::size_t table_ = 0;
  std::size_t key_ = 0;    // of this table, the next one
  std::size_t items_ = 0;  // of this table, found
  std::size_t size_ = 0;   // of all items, as DynamoDB counts
};

class row_taker final : public value_visitor {
 public:
  row_taker(batch_page& page, std::string_view partition) : page_(page), partition_(partition) {}
  void operator()(std::string_view value) override { goes_on = page_.take(partition_, value); }
  bool goes_on = true;

 private:
  batch_page& page_;
  std::string_view partition_;
};

}  // namespace

result<reply> batch_get_item(const engine_core& core, const request& r) {
  const auto p = read_batch_get(r);
  if (!p) return std::unexpected(p.error());
  std::vector<std::shared_ptr<const table_entry>> entries;
  for (const batch_get_table& table : p->tables) {
    entries.push_back(core.tables.find(table.name));
    if (!entries.back()) return table_not_found();
    if (auto valid = check_key_paths(entries.back()->descriptor, table.expressions.projection); !valid) {
      return std::unexpected(valid.error());
    }
  }
  std::vector<std::string> row_keys;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const json::buffer& key : p->tables[i].keys) {
      json::buffer row_key;
      if (auto made = append_row_key(row_key, core.rows->prefix(), entries[i]->descriptor, key.view(), key_use::lookup);
          !made) {
        return std::unexpected(made.error());
      }
      row_keys.emplace_back(row_key.view());
    }
  }
  batch_page page(*p);
  const auto moment = core.rows->snapshot();  // of all tables
  for (const std::string& row_key : row_keys) {
    const std::string_view partition = partition_of_row(row_key, core.rows->prefix());
    row_taker taken(page, partition);
    const auto found = moment->get(row_key, taken);
    if (!found) return std::unexpected(found.error());
    if (!*found) page.take(partition, std::nullopt);
    if (!taken.goes_on) break;
  }
  return page.finish();
}

}  // namespace dynamo::engine
