#include "table_settings_rules.hpp"

#include "capacity_rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace dynamo::engine {
namespace {

// "Considerations when switching capacity modes", and "Considerations when choosing a table class".
constexpr std::size_t switches_max = 4;
constexpr std::chrono::hours switches_counted{24};
constexpr std::size_t class_changes_max = 2;
constexpr std::chrono::days class_changes_counted{30};

/// Adds `now` to the moments that count; false if there are as many as may be.
bool add_moment(std::vector<instant>& moments, std::size_t moments_max, std::chrono::seconds counted, instant now) {
  std::erase_if(moments, [&](instant t) { return t + counted <= now; });
  if (moments.size() >= moments_max) return false;
  moments.push_back(now);
  return true;
}

result<void> set_encryption(const encryption_parameters& p, table_settings& settings) {
  if (p.type == encryption_type::aes256) return invalid_values("SSEType AES256 is not supported");
  if (p.key && !p.type) return invalid_values("SSEType KMS is required if KMSMasterKeyId is specified");
  if (!p.enabled.value_or(false)) {
    if (p.type) {  // not recorded: the words are ours
      return invalid_values("SSEType and KMSMasterKeyId can be specified only when Enabled is true");
    }
    settings.encryption.reset();
    return {};
  }
  settings.encryption = encryption_settings{p.key.value_or("")};
  return {};
}

result<void> change_class(table_class storage, table_settings& settings, instant now) {
  const bool is_other = settings.storage.value_or(table_class::standard) != storage;
  settings.storage = storage;
  if (!is_other) return {};
  if (add_moment(settings.class_changes, class_changes_max, class_changes_counted, now)) return {};
  return fail(errc::limit_exceeded,  // not recorded: the words are ours
              fmt::format("Subscriber limit exceeded: Updates of TableClass are limited to {} in 30 day(s)",
                          class_changes_max));
}

const index_update::throughput_change* change_of(const table_parameters& p, std::string_view index) {
  if (!p.index_updates) return nullptr;
  const auto found = std::ranges::find_if(
      *p.index_updates, [&](const index_update& one) { return one.update && one.update->name == index; });
  return found == p.index_updates->end() ? nullptr : &*found->update;
}

/// The rules of an UpdateTable for one table.
class table_update {
 public:
  table_update(const table_parameters& p, table_descriptor& table, instant now) : p_(p), table_(table), now_(now) {}

  result<void> apply() {
    if (auto known = check_indexes(); !known) return known;
    const bool provisioned = p_.billing ? *p_.billing == billing_mode::provisioned : table_.provisioned;
    auto billed = provisioned == table_.provisioned ? change_units()
                  : provisioned                     ? switch_to_provisioned()
                                                    : switch_to_on_demand();
    if (!billed) return billed;
    if ((p_.throughput || changes_index_units()) && adds_or_removes_index()) {
      // The rule is AWS's ("You can only perform one of the following operations at once"), the words are ours.
      return invalid_values("Provisioned throughput cannot be changed by the call that adds or removes an index");
    }
    if (auto set = apply_capacity(p_, {}, table_.provisioned_units(), table_.settings.capacity); !set) return set;
    for (index_descriptor& index : table_.indexes) {
      const auto* change = change_of(p_, index.name);
      if (change == nullptr) continue;
      if (auto set = apply_capacity(*change, index.name, units_of(index), index.capacity); !set) return set;
    }
    if (p_.encryption) {
      if (auto set = set_encryption(*p_.encryption, table_.settings); !set) return set;
    }
    if (p_.storage) {
      if (auto set = change_class(*p_.storage, table_.settings, now_); !set) return set;
    }
    if (p_.deletion_protection) table_.deletion_protection = *p_.deletion_protection;
    return {};
  }

 private:
  result<void> check_indexes() const {
    if (!p_.index_updates) return {};
    for (const index_update& one : *p_.index_updates) {
      if (!one.update) continue;
      const index_descriptor* index = table_.find_index(one.update->name);
      if (index != nullptr && index->global) continue;
      return fail(
          errc::resource_not_found,
          fmt::format("Requested resource not found: Index: {} of table: {} not found", one.update->name, table_.name));
    }
    return {};
  }

  std::optional<throughput_units> units_of(const index_descriptor& index) const {
    return table_.provisioned ? std::optional(throughput_units{index.read_units, index.write_units}) : std::nullopt;
  }

  template <class Change>
  result<void> apply_capacity(const Change& change, std::optional<std::string> index,
                              std::optional<throughput_units> provisioned, capacity_settings& capacity) const {
    const capacity_rules rules(std::move(index), provisioned);
    if (change.on_demand) {
      if (auto set = rules.set_on_demand(*change.on_demand, capacity); !set) return set;
    }
    return change.warm ? rules.set_warm(*change.warm, capacity) : result<void>();
  }

  // Units of a table and of indexes that keep their billing mode.
  result<void> change_units() {
    if (p_.throughput) {
      const auto next =
          capacity_rules({}, table_.provisioned_units()).change_units(*p_.throughput, table_.settings.capacity, now_);
      if (!next) return std::unexpected(next.error());
      table_.read_units = next->read;
      table_.write_units = next->write;
    } else if (p_.billing == billing_mode::provisioned && !changes_index_units()) {
      return units_missing();
    }
    for (index_descriptor& index : table_.indexes) {
      const auto* change = change_of(p_, index.name);
      if (change == nullptr || !change->throughput) continue;
      const auto next =
          capacity_rules(index.name, units_of(index)).change_units(*change->throughput, index.capacity, now_);
      if (!next) return std::unexpected(next.error());
      index.read_units = next->read;
      index.write_units = next->write;
    }
    return {};
  }

  bool changes_index_units() const {
    return p_.index_updates && std::ranges::any_of(*p_.index_updates, [](const index_update& one) {
             return one.update && one.update->throughput;
           });
  }

  bool adds_or_removes_index() const {
    if (p_.vector_updates) return true;
    return p_.index_updates &&
           std::ranges::any_of(*p_.index_updates, [](const index_update& one) { return one.create || one.remove; });
  }

  result<void> switch_to_provisioned() {
    if (!table_.vector_indexes.empty()) {
      return invalid_values("Vector indexes are only supported for PAY_PER_REQUEST tables");
    }
    if (!p_.throughput) return units_missing();
    std::vector<std::string_view> without;
    for (const index_descriptor& index : table_.indexes) {
      if (!index.global) continue;
      const auto* change = change_of(p_, index.name);
      if (change == nullptr || !change->throughput) without.emplace_back(index.name);
    }
    if (!without.empty()) {
      return invalid_values(
          fmt::format("ProvisionedThroughput must be specified for index: {}", fmt::join(without, ",")));
    }
    if (auto valid = check_units(*p_.throughput, {}); !valid) return valid;
    const throughput_units units = to_units(*p_.throughput);
    table_.provisioned = true;
    table_.read_units = units.read;
    table_.write_units = units.write;
    table_.settings.capacity.on_demand_max = {};
    for (index_descriptor& index : table_.indexes) {
      if (!index.global) continue;
      if (auto valid = check_units(*change_of(p_, index.name)->throughput, index.name); !valid) return valid;
      const throughput_units units_of_one = to_units(*change_of(p_, index.name)->throughput);
      index.read_units = units_of_one.read;
      index.write_units = units_of_one.write;
      index.capacity.on_demand_max = {};
    }
    if (table_.settings.on_demand_since == instant()) table_.settings.on_demand_since = table_.created;
    return {};
  }

  result<void> switch_to_on_demand() {
    if (p_.throughput || changes_index_units()) return units_on_demand();
    if (!add_moment(table_.settings.switches_to_on_demand, switches_max, switches_counted, now_)) {
      // Recorded when it was "once in 1 day(s)": the rest of the words are ours.
      return fail(
          errc::limit_exceeded,
          fmt::format("Subscriber limit exceeded: Update to PayPerRequest mode are limited to {} times in 1 day(s).",
                      switches_max));
    }
    table_.settings.on_demand_since = now_;
    table_.provisioned = false;
    table_.read_units = table_.write_units = 0;
    for (index_descriptor& index : table_.indexes) index.read_units = index.write_units = 0;
    return {};
  }

  const table_parameters& p_;
  table_descriptor& table_;
  const instant now_;
};

result<void> check_stream_beside(const table_parameters& p) {
  if (auto valid = check_stream(*p.stream); !valid) return valid;
  // The rule is AWS's ("You can only perform one of the following operations at once"), the words are ours.
  if (p.vector_updates) {
    return invalid_values("StreamSpecification and VectorIndexUpdates cannot be changed by one call");
  }
  if (p.index_updates &&
      std::ranges::any_of(*p.index_updates, [](const index_update& one) { return one.create || one.remove; })) {
    return invalid_values("StreamSpecification and GlobalSecondaryIndexUpdates cannot be changed by one call");
  }
  const bool units = p.billing || p.throughput ||
                     (p.index_updates && std::ranges::any_of(*p.index_updates, [](const index_update& one) {
                        return one.update && one.update->throughput;
                      }));
  return units ? result<void>(invalid_values("You cannot modify stream status while updating table IOPS"))
               : result<void>();
}

result<void> check_each_index_update(const std::vector<index_update>& updates) {
  if (auto valid = check_index_updates(updates); !valid) return valid;
  for (const index_update& one : updates) {
    if (one.update && !one.update->throughput && !one.update->on_demand && !one.update->warm) {  // the words are ours
      return invalid_values(fmt::format(
          "At least one of ProvisionedThroughput, OnDemandThroughput or WarmThroughput is required for index: {}",
          one.update->name));
    }
  }
  return {};
}

}  // namespace

result<void> set_billing(const table_parameters& p, table_descriptor& table) {
  table.provisioned = p.billing.value_or(billing_mode::provisioned) == billing_mode::provisioned;
  if (!table.provisioned) return p.throughput ? result<void>(units_on_demand()) : result<void>();
  if (!p.throughput) return units_missing();
  if (auto valid = check_units(*p.throughput, {}); !valid) return valid;
  const throughput_units units = to_units(*p.throughput);
  table.read_units = units.read;
  table.write_units = units.write;
  return {};
}

result<void> set_settings(const table_parameters& p, table_descriptor& table) {
  const capacity_rules rules({}, table.provisioned_units());
  if (p.on_demand) {
    if (auto set = rules.set_on_demand(*p.on_demand, table.settings.capacity); !set) return set;
  }
  if (p.warm) {
    if (auto set = rules.set_warm(*p.warm, table.settings.capacity); !set) return set;
  }
  if (p.encryption) {
    if (auto set = set_encryption(*p.encryption, table.settings); !set) return set;
  }
  table.settings.storage = p.storage;
  table.deletion_protection = p.deletion_protection.value_or(false);
  return {};
}

result<void> check_update(const table_parameters& p) {
  const int others = p.billing.has_value() + p.throughput.has_value() + p.stream.has_value() +
                     p.index_updates.has_value() + p.vector_updates.has_value() + p.on_demand.has_value() +
                     p.warm.has_value() + p.encryption.has_value() + p.deletion_protection.has_value();
  if (others == 0 && !p.storage) {
    return fail(
        errc::validation,
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or "
        "SSESpecification or ReplicaUpdates is required");
  }
  if (others > 0 && p.storage) {  // not recorded: the words are ours
    return invalid_values("TableClass cannot be changed together with other settings of the table");
  }
  if (p.index_updates) {
    if (auto valid = check_each_index_update(*p.index_updates); !valid) return valid;
  }
  if (p.vector_updates) {
    if (auto valid = check_vector_index_updates(p); !valid) return valid;
  }
  return p.stream ? check_stream_beside(p) : result<void>();
}

result<table_descriptor> updated_table(const table_parameters& p, table_descriptor table, instant now) {
  if (auto applied = table_update(p, table, now).apply(); !applied) return std::unexpected(applied.error());
  return table;
}

}  // namespace dynamo::engine
