#include <event_source/host/group_guard.hpp>

#include <dynamo/base/detail/spawn_rules.hpp>
#include <dynamo/base/log.hpp>

#include <cerrno>
#include <csignal>
#include <system_error>

#include <sys/wait.h>

namespace dynamo::event_source {
namespace {

/// The group's programs may signal it (`kill 0` is how many a shell script ends); that is not meant for the guard.
constexpr const char* script = "trap '' HUP INT QUIT PIPE ALRM TERM USR1 USR2; read nothing; kill -9 0";

}  // namespace

result<group_guard> group_guard::start() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return fail(errc::unavailable, "a pipe cannot be made: " + std::generic_category().message(errno));
  const descriptor its(ends[0]);
  group_guard guard;
  guard.this_process_lives_ = descriptor(ends[1]);
  spawn_rules rules(0, spawn_rules::signals::blocked);
  rules.give(its.get(), STDIN_FILENO);
  rules.open_null(STDOUT_FILENO, O_WRONLY);
  rules.open_null(STDERR_FILENO, O_WRONLY);
  const int failed = rules.start("/bin/sh", {"sh", "-c", script}, {}, guard.id_);
  if (failed == 0) return guard;
  if (failed == ENOENT || failed == EACCES) {
    log(log_level::warning,
        "event source: there is no /bin/sh, so a function goes on for a while when its host is killed");
    return group_guard();
  }
  return fail(errc::unavailable, "a process cannot be made: " + std::generic_category().message(failed));
}

void group_guard::end() noexcept {
  if (id_ == 0) return;
  ::kill(-id_, SIGKILL);
  const pid_t id = std::exchange(id_, 0);
  while (::waitpid(id, nullptr, 0) < 0 && errno == EINTR) {
  }
  this_process_lives_.close();
}

}  // namespace dynamo::event_source
