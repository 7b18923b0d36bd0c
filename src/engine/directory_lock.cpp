#include <engine/directory_lock.hpp>

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
  void add(int descriptor) {
    const std::scoped_lock lock(mutex_);
    descriptors_.push_back(descriptor);
  }
  void close(int descriptor) {
    const std::scoped_lock lock(mutex_);
    std::erase(descriptors_, descriptor);
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

}  // namespace

result<directory_lock> directory_lock::take(const std::string& directory) {
  const std::string path = directory + "/LOCK";
  const auto failed = [&] { return std::generic_category().message(errno); };
  directory_lock held;
  // Not blocking: a FIFO under that name must not hold the caller.
  held.descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
  if (held.descriptor_ >= 0) held_locks::instance().add(held.descriptor_);
  struct stat found{};
  if (held.descriptor_ >= 0 && ::fstat(held.descriptor_, &found) != 0) {
    return fail(errc::storage, "The lock file " + path + " cannot be looked at: " + failed() + ".");
  }
  if ((held.descriptor_ < 0 && (errno == EISDIR || errno == ELOOP || errno == ENXIO)) ||
      (held.descriptor_ >= 0 && !S_ISREG(found.st_mode))) {
    return fail(errc::invalid_argument, path + " is no regular file, but must be the database's lock: remove it.");
  }
  if (held.descriptor_ < 0)
    return fail(errc::storage, "The lock file " + path + " cannot be opened: " + failed() + ".");
  if (::flock(held.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK)
      return fail(errc::storage, "The lock file " + path + " cannot be locked: " + failed() + ".");
    return fail(errc::in_use,
                "The database " + directory +
                    " is in use, by another process or by another handle in this one: a directory is open only "
                    "once at a time. Close the other one, share its handle, or name another directory.");
  }
  return held;
}

directory_lock::~directory_lock() {
  if (descriptor_ >= 0 && process_.is_this()) held_locks::instance().close(descriptor_);
}

}  // namespace dynamo::engine
