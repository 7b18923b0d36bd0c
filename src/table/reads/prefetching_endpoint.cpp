#include <table/reads/prefetching_endpoint.hpp>

#include <chrono>
#include <utility>

namespace dynamo::detail {

namespace {

error no_longer_awaited(errc why) {
  return why == errc::cancelled ? error(why, "The call was cancelled while its page was on its way")
                                : error(why, "The call's deadline passed while its page was on its way");
}

}  // namespace

/// Takes the answer of a request that was sent ahead. Frees itself.
class prefetching_endpoint::answer_sink final : public reply_sink {
 public:
  answer_sink(std::shared_ptr<prefetching_endpoint> to, std::uint64_t round) : to_(std::move(to)), round_(round) {}
  virtual ~answer_sink() = default;
  void complete(result<reply> answer) noexcept override {
    const std::shared_ptr<prefetching_endpoint> to = std::move(to_);
    const std::uint64_t round = round_;
    delete this;
    to->answered(round, std::move(answer));
  }

 private:
  std::shared_ptr<prefetching_endpoint> to_;
  std::uint64_t round_;
};

/// A caller that does not block, until it is told the outcome. The thread that takes it out of waiting_, under the lock, tells it.
class prefetching_endpoint::pull final : public timer_task {
 public:
  pull(std::weak_ptr<prefetching_endpoint> of, reply_sink& to) : of_(std::move(of)), to_(to) {}

  /// What ends the wait; before others can see this.
  void watch(const request& asked, const std::shared_ptr<pull>& self) {
    if (asked.stop.stop_possible()) on_stop_.emplace(asked.stop, stopping(this));
    if (!asked.deadline) return;
    timer& time = system_timer();
    ticket_ = time.after(std::chrono::ceil<std::chrono::microseconds>(*asked.deadline - time.steady_now()), self);
    if (!ticket_) ended = errc::throttled;
  }
  void run() noexcept override { end(errc::timed_out); }
  void tell(result<reply> outcome) noexcept {
    on_stop_.reset();
    if (ticket_) system_timer().cancel(ticket_);
    to_.complete(std::move(outcome));
  }

  std::optional<errc> ended;  // guarded by the endpoint's lock once others can see this

 private:
  class stopping {
   public:
    explicit stopping(pull* one) : one_(one) {}
    void operator()() const noexcept { one_->end(errc::cancelled); }

   private:
    pull* one_;
  };
  void end(errc why) {
    if (const std::shared_ptr<prefetching_endpoint> of = of_.lock()) of->give_up(*this, why);
  }

  std::weak_ptr<prefetching_endpoint> of_;
  reply_sink& to_;
  std::optional<std::stop_callback<stopping>> on_stop_;
  timer_ticket ticket_;
};

void prefetching_endpoint::ask(request next) {
  std::uint64_t round = 0;
  {
    const std::scoped_lock lock(mutex_);
    last_.apply(next);
    next.deadline.reset();
    stop_ = std::stop_source();
    next.stop = stop_.get_token();
    phase_ = phase::under_way;
    round = ++round_;
  }
  via_->start(std::move(next), *new answer_sink(shared_from_this(), round));
}

void prefetching_endpoint::abandon() noexcept {
  std::stop_source stop{std::nostopstate};
  std::optional<result<reply>> unwanted;
  {
    const std::scoped_lock lock(mutex_);
    if (phase_ == phase::under_way) stop = drop();
    unwanted.swap(answer_);
  }
  stop.request_stop();
  via_.reset();
}

std::stop_source prefetching_endpoint::drop() {
  phase_ = phase::idle;
  ++round_;
  return std::exchange(stop_, std::stop_source(std::nostopstate));
}

result<reply> prefetching_endpoint::hand_out() {
  phase_ = phase::idle;
  result<reply> answer = std::move(*answer_);
  answer_.reset();
  return answer;
}

void prefetching_endpoint::answered(std::uint64_t round, result<reply>&& answer) {
  std::unique_lock lock(mutex_);
  if (round != round_) return;
  phase_ = phase::arrived;
  answer_.emplace(std::move(answer));
  if (!waiting_) {
    came_.notify_one();
    return;
  }
  const std::shared_ptr<pull> to = std::exchange(waiting_, nullptr);
  result<reply> outcome = hand_out();
  lock.unlock();
  to->tell(std::move(outcome));
}

result<reply> prefetching_endpoint::call(request next) {
  std::unique_lock lock(mutex_);
  last_ = request_context(next);
  if (phase_ == phase::idle) {
    lock.unlock();
    return via_->call(std::move(next));
  }
  const auto has_come = [this] { return phase_ == phase::arrived; };
  const bool came = next.deadline ? came_.wait_until(lock, next.stop, *next.deadline, has_come)
                                  : came_.wait(lock, next.stop, has_come);
  if (came) return hand_out();
  std::stop_source stop = drop();
  lock.unlock();
  stop.request_stop();
  return fail(no_longer_awaited(next.stop.stop_requested() ? errc::cancelled : errc::timed_out));
}

void prefetching_endpoint::start(request next, reply_sink& outcome) {
  std::shared_ptr<pull> one;
  std::unique_lock lock(mutex_);
  last_ = request_context(next);
  if (phase_ == phase::idle) {
    lock.unlock();
    return via_->start(std::move(next), outcome);
  }
  if (phase_ == phase::under_way && (next.deadline || next.stop.stop_possible())) {
    lock.unlock();
    one = std::make_shared<pull>(weak_from_this(), outcome);
    one->watch(next, one);
    lock.lock();
  }
  if (phase_ == phase::arrived) {
    result<reply> answer = hand_out();
    lock.unlock();
    if (one) return one->tell(std::move(answer));
    return outcome.complete(std::move(answer));
  }
  if (!one) one = std::make_shared<pull>(weak_from_this(), outcome);
  if (!one->ended) {
    waiting_ = std::move(one);
    return;
  }
  const errc why = *one->ended;
  std::stop_source stop = drop();
  lock.unlock();
  stop.request_stop();
  one->tell(fail(why == errc::throttled ? error(why, "the timer has no room for a call with a deadline")
                                        : no_longer_awaited(why)));
}

void prefetching_endpoint::give_up(pull& one, errc why) {
  std::unique_lock lock(mutex_);
  one.ended = why;
  if (waiting_.get() != &one) return;
  const std::shared_ptr<pull> to = std::exchange(waiting_, nullptr);
  std::stop_source stop = drop();
  lock.unlock();
  stop.request_stop();
  to->tell(fail(no_longer_awaited(why)));
}

}  // namespace dynamo::detail
