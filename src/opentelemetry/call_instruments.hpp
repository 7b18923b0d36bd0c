#pragma once

#include <dynamo/decorators/observed.hpp>
#include <dynamo/protocol/call_observer.hpp>

#include <opentelemetry/metrics/sync_instruments.h>
#include <opentelemetry/nostd/unique_ptr.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo {

/// The instruments of calls, of the meter of the process's provider at the moment when they are made. Thread-safe, as instruments are.
class call_instruments {
 public:
  call_instruments();

  /// A call that has ended. `error_type` is empty of one that succeeded.
  void record(const call_report&, const std::vector<std::string>& tables, const std::vector<table_capacity>& consumed,
              std::string_view error_type) const;

 private:
  template <class Instrument>
  using owned = ::opentelemetry::nostd::unique_ptr<Instrument>;

  owned<::opentelemetry::metrics::Histogram<double>> duration_;
  owned<::opentelemetry::metrics::Counter<std::uint64_t>> attempts_;
  owned<::opentelemetry::metrics::Counter<double>> capacity_;
};

}  // namespace dynamo
