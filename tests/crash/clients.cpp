#include "clients.hpp"

#include "../support/wire.hpp"

#include <thread>
#include <vector>

namespace dynamo::crash {

report clients::work(int after, const std::function<void()>& end) {
  after_ = after;
  end_ = &end;
  std::vector<std::thread> all;
  for (int thread = 0; thread < threads; ++thread) all.emplace_back([this, thread] { write(thread); });
  for (std::thread& one : all) one.join();
  return told_;
}

void clients::write(int thread) {
  for (position at{round_, thread, 0};; ++at.operation) {
    const step next = step_at(seed_, at);
    if (!ask(next.name, next.body)) return;
    ++told_.operations[static_cast<std::size_t>(thread)];
    if (!counts(at.operation)) continue;
    if (!ask(operation_name::update_item, counter_text())) return;
    const std::scoped_lock lock(mutex_);
    ++told_.counted;
  }
}

bool clients::ask(operation_name name, const std::string& body) {
  const testing_support::answer told = testing_support::call(db_, name, body);
  if (!told.ok) {
    const std::scoped_lock lock(mutex_);
    if (!ending_) told_.complaint = told.to_string();
    return false;
  }
  if (acknowledged_.fetch_add(1) + 1 == after_) {
    ending_ = true;
    (*end_)();
  }
  return true;
}

}  // namespace dynamo::crash
