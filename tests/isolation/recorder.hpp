#pragma once

#include "history.hpp"
#include "workload.hpp"

#include <dynamo/protocol/endpoint.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace dynamo::isolation {

/// A database that can be crashed while clients use it.
class crashable {
 public:
  virtual ~crashable() = default;
  virtual endpoint& db() = 0;
  /// On any thread, while others use db(): their operations fail, or end.
  virtual void crash() = 0;
  /// While nobody uses db(), which is another one afterwards. Says what went wrong, if anything.
  virtual std::optional<std::string> reopen() = 0;
};

/// How a history is made.
struct recording {
  std::uint64_t seed = 1;
  int clients = 8;
  int operations = 2000;     ///< of all clients together, about
  int crash_every = 0;       ///< so many known outcomes later; 0: never
  int crashes = 0;           ///< at the most
  unsigned lost_one_in = 0;  ///< so many replies: the client is told nothing; 0: none
  workload::settings how;
};

struct recorded {
  history all;
  int crashes = 0;
  std::string complaint;  ///< what went wrong that is no crash; then the history means nothing
};

/// Makes the tables, has the clients work, a thread each, and reads every item once more at the end. After a crash the clients wait until the database is
/// open again. A transaction of unknown outcome that has a token is sent again, and is one operation all the same. A client whose
/// operation has an unknown outcome for good goes on under a new number. When no operation completes for `hang_max`,
/// the program ends and says so: clients wait for each other.
class recorder {
 public:
  static constexpr std::chrono::seconds hang_max{20};

  recorder(crashable& on, const recording& how) : on_(on), how_(how), work_(how.how) {}
  recorded run();

 private:
  void work(int thread);
  struct client {
    int number;
    std::mt19937_64 random;
    history done;
    workload::memory known;
  };
  bool ask(client&, const attempt&, std::optional<std::int64_t> invoked = {});
  bool go_on();
  void reopen_if_all_wait();
  void watch();
  void read_everything();
  void complain(const std::string&);

  crashable& on_;
  const recording how_;
  workload work_;
  std::mutex mutex_;
  std::condition_variable opened_;
  std::condition_variable done_;  // with working_
  recorded told_;
  std::atomic<bool> crashed_ = false;  // and not open again
  std::atomic<int> known_ = 0;         // outcomes
  std::atomic<int> completed_ = 0;     // operations
  int working_ = 0;                    // clients that are not done
  int waiting_ = 0;                    // of them: for the database
  int next_client_ = 0;
};

}  // namespace dynamo::isolation
