#include <dynamo/opentelemetry.hpp>

#include <opentelemetry/metrics/async_instruments.h>
#include <opentelemetry/metrics/meter.h>
#include <opentelemetry/metrics/meter_provider.h>
#include <opentelemetry/metrics/observer_result.h>
#include <opentelemetry/metrics/provider.h>
#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/nostd/variant.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace dynamo {
namespace {

namespace metrics = ::opentelemetry::metrics;
namespace nostd = ::opentelemetry::nostd;

using statistics_source = std::function<retry_statistics()>;

/// One number of the statistics, and the instrument that tells it.
struct retry_number {
  const char* name;
  const char* description;
  const char* unit;
  bool counts;  ///< it only grows
  std::uint64_t (*of)(const retry_statistics&);
};

constexpr std::array<retry_number, 6> retry_numbers{{
    {"dynamo.client.retries", "Attempts after the first of their calls", "{attempt}", true,
     [](const retry_statistics& s) { return s.retries; }},
    {"dynamo.client.retries.refused", "Retries that were not made because the budget had no tokens for them",
     "{attempt}", true, [](const retry_statistics& s) { return s.refused_by_budget; }},
    {"dynamo.client.retries.given_up", "Calls that ended with an error that a further attempt may have mended",
     "{call}", true, [](const retry_statistics& s) { return s.given_up; }},
    {"dynamo.client.retry_budget.tokens", "Tokens left in the budget of retries", "{token}", false,
     [](const retry_statistics& s) { return std::uint64_t{s.tokens}; }},
    {"dynamo.client.retry_budget.limit", "Tokens that the budget of retries holds when it is full", "{token}", false,
     [](const retry_statistics& s) { return std::uint64_t{s.tokens_max}; }},
    {"dynamo.client.circuit_open", "1 while the budget has too few tokens for a retry that does not follow throttling",
     "1", false, [](const retry_statistics& s) { return std::uint64_t{s.circuit_open}; }},
}};

/// Reads one number when the library collects it.
struct retry_reader {
  const statistics_source* source = nullptr;
  const retry_number* number = nullptr;
};

void tell_number(metrics::ObserverResult result, void* state) noexcept {
  const auto& reader = *static_cast<const retry_reader*>(state);
  const std::uint64_t value = reader.number->of((*reader.source)());
  nostd::get<nostd::shared_ptr<metrics::ObserverResultT<std::int64_t>>>(result)->Observe(
      static_cast<std::int64_t>(value));
}

class retry_instruments {
 public:
  explicit retry_instruments(statistics_source source) : source_(std::move(source)) {
    const auto meter = metrics::Provider::GetMeterProvider()->GetMeter("dynamo_table");
    for (std::size_t i = 0; i < retry_numbers.size(); ++i) {
      const retry_number& number = retry_numbers[i];
      readers_[i] = {&source_, &number};
      instruments_[i] = number.counts
                            ? meter->CreateInt64ObservableCounter(number.name, number.description, number.unit)
                            : meter->CreateInt64ObservableGauge(number.name, number.description, number.unit);
      instruments_[i]->AddCallback(&tell_number, &readers_[i]);
    }
  }
  retry_instruments(const retry_instruments&) = delete;
  retry_instruments& operator=(const retry_instruments&) = delete;
  ~retry_instruments() {
    for (std::size_t i = 0; i < retry_numbers.size(); ++i) instruments_[i]->RemoveCallback(&tell_number, &readers_[i]);
  }

 private:
  const statistics_source source_;
  std::array<retry_reader, retry_numbers.size()> readers_;
  std::array<nostd::shared_ptr<metrics::ObservableInstrument>, retry_numbers.size()> instruments_;
};

}  // namespace

std::shared_ptr<void> opentelemetry_retries(std::function<retry_statistics()> source) {
  return std::make_shared<retry_instruments>(std::move(source));
}

}  // namespace dynamo
