#include "engine.hpp"

#include "task_thread.hpp"

#include <dynamo/base/own_process.hpp>
#include <dynamo/json/cursor.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/operations/engine_core.hpp>

#include <fmt/format.h>

#include <chrono>

namespace dynamo::engine {
namespace {

bool is_write(operation_name op) {
  return op == operation_name::put_item || op == operation_name::update_item || op == operation_name::delete_item;
}

bool changes_tables(operation_name op) {
  return op == operation_name::create_table || op == operation_name::update_table || op == operation_name::delete_table;
}

// How often an operation is taken as an occasion to look for what the change log no longer needs.
enum class occasion : std::uint8_t { never, now_and_then, always };
occasion occasion_of(operation_name op) {
  if (is_write(op) || op == operation_name::batch_write_item || op == operation_name::get_records) {
    return occasion::now_and_then;
  }
  return changes_tables(op) || is_streams_operation(op) ? occasion::always : occasion::never;
}

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

/// What executes the operations, and its threads. Its last owner may be one of these, while it completes a sink.
class executor : public std::enable_shared_from_this<executor> {
 public:
  executor(std::unique_ptr<store> rows, const database_options& options) {
    core_.options = options;
    core_.rows = std::move(rows);
  }
  executor(const executor&) = delete;
  executor& operator=(const executor&) = delete;
  ~executor() { core_.waiters.close(); }  // its readers look at everything else

  result<void> load() {
    const auto state = load_catalog(*core_.rows, core_.tables);
    if (!state) return std::unexpected(state.error());
    core_.next_id = state->next_id;
    core_.ages = std::make_unique<age_clock>(core_.time());
    if (const auto delay = core_.options.global_index_delay; delay.count() > 0) {
      core_.stale_views = std::make_unique<stale_index_views>(*core_.rows, *core_.ages, delay);
    }
    core_.commits =
        std::make_unique<committer>(*core_.rows, core_.locks, state->epoch, &core_.waiters, core_.stale_views.get());
    if (auto why = core_.rows->refuses_writes()) core_.commits->refuse(*std::move(why));
    core_.trimming = std::make_unique<log_trimmer>(*core_.rows, core_.tables, *core_.commits, *core_.ages);
    if (auto loaded = core_.trimming->load(); !loaded) return loaded;
    core_.trimming->erase(log_trimmer::may_wait::yes);
    return {};
  }

  result<reply> call(request r) {
    if (auto valid = check_request(r); !valid) return std::unexpected(valid.error());
    auto answer = is_write(r.operation) ? *write_item(core_, r, nullptr) : execute(r);
    tidy(r.operation, log_trimmer::may_wait::yes);
    return answer;
  }

  void start(request r, reply_sink& sink) {
    if (auto valid = check_request(r); !valid) return sink.complete(std::unexpected(valid.error()));
    tidy(r.operation, log_trimmer::may_wait::no);
    if (is_write(r.operation)) {
      if (auto known = write_item(core_, r, &sink)) sink.complete(*std::move(known));
      return;
    }
    if (r.operation == operation_name::batch_write_item) return batch_write_item(core_, r, sink);
    if (r.operation == operation_name::get_records) return get_records(core_, r, sink);
    if (!changes_tables(r.operation)) return sink.complete(execute(r));
    // Waits for commits, so it has a thread of its own.
    auto shared = std::make_shared<request>(std::move(r));
    // It owns this object while it executes: as it waits for commits it may complete the sink that drops the endpoint.
    const auto posted = control_thread_.post([self = shared_from_this(), shared, &sink]() mutable {
      auto answer = self->execute(*shared);
      self.reset();
      sink.complete(std::move(answer));
    });
    if (!posted) sink.complete(std::unexpected(posted.error()));
  }

  /// Finishes the table operations under way, unless one of them calls this.
  void stop() {
    control_thread_.stop();
    if (core_.trimming != nullptr && core_.trimming->clock_was_set()) {
      core_.trimming->erase(log_trimmer::may_wait::no);  // which notes that
    }
  }

 private:
  void tidy(operation_name op, log_trimmer::may_wait how) {
    switch (occasion_of(op)) {
      case occasion::never: return;
      case occasion::now_and_then: return core_.trimming->now_and_then(how);
      case occasion::always: return core_.trimming->erase(how);
    }
  }

  result<reply> execute(const request& r) {
    switch (r.operation) {
      case operation_name::get_item: return get_item(core_, r);
      case operation_name::batch_get_item: return batch_get_item(core_, r);
      case operation_name::batch_write_item: return batch_write_item(core_, r);
      case operation_name::query: return query(core_, r);
      case operation_name::scan: return scan(core_, r);
      case operation_name::create_table: return create_table(core_, r);
      case operation_name::update_table: return update_table(core_, r);
      case operation_name::delete_table: return delete_table(core_, r);
      case operation_name::describe_table: return describe_table(core_, r);
      case operation_name::list_tables: return list_tables(core_, r);
      case operation_name::list_streams: return list_streams(core_, r);
      case operation_name::describe_stream: return describe_stream(core_, r);
      case operation_name::get_shard_iterator: return get_shard_iterator(core_, r);
      case operation_name::get_records: return get_records(core_, r);
      default:
        return fail(errc::not_supported,
                    fmt::format("{} is not supported by the embedded engine yet", to_string(r.operation)));
    }
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

std::unexpected<error> table_not_found() { return fail(errc::resource_not_found, "Requested resource not found"); }

std::unexpected<error> read_only(const engine_core& core) {
  const auto why = core.commits->failure();
  return fail(errc::read_only, fmt::format("The database accepts no writes: {} Everything acknowledged before is "
                                           "safe and readable. Mend the cause, then open the database again",
                                           why ? why->message() : std::string()));
}

}  // namespace dynamo::engine
