#include "transact_responses.hpp"

#include "projected_item.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace dynamo::engine {
namespace {

// Without the comma that the first member begins with.
json::buffer to_object(json::buffer members) {
  json::buffer out("{");
  out.append(members.view().substr(members.empty() ? 0 : 1));
  out.append('}');
  return out;
}

}  // namespace

std::size_t transaction_totals::find(std::string_view name) {
  const auto known = std::ranges::find(tables_, name, &table::name);
  if (known != tables_.end()) return static_cast<std::size_t>(known - tables_.begin());
  tables_.push_back({std::string(name)});
  consumed_.emplace_back();
  collections_.emplace_back();
  return tables_.size() - 1;
}

void transaction_totals::add(std::string_view table_name, consumed_capacity consumed) {
  consumed.double_up();
  consumed_[find(table_name)].add(consumed);
}

void transaction_totals::add_collection(std::string_view table_name, std::string_view collection) {
  collections_[find(table_name)].emplace(collection);
}

void transaction_totals::write_capacity(json::buffer& out, capacity_report report, units_split split) const {
  write_capacity_of_all(out, report, tables_, consumed_, split);
}

void transaction_totals::write_collections(json::buffer& out) const {
  char separator = '{';
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    if (collections_[i].empty()) continue;
    if (separator == '{') out.append(R"(,"ItemCollectionMetrics":)");
    out.append(
        fmt::format(R"({}"{}":[{}])", std::exchange(separator, ','), tables_[i].name, fmt::join(collections_[i], ",")));
  }
  if (separator == ',') out.append('}');
}

cancellation_reason throttled_reason(const error& why) {
  const bool on_demand = why.detail().type.find("ThrottlingException") != std::string::npos;
  return {on_demand ? "ThrottlingError" : "ProvisionedThroughputExceeded", why.message(), {}};
}

json::buffer transact_write_response(const transaction_totals& totals, capacity_report report, units_split split,
                                     with_responses of_statements) {
  json::buffer members;
  if (of_statements == with_responses::yes) members.append(R"(,"Responses":[])");
  totals.write_capacity(members, report, split);
  totals.write_collections(members);
  return to_object(std::move(members));
}

transact_get_response::transact_get_response(const transact_get_parameters& p) : p_(p) {
  out_.append(R"({"Responses":[)");
}

void transact_get_response::take(std::string_view item, std::size_t item_size) {
  const transact_get& get = p_.gets[next_];
  if (next_++ > 0) out_.append(',');
  size_ += item_size;
  totals_.add(get.table, {read_units(item_size, true), {}, {}});
  if (!get.expressions.projection) {
    out_.append(R"({"Item":)");
    out_.append(item);
    out_.append('}');
    return;
  }
  padded_.clear();
  padded_.append(item);
  json::buffer projected;
  write_projected(projected, get.expressions, padded_.view());
  out_.append('{');
  if (projected.view() != "{}") {  // unlike GetItem, which has an empty Item (observed)
    out_.append(R"("Item":)");
    out_.append(projected.view());
  }
  out_.append('}');
}

void transact_get_response::take_none() {
  const transact_get& get = p_.gets[next_];
  out_.append(next_++ > 0 ? ",{}" : "{}");
  totals_.add(get.table, {read_units(0, true), {}, {}});
}

reply transact_get_response::finish() && {
  out_.append(']');
  totals_.write_capacity(out_, p_.capacity, units_split::read);
  out_.append('}');
  return reply(std::move(out_));
}

}  // namespace dynamo::engine
