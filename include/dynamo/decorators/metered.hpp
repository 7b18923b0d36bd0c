#pragma once

#include <dynamo/base/log.hpp>
#include <dynamo/base/timer.hpp>
#include <dynamo/decorators/latency_histogram.hpp>
#include <dynamo/protocol/call_observer.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace dynamo {

/// What became of the calls of one operation on one table.
struct call_statistics {
  operation_name operation{};
  std::string table;           ///< empty for operations that name none
  std::uint64_t calls = 0;     ///< that were answered
  std::uint64_t attempts = 0;  ///< requests sent for them: more than calls where one was retried
  std::vector<std::pair<errc, std::uint64_t>> errors;  ///< calls that failed, by code
  double read_units = 0;                               ///< consumed, where replies say so
  double write_units = 0;
  double vector_search_bytes = 0;  ///< what searches took, where replies say so: bytes, which are no units
  double vector_write_bytes = 0;   ///< what writes took of vector indexes
  latency_histogram latency;

  std::uint64_t failed() const noexcept {
    std::uint64_t all = 0;
    for (const auto& [code, count] : errors) all += count;
    return all;
  }
};

/// What became of the retries of the calls.
struct retry_totals {
  std::uint64_t retries = 0;            ///< that were decided on
  std::uint64_t refused_by_budget = 0;  ///< that the bucket had no tokens for; see retry_budget
  std::uint64_t given_up = 0;           ///< calls that ended with an error that a further attempt may have mended
  std::uint64_t circuits_opened = 0;
  std::uint64_t circuits_open = 0;  ///< at this moment, of endpoints whose calls are counted here
  retry_tokens tokens;              ///< of the bucket that was told of last
};

/// What one table took, over all operations.
struct table_totals {
  std::string table;  ///< empty for calls that concern no table, or name none
  std::uint64_t calls = 0;
  std::uint64_t failed = 0;
  double read_units = 0;  ///< consumed, where replies say so
  double write_units = 0;
  double vector_search_bytes = 0;
  double vector_write_bytes = 0;
};

/// Gathers what metered() endpoints see; one object may serve several. Thread-safe.
class call_metrics {
 public:
  /// Further combinations of operation and table are counted under the operation with the table "(others)".
  static constexpr std::size_t rows_max = 2'000;

  call_metrics();
  ~call_metrics();
  call_metrics(const call_metrics&) = delete;
  call_metrics& operator=(const call_metrics&) = delete;

  /// Everything since the beginning or the last reset(), by operation and then table.
  std::vector<call_statistics> snapshot() const;
  /// Of the same time. For metered() around a retrying() endpoint, and for observers.
  retry_totals retries() const;
  /// Circuits that are open stay so.
  void reset();
  /// The same by table, sorted by name. A batch or transaction is a call of each of its tables, and its capacity is each table's own part.
  std::vector<table_totals> totals() const;
  /// A line for each operation and table, and none without calls; one for retries, if there were any.
  std::string report() const;
  /// The report's lines as messages of the log.
  void log_stats(log_level = log_level::info) const;

  /// One call that was answered. A batch or transaction counts under each of its tables.
  void add(operation_name, const std::vector<std::string>& tables, const result<reply>&, std::chrono::microseconds);
  /// Capacity that a call consumed on one table.
  void add_units(operation_name, const std::string& table, double read, double write);
  /// What it took of the table's vector indexes.
  void add_vector_bytes(operation_name, const std::string& table, double search, double write);
  /// What was decided after a failure.
  void add_retry(const retry_report&);
  /// A circuit that was opened or closed.
  void add_circuit(const retry_tokens&);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// Has the metrics logged when the program ends by exit() or by leaving main(): report()'s lines, as messages of that level, through the
/// log sink that is set then. (The sink that is there from the start drops what is less than a warning.) They are kept alive until then.
/// Asked for twice, they are logged once, by the level of the last time. Nothing is logged in a child of fork(). Thread-safe.
void log_at_exit(std::shared_ptr<call_metrics>, log_level = log_level::info);

/// Of which calls the consumed capacity is counted.
enum class capacity_counted : std::uint8_t {
  where_asked,  ///< those whose request asks for it (ReturnConsumedCapacity)
  always,       ///< all: a request that does not say whether it asks is made to
  by_index,  ///< likewise, and writes are made to ask by index (INDEXES): otherwise they do not tell the bytes of vector indexes
};

/// An endpoint that counts and times what passes through, and the capacity that calls consumed: get, query, scan and their batches as reads; put, update, delete and theirs as writes; what a
/// reply states apart, as transactions do, as it states it. Searches of vectors take bytes, and so do writes to vector indexes; a write tells them
/// where its request asks for capacity by index: see capacity_counted::by_index, which a typed table with vector indexes has.
///
/// Thread-safe; the timer, whose time is measured, must outlive every call. Cost: the name of the table is looked for in the
/// request, and capacity, if it was asked for, in the reply. Requests that failed consume capacity too, which DynamoDB does not tell.
///
///     auto metrics = std::make_shared<dynamo::call_metrics>();
///     dynamo::table<users_schema> users{dynamo::metered(db->endpoint(), metrics)};
///     ...
///     metrics->log_stats();
std::shared_ptr<endpoint> metered(std::shared_ptr<endpoint> inner, std::shared_ptr<call_metrics> metrics,
                                  timer& = system_timer());
std::shared_ptr<endpoint> metered(std::shared_ptr<endpoint> inner, std::shared_ptr<call_metrics> metrics,
                                  capacity_counted, timer& = system_timer());

/// The same for what takes observers: remote_options::observer.
std::shared_ptr<call_observer> metering_observer(std::shared_ptr<call_metrics> metrics);

}  // namespace dynamo
