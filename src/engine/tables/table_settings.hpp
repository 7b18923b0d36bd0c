#pragma once

#include <dynamo/base/clock.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// Units of reads and of writes: provisioned, warm, or the most that is allowed on demand.
struct throughput_units {
  std::uint64_t read = 0;
  std::uint64_t write = 0;

  bool operator==(const throughput_units&) const = default;
};

enum class table_class : std::uint8_t { standard, standard_infrequent_access };
std::string_view to_string(table_class) noexcept;  ///< "STANDARD", "STANDARD_INFREQUENT_ACCESS"
std::optional<table_class> table_class_from(std::string_view) noexcept;

/// What a table and each of its global indexes has of its own, besides its provisioned units.
struct capacity_settings {
  instant increased{};             ///< when its provisioned units last grew; zero: never
  instant decreased{};             ///< when they last shrank; zero: never
  std::uint64_t decreases = 0;     ///< during the UTC day of `decreased`
  throughput_units on_demand_max;  ///< zero: not limited
  throughput_units warm;           ///< as it was asked for; zero: what it has by itself

  bool operator==(const capacity_settings&) const = default;
};

/// Decreases during the UTC day of `now`.
std::uint64_t decreases_today(const capacity_settings&, instant now) noexcept;

/// When a further decrease is allowed; nothing: at once. Four a day are, and one more whenever the last is an hour ago (Quotas, "Decreasing
/// provisioned throughput"): 27 a day.
std::optional<instant> next_decrease(const capacity_settings&, instant now) noexcept;

/// Units per second that a table or an index takes at once: what was asked for, and not less than it has by itself: its provisioned units, or on
/// demand 12,000 reads and 4,000 writes.
throughput_units warm_units(const capacity_settings&, std::optional<throughput_units> provisioned) noexcept;

/// Encryption with a key of KMS. Nothing is encrypted here: it is kept, and described.
struct encryption_settings {
  std::string key;  ///< KMSMasterKeyId as it was given; empty: DynamoDB's key in the account

  bool operator==(const encryption_settings&) const = default;
};
/// "arn:aws:kms:eu-west-2:000000000000:key/...": an ARN as it was given, or the one that a key's id or alias has here.
std::string key_arn(const encryption_settings&, std::string_view region);

/// What CreateTable and UpdateTable set of a table besides its key, its indexes, its stream and its provisioned units. Older versions pass over what
/// they do not know of it.
struct table_settings {
  capacity_settings capacity;
  instant on_demand_since{};                   ///< last switch to on-demand; zero: since it was made, or never
  std::vector<instant> switches_to_on_demand;  ///< of the last 24 hours that count, ascending
  std::optional<table_class> storage;          ///< nothing: never told
  std::vector<instant> class_changes;          ///< of the last 30 days that count and the last one, ascending
  std::optional<encryption_settings> encryption;

  bool operator==(const table_settings&) const = default;
};

}  // namespace dynamo::engine
