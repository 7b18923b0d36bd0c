#include <dynamo/testing/virtual_clock.hpp>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <utility>

namespace dynamo::testing {
namespace {

using time_point = std::chrono::steady_clock::time_point;
using std::chrono::microseconds;

constexpr instant first_of_2026{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};

}  // namespace

class virtual_clock::state {
 public:
  state(blocking how, instant start) : how_(how), start_(start) {}

  microseconds passed() const {
    const std::scoped_lock lock(mutex_);
    return passed_;
  }
  instant now() const {
    const std::scoped_lock lock(mutex_);
    return start_ + passed_ + jumped_;
  }
  void jump(microseconds by) {
    const std::scoped_lock lock(mutex_);
    jumped_ += by;
  }
  time_point steady_start() const noexcept { return steady_start_; }
  const std::string& boot_id() const noexcept { return boot_id_; }

  timer_ticket add(microseconds wait, std::shared_ptr<timer_task> task) {
    const std::scoped_lock lock(mutex_);
    if (tasks_.size() >= waiting_max) return {};
    const time_point due = steady_start_ + passed_ + std::max(wait, microseconds(0));
    tasks_.emplace(std::pair(due, ++last_number_), std::move(task));
    changed_.notify_all();
    return {due, last_number_};
  }

  bool remove(timer_ticket ticket) noexcept {
    std::shared_ptr<timer_task> dropped;  // destroyed outside of the lock
    const std::scoped_lock lock(mutex_);
    const auto found = tasks_.find({ticket.due, ticket.number});
    if (found == tasks_.end()) return false;
    dropped = std::move(found->second);
    tasks_.erase(found);
    changed_.notify_all();
    return true;
  }

  bool wait(microseconds time, const std::stop_token& stop) {
    if (stop.stop_requested()) return false;
    std::unique_lock lock(mutex_);
    const microseconds until = passed_ + std::max(time, microseconds(0));
    if (how_ == blocking::passes_the_time) {
      lock.unlock();
      advance_to(until);
      return !stop.stop_requested();
    }
    ++blocked_;
    changed_.notify_all();
    changed_.wait(lock, stop, [&] { return passed_ >= until; });
    --blocked_;
    return passed_ >= until;
  }

  /// Threads that advance at the same time take turns, so that every task runs at its own time.
  void advance_to(microseconds until) {
    const std::scoped_lock turn(advancing_);
    std::unique_lock lock(mutex_);
    while (!tasks_.empty() && tasks_.begin()->first.first <= steady_start_ + until) {
      const auto due = std::chrono::duration_cast<microseconds>(tasks_.begin()->first.first - steady_start_);
      passed_ = std::max(passed_, due);
      std::shared_ptr<timer_task> task = std::move(tasks_.begin()->second);
      tasks_.erase(tasks_.begin());
      lock.unlock();
      changed_.notify_all();
      task->run();
      task.reset();
      lock.lock();
    }
    passed_ = std::max(passed_, until);
    changed_.notify_all();
  }

  std::pair<bool, microseconds> next() const {
    const std::scoped_lock lock(mutex_);
    if (tasks_.empty()) return {false, {}};
    return {true, std::chrono::duration_cast<microseconds>(tasks_.begin()->first.first - steady_start_)};
  }

  std::size_t waiting() const {
    const std::scoped_lock lock(mutex_);
    return tasks_.size() + blocked_;
  }
  void wait_until_waiting(std::size_t count) const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return tasks_.size() + blocked_ >= count; });
  }

 private:
  const blocking how_;
  const instant start_;
  const time_point steady_start_ = std::chrono::steady_clock::now();
  const std::string boot_id_ =
      "virtual " + std::to_string(std::uint64_t{std::random_device()()} << 32 | std::random_device()());
  std::mutex advancing_;
  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  microseconds passed_{0};
  microseconds jumped_{0};
  std::map<std::pair<time_point, std::uint64_t>, std::shared_ptr<timer_task>> tasks_;
  std::uint64_t last_number_ = 0;
  std::size_t blocked_ = 0;
};

virtual_clock::virtual_clock(blocking how) : virtual_clock(how, first_of_2026) {}
virtual_clock::virtual_clock(blocking how, instant start) : state_(std::make_unique<state>(how, start)) {}
virtual_clock::~virtual_clock() = default;

instant virtual_clock::now() const noexcept { return state_->now(); }
microseconds virtual_clock::elapsed() const noexcept { return state_->passed(); }
std::string_view virtual_clock::boot_id() const noexcept { return state_->boot_id(); }
time_point virtual_clock::steady_now() const noexcept { return state_->steady_start() + state_->passed(); }

timer_ticket virtual_clock::after(microseconds wait, std::shared_ptr<timer_task> task) {
  return state_->add(wait, std::move(task));
}
bool virtual_clock::cancel(timer_ticket ticket) noexcept { return state_->remove(ticket); }
bool virtual_clock::wait(microseconds time, const std::stop_token& stop) { return state_->wait(time, stop); }

void virtual_clock::advance(microseconds time) { state_->advance_to(state_->passed() + time); }
void virtual_clock::jump(microseconds by) { state_->jump(by); }

bool virtual_clock::advance_to_next() {
  const auto [any, due] = state_->next();
  if (any) state_->advance_to(due);
  return any;
}

std::size_t virtual_clock::waiting() const { return state_->waiting(); }
void virtual_clock::wait_until_waiting(std::size_t count) const { state_->wait_until_waiting(count); }

}  // namespace dynamo::testing
