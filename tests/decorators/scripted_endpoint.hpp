#pragma once

#include <dynamo/protocol/endpoint.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::testing_support {

/// Answers what it was told to, in order, and "{}" after that; remembers what it was sent. Thread-safe.
class scripted_endpoint final : public endpoint {
 public:
  struct sent {
    operation_name operation{};
    std::string body;
    unsigned attempt = 1;
    unsigned attempts_max = 0;
  };

  void answer(std::string_view body) { add(reply(json::buffer(body))); }
  void answer(error why) { add(std::unexpected(std::move(why))); }

  std::vector<sent> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }
  std::size_t calls() const { return requests().size(); }

  result<reply> call(request r) override {
    const std::scoped_lock lock(mutex_);
    requests_.push_back({r.operation, std::string(r.body.view()), r.attempt, r.attempts_max});
    if (answers_.empty()) return reply(json::buffer("{}"));
    result<reply> next = std::move(answers_.front());
    answers_.pop_front();
    return next;
  }
  void start(request r, reply_sink& sink) override { sink.complete(call(std::move(r))); }

 private:
  void add(result<reply> answer) {
    const std::scoped_lock lock(mutex_);
    answers_.push_back(std::move(answer));
  }

  mutable std::mutex mutex_;
  std::vector<sent> requests_;
  std::deque<result<reply>> answers_;
};

/// Keeps the outcome of one start().
class kept_outcome final : public reply_sink {
 public:
  void complete(result<reply> answer) noexcept override {
    const std::scoped_lock lock(mutex_);
    ++completions_;
    answer_.emplace(std::move(answer));
  }
  bool done() const {
    const std::scoped_lock lock(mutex_);
    return completions_ > 0;
  }
  int completions() const {
    const std::scoped_lock lock(mutex_);
    return completions_;
  }
  const result<reply>& answer() const {
    const std::scoped_lock lock(mutex_);
    return *answer_;
  }

 private:
  mutable std::mutex mutex_;
  int completions_ = 0;
  std::optional<result<reply>> answer_;
};

/// One call, made in either way; a started one lets the time of the clock pass until it is over.
template <class Clock>
result<reply> outcome_of(endpoint& via, request r, bool started, Clock& time) {
  if (!started) return via.call(std::move(r));
  kept_outcome kept;
  via.start(std::move(r), kept);
  while (!kept.done() && time.advance_to_next()) {
  }
  if (!kept.answer()) return std::unexpected(kept.answer().error());
  reply copy(kept.answer()->body.copy());
  copy.request_id = kept.answer()->request_id;
  copy.attempts = kept.answer()->attempts;
  return copy;
}

}  // namespace dynamo::testing_support
