#include "process.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <spawn.h>
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

/// What a program is to find when it starts.
class spawn_rules {
 public:
  spawn_rules() {
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawnattr_init(&attributes);
  }
  spawn_rules(const spawn_rules&) = delete;
  spawn_rules& operator=(const spawn_rules&) = delete;
  ~spawn_rules() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }
  void set(int output, int errors) {
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&files, errors, STDERR_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    sigset_t signals;
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes, &signals);
    ::sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes, &signals);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

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
  spawn_rules rules;
  rules.set(output.write.get(), errors.write.get());

  std::vector<std::string> words{program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) variables.emplace_back(name).append("=").append(value);
  pid_t id = 0;
  const int failed = ::posix_spawn(&id, program.c_str(), &rules.files, &rules.attributes, pointers(words).data(),
                                   pointers(variables).data());
  if (failed != 0) return problem(failed);

  process started(id);
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
  ::kill(-id, SIGKILL);  // the leader's id cannot be another's before it is waited for
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
