#pragma once

#include <dynamo/base/own_process.hpp>
#include <dynamo/base/result.hpp>

#include <string>
#include <utility>

namespace dynamo::engine {

/// The right to use a database's directory, held for as long as this object lives.
///
/// It is a lock of the open file (flock): it holds against other processes and against this one, whatever path leads to the directory, and
/// is not lost when somebody else opens and closes the file. A child of fork() does not get it: there the file is closed at once, so the
/// lock ends with this process, however long its children live.
class directory_lock {
 public:
  directory_lock() = default;
  /// Locks the file LOCK of an existing directory. Errors: in_use, invalid_argument (something else bears that name), storage.
  static result<directory_lock> take(const std::string& directory);
  directory_lock(directory_lock&& other) noexcept
      : process_(other.process_), descriptor_(std::exchange(other.descriptor_, -1)) {}
  directory_lock& operator=(directory_lock&&) = delete;
  ~directory_lock();

 private:
  own_process process_;
  int descriptor_ = -1;
};

}  // namespace dynamo::engine
