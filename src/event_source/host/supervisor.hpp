#pragma once

#include <dynamo/event_source/function_host.hpp>
#include <dynamo/http/listener.hpp>

#include <event_source/host/line_splitter.hpp>
#include <event_source/host/process.hpp>
#include <event_source/host/runtime_api.hpp>
#include <event_source/host/wakeup.hpp>

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace dynamo::event_source {

/// The thread of a function_host: it alone starts, watches and ends the program, and tells outcomes. It sleeps in poll() until the
/// program, the Runtime API, a caller or the time has an event, and then takes one turn.
///
/// Each process gets a listener of its own, so that what an earlier one still sends reaches nobody.
class function_host::supervisor {
 public:
  supervisor(host_options, std::shared_ptr<wakeup>);
  ~supervisor();

  /// The first process; the thread begins with it.
  result<void> begin();
  void invoke(invocation, outcome_sink&);
  void stop(std::chrono::milliseconds grace_period);
  const std::string& arn() const noexcept { return arn_; }

 private:
  using time_point = std::chrono::steady_clock::time_point;

  class pending {
   public:
    invocation what;
    outcome_sink* to = nullptr;
  };
  /// A process and how it is spoken to.
  class child {
   public:
    child(process p, std::shared_ptr<runtime_api> a, http::listener l)
        : program(std::move(p)), api(std::move(a)), on(std::move(l)) {}
    child(const child&) = delete;
    child& operator=(const child&) = delete;
    ~child() { api->close(); }  // before the listener goes, which waits for what is held

    process program;
    std::shared_ptr<runtime_api> api;
    http::listener on;
    line_splitter output{line_size_max};
    line_splitter errors{line_size_max};
    time_point init_until;
    bool ready = false;  // it has asked for an invocation
    std::string init_error;
  };

  void work();
  void turn(time_point now);
  void wait(time_point now);
  std::optional<time_point> next_deadline() const;

  result<void> start_child(time_point now);
  void restart(time_point now);
  process::variables environment(std::string_view address) const;
  void read_output(bool to_the_end);
  void read_output(descriptor&, line_splitter&);
  void give_line(std::string_view) const;
  void take_events();
  void bury(time_point now);
  std::string end_child();
  void check_times(time_point now);
  void hand_over(time_point now);
  std::string invocation_fields(const invocation&, std::string_view attempt) const;
  void finish(outcome);
  void fail_first(outcome);
  void note_death(time_point now);
  void begin_stop();

  const host_options options_;
  const std::string arn_;
  const std::shared_ptr<wakeup> wakeup_;

  std::mutex mutex_;
  std::deque<pending> queue_;
  bool stopping_ = false;
  time_point stop_until_{};

  // The thread's own.
  std::optional<child> child_;
  std::optional<pending> current_;
  time_point current_until_{};
  time_point restart_at_{};
  unsigned deaths_in_a_row_ = 0;
  std::optional<time_point> stop_at_;  // it is to stop, and what is left then is killed
  bool told_to_end_ = false;

  std::mutex joining_;
  std::thread thread_;
};

}  // namespace dynamo::event_source
