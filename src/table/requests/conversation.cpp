#include <table/requests/conversation.hpp>

#include <dynamo/protocol/detail/request_context.hpp>
#include <dynamo/protocol/detail/trampoline.hpp>

#include <utility>

namespace dynamo::detail {

namespace {

/// A conversation with an endpoint that may answer inside start() or later on another thread.
class dialogue final : public reply_sink {
 public:
  dialogue(std::shared_ptr<endpoint> with, std::shared_ptr<conversation> talk, const request& first,
           reply_sink& outcome)
      : with_(std::move(with)), talk_(std::move(talk)), context_(first), outcome_(outcome) {}

  /// Frees this object when the conversation is over.
  void send(request r) {
    for (std::optional<request> next(std::move(r)); next;) {
      context_.apply(*next);
      jump_.starting();
      with_->start(std::move(*next), *this);
      if (!jump_.returned()) return;
      next = talk_->next(answer_);
    }
    finish();
  }

  void complete(result<reply> answer) noexcept override {
    answer_ = std::move(answer);
    if (!jump_.completed()) return;
    if (std::optional<request> next = talk_->next(answer_)) {
      send(std::move(*next));
    } else {
      finish();
    }
  }

 private:
  void finish() {
    reply_sink& outcome = outcome_;
    result<reply> answer = std::move(answer_);
    delete this;  // before the outcome is told: the endpoint's last owner must not be a thread of its own
    outcome.complete(std::move(answer));
  }

  std::shared_ptr<endpoint> with_;
  std::shared_ptr<conversation> talk_;
  request_context context_;
  reply_sink& outcome_;
  result<reply> answer_;
  trampoline jump_;
};

class conversing_endpoint final : public endpoint {
 public:
  conversing_endpoint(std::shared_ptr<endpoint> with, std::unique_ptr<conversation> talk)
      : with_(std::move(with)), talk_(std::move(talk)) {}

  result<reply> call(request first) override {
    const request_context context(first);
    result<reply> answer = with_->call(std::move(first));
    while (std::optional<request> next = talk_->next(answer)) {
      context.apply(*next);
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

}  // namespace

std::shared_ptr<endpoint> converse(std::shared_ptr<endpoint> with, std::unique_ptr<conversation> talk) {
  return std::make_shared<conversing_endpoint>(std::move(with), std::move(talk));
}

}  // namespace dynamo::detail
