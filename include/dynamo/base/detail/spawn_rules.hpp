#pragma once

#include <csignal>
#include <string>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/types.h>
#include <unistd.h>

namespace dynamo {

/// What a program is to find when it starts: no descriptor but its three, and no signal with a meaning of this process's.
class spawn_rules {
 public:
  enum class signals : bool { pass, blocked };
  /// `group` 0: the program leads one of its own.
  spawn_rules(pid_t group, signals are) {
    ::posix_spawn_file_actions_init(&files_);
    ::posix_spawnattr_init(&attributes_);
    sigset_t all, none;
    ::sigfillset(&all);
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes_, are == signals::blocked ? &all : &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, group);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  spawn_rules(const spawn_rules&) = delete;
  spawn_rules& operator=(const spawn_rules&) = delete;
  ~spawn_rules() {
    ::posix_spawn_file_actions_destroy(&files_);
    ::posix_spawnattr_destroy(&attributes_);
  }

  void open_null(int as, int flags) { ::posix_spawn_file_actions_addopen(&files_, as, "/dev/null", flags, 0); }
  void give(int descriptor, int as) { ::posix_spawn_file_actions_adddup2(&files_, descriptor, as); }

  /// An errno, or 0 and the program's id.
  int start(const std::string& program, std::vector<std::string> words, std::vector<std::string> variables, pid_t& id) {
    close_others();
    return ::posix_spawn(&id, program.c_str(), &files_, &attributes_, pointers(words).data(),
                         pointers(variables).data());
  }
  /// The same as a shell starts it: a name without a slash is looked for in PATH, and the variables are those of this process, which no
  /// thread may change meanwhile.
  int start_by_name(std::vector<std::string> words, pid_t& id) {
    close_others();
    return ::posix_spawnp(&id, words.front().c_str(), &files_, &attributes_, pointers(words).data(), environ);
  }

 private:
  void close_others() { ::posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1); }
  static std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
  }

  posix_spawn_file_actions_t files_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace dynamo
