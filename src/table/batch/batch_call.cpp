#include <table/batch/batch_call.hpp>

#include <charconv>
#include <utility>

namespace dynamo::detail {

/// Takes the answer to one chunk. Frees itself.
class batch_call::answer_sink final : public reply_sink {
 public:
  answer_sink(std::shared_ptr<batch_call> call, std::size_t chunk) : call_(std::move(call)), chunk_(chunk) {}
  virtual ~answer_sink() = default;
  void complete(result<reply> answer) noexcept override {
    std::shared_ptr<batch_call> call = std::move(call_);
    const std::size_t chunk = chunk_;
    delete this;
    batch_call& to = *call;
    to.answered(std::move(call), chunk, std::move(answer));
  }

 private:
  std::shared_ptr<batch_call> call_;
  std::size_t chunk_;
};

/// Goes on after a wait.
class batch_call::wake_up final : public timer_task {
 public:
  explicit wake_up(std::shared_ptr<batch_call> call) : call_(std::move(call)) {}
  void run() noexcept override {
    batch_call& call = *call_;
    call.pump(std::unique_lock(call.mutex_), std::move(call_));
  }

 private:
  std::shared_ptr<batch_call> call_;
};

batch_call::batch_call(std::shared_ptr<endpoint> via, const keys_description& table, batch_wording wording,
                       batch_inputs inputs, batch_settings settings, const batch_policy& policy, std::size_t puts)
    : via_(std::move(via)),
      table_(table),
      wording_(std::move(wording)),
      inputs_(std::move(inputs)),
      settings_(settings),
      timer_(policy.time() != nullptr ? *policy.time() : system_timer()),
      random_(policy.random() != nullptr ? *policy.random() : system_random()),
      puts_(puts) {}

void batch_call::begin(const request& first) {
  context_ = request_context(first);
  settings_.deadline = first.deadline;
  began_ = timer_.steady_now();
  plan_.emplace(std::move(inputs_), settings_);
}

request batch_call::make_request(std::size_t chunk) const {
  json::buffer body(wording_.head);
  for (const std::uint32_t entry : plan_->entries_of(chunk)) {
    if (body.back() != '[') body.append(',');
    body.append(plan_->inputs().entries()[entry].text);
  }
  body.append(wording_.tail);
  request made(wording_.operation, std::move(body), repeatable::yes);
  context_.apply(made);
  return made;
}

void batch_call::take_answer(std::size_t chunk, result<reply>&& answer) {
  result<batch_reply> read =
      answer ? read_batch_reply(*answer, table_) : result<batch_reply>(std::unexpected(answer.error()));
  if (answer && !read && settings_.writes) {  // it was executed, and nobody can read how far
    error_detail detail = read.error().detail();
    detail.outcome_unknown = true;
    read = std::unexpected(error(std::move(detail)));
  }
  if (read) {
    for (item_collection& one : read->item_collections) collections_[one.key] = std::move(one);
  }
  if (answer && !settings_.writes) replies_.push_back(std::move(answer->body));
  plan_->answered(chunk, read, timer_.steady_now(), random_);
}

result<reply> batch_call::call(request first) {
  using step = batch_plan::action::kind;
  std::unique_lock lock(mutex_);
  begin(first);
  const bool alone = settings_.parallel == 1 || plan_->inputs().entries().size() <= settings_.chunk_entries_max;
  for (;;) {
    if (context_.stop.stop_requested()) plan_->abandon(error(errc::cancelled, "cancelled while a batch was under way"));
    const batch_plan::action next = plan_->next(timer_.steady_now());
    switch (next.what) {
      case step::send:
        if (alone) {  // on this thread, without a hop
          take_answer(next.chunk, via_->call(make_request(next.chunk)));
        } else {
          send(next.chunk, lock);
        }
        break;
      case step::pending: answered_.wait(lock); break;
      case step::wait:
        timer_.wait(std::chrono::ceil<std::chrono::microseconds>(next.until - timer_.steady_now()), context_.stop);
        break;
      case step::done: return summary();
    }
  }
}

void batch_call::send(std::size_t chunk, std::unique_lock<std::mutex>& lock) {
  request made = make_request(chunk);
  lock.unlock();
  via_->start(std::move(made), *new answer_sink(shared_from_this(), chunk));
  lock.lock();
}

// The thread that acts here owns the call, since the caller may have dropped it (a loop that ended). That share is given up under the lock,
// while a sink, a timer or the caller has another one; the last one goes before the outcome is told.
void batch_call::answered(std::shared_ptr<batch_call> self, std::size_t chunk, result<reply>&& answer) {
  std::unique_lock lock(mutex_);
  take_answer(chunk, std::move(answer));
  if (outcome_ == nullptr) {
    self.reset();
    answered_.notify_one();  // under the lock: as soon as it is free, the caller may be gone
  } else if (pumping_) {
    self.reset();
  } else {
    pump(std::move(lock), std::move(self));
  }
}

void batch_call::start(request first, reply_sink& outcome) {
  std::unique_lock lock(mutex_);
  outcome_ = &outcome;
  begin(first);
  pump(std::move(lock), shared_from_this());
}

void batch_call::pump(std::unique_lock<std::mutex> lock, std::shared_ptr<batch_call> self) {
  using step = batch_plan::action::kind;
  pumping_ = true;
  for (;;) {
    if (context_.stop.stop_requested()) plan_->abandon(error(errc::cancelled, "cancelled while a batch was under way"));
    const batch_plan::action next = plan_->next(timer_.steady_now());
    if (next.what == step::send) {
      send(next.chunk, lock);
      continue;
    }
    pumping_ = false;
    if (next.what == step::pending) {
      self.reset();
      return;
    }
    if (next.what == step::done) {
      reply_sink& outcome = *outcome_;
      result<reply> all = summary();
      lock.unlock();
      self.reset();
      outcome.complete(std::move(all));
      return;
    }
    const auto wait = std::chrono::ceil<std::chrono::microseconds>(next.until - timer_.steady_now());
    if (timer_.after(wait, std::make_shared<wake_up>(self))) {
      self.reset();
      return;
    }
    plan_->abandon(error(errc::throttled, "the timer has no room for a batch that waits for its turn"));
    pumping_ = true;
  }
}

namespace {

void append_amount(json::buffer& to, double amount) {
  char digits[32];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), amount).ptr;
  to.append(std::string_view(digits, static_cast<std::size_t>(end - digits)));
}

}  // namespace

/// So that with_details() finds what it looks for.
reply batch_call::summary() {
  elapsed_ = std::chrono::duration_cast<std::chrono::microseconds>(timer_.steady_now() - began_);
  json::buffer body("{");
  if (const std::optional<double> units = plan_->capacity_units()) {
    body.append("\"ConsumedCapacity\":{\"CapacityUnits\":");
    append_amount(body, *units);
    if (const std::optional<double> bytes = plan_->vector_write_bytes()) {  // of all indexes together
      body.append(",\"VectorIndexes\":{\"\":{\"VectorWriteRequestBytes\":");
      append_amount(body, *bytes);
      body.append("}}");
    }
    body.append('}');
  }
  body.append('}');
  return reply(std::move(body));
}

std::vector<item_collection> batch_call::item_collections() const {
  std::vector<item_collection> all;
  all.reserve(collections_.size());
  for (const auto& [key, one] : collections_) all.push_back(one);
  return all;
}

batch_effort batch_call::effort() const {
  batch_effort effort;
  effort.requests = plan_->requests();
  effort.retries = plan_->retries();
  effort.capacity_units = plan_->capacity_units();
  effort.vector_write_bytes = plan_->vector_write_bytes();
  effort.elapsed = elapsed_;
  return effort;
}

}  // namespace dynamo::detail
