// TransactGetItems: all items as they were at one moment. DynamoDB cancels one that meets an ongoing write; a snapshot meets none.
#include "operations.hpp"
#include "transaction.hpp"
#include "write_list.hpp"

#include <dynamo/protocol/service_error.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/parameters/transact_get_parameters.hpp>
#include <engine/responses/transact_responses.hpp>
#include <engine/rows/key_path_rules.hpp>
#include <engine/rows/row_key.hpp>
#include <engine/rows/stored_row.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::engine {
namespace {

using found_tables = std::vector<std::shared_ptr<const table_entry>>;

struct wanted_item {
  std::shared_ptr<const table_entry> entry;
  std::string key;  // of its row
};

result<found_tables> find_tables(const engine_core& core, const transact_get_parameters& p) {
  found_tables found;
  for (const transact_get& get : p.gets) {
    found.push_back(core.tables.find(get.table));
    if (!found.back()) return table_not_found();
    if (auto valid = check_key_paths(found.back()->descriptor, get.expressions.projection); !valid) {
      return std::unexpected(valid.error());
    }
  }
  return found;
}

// The keys of the rows. A key that does not fit cancels the transaction, an empty one is an error of the request.
result<std::vector<wanted_item>> find_wanted_items(const engine_core& core, const transact_get_parameters& p) {
  const auto found = find_tables(core, p);
  if (!found) return std::unexpected(found.error());
  std::vector<wanted_item> wanted;
  std::vector<cancellation_reason> reasons;
  bool fit = true;
  for (std::size_t i = 0; i < p.gets.size(); ++i) {
    const table_descriptor& table = (*found)[i]->descriptor;
    json::buffer key;
    const auto made = append_row_key(key, core.rows->prefix(), table, p.gets[i].key.view(), key_use::lookup);
    if (made) {
      wanted.push_back({(*found)[i], std::string(key.view())});
      reasons.push_back({"None", {}, {}});
      continue;
    }
    if (has_empty_key(table, p.gets[i].key.view())) return std::unexpected(made.error());
    fit = false;
    reasons.push_back({"ValidationError", made.error().message(), {}});
  }
  std::vector<std::string_view> ascending(wanted.size());
  std::ranges::transform(wanted, ascending.begin(), &wanted_item::key);
  std::ranges::sort(ascending);
  if (std::ranges::adjacent_find(ascending) != ascending.end()) {
    return fail(errc::validation, "Transaction request cannot include multiple operations on one item");
  }
  if (!fit) return std::unexpected(transaction_canceled(reasons));
  return wanted;
}

metered metered_by(const wanted_item& wanted, const store& rows) {
  return {.table = wanted.entry->descriptor, .index = nullptr, .partition = partition_hash(wanted.key, rows.prefix())};
}

// One item that is throttled cancels the transaction.
result<void> check_throughput(const engine_core& core, const std::vector<wanted_item>& items) {
  if (!core.throughput) return {};
  std::vector<cancellation_reason> reasons;
  bool admitted = true;
  for (const wanted_item& wanted : items) {
    const auto checked = core.throughput->check(capacity_use::read, metered_by(wanted, *core.rows));
    reasons.push_back(checked ? cancellation_reason{"None", {}, {}} : throttled_reason(checked.error()));
    if (!checked) admitted = false;
  }
  if (!admitted) return std::unexpected(transaction_canceled(reasons));
  return {};
}

class transact_taker final : public value_visitor {
 public:
  explicit transact_taker(transact_get_response& to) : to_(to) {}
  void operator()(std::string_view value) override {
    stored_row row;
    readable = read_row(value, row);
    size = row.item_size;
    if (readable) to_.take(row.item, row.item_size);
  }
  bool readable = true;
  std::size_t size = 0;

 private:
  transact_get_response& to_;
};

class transact_read final : public long_read {
 public:
  transact_read(const engine_core& core, std::unique_ptr<const transact_get_parameters> p,
                std::vector<wanted_item> wanted)
      : core_(core), p_(std::move(p)), wanted_(std::move(wanted)), moment_(core.rows->snapshot()), response_(*p_) {}

  std::optional<result<reply>> run_slice() override {
    const std::size_t bytes_end = response_.bytes() + slice_bytes_max;
    for (; next_ < wanted_.size(); ++next_) {
      if (response_.bytes() >= bytes_end) return std::nullopt;
      transact_taker taken(response_);
      const auto found = moment_->get(wanted_[next_].key, taken);
      if (!found) return std::unexpected(found.error());
      if (!taken.readable) return unknown_row(p_->gets[next_].table);
      if (!*found) response_.take_none();
      if (response_.bytes() > limits::transaction_size_max) return transaction_too_large();
      charge(wanted_[next_], taken.size);
    }
    return std::move(response_).finish();
  }

 private:
  void charge(const wanted_item& wanted, std::size_t size) {
    if (!core_.throughput) return;
    core_.throughput->charge(capacity_use::read, metered_by(wanted, *core_.rows), {2 * read_units(size, true), {}, {}});
  }

  const engine_core& core_;
  const std::unique_ptr<const transact_get_parameters> p_;
  const std::vector<wanted_item> wanted_;
  const std::unique_ptr<const store_reader> moment_;  // of all items
  transact_get_response response_;
  std::size_t next_ = 0;
};

}  // namespace

begun_read transact_get_items(const engine_core& core, const request& r) {
  auto read = read_transact_get_items(r, core.options.wording);
  if (!read) return std::unexpected(read.error());
  return begin_transaction(core, std::make_unique<const transact_get_parameters>(*std::move(read)));
}

begun_read begin_transaction(const engine_core& core, std::unique_ptr<const transact_get_parameters> parameters) {
  auto wanted = find_wanted_items(core, *parameters);
  if (!wanted) return std::unexpected(wanted.error());
  if (auto admitted = check_throughput(core, *wanted); !admitted) return std::unexpected(admitted.error());
  return std::make_unique<transact_read>(core, std::move(parameters), *std::move(wanted));
}

}  // namespace dynamo::engine
