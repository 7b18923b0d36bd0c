#include <event_source/host/process.hpp>

#include <dynamo/base/detail/spawn_rules.hpp>

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dynamo::event_source {
namespace {

class pipe_ends {
 public:
  descriptor read;
  descriptor write;
  bool open() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
    read = descriptor(ends[0]);
    write = descriptor(ends[1]);
    // The program's end blocks: it is no business of its that somebody reads.
    return ::fcntl(read.get(), F_SETFL, O_NONBLOCK) == 0;
  }
};

}  // namespace

result<process> process::start(const std::string& program, const std::vector<std::string>& arguments,
                               const variables& environment) {
  const auto problem = [&](int number) {
    const bool no_room = number == EAGAIN || number == ENOMEM || number == EMFILE || number == ENFILE;
    return fail(no_room ? errc::unavailable : errc::invalid_argument,
                // NOLINTNEXTLINE(concurrency-mt-unsafe)
                "the program `" + program + "` cannot be started: " + std::strerror(number));
  };
  pipe_ends output, errors;
  if (!output.open() || !errors.open()) return problem(errno);
  result<group_guard> guard = group_guard::start();
  if (!guard)
    return fail(errc::unavailable, "the program `" + program + "` cannot be started: " + guard.error().message());
  spawn_rules rules(guard->group(), spawn_rules::signals::pass);
  rules.open_null(STDIN_FILENO, O_RDONLY);
  rules.give(output.write.get(), STDOUT_FILENO);
  rules.give(errors.write.get(), STDERR_FILENO);

  std::vector<std::string> words{program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) variables.emplace_back(name).append("=").append(value);
  pid_t id = 0;
  if (const int failed = rules.start(program, std::move(words), std::move(variables), id); failed != 0)
    return problem(failed);

  process started(id, *std::move(guard));
  started.standard_output = std::move(output.read);
  started.standard_error = std::move(errors.read);
  started.end = descriptor(static_cast<int>(::syscall(SYS_pidfd_open, id, 0)));
  return started;
}

process::~process() {
  if (id_.id != 0) reap();
}

void process::signal(int number) noexcept {
  if (id_.id != 0) ::kill(id_.id, number);
}

bool process::has_ended() noexcept {
  siginfo_t what{};
  const int looked = ::waitid(P_PID, static_cast<id_t>(id_.id), &what, WEXITED | WNOHANG | WNOWAIT);
  return looked != 0 || what.si_pid == id_.id;  // a failure: somebody else took it away
}

std::string process::reap() {
  const pid_t id = std::exchange(id_.id, 0);
  // It may have left its group. Its id, and that of the group, cannot be another's before their process is waited for.
  ::kill(id, SIGKILL);
  if (guard_.group() == 0) ::kill(-id, SIGKILL);
  guard_.end();
  int status = 0;
  pid_t ended = 0;
  do {
    ended = ::waitpid(id, &status, 0);
  } while (ended < 0 && errno == EINTR);
  if (ended != id) return "an unknown status";
  return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                             : "exit status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace dynamo::event_source
