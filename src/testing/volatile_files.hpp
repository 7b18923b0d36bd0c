#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::testing {

/// Files of a real disk as a process sees them while the disk itself only holds what was synced.
///
/// A file's bytes reach the disk with sync(), its name with sync_directory(), as POSIX promises and not more. All calls say
/// whether they succeeded; errno tells why not. Thread-safe.
class volatile_files {
 public:
  /// A file that was written, or is named anew, since its last sync.
  class node;
  using file = std::shared_ptr<node>;

  explicit volatile_files(bool drop_unsynced) : drop_unsynced_(drop_unsynced) {}

  bool exists(const std::string& path) const;
  std::optional<std::uint64_t> size(const std::string& path) const;
  /// Corrects a directory's list of names, as the disk has it, to what the process sees.
  void correct_listing(const std::string& directory, std::vector<std::string>& names) const;

  /// An empty file, in the place of one that may be there.
  file create(const std::string& path);
  /// An existing file.
  file open(const std::string& path);
  bool rename(const std::string& from, const std::string& to);
  bool remove(const std::string& path);

  std::uint64_t size(const file&) const;
  bool write(const file&, std::uint64_t offset, std::string_view);
  /// The bytes that are there: fewer at the end of the file.
  std::optional<std::size_t> read(const file&, std::uint64_t offset, std::size_t n, char* out) const;
  bool sync(const file&);
  bool sync_directory(const std::string& directory);

  /// Nothing changes the disk any more. With a generator, a random part of what was pending is written before.
  void crash(std::mt19937_64* torn);

 private:
  struct change {  // of a directory
    enum class kind : std::uint8_t { create, rename, remove };
    kind what;
    std::string path;
    std::string to;
    file target;
  };

  bool is_off() const;  // after the crash; sets errno
  std::uint64_t size_locked(const node&) const;
  bool sync_locked(node&);
  bool make_durable(const change&);
  file open_locked(const std::string& path);
  bool settle(change&&);

  const bool drop_unsynced_;
  mutable std::mutex mutex_;
  bool crashed_ = false;
  std::map<std::string, file> named_;  // names that lead elsewhere than on the disk, and files with unsynced bytes
  std::set<std::string> gone_;         // names on the disk that the process removed
  std::vector<change> pending_;        // changes of directories, oldest first
};

}  // namespace dynamo::testing
