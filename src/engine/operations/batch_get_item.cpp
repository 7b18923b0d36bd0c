#include "operations.hpp"

#include <engine/parameters/batch_get_parameters.hpp>
#include <engine/responses/batch_get_response.hpp>
#include <engine/rows/key_path_rules.hpp>
#include <engine/rows/row_key.hpp>
#include <engine/rows/stored_row.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::engine {
namespace {

/// The key of a row, and the table whose item it is.
struct wanted_row {
  std::string key;
  const batch_get_table* table;
  std::shared_ptr<const table_entry> entry;
};

result<std::vector<wanted_row>> plan(const engine_core& core, const batch_get_parameters& p) {
  std::vector<std::shared_ptr<const table_entry>> entries;
  for (const batch_get_table& table : p.tables) {
    entries.push_back(core.tables.find(table.name));
    if (!entries.back()) return table_not_found();
    if (auto valid = check_key_paths(entries.back()->descriptor, table.expressions.projection); !valid) {
      return std::unexpected(valid.error());
    }
  }
  std::vector<wanted_row> wanted;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const json::buffer& key : p.tables[i].keys) {
      json::buffer row_key;
      if (auto made = append_row_key(row_key, core.rows->prefix(), entries[i]->descriptor, key.view(), key_use::lookup);
          !made) {
        return std::unexpected(made.error());
      }
      wanted.push_back({std::string(row_key.view()), &p.tables[i], entries[i]});
    }
  }
  return wanted;
}

class batch_item_taker final : public value_visitor {
 public:
  batch_item_taker(batch_get_response& to, std::string_view partition) : to_(to), partition_(partition) {}
  void operator()(std::string_view value) override {
    stored_row row;
    readable = read_row(value, row);
    fits = readable && to_.take(partition_, row.item, row.item_size);
  }
  bool readable = true;
  bool fits = true;

 private:
  batch_get_response& to_;
  std::string_view partition_;
};

class batch_read final : public long_read {
 public:
  batch_read(const engine_core& core, std::unique_ptr<const batch_get_parameters> p, std::vector<wanted_row> wanted)
      : p_(std::move(p)),
        throughput_(core.throughput.get()),
        wanted_(std::move(wanted)),
        prefix_(core.rows->prefix()),
        moment_(core.rows->snapshot()),
        response_(*p_) {}

  std::optional<result<reply>> run_slice() override {
    const std::size_t bytes_end = response_.bytes() + slice_bytes_max;
    for (; next_ < wanted_.size(); ++next_) {
      if (response_.bytes() >= bytes_end) return std::nullopt;
      const wanted_row& wanted = wanted_[next_];
      if (!is_admitted(wanted)) continue;
      const auto& [key, table, entry] = wanted;
      batch_item_taker taken(response_, partition_of_row(key, prefix_));
      const auto found = moment_->get(key, taken);
      if (!found) return std::unexpected(found.error());
      if (!taken.readable) return unknown_row(table->name);
      if (!taken.fits) break;
      if (!*found) response_.take_none();
      charge(wanted);
    }
    if (throttled_ && count_throttled_ == wanted_.size()) return std::unexpected(*throttled_);
    return std::move(response_).finish();
  }

 private:
  // What is throttled stays for the caller to ask for again. If all is, the first refusal is the outcome.
  bool is_admitted(const wanted_row& wanted) {
    if (throughput_ == nullptr) return true;
    auto admitted = throughput_->check(capacity_use::read, metered_by(wanted));
    if (admitted) return true;
    if (!throttled_) throttled_ = admitted.error();
    ++count_throttled_;
    response_.leave();
    return false;
  }
  void charge(const wanted_row& wanted) {
    if (throughput_ != nullptr)
      throughput_->charge(capacity_use::read, metered_by(wanted), {response_.last_units(), {}, {}});
  }
  metered metered_by(const wanted_row& wanted) const {
    return {.table = wanted.entry->descriptor, .index = nullptr, .partition = partition_hash(wanted.key, prefix_)};
  }

  const std::unique_ptr<const batch_get_parameters> p_;
  throughput_limits* const throughput_;
  std::optional<error> throttled_;
  std::size_t count_throttled_ = 0;
  const std::vector<wanted_row> wanted_;
  const std::string_view prefix_;
  const std::unique_ptr<const store_reader> moment_;  // of all tables
  batch_get_response response_;
  std::size_t next_ = 0;
};

}  // namespace

begun_read batch_get_item(const engine_core& core, const request& r) {
  auto read = read_batch_get_item(r, core.options.wording);
  if (!read) return std::unexpected(read.error());
  auto parameters = std::make_unique<const batch_get_parameters>(*std::move(read));
  auto wanted = plan(core, *parameters);
  if (!wanted) return std::unexpected(wanted.error());
  return std::make_unique<batch_read>(core, std::move(parameters), *std::move(wanted));
}

}  // namespace dynamo::engine
