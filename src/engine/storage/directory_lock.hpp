#pragma once

#include <dynamo/base/detail/own_process.hpp>
#include <dynamo/base/result.hpp>

#include <string>
#include <utility>

namespace dynamo::engine {

/// The right to use a database's directory, held for as long as this object lives.
///
/// It is a lock of the open file (flock), on the directory itself and on its file LOCK: it holds against other processes and against this
/// one, whatever path leads to the directory, and is not lost when another part of the program opens and closes LOCK, or removes it. A child of fork()
/// does not get it: there the files are closed at once, so the lock ends with this process, however long its children live.
/// A disk that takes no new file LOCK is locked by the directory alone.
class directory_lock {
 public:
  directory_lock() = default;
  /// Locks an existing directory. Errors: in_use, invalid_argument (something else bears that name), storage.
  static result<directory_lock> take(const std::string& directory);
  directory_lock(directory_lock&& other) noexcept
      : process_(other.process_),
        directory_(std::exchange(other.directory_, -1)),
        file_(std::exchange(other.file_, -1)) {}
  directory_lock& operator=(directory_lock&&) = delete;
  ~directory_lock();

 private:
  own_process process_;
  int directory_ = -1;
  int file_ = -1;
};

}  // namespace dynamo::engine
