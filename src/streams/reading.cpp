#include <dynamo/protocol/detail/request_context.hpp>
#include <dynamo/protocol/detail/trampoline.hpp>
#include <dynamo/streams/read.hpp>

#include <streams/stream_walk.hpp>

#include <algorithm>
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

/// How long one operation goes on, and what its requests carry.
class call_limits {
 public:
  call_limits(const request& first, const std::stop_token& reader) : requests_(first), call_(first.stop) {
    if (reader.stop_possible()) requests_.stop = reader;
  }

  const dynamo::detail::request_context& requests() const noexcept { return requests_; }
  /// The operation itself was given up, or its time has passed.
  std::optional<error> over(std::chrono::steady_clock::time_point now) const {
    if (call_.stop_requested()) return error(errc::cancelled, "reading the stream was cancelled");
    if (requests_.deadline && now >= *requests_.deadline)
      return error(errc::timed_out, "the deadline passed before the stream had new records");
    return std::nullopt;
  }
  std::chrono::microseconds shortened(std::chrono::microseconds pause,
                                      std::chrono::steady_clock::time_point now) const {
    if (!requests_.deadline) return pause;
    return std::min(pause, std::chrono::ceil<std::chrono::microseconds>(*requests_.deadline - now));
  }

 private:
  dynamo::detail::request_context requests_;
  std::stop_token call_;
};

/// One operation of a reader with an endpoint that may answer inside start() or later on another thread, and with pauses in
/// between.
class session final : public reply_sink, public timer_task, public std::enable_shared_from_this<session> {
 public:
  session(shared_reading of, const request& first, reply_sink& outcome)
      : of_(std::move(of)), limits_(first, of_->stop), outcome_(outcome) {}

  void begin(reading_need need) {
    self_ = shared_from_this();
    go(of_->walk.begin(need, answer_, of_->time.steady_now()));
  }

  void complete(result<reply> answer) noexcept override {
    answer_ = std::move(answer);
    if (!jump_.completed()) return;
    go(next());
  }
  void run() noexcept override {
    answer_ = reply();
    go(next());
  }

 private:
  walk_step next() { return of_->walk.next(answer_, of_->time.steady_now()); }

  void go(walk_step step) {
    for (;;) {
      if (step.kind == walk_step::what::done) return finish();
      const auto now = of_->time.steady_now();
      if (std::optional<error> why = limits_.over(now)) {
        answer_ = std::unexpected(std::move(*why));
        return finish();
      }
      if (step.kind == walk_step::what::wait) {
        // From here on the timer may run this on its own thread.
        const std::shared_ptr<session> keep = self_;
        if (of_->time.after(limits_.shortened(step.pause, now), keep)) return;
        answer_ = fail(errc::throttled, "too many readers wait already");
        return finish();
      }
      limits_.requests().apply(step.to_send);
      jump_.starting();
      of_->via->start(std::move(step.to_send), *this);
      if (!jump_.returned()) return;
      step = next();
    }
  }
  void finish() {
    const std::shared_ptr<session> self = std::move(self_);
    outcome_.complete(std::move(answer_));
  }

  shared_reading of_;
  call_limits limits_;
  reply_sink& outcome_;
  result<reply> answer_;
  dynamo::detail::trampoline jump_;
  std::shared_ptr<session> self_;  // while it is under way
};

/// The next batch of a reader, as an endpoint whose one answer it is. For one use.
class next_batch final : public endpoint {
 public:
  next_batch(shared_reading of, reading_need need) : of_(std::move(of)), need_(need) {}

  result<reply> call(request first) override {
    const call_limits limits(first, of_->stop);
    timer& time = of_->time;
    result<reply> answer;
    walk_step step = of_->walk.begin(need_, answer, time.steady_now());
    while (step.kind != walk_step::what::done) {
      const auto now = time.steady_now();
      if (std::optional<error> why = limits.over(now)) return std::unexpected(std::move(*why));
      if (step.kind == walk_step::what::wait) {
        (void)time.wait(limits.shortened(step.pause, now),
                        limits.requests().stop);  // the walk looks at the token itself
        answer = reply();
      } else {
        limits.requests().apply(step.to_send);
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
