#include <dynamo/streams/read.hpp>

#include <streams/stream_walk.hpp>

#include <atomic>
#include <memory>
#include <utility>

namespace dynamo::streams::detail {

/// The endpoint a stream is read from, and how far reading has come.
class reading {
 public:
  reading(std::shared_ptr<endpoint> with, std::string_view table_or_arn, starting_point from, reader_options options)
      : via(std::move(with)),
        stop(options.stop),
        time(options.time != nullptr ? *options.time : system_timer()),
        walk(table_or_arn, std::move(from), std::move(options)) {}

  std::shared_ptr<endpoint> via;
  std::stop_token stop;  // of the reader's options
  timer& time;
  stream_walk walk;
};

namespace {

/// What the requests of one operation have in common.
class circumstances {
 public:
  circumstances(const request& first, const std::stop_token& reader)
      : deadline_(first.deadline),
        call_(first.stop),
        stop_(reader.stop_possible() ? reader : first.stop),
        origin_(first.origin) {}

  void apply(request& r) const {
    r.deadline = deadline_;
    r.stop = stop_;
    r.origin = origin_;
  }
  const std::stop_token& stop() const noexcept { return stop_; }
  /// The operation itself was given up, or its time has passed.
  std::optional<error> over(std::chrono::steady_clock::time_point now) const {
    if (call_.stop_requested()) return error(errc::cancelled, "reading the stream was cancelled");
    if (deadline_ && now >= *deadline_)
      return error(errc::timed_out, "the deadline passed before the stream had new records");
    return std::nullopt;
  }
  std::chrono::microseconds shortened(std::chrono::microseconds pause,
                                      std::chrono::steady_clock::time_point now) const {
    if (!deadline_) return pause;
    return std::min(pause, std::chrono::ceil<std::chrono::microseconds>(*deadline_ - now));
  }

 private:
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  std::stop_token call_;
  std::stop_token stop_;
  std::shared_ptr<const request_origin> origin_;
};

/// One operation of a reader with an endpoint that may answer inside start() or later on another thread, and with pauses in
/// between. An answer inside start() is picked up by the loop that called it, so that a thousand empty pages do not deepen the stack.
class session final : public reply_sink, public timer_task, public std::enable_shared_from_this<session> {
 public:
  session(shared_reading of, const request& first, reply_sink& outcome)
      : of_(std::move(of)), common_(first, of_->stop), outcome_(outcome) {}

  void begin(reading_need need) {
    self_ = shared_from_this();
    go(of_->walk.begin(need, answer_, of_->time.steady_now()));
  }

  void complete(result<reply> answer) noexcept override {
    answer_ = std::move(answer);
    auto expected = phase::starting;
    if (phase_.compare_exchange_strong(expected, phase::answered, std::memory_order_acq_rel)) return;
    go(next());
  }
  void run() noexcept override {
    answer_ = reply();
    go(next());
  }

 private:
  enum class phase : std::uint8_t { starting, returned, answered };

  walk_step next() { return of_->walk.next(answer_, of_->time.steady_now()); }

  void go(walk_step step) {
    for (;;) {
      if (step.kind == walk_step::what::done) return finish();
      const auto now = of_->time.steady_now();
      if (std::optional<error> why = common_.over(now)) {
        answer_ = std::unexpected(std::move(*why));
        return finish();
      }
      if (step.kind == walk_step::what::wait) {
        // From here on the timer may run this on its own thread.
        const std::shared_ptr<session> keep = self_;
        if (of_->time.after(common_.shortened(step.pause, now), keep)) return;
        answer_ = fail(errc::throttled, "too many readers wait already");
        return finish();
      }
      common_.apply(step.to_send);
      phase_.store(phase::starting, std::memory_order_relaxed);
      of_->via->start(std::move(step.to_send), *this);
      auto expected = phase::starting;
      if (phase_.compare_exchange_strong(expected, phase::returned, std::memory_order_acq_rel)) return;
      step = next();
    }
  }
  void finish() {
    const std::shared_ptr<session> self = std::move(self_);
    outcome_.complete(std::move(answer_));
  }

  shared_reading of_;
  circumstances common_;
  reply_sink& outcome_;
  result<reply> answer_;
  std::atomic<phase> phase_{phase::starting};
  std::shared_ptr<session> self_;  // while it is under way
};

/// The next batch of a reader, as an endpoint whose one answer it is. For one use.
class next_batch final : public endpoint {
 public:
  next_batch(shared_reading of, reading_need need) : of_(std::move(of)), need_(need) {}

  result<reply> call(request first) override {
    const circumstances common(first, of_->stop);
    timer& time = of_->time;
    result<reply> answer;
    walk_step step = of_->walk.begin(need_, answer, time.steady_now());
    while (step.kind != walk_step::what::done) {
      const auto now = time.steady_now();
      if (std::optional<error> why = common.over(now)) return std::unexpected(std::move(*why));
      if (step.kind == walk_step::what::wait) {
        (void)time.wait(common.shortened(step.pause, now), common.stop());  // the walk looks at the token itself
        answer = reply();
      } else {
        common.apply(step.to_send);
        answer = of_->via->call(std::move(step.to_send));
      }
      step = of_->walk.next(answer, time.steady_now());
    }
    return answer;
  }
  void start(request first, reply_sink& outcome) override {
    std::make_shared<session>(of_, first, outcome)->begin(need_);
  }

 private:
  shared_reading of_;
  reading_need need_;
};

class in_hand final : public endpoint {
  result<reply> call(request) override { return reply(); }
  void start(request, reply_sink& sink) override { sink.complete(reply()); }
};

}  // namespace

reader_options::reader_options() = default;
reader_options::reader_options(reader_options&&) noexcept = default;
reader_options::~reader_options() = default;

shared_reading make_reading(std::shared_ptr<endpoint> via, std::string_view table_or_arn, starting_point from,
                            reader_options options) {
  return std::make_shared<reading>(or_absent(std::move(via)), table_or_arn, std::move(from), std::move(options));
}
std::shared_ptr<endpoint> reading_endpoint(const shared_reading& of, reading_need need) {
  return std::make_shared<next_batch>(of, need);
}
std::shared_ptr<endpoint> answered_in_hand() {
  static const std::shared_ptr<endpoint> instance = std::make_shared<in_hand>();
  return instance;
}
request reading_request() { return {operation_name::get_records, json::buffer("{}"), repeatable::yes}; }

result<std::optional<batch_facts>> take_batch(reading& from, const reply& answer,
                                              const dynamo::detail::change_sink& sink) {
  return from.walk.take(answer, sink);
}
void note_given_out(reading& from, std::optional<sequence_number> number, bool last) {
  from.walk.given_out(number, last);
}
stream_position position_of(const reading& from) { return from.walk.position(); }

}  // namespace dynamo::streams::detail
