#pragma once

#include <http/exchange/name_lookup.hpp>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <expected>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace dynamo::http {

class loop_core;
class loop_member;

/// One question to a name_lookup, and who waits for its answer. But for `found`, it belongs to the loop's thread.
struct name_job {
  using time_point = std::chrono::steady_clock::time_point;

  name_job(name_lookup& n, address a) : names(n), of(std::move(a)) {}

  name_lookup& names;
  const address of;
  std::expected<std::vector<socket_address>, std::string> found;  ///< of the worker, until it has posted the answer
  bool answered = false;
  time_point answered_at;
  std::vector<loop_member*> waiting;
};

/// The address if the host is a number, which needs no lookup.
std::vector<socket_address> numeric_address(const address&);

/// A thread that asks for names, because asking blocks: one after another. It starts with the first, and waits for no answer of the
/// system's when it ends, which may take long.
class name_worker {
 public:
  explicit name_worker(loop_core& of) noexcept : loop_(of) {}
  name_worker(const name_worker&) = delete;
  name_worker& operator=(const name_worker&) = delete;
  ~name_worker();

  /// The answer is posted to the loop. False if there is no thread for it.
  bool ask(std::shared_ptr<name_job>);
  /// Answers no more. Waits for the name_lookup that is being asked, unless it is the system's.
  void end() noexcept;

 private:
  struct state;
  static void run(const std::shared_ptr<state>&) noexcept;

  loop_core& loop_;
  std::shared_ptr<state> state_;
  std::thread thread_;
};

}  // namespace dynamo::http
