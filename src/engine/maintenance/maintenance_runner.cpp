#include "maintenance_runner.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

namespace dynamo::engine {

class maintenance_runner::state final : public std::enable_shared_from_this<state> {
 public:
  state(timer& on, std::initializer_list<maintenance_job*> jobs) : timer_(on) {
    for (maintenance_job* const what : jobs) jobs_.push_back({what, std::nullopt});
  }

  void wake() {
    const std::scoped_lock held(mutex_);
    if (stopped_) return;
    const auto now = timer_.steady_now();
    for (job& one : jobs_) one.due = now;
    if (!running_) set_timer();
  }

  void stop() {
    std::unique_lock held(mutex_);
    stopped_ = true;
    if (ticket_) timer_.cancel(std::exchange(ticket_, {}));
    idle_.wait(held, [&] { return !running_; });
  }

  void run_due_slice() {
    std::unique_lock held(mutex_);
    if (stopped_) return;
    ticket_ = {};
    const auto now = timer_.steady_now();
    const auto due = std::ranges::find_if(jobs_, [&](const job& one) { return one.due && *one.due <= now; });
    if (due != jobs_.end()) {
      due->due.reset();
      running_ = true;
      held.unlock();
      const auto again = due->what->run_slice();
      held.lock();
      running_ = false;
      if (again && !due->due) due->due = timer_.steady_now() + *again;  // unless woken meanwhile
      if (stopped_) return idle_.notify_all();
    }
    set_timer();
  }

 private:
  using time_point = std::chrono::steady_clock::time_point;
  struct job {
    maintenance_job* what;
    std::optional<time_point> due;
  };

  class tick final : public timer_task {
   public:
    explicit tick(std::shared_ptr<state> of) : of_(std::move(of)) {}
    void run() noexcept override { of_->run_due_slice(); }

   private:
    const std::shared_ptr<state> of_;
  };

  // Called with the mutex held: a timer runs no task inside after() or cancel().
  void set_timer() {
    std::optional<time_point> first;
    for (const job& one : jobs_) {
      if (one.due && (!first || *one.due < *first)) first = one.due;
    }
    if (ticket_) timer_.cancel(std::exchange(ticket_, {}));
    if (!first) return;
    const auto wait = std::chrono::ceil<std::chrono::microseconds>(*first - timer_.steady_now());
    ticket_ = timer_.after(std::max(wait, std::chrono::microseconds(0)), std::make_shared<tick>(shared_from_this()));
  }

  timer& timer_;
  std::mutex mutex_;
  std::condition_variable idle_;
  std::vector<job> jobs_;
  timer_ticket ticket_;
  bool running_ = false;
  bool stopped_ = false;
};

maintenance_runner::maintenance_runner(timer& on, std::initializer_list<maintenance_job*> jobs)
    : state_(std::make_shared<state>(on, jobs)) {}
maintenance_runner::~maintenance_runner() { stop(); }

void maintenance_runner::wake() { state_->wake(); }
void maintenance_runner::stop() { state_->stop(); }

}  // namespace dynamo::engine
