#include "engine.hpp"

#include "operation_table.hpp"

#include <dynamo/base/detail/own_process.hpp>
#include <dynamo/json/cursor.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/operations/engine_core.hpp>
#include <engine/operations/task_thread.hpp>
#include <engine/tables/stored_catalog.hpp>

#include <fmt/format.h>

#include <chrono>
#include <variant>

namespace dynamo::engine {
namespace {

// What is the same for every operation, before any of it is executed.
result<void> check_request(const request& r) {
  if (r.stop.stop_requested()) return fail(errc::cancelled, "The call was cancelled before it was executed");
  if (r.deadline && std::chrono::steady_clock::now() >= *r.deadline) {
    return fail(errc::timed_out, "The call's deadline passed before it was executed");
  }
  if (r.body.size() > limits::request_size_max) {
    return fail(errc::validation,
                fmt::format("The request has {} bytes, {} is the limit", r.body.size(), limits::request_size_max));
  }
  if (!json::validate_utf8(r.body.view())) return fail(errc::serialization, "The request is not valid UTF-8");
  return {};
}

std::unexpected<error> not_supported(operation_name operation) {
  return fail(errc::not_supported, fmt::format("{} is not supported by the embedded engine yet", to_string(operation)));
}

/// What executes the operations, and its threads. Its last owner may be one of these, while it completes a sink.
class executor : public std::enable_shared_from_this<executor> {
 public:
  executor(std::unique_ptr<store> rows, const database_options& options) : core_(std::move(rows), options) {}

  result<void> load() { return core_.load(); }

  result<reply> call(request r) {
    if (auto valid = check_request(r); !valid) return std::unexpected(valid.error());
    const execution* const row = execution_of(r.operation);
    if (row == nullptr) return not_supported(r.operation);
    auto answer = execute(*row, core_, r);
    wake_maintenance_after(*row);
    return answer;
  }

  void start(request r, reply_sink& sink) {
    if (auto valid = check_request(r); !valid) return sink.complete(std::unexpected(valid.error()));
    const execution* const row = execution_of(r.operation);
    if (row == nullptr) return sink.complete(not_supported(r.operation));
    if (const auto* how = std::get_if<runs_at_once>(&row->how)) return sink.complete(how->run(core_, r));
    if (const auto* how = std::get_if<reads_in_slices>(&row->how)) {
      return core_.long_reads.start(how->begin(core_, r), sink);
    }
    if (const auto* how = std::get_if<tells_a_sink>(&row->how)) return how->start(core_, r, sink);
    start_on_thread(*row, std::move(r), sink);
  }

  /// Finishes the table operations and the reads under way, unless one of them calls this.
  void stop() {
    control_thread_.stop();
    core_.long_reads.stop();
    if (core_.maintenance == nullptr) return;  // it was not loaded
    core_.maintenance->stop();
    core_.reclaiming->stop();
    core_.trimming->note_clock();
  }

 private:
  void start_on_thread(const execution& row, request r, reply_sink& sink) {
    auto shared = std::make_shared<request>(std::move(r));
    // It owns this object while it executes: as it waits for commits it may complete the sink that drops the endpoint.
    const auto posted = control_thread_.post([self = shared_from_this(), &row, shared, &sink]() mutable {
      auto answer = execute(row, self->core_, *shared);
      self->wake_maintenance_after(row);
      self.reset();
      sink.complete(std::move(answer));
      return task_thread::turn::done;
    });
    if (!posted) sink.complete(std::unexpected(posted.error()));
  }

  void wake_maintenance_after(const execution& row) {
    if (row.after == execution::maintenance::wakes) core_.wake_maintenance();
  }

  engine_core core_;
  task_thread control_thread_;
};

class engine final : public endpoint {
 public:
  engine(std::unique_ptr<store> rows, const database_options& options)
      : executor_(std::make_shared<executor>(std::move(rows), options)) {}

  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;
  ~engine() override { executor_->stop(); }

  result<void> load() { return executor_->load(); }

  result<reply> call(request r) override {
    if (!process_.is_this()) return made_before_fork("This database");
    return executor_->call(std::move(r));
  }

  void start(request r, reply_sink& sink) override {
    if (!process_.is_this()) return sink.complete(made_before_fork("This database"));
    const auto kept = executor_;  // the completion may destroy this endpoint
    kept->start(std::move(r), sink);
  }

 private:
  const own_process process_;
  const std::shared_ptr<executor> executor_;
};

result<std::shared_ptr<endpoint>> open_on(result<std::unique_ptr<store>> rows, const database_options& options) {
  if (!rows) return std::unexpected(rows.error());
  std::shared_ptr<engine> opened(new engine(*std::move(rows), options), delete_in_own_process());
  if (auto loaded = opened->load(); !loaded) return std::unexpected(loaded.error());
  return opened;
}

}  // namespace

result<std::shared_ptr<endpoint>> open(const std::string& path, const database_options& options) {
  const auto catalog_can_be_read = [](const store& tables) -> result<void> {
    catalog scratch;
    if (const auto found = read_catalog(tables, scratch); !found) return std::unexpected(found.error());
    return {};
  };
  return open_on(open_store(path, options, catalog_can_be_read), options);
}

result<std::shared_ptr<endpoint>> open_in_memory(const database_options& options) {
  return open_on(open_memory_store(options), options);
}

}  // namespace dynamo::engine
