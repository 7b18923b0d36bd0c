#pragma once

#include "member.hpp"

#include <engine/tables/table_settings.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace dynamo::engine {

/// ProvisionedThroughput of a table or an index.
struct throughput_parameters {
  std::int64_t read_units = 0;
  std::int64_t write_units = 0;
};

/// OnDemandThroughput: -1 takes a limit away, and what is not given stays as it is.
struct on_demand_parameters {
  std::optional<std::int64_t> read_max;
  std::optional<std::int64_t> write_max;
};

/// WarmThroughput: what is not given stays as it is.
struct warm_parameters {
  std::optional<std::int64_t> read_units;
  std::optional<std::int64_t> write_units;
};

enum class encryption_type : std::uint8_t { aes256, kms };

/// SSESpecification.
struct encryption_parameters {
  std::optional<bool> enabled;
  std::optional<encryption_type> type;
  std::optional<std::string> key;
};

// Their members.
inline constexpr auto throughput_members =
    declare(parameter<throughput_parameters, &throughput_parameters::read_units>("ReadCapacityUnits")
                .as_long()
                .required()
                .within(1),
            parameter<throughput_parameters, &throughput_parameters::write_units>("WriteCapacityUnits")
                .as_long()
                .required()
                .within(1))
        .of("ProvisionedThroughput");
inline constexpr auto on_demand_members =
    declare(parameter<on_demand_parameters, &on_demand_parameters::read_max>("MaxReadRequestUnits").as_long(),
            parameter<on_demand_parameters, &on_demand_parameters::write_max>("MaxWriteRequestUnits").as_long())
        .of("OnDemandThroughput");
inline constexpr auto warm_members =
    declare(parameter<warm_parameters, &warm_parameters::read_units>("ReadUnitsPerSecond").as_long().within(1),
            parameter<warm_parameters, &warm_parameters::write_units>("WriteUnitsPerSecond").as_long().within(1))
        .of("WarmThroughput");
inline constexpr auto encryption_types =
    std::to_array<choice>({{"AES256", encryption_type::aes256}, {"KMS", encryption_type::kms}});
inline constexpr auto encryption_members =
    declare(parameter<encryption_parameters, &encryption_parameters::enabled>("Enabled"),
            parameter<encryption_parameters, &encryption_parameters::type>("SSEType").one_of(encryption_types),
            parameter<encryption_parameters, &encryption_parameters::key>("KMSMasterKeyId").within(1, 2'048))
        .of("SSESpecification");
inline constexpr auto table_classes = std::to_array<choice>(
    {{"STANDARD", table_class::standard}, {"STANDARD_INFREQUENT_ACCESS", table_class::standard_infrequent_access}});

}  // namespace dynamo::engine
