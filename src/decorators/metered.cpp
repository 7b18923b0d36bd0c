#include <dynamo/decorators/metered.hpp>

#include <dynamo/base/detail/own_process.hpp>
#include <dynamo/decorators/observed.hpp>

#include <decorators/consumed.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>

namespace dynamo {

struct call_metrics::state {
  call_statistics& row(operation_name operation, const std::string& table) {
    const auto found = rows.find({operation, table});
    if (found != rows.end()) return found->second;
    const std::string& name = rows.size() < rows_max ? table : others;
    call_statistics& added = rows[{operation, name}];
    added.operation = operation;
    added.table = name;
    return added;
  }

  const std::string others = "(others)";
  mutable std::mutex mutex;
  std::map<std::pair<operation_name, std::string>, call_statistics> rows;
  retry_totals retries;
  std::int64_t circuits_open = 0;  // below 0 while one thread tells of an end before another of its beginning
};

call_metrics::call_metrics() : state_(std::make_unique<state>()) {}
call_metrics::~call_metrics() = default;

void call_metrics::add(operation_name operation, const std::vector<std::string>& tables, const result<reply>& answer,
                       std::chrono::microseconds time) {
  const std::scoped_lock lock(state_->mutex);
  const auto count = [&](const std::string& table) {
    call_statistics& row = state_->row(operation, table);
    ++row.calls;
    row.attempts += answer ? answer->attempts : answer.error().attempts();
    row.latency.add(time);
    if (answer) return;
    const errc code = answer.error().code();
    const auto known = std::ranges::find(row.errors, code, &std::pair<errc, std::uint64_t>::first);
    if (known != row.errors.end()) {
      ++known->second;
    } else {
      row.errors.emplace_back(code, 1);
    }
  };
  if (tables.empty()) count({});
  for (const std::string& table : tables) count(table);
}

void call_metrics::add_units(operation_name operation, const std::string& table, double read, double write) {
  const std::scoped_lock lock(state_->mutex);
  call_statistics& row = state_->row(operation, table);
  row.read_units += read;
  row.write_units += write;
}

void call_metrics::add_vector_bytes(operation_name operation, const std::string& table, double search, double write) {
  const std::scoped_lock lock(state_->mutex);
  call_statistics& row = state_->row(operation, table);
  row.vector_search_bytes += search;
  row.vector_write_bytes += write;
}

std::vector<call_statistics> call_metrics::snapshot() const {
  const std::scoped_lock lock(state_->mutex);
  std::vector<call_statistics> all;
  all.reserve(state_->rows.size());
  for (const auto& [key, row] : state_->rows) all.push_back(row);
  return all;
}

retry_totals call_metrics::retries() const {
  const std::scoped_lock lock(state_->mutex);
  retry_totals now = state_->retries;
  now.circuits_open = static_cast<std::uint64_t>(std::max<std::int64_t>(state_->circuits_open, 0));
  return now;
}

void call_metrics::add_retry(const retry_report& what) {
  const std::scoped_lock lock(state_->mutex);
  retry_totals& all = state_->retries;
  all.tokens = what.tokens;
  switch (what.verdict) {
    case retry_verdict::again: ++all.retries; break;
    case retry_verdict::budget_used_up: ++all.refused_by_budget; [[fallthrough]];
    case retry_verdict::attempts_used_up:
    case retry_verdict::deadline:
    case retry_verdict::no_turn: ++all.given_up; break;
    case retry_verdict::not_retryable:
    case retry_verdict::may_be_executed: break;
  }
}

void call_metrics::add_circuit(const retry_tokens& now) {
  const std::scoped_lock lock(state_->mutex);
  state_->retries.tokens = now;
  state_->circuits_open += now.circuit_open ? 1 : -1;
  if (now.circuit_open) ++state_->retries.circuits_opened;
}

void call_metrics::reset() {
  const std::scoped_lock lock(state_->mutex);
  state_->rows.clear();
  const retry_tokens tokens = state_->retries.tokens;
  state_->retries = {};
  state_->retries.tokens = tokens;
}

std::vector<table_totals> call_metrics::totals() const {
  std::map<std::string, table_totals> by_table;
  {
    const std::scoped_lock lock(state_->mutex);
    for (const auto& [key, row] : state_->rows) {
      table_totals& of = by_table[row.table];
      of.calls += row.calls;
      of.failed += row.failed();
      of.read_units += row.read_units;
      of.write_units += row.write_units;
      of.vector_search_bytes += row.vector_search_bytes;
      of.vector_write_bytes += row.vector_write_bytes;
    }
  }
  std::vector<table_totals> all;
  all.reserve(by_table.size());
  for (auto& [name, one] : by_table) {
    one.table = name;
    all.push_back(std::move(one));
  }
  return all;
}

namespace {

double ms(std::chrono::microseconds time) { return static_cast<double>(time.count()) / 1000; }

std::string line_of(const call_statistics& row) {
  std::string line = fmt::format("{} {}: {} calls, {} attempts, mean {:.3f} ms, 50% {:.3f}, 99% {:.3f}, longest {:.3f}",
                                 to_string(row.operation), row.table.empty() ? "-" : row.table, row.calls, row.attempts,
                                 ms(row.latency.mean()), ms(row.latency.percentile(0.5)),
                                 ms(row.latency.percentile(0.99)), ms(row.latency.longest()));
  if (row.read_units > 0) line += fmt::format(", {:.1f} read units", row.read_units);
  if (row.write_units > 0) line += fmt::format(", {:.1f} write units", row.write_units);
  if (row.vector_search_bytes > 0) line += fmt::format(", {:.0f} bytes of vector searches", row.vector_search_bytes);
  if (row.vector_write_bytes > 0) line += fmt::format(", {:.0f} bytes of vector writes", row.vector_write_bytes);
  for (const auto& [code, count] : row.errors) line += fmt::format(", {} x {}", count, to_string(code));
  return line;
}

std::string line_of(const retry_totals& all) {
  std::string line = fmt::format("retries: {}, {} calls given up", all.retries, all.given_up);
  if (all.tokens.max > 0) {
    line += fmt::format(", {} refused by the budget, {} of {} tokens left, {} circuits open, opened {} times",
                        all.refused_by_budget, all.tokens.left, all.tokens.max, all.circuits_open, all.circuits_opened);
  }
  return line;
}

std::vector<std::string> lines_of(const call_metrics& all) {
  std::vector<std::string> lines;
  for (const call_statistics& row : all.snapshot()) lines.push_back(line_of(row));
  const retry_totals retries = all.retries();
  if (retries.retries + retries.given_up + retries.circuits_open > 0) lines.push_back(line_of(retries));
  return lines;
}

}  // namespace

std::string call_metrics::report() const {
  std::string text;
  for (const std::string& line : lines_of(*this)) text += line + '\n';
  return text;
}

void call_metrics::log_stats(log_level level) const {
  for (const std::string& line : lines_of(*this)) log(level, line);
}

namespace {

/// Never destroyed: static objects that log may outlive it.
class logged_at_exit {
 public:
  static logged_at_exit& instance() {
    static logged_at_exit& one = *new logged_at_exit;
    return one;
  }
  void add(std::shared_ptr<call_metrics> metrics, log_level level) {
    const std::scoped_lock lock(mutex_);
    const auto known = std::ranges::find(all_, metrics, &entry::first);
    if (known != all_.end()) {
      known->second = level;
    } else {
      all_.emplace_back(std::move(metrics), level);
    }
  }

 private:
  using entry = std::pair<std::shared_ptr<call_metrics>, log_level>;

  logged_at_exit() {
    (void)std::atexit([] { instance().log_all(); });
  }
  void log_all() {
    if (!process_.is_this()) return;
    std::vector<entry> all;
    {
      const std::scoped_lock lock(mutex_);
      all.swap(all_);
    }
    for (const auto& [metrics, level] : all) metrics->log_stats(level);
  }

  const own_process process_;
  std::mutex mutex_;
  std::vector<entry> all_;
};

/// Makes requests ask for the capacity that they consume.
class asking_endpoint final : public endpoint {
 public:
  asking_endpoint(std::shared_ptr<endpoint> inner, bool by_index) : inner_(std::move(inner)), by_index_(by_index) {}

  result<reply> call(request r) override { return inner_->call(asking(std::move(r))); }
  void start(request r, reply_sink& outcome) override { inner_->start(asking(std::move(r)), outcome); }

 private:
  request asking(request r) const {
    if (capacity_of(r) != capacity_kind::none) ask_for_capacity(r, by_index_);
    return r;
  }

  const std::shared_ptr<endpoint> inner_;
  const bool by_index_;
};

class metering final : public call_observer {
 public:
  explicit metering(std::shared_ptr<call_metrics> metrics) : metrics_(std::move(metrics)) {}

  call_notes call_begins(const request& r) noexcept override {
    call_notes notes;
    notes.state = std::make_shared<call>(tables_named_by(r), asks_for_capacity(r));
    return notes;
  }

  void retry_decided(const retry_report& what, void*) noexcept override { metrics_->add_retry(what); }
  void circuit_changed(const retry_tokens& now, void*) noexcept override { metrics_->add_circuit(now); }

  void call_ended(const call_report& what, void* state) noexcept override {
    const auto& begun = *static_cast<const call*>(state);
    metrics_->add(what.operation, begun.tables, what.outcome,
                  std::chrono::duration_cast<std::chrono::microseconds>(what.time));
    if (!begun.asks_for_capacity) return;
    for (const table_capacity& each : consumed_by(what)) {
      // A search tells what it took, and not of which table.
      const std::string& table = each.table.empty() && begun.tables.size() == 1 ? begun.tables.front() : each.table;
      metrics_->add_units(what.operation, table, each.read, each.write);
      if (each.vector_search_bytes > 0 || each.vector_write_bytes > 0) {
        metrics_->add_vector_bytes(what.operation, table, each.vector_search_bytes, each.vector_write_bytes);
      }
    }
  }

 private:
  /// What is known of a call before it is answered.
  struct call {
    std::vector<std::string> tables;
    bool asks_for_capacity;

    call(std::vector<std::string> named, bool asks) : tables(std::move(named)), asks_for_capacity(asks) {}
  };

  const std::shared_ptr<call_metrics> metrics_;
};

}  // namespace

std::shared_ptr<endpoint> metered(std::shared_ptr<endpoint> inner, std::shared_ptr<call_metrics> metrics, timer& time) {
  return observed(std::move(inner), metering_observer(std::move(metrics)), time);
}

std::shared_ptr<endpoint> metered(std::shared_ptr<endpoint> inner, std::shared_ptr<call_metrics> metrics,
                                  capacity_counted counted, timer& time) {
  std::shared_ptr<endpoint> counting = metered(std::move(inner), std::move(metrics), time);
  if (counted == capacity_counted::where_asked) return counting;
  return std::make_shared<asking_endpoint>(std::move(counting), counted == capacity_counted::by_index);
}

void log_at_exit(std::shared_ptr<call_metrics> metrics, log_level level) {
  if (metrics) logged_at_exit::instance().add(std::move(metrics), level);
}

std::shared_ptr<call_observer> metering_observer(std::shared_ptr<call_metrics> metrics) {
  return std::make_shared<metering>(std::move(metrics));
}

}  // namespace dynamo
