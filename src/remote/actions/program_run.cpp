#include <remote/actions/program_run.hpp>

#include <dynamo/base/detail/descriptor.hpp>
#include <dynamo/base/detail/spawn_rules.hpp>

#include <fmt/core.h>
#include <http/exchange/alarm.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dynamo::aws {
namespace {

/// Where the system does not tell that a process has ended, it is asked so often.
constexpr int milliseconds_between_looks = 20;

std::unexpected<error> cannot_start(int number) {
  return fail(errc::unavailable, fmt::format("it cannot be started: {}", std::generic_category().message(number)));
}

/// A child with a group of its own, which is killed and waited for at the latest when this object goes.
class child {
 public:
  child() = default;
  child(const child&) = delete;
  child& operator=(const child&) = delete;
  ~child() {
    if (id_ == 0) return;
    ::kill(-id_, SIGKILL);
    ::kill(id_, SIGKILL);  // it may have left its group
    wait();
  }

  result<void> start(const std::vector<std::string>& arguments) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return cannot_start(errno);
    output_ = descriptor(ends[0]);
    const descriptor its(ends[1]);
    if (::fcntl(output_.get(), F_SETFL, O_NONBLOCK) != 0) return cannot_start(errno);
    spawn_rules rules(0, spawn_rules::signals::pass);
    rules.open_null(STDIN_FILENO, O_RDONLY);
    rules.give(its.get(), STDOUT_FILENO);
    if (::fcntl(STDERR_FILENO, F_GETFD) < 0) rules.open_null(STDERR_FILENO, O_WRONLY);
    if (const int failed = rules.start_by_name(arguments, id_); failed != 0) {
      id_ = 0;
      return cannot_start(failed);
    }
    end_ = descriptor(static_cast<int>(::syscall(SYS_pidfd_open, id_, 0)));
    return {};
  }

  int output() const noexcept { return output_.get(); }
  void close_output() noexcept { output_.close(); }
  int end() const noexcept { return end_.get(); }  ///< readable when it has ended; -1 before Linux 5.3

  bool has_ended() const noexcept {
    siginfo_t what{};
    const int looked = ::waitid(P_PID, static_cast<id_t>(id_), &what, WEXITED | WNOHANG | WNOWAIT);
    return looked != 0 || what.si_pid == id_;  // a failure: somebody else has waited for it
  }
  /// Of one that has ended; nothing: somebody else has taken it.
  std::optional<int> wait() noexcept {
    const pid_t id = std::exchange(id_, 0);
    int status = 0;
    pid_t ended = 0;
    do {
      ended = ::waitpid(id, &status, 0);
    } while (ended < 0 && errno == EINTR);
    if (ended != id) return std::nullopt;
    return status;
  }

 private:
  pid_t id_ = 0;
  descriptor output_;
  descriptor end_;
};

/// What came so far: in one buffer, so that no copy of a secret is left behind.
class bounded_output {
 public:
  explicit bounded_output(std::size_t bytes_max) : text_(bytes_max + 1, '\0') {}

  /// Takes what there is.
  void receive(child& from) {
    while (from.output() >= 0 && !is_too_long()) {
      const ssize_t got = ::read(from.output(), text_.data() + size_, text_.size() - size_);
      if (got > 0) {
        size_ += static_cast<std::size_t>(got);
      } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        from.close_output();
      } else if (errno == EAGAIN) {
        return;
      }
    }
  }
  bool is_too_long() const noexcept { return size_ == text_.size(); }
  auth::secret take() {
    text_.resize(size_);
    return auth::secret(std::move(text_));
  }

 private:
  std::string text_;
  std::size_t size_ = 0;
};

std::string words_for_status(int status) {
  return WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status))
                             : fmt::format("exit status {}", WEXITSTATUS(status));
}

/// Rings when the time is over or the token is asked to stop.
class run_alarm {
 public:
  run_alarm(std::shared_ptr<http::alarm> alarm, const std::stop_token& stop)
      : alarm_(std::move(alarm)), waker_(stop, wake{alarm_.get()}) {}
  run_alarm(const run_alarm&) = delete;
  run_alarm& operator=(const run_alarm&) = delete;
  ~run_alarm() { alarm_->silence(); }

  http::alarm* operator->() const noexcept { return alarm_.get(); }

 private:
  struct wake {
    http::alarm* of;
    void operator()() const noexcept { of->wake(); }
  };
  std::shared_ptr<http::alarm> alarm_;
  std::stop_callback<wake> waker_;
};

}  // namespace

result<auth::secret> run_program(const std::vector<std::string>& arguments, const program_limits& limits, timer& time,
                                 const std::stop_token& stop) {
  auto made = http::alarm::make(time);
  if (!made) return cannot_start(EMFILE);
  const run_alarm alarm(*std::move(made), stop);
  const auto due = time.steady_now() + limits.time;
  if (!alarm->set_until(due)) return fail(errc::unavailable, "it is not started: too many tasks wait for the timer");
  child program;
  if (auto started = program.start(arguments); !started) return fail(std::move(started.error()));

  bounded_output output(limits.output_bytes_max);
  for (;;) {
    std::array<pollfd, 3> waited{
        {{program.output(), POLLIN, 0}, {program.end(), POLLIN, 0}, {alarm->descriptor(), POLLIN, 0}}};
    ::poll(waited.data(), waited.size(), program.end() < 0 ? milliseconds_between_looks : -1);
    const bool rang = waited[2].revents != 0;
    if (rang) alarm->drain();
    const bool is_over = program.has_ended();  // asked before its output is read: it prints nothing after its end
    output.receive(program);
    if (output.is_too_long()) {
      return fail(errc::unavailable, fmt::format("it printed more than {} bytes", limits.output_bytes_max));
    }
    if (is_over) break;
    if (stop.stop_requested()) return fail(errc::cancelled, "it was ended, because nobody waits for it any more");
    if (time.steady_now() >= due) {
      return fail(errc::timed_out, fmt::format("it has not ended in {} seconds", limits.time.count()));
    }
    if (rang && !alarm->set_until(due))
      return fail(errc::unavailable, "it is ended: too many tasks wait for the timer");
  }
  const std::optional<int> status = program.wait();
  if (status.value_or(0) != 0) {
    return fail(errc::unavailable, fmt::format("it ended with {}", words_for_status(*status)));
  }
  return output.take();
}

}  // namespace dynamo::aws
