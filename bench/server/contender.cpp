#include "contender.hpp"

#include "load.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dynamo::bench {
namespace {

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  ::bind(socket, reinterpret_cast<const sockaddr*>(&at), size);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&at), &size);
  ::close(socket);
  return ntohs(at.sin_port);
}

/// The last core; the load is on the others.
void confine_to_one_core() {
  const long cores = ::sysconf(_SC_NPROCESSORS_ONLN);
  if (cores < 2) return;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<std::size_t>(cores - 1), &one);
  ::sched_setaffinity(0, sizeof one, &one);
}

}  // namespace

contender::contender(std::string name, std::vector<std::string> command, const std::string& first)
    : name_(std::move(name)), port_(free_port()) {
  std::vector<char*> words;
  for (std::string& word : command) {
    if (const auto at = word.find("{port}"); at != std::string::npos) word.replace(at, 6, std::to_string(port_));
    words.push_back(word.data());
  }
  words.push_back(nullptr);
  const auto begin = std::chrono::steady_clock::now();
  child_ = ::fork();
  if (child_ == 0) {
    confine_to_one_core();
    ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
    ::execvp(words[0], words.data());
    std::perror(words[0]);
    ::_exit(127);
  }
  while (load::ask(port_, first).empty()) {
    if (::waitpid(child_, nullptr, WNOHANG) != 0 ||
        std::chrono::steady_clock::now() - begin > std::chrono::seconds(30)) {
      std::fprintf(stderr, "%s does not answer\n", name_.c_str());
      std::exit(1);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  start_time_ = std::chrono::steady_clock::now() - begin;
}

contender::~contender() {
  ::kill(child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
}

std::chrono::nanoseconds contender::cpu() const {
  clockid_t clock = 0;
  timespec used{};
  if (::clock_getcpuclockid(child_, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return {};
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

std::size_t contender::resident_bytes() const {
  std::ifstream pages("/proc/" + std::to_string(child_) + "/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  pages >> all >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace dynamo::bench
