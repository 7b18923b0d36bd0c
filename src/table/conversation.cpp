#include <table/conversation.hpp>

#include <atomic>
#include <utility>

namespace dynamo::detail {

namespace {

/// What every request of a conversation carries.
struct circumstances {
  explicit circumstances(const request& first) : deadline(first.deadline), stop(first.stop), origin(first.origin) {}
  void apply(request& r) const {
    r.deadline = deadline;
    r.stop = stop;
    r.origin = origin;
  }
  std::optional<std::chrono::steady_clock::time_point> deadline;
  std::stop_token stop;
  std::shared_ptr<const request_origin> origin;
};

/// A conversation with an endpoint that may answer inside start() or later on another thread. An answer inside start() is
/// picked up by the loop that called it, so that a thousand pages do not deepen the stack.
class dialogue final : public reply_sink {
 public:
  dialogue(std::shared_ptr<endpoint> with, std::shared_ptr<conversation> talk, const request& first,
           reply_sink& outcome)
      : with_(std::move(with)), talk_(std::move(talk)), common_(first), outcome_(outcome) {}

  /// Frees this object when the conversation is over.
  void send(request r) {
    for (std::optional<request> next(std::move(r)); next;) {
      common_.apply(*next);
      phase_.store(phase::starting, std::memory_order_relaxed);
      with_->start(std::move(*next), *this);
      auto expected = phase::starting;
      if (phase_.compare_exchange_strong(expected, phase::returned, std::memory_order_acq_rel)) return;
      next = talk_->next(answer_);
    }
    finish();
  }

  void complete(result<reply> answer) noexcept override {
    answer_ = std::move(answer);
    auto expected = phase::starting;
    if (phase_.compare_exchange_strong(expected, phase::answered, std::memory_order_acq_rel)) return;
    if (std::optional<request> next = talk_->next(answer_)) {
      send(std::move(*next));
    } else {
      finish();
    }
  }

 private:
  enum class phase : int { starting, returned, answered };

  void finish() {
    reply_sink& outcome = outcome_;
    result<reply> answer = std::move(answer_);
    delete this;  // before the outcome is told: the endpoint's last owner must not be a thread of its own
    outcome.complete(std::move(answer));
  }

  std::shared_ptr<endpoint> with_;
  std::shared_ptr<conversation> talk_;
  circumstances common_;
  reply_sink& outcome_;
  result<reply> answer_;
  std::atomic<phase> phase_{phase::starting};
};

class conversing_endpoint final : public endpoint {
 public:
  conversing_endpoint(std::shared_ptr<endpoint> with, std::unique_ptr<conversation> talk)
      : with_(std::move(with)), talk_(std::move(talk)) {}

  result<reply> call(request first) override {
    const circumstances common(first);
    result<reply> answer = with_->call(std::move(first));
    while (std::optional<request> next = talk_->next(answer)) {
      common.apply(*next);
      answer = with_->call(std::move(*next));
    }
    return answer;
  }
  void start(request first, reply_sink& outcome) override {
    auto talk = std::make_unique<dialogue>(with_, talk_, first, outcome);
    talk.release()->send(std::move(first));  // frees itself
  }

 private:
  std::shared_ptr<endpoint> with_;
  std::shared_ptr<conversation> talk_;
};

class echo final : public endpoint {
  result<reply> call(request) override { return reply(); }
  void start(request, reply_sink& sink) override { sink.complete(reply()); }
};

}  // namespace

std::shared_ptr<endpoint> converse(std::shared_ptr<endpoint> with, std::unique_ptr<conversation> talk) {
  return std::make_shared<conversing_endpoint>(std::move(with), std::move(talk));
}

const std::shared_ptr<endpoint>& echo_endpoint() {
  static const std::shared_ptr<endpoint> instance = std::make_shared<echo>();
  return instance;
}

}  // namespace dynamo::detail
