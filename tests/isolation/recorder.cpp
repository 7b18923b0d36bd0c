#include "recorder.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <thread>
#include <utility>

namespace dynamo::isolation {
namespace {

using namespace testing_support;

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

recorded recorder::run() {
  for (const std::string& table : create_table_texts()) {
    if (const answer made = call(on_.db(), operation_name::create_table, table); !made.ok) complain(made.to_string());
  }
  working_ = next_client_ = how_.clients;
  std::vector<std::thread> all;
  for (int thread = 0; thread < how_.clients; ++thread) all.emplace_back([this, thread] { work(thread); });
  watch();
  for (std::thread& one : all) one.join();
  if (told_.complaint.empty()) read_everything();
  return std::move(told_);
}

void recorder::work(int thread) {
  client me{thread, std::mt19937_64(how_.seed * 1000 + static_cast<std::uint64_t>(thread)), {}, {}};
  for (int i = 0; i < how_.operations / how_.clients && go_on(); ++i) {
    const attempt next = work_.next(me.random, me.known);
    bool is_known = ask(me, next);
    while (!is_known && next.repeats && go_on()) {
      const std::int64_t invoked = me.done.back().invoked;
      me.done.pop_back();
      is_known = ask(me, next, invoked);
    }
    if (is_known) continue;
    const std::scoped_lock lock(mutex_);
    me.number = next_client_++;
  }
  const std::scoped_lock lock(mutex_);
  told_.all.insert(told_.all.end(), me.done.begin(), me.done.end());
  --working_;
  done_.notify_all();
  reopen_if_all_wait();
}

// Until all are done.
void recorder::watch() {
  std::unique_lock lock(mutex_);
  for (int before = -1; !done_.wait_for(lock, hang_max, [this] { return working_ == 0; });) {
    const int now = completed_;
    if (now == before) {
      std::fprintf(stderr, "the clients hang after %d operations, seed %llu\n", now,
                   static_cast<unsigned long long>(how_.seed));
      std::abort();
    }
    before = now;
  }
}

// False if the outcome is unknown.
bool recorder::ask(client& me, const attempt& next, std::optional<std::int64_t> invoked) {
  operation o;
  o.client = me.number;
  o.name = to_string(next.name);
  o.invoked = invoked.value_or(now());
  answer came = call(on_.db(), next.name, next.body);
  const bool loses = how_.lost_one_in > 0 && me.random() % how_.lost_one_in == 0;
  if (loses) came = {false, errc::transport, "the reply is lost", ""};
  o.completed = now();
  ++completed_;
  const meaning means = take_answer(o, next, came);
  if (means == meaning::wrong || (means == meaning::lost && !crashed_ && !loses)) {
    complain(o.name + " " + next.body + ": " + came.to_string() + " " + came.body);
  }
  workload::remember(me.known, o);
  const bool unknown = o.came == operation::outcome::unknown;
  if (unknown) o.completed = operation::never;
  me.done.push_back(std::move(o));
  if (means == meaning::told && how_.crash_every > 0 && (known_.fetch_add(1) + 1) % how_.crash_every == 0) {
    const std::scoped_lock lock(mutex_);
    if (!crashed_ && told_.crashes < how_.crashes) {
      crashed_ = true;
      ++told_.crashes;
      on_.crash();
    }
  }
  return !unknown;
}

// Waits while the database is closed. False if nothing is left to be done.
bool recorder::go_on() {
  std::unique_lock lock(mutex_);
  if (crashed_) {
    ++waiting_;
    reopen_if_all_wait();
    opened_.wait(lock, [this] { return !crashed_; });
    --waiting_;
  }
  return told_.complaint.empty();
}

// The last one that comes opens the door, for all.
void recorder::reopen_if_all_wait() {
  if (!crashed_ || waiting_ < working_) return;
  if (auto failed = on_.reopen(); failed && told_.complaint.empty()) told_.complaint = *failed;
  crashed_ = false;
  opened_.notify_all();
}

// So that what was acknowledged and is gone is missed.
void recorder::read_everything() {
  std::set<std::string> items;
  for (const operation& o : told_.all) {
    for (const access& a : o.does) items.insert(a.item);
  }
  client last{next_client_, {}, {}, {}};
  for (const std::string& item : items) {
    do {
      ask(last, single({action::kind::get, item}));
    } while (last.done.back().came != operation::outcome::ok && told_.complaint.empty());
  }
  told_.all.insert(told_.all.end(), last.done.begin(), last.done.end());
}

void recorder::complain(const std::string& what) {
  const std::scoped_lock lock(mutex_);
  if (told_.complaint.empty()) told_.complaint = what;
}

}  // namespace dynamo::isolation
