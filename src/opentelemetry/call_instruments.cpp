#include "call_instruments.hpp"

#include <dynamo/protocol/operation_facts.hpp>

#include <opentelemetry/common/attribute_value.h>
#include <opentelemetry/common/key_value_iterable_view.h>
#include <opentelemetry/context/context.h>
#include <opentelemetry/metrics/meter.h>
#include <opentelemetry/metrics/meter_provider.h>
#include <opentelemetry/metrics/provider.h>

#include <chrono>
#include <utility>

namespace dynamo {
namespace {

using text_of_metric = ::opentelemetry::nostd::string_view;
using attributes_of_metric = std::vector<std::pair<text_of_metric, ::opentelemetry::common::AttributeValue>>;

text_of_metric to_metric(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

call_instruments::call_instruments() {
  const auto meter = ::opentelemetry::metrics::Provider::GetMeterProvider()->GetMeter("dynamo_table");
  duration_ = meter->CreateDoubleHistogram("db.client.operation.duration", "Duration of a call, with its retries", "s");
  attempts_ = meter->CreateUInt64Counter("dynamo.client.attempts", "Requests sent for calls", "{attempt}");
  capacity_ = meter->CreateDoubleCounter("dynamo.client.consumed_capacity",
                                         "Capacity units that replies say were consumed", "{capacity_unit}");
}

void call_instruments::record(const call_report& what, const std::vector<std::string>& tables,
                              const std::vector<table_capacity>& consumed, std::string_view error_type) const {
  const ::opentelemetry::context::Context none;
  const std::pair<text_of_metric, ::opentelemetry::common::AttributeValue> system{"db.system.name", "aws.dynamodb"},
      operation{"db.operation.name", to_metric(facts_of(what.operation).name)};
  attributes_of_metric all{system, operation};
  if (tables.size() == 1) all.emplace_back("db.collection.name", to_metric(tables.front()));
  if (!error_type.empty()) all.emplace_back("error.type", to_metric(error_type));
  duration_->Record(std::chrono::duration<double>(what.time).count(), all, none);
  attempts_->Add(what.attempts(), all, none);
  for (const table_capacity& each : consumed) {
    for (const auto& [kind, units] : {std::pair("read", each.read), std::pair("write", each.write)}) {
      if (units == 0) continue;
      const attributes_of_metric of{
          system, operation, {"db.collection.name", to_metric(each.table)}, {"dynamo.capacity", kind}};
      capacity_->Add(units, of, none);
    }
  }
}

}  // namespace dynamo
