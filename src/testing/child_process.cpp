#include <dynamo/testing/child_process.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace dynamo::testing {

namespace {

std::unexpected<error> not_started(const std::string& program, int problem) {
  return fail(errc::unavailable, program + " cannot be started: " + std::generic_category().message(problem));
}

/// Adds them as exec wants them: with a null at the end.
void add_pointers(std::vector<char*>& to, std::vector<std::string>& words) {
  for (std::string& word : words) to.push_back(word.data());
  to.push_back(nullptr);
}

}  // namespace

result<child_process> child_process::start(std::string program, std::vector<std::string> arguments, piped what,
                                           std::optional<std::vector<std::string>> variables) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return not_started(program, errno);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (what != piped::errors) posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  if (what == piped::errors || what == piped::both) posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  if (what == piped::output_alone) posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::vector<char*> words{program.data()}, environment;
  add_pointers(words, arguments);
  if (variables) add_pointers(environment, *variables);
  pid_t id = 0;
  const int problem =
      ::posix_spawnp(&id, program.c_str(), &actions, nullptr, words.data(), variables ? environment.data() : environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (problem != 0) {
    ::close(ends[0]);
    return not_started(program, problem);
  }
  return child_process(id, ends[0]);
}

child_process::child_process(child_process&& other) noexcept
    : id_(std::exchange(other.id_, 0)),
      output_(std::exchange(other.output_, -1)),
      unread_(std::move(other.unread_)),
      how_(other.how_) {}

child_process::~child_process() {
  send_signal(SIGKILL);
  wait();
  stop_reading();
}

bool child_process::read_some(std::string& into, std::optional<std::chrono::milliseconds> timeout) {
  if (!unread_.empty()) {
    into += std::exchange(unread_, {});
    return true;
  }
  if (output_ < 0) return false;
  if (timeout) {
    pollfd ready{output_, POLLIN, 0};
    int found = 0;
    do {
      found = ::poll(&ready, 1, static_cast<int>(timeout->count()));
    } while (found < 0 && errno == EINTR);
    if (found <= 0) return false;
  }
  std::array<char, 4'096> bytes;
  ssize_t count = 0;
  do {
    count = ::read(output_, bytes.data(), bytes.size());
  } while (count < 0 && errno == EINTR);
  if (count <= 0) return false;
  into.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

std::string child_process::line() {
  std::string text;
  std::size_t end = 0;
  while ((end = text.find('\n')) == std::string::npos) {
    if (!read_some(text)) return text;
  }
  unread_ = text.substr(end + 1);
  text.resize(end);
  return text;
}

std::string child_process::read_all(std::optional<std::chrono::milliseconds> timeout) {
  std::string text;
  while (read_some(text, timeout)) {
  }
  return text;
}

void child_process::stop_reading() {
  unread_.clear();
  if (output_ >= 0) ::close(std::exchange(output_, -1));
}

void child_process::send_signal(int number) const {
  if (id_ != 0) ::kill(id_, number);
}

child_process::ending child_process::wait() {
  if (id_ == 0) return how_;
  int status = 0;
  while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
  }
  id_ = 0;
  if (WIFSIGNALED(status)) how_.signal = WTERMSIG(status);
  if (WIFEXITED(status)) how_.code = WEXITSTATUS(status);
  return how_;
}

std::string child_process::ending::to_string() const {
  if (signal != 0) {
    const char* const name = ::sigdescr_np(signal);  // null for real-time signals
    return "ended by signal " + std::to_string(signal) + " (" + (name == nullptr ? "unknown" : name) + ")";
  }
  return "ended with " + std::to_string(code);
}

}  // namespace dynamo::testing
