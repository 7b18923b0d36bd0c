#include <remote/service/remote_endpoint.hpp>

#include <optional>
#include <utility>

namespace dynamo::aws {
namespace {

using shared_calls = std::shared_ptr<calls_of_endpoint>;

/// One more of something, as long as this lives.
class counted {
 public:
  counted(shared_calls of, std::atomic<std::size_t> calls_of_endpoint::* what) : of_(std::move(of)), what_(what) {
    ((*of_).*what_).fetch_add(1, std::memory_order_relaxed);
  }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  ~counted() {
    ((*of_).*what_).fetch_sub(1, std::memory_order_acq_rel);
    ((*of_).*what_).notify_all();
  }

 private:
  shared_calls of_;
  std::atomic<std::size_t> calls_of_endpoint::* what_;
};

/// Sinks that this thread is telling, of whatever endpoint: it must wait for none of them.
thread_local unsigned told_by_this_thread = 0;

/// Asked to stop when the caller asks or the endpoint is closed.
class either_stop {
 public:
  either_stop(std::stop_token asked, std::stop_token closing)
      : by_caller_(std::move(asked), passes_on{both_}), by_close_(std::move(closing), passes_on{both_}) {}
  std::stop_token token() const noexcept { return both_.get_token(); }

 private:
  /// What it asks to stop may destroy it on the way.
  struct passes_on {
    std::stop_source to;
    void operator()() const noexcept {
      std::stop_source kept = to;
      kept.request_stop();
    }
  };

  std::stop_source both_;
  std::stop_callback<passes_on> by_caller_, by_close_;
};

/// Has a request heed the end of its endpoint. `both` must live until the outcome is there.
void heed_close(request& asked, std::stop_token closing, std::optional<either_stop>& both) {
  if (asked.stop.stop_possible()) closing = both.emplace(std::move(asked.stop), std::move(closing)).token();
  asked.stop = std::move(closing);
}

class counted_call final : public reply_sink {
 public:
  counted_call(shared_calls in, reply_sink& outcome)
      : calls_(std::move(in)), under_way_(calls_, &calls_of_endpoint::under_way), outcome_(outcome) {}

  void heed(request& asked, std::stop_token closing) { heed_close(asked, std::move(closing), both_); }

  void complete(result<reply> answer) noexcept override {
    const counted being_told(calls_, &calls_of_endpoint::being_told);
    reply_sink& outcome = outcome_;
    delete this;
    ++told_by_this_thread;
    outcome.complete(std::move(answer));
    --told_by_this_thread;
  }

 private:
  const shared_calls calls_;
  const counted under_way_;
  reply_sink& outcome_;
  std::optional<either_stop> both_;
};

std::unexpected<error> was_closed() { return fail(errc::cancelled, "This connection to DynamoDB was closed"); }

void wait_for_none(const std::atomic<std::size_t>& count) noexcept {
  while (const std::size_t left = count.load(std::memory_order_acquire)) count.wait(left, std::memory_order_acquire);
}

}  // namespace

remote_endpoint::~remote_endpoint() {
  if (!process_.is_this()) return;
  if (calls_under_way() > 0) close();
  if (told_by_this_thread > 0) return;
  wait_for_none(calls_->under_way);
  wait_for_none(calls_->being_told);
}

result<void> remote_endpoint::preconnect(std::size_t idle) const {
  const auto who = who_.get(std::chrono::steady_clock::time_point::max(), closing_.get_token());
  if (!who) return std::unexpected(who.error());
  const auto way = to_->find(request(operation_name::list_tables, json::buffer("{}")), (*who)->account_id);
  if (!way) return std::unexpected(way.error());
  (*way)->by->preconnect(idle);
  return {};
}

result<reply> remote_endpoint::call(request asked) {
  if (closing_.stop_requested()) return was_closed();
  const counted one(calls_, &calls_of_endpoint::under_way);
  std::optional<either_stop> both;
  heed_close(asked, closing_.get_token(), both);
  return inner_->call(std::move(asked));
}

void remote_endpoint::start(request asked, reply_sink& outcome) {
  if (closing_.stop_requested()) return outcome.complete(was_closed());
  auto one = std::make_unique<counted_call>(calls_, outcome);
  one->heed(asked, closing_.get_token());
  inner_->start(std::move(asked), *one.release());
}

void remote_endpoint::close() noexcept {
  if (!process_.is_this()) return;
  // A sink may drop the last handle of this endpoint.
  const std::shared_ptr<routes> to = to_;
  std::stop_source closing = closing_;
  to->close();
  closing.request_stop();
}

}  // namespace dynamo::aws
