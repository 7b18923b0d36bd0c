// What a program sees of its calls: an observer counts them, says which were slow, and sends its trace along.
#include <dynamo/database.hpp>
#include <dynamo/decorators/logging_observer.hpp>
#include <dynamo/decorators/metered.hpp>
#include <dynamo/decorators/observed.hpp>
#include <dynamo/remote.hpp>
#include <dynamo/server.hpp>
#include <dynamo/table.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

struct User {
  std::string user_id, name;
};
struct users_schema : dynamo::schema<"users", User, dynamo::partition_key<&User::user_id>> {};

/// Called from every thread that makes calls or carries them.
class call_counter final : public dynamo::call_observer {
 public:
  dynamo::call_notes call_begins(const dynamo::request& call) noexcept override {
    dynamo::call_notes notes;
    notes.state = std::make_shared<std::vector<std::string>>(tables_named_by(call));      // comes back with each report
    notes.trace.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";  // of the span that is open
    return notes;
  }

  void attempt_ended(const dynamo::attempt_report& attempt, void*) noexcept override {
    ++attempts;
    if (attempt.connection != dynamo::connection_use::kept) ++connections;
    bytes += attempt.bytes_sent + attempt.bytes_received;
  }

  void call_ended(const dynamo::call_report& call, void* state) noexcept override {
    ++calls;
    if (call.failure() != nullptr) ++failures;
    if (call.time < std::chrono::milliseconds(100)) return;
    std::clog << to_string(call.operation);
    for (const std::string& table : *static_cast<const std::vector<std::string>*>(state)) std::clog << ' ' << table;
    std::clog << " took " << call.time / std::chrono::milliseconds(1) << " ms and " << call.attempts()
              << " attempts, request " << call.request_id() << '\n';
  }

  std::atomic<std::uint64_t> calls{0}, failures{0}, attempts{0}, connections{0}, bytes{0};
};

int report(const dynamo::error& why) {
  std::cerr << why.describe() << '\n';
  return 1;
}

int main() {
  // What takes AWS's place in this example.
  auto db = dynamo::database::in_memory();
  if (!db) return report(db.error());
  auto serving = dynamo::server::start(db->endpoint());
  if (!serving) return report(serving.error());

  const auto counter = std::make_shared<call_counter>();
  dynamo::remote_options options;
  options.endpoint_url = serving->url();
  options.region = "eu-west-1";
  options.credentials = dynamo::auth::credentials("AKIDEXAMPLE", "a-secret");
  options.observer = counter;
  auto service = dynamo::remote(options);
  if (!service) return report(service.error());

  // More observers stand around the endpoint: a line in the log for each call that fails, and metrics. They hear of the attempts too.
  const auto metrics = std::make_shared<dynamo::call_metrics>();
  auto via = dynamo::observed(service->endpoint(), dynamo::logging_observer());
  dynamo::table<users_schema> users{dynamo::metered(via, metrics)};
  if (auto created = users.create_if_absent().run(); !created) return report(created.error());
  if (auto put = users.put({"user123", "Jane"}).run(); !put) return report(put.error());
  auto found = users.get("user123").run();
  if (!found) return report(found.error());

  std::cout << counter->calls << " calls, " << counter->failures << " failed, " << counter->attempts << " attempts on "
            << counter->connections << " new connection, " << counter->bytes << " bytes\n"
            << metrics->report();
  return *found && counter->attempts >= counter->calls && counter->connections == 1 ? 0 : 1;
}
