#include "directory_lock.hpp"

#include <cerrno>
#include <mutex>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace dynamo::engine {
namespace {

/// The descriptors of all locks of this process: a child closes its copies of them before anything else happens there.
class held_locks {
 public:
  static held_locks& instance() {
    static held_locks& made = *new held_locks;
    return made;
  }
  /// Under the lock that a fork waits for, so that no child gets a descriptor which it does not know.
  int open(const std::string& path, int flags) {
    const std::scoped_lock lock(mutex_);
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, 0644);
    if (descriptor >= 0) descriptors_.push_back(descriptor);
    return descriptor;
  }
  void release(int descriptor) {
    const std::scoped_lock lock(mutex_);
    std::erase(descriptors_, descriptor);
    (void)::flock(descriptor, LOCK_UN);  // a child that has just begun may not have closed its copy yet
    ::close(descriptor);
  }

 private:
  held_locks() {
    pthread_atfork([] { instance().mutex_.lock(); }, [] { instance().mutex_.unlock(); },
                   [] { instance().close_in_child(); });
  }
  void close_in_child() {
    for (const int each : descriptors_) ::close(each);
    descriptors_.clear();
    mutex_.unlock();
  }

  std::mutex mutex_;
  std::vector<int> descriptors_;
};

std::unexpected<error> in_use(const std::string& directory) {
  return fail(errc::in_use,
              "The database " + directory +
                  " is in use, by another process or by another handle in this one: a directory is open only "
                  "once at a time. Close the other one, share its handle, or name another directory.");
}

}  // namespace

result<directory_lock> directory_lock::take(const std::string& directory) {
  const std::string path = directory + "/LOCK";
  const auto failed = [&] { return std::generic_category().message(errno); };
  directory_lock held;
  held.directory_ = held_locks::instance().open(directory, O_RDONLY | O_DIRECTORY);
  if (held.directory_ < 0) {
    return fail(errc::storage, "The directory " + directory + " cannot be opened: " + failed() + ".");
  }
  // Some network file systems lock no directories: there LOCK must do, which anybody can remove.
  const bool directory_locked = ::flock(held.directory_, LOCK_EX | LOCK_NB) == 0;
  if (!directory_locked && errno == EWOULDBLOCK) return in_use(directory);
  // Not blocking: a FIFO under that name must not hold the caller.
  constexpr int safely = O_NOFOLLOW | O_NONBLOCK;
  held.file_ = held_locks::instance().open(path, O_RDWR | O_CREAT | safely);
  if (held.file_ < 0 && errno == EROFS) {
    held.file_ = held_locks::instance().open(path, O_RDONLY | safely);
    if (held.file_ < 0 && errno == ENOENT) errno = EROFS;
  }
  const bool cannot_be_made = held.file_ < 0 && (errno == EROFS || errno == ENOSPC || errno == EDQUOT);
  if (cannot_be_made && directory_locked) return held;
  struct stat found{};
  if (held.file_ >= 0 && ::fstat(held.file_, &found) != 0) {
    return fail(errc::storage, "The lock file " + path + " cannot be looked at: " + failed() + ".");
  }
  if ((held.file_ < 0 && (errno == EISDIR || errno == ELOOP || errno == ENXIO)) ||
      (held.file_ >= 0 && !S_ISREG(found.st_mode))) {
    return fail(errc::invalid_argument, path + " is no regular file, but must be the database's lock: remove it.");
  }
  if (held.file_ < 0) return fail(errc::storage, "The lock file " + path + " cannot be opened: " + failed() + ".");
  if (::flock(held.file_, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return in_use(directory);
    return fail(errc::storage, "The lock file " + path + " cannot be locked: " + failed() + ".");
  }
  return held;
}

directory_lock::~directory_lock() {
  if (!process_.is_this()) return;
  for (const int each : {file_, directory_}) {
    if (each >= 0) held_locks::instance().release(each);
  }
}

}  // namespace dynamo::engine
