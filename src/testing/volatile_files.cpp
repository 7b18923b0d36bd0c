#include <testing/volatile_files.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace dynamo::testing {
namespace {

bool write_fully(int descriptor, std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
  return true;
}

std::string parent_of(const std::string& path) { return std::filesystem::path(path).parent_path().string(); }

}  // namespace

class volatile_files::node {
 public:
  struct written {
    std::uint64_t offset;
    std::string bytes;
    std::uint64_t end() const { return offset + bytes.size(); }
  };

  node() = default;
  explicit node(int opened) : descriptor(opened) {}
  ~node() {
    if (descriptor >= 0) ::close(descriptor);
  }
  node(const node&) = delete;
  node& operator=(const node&) = delete;

  int descriptor = -1;            // of the file on the disk; -1: its name is not on the disk yet
  std::string synced;             // its synced bytes while it is not on the disk
  std::vector<written> unsynced;  // in order
};

std::uint64_t volatile_files::size_locked(const node& target) const {
  std::uint64_t size = target.synced.size();
  struct stat found{};
  if (target.descriptor >= 0 && ::fstat(target.descriptor, &found) == 0)
    size = static_cast<std::uint64_t>(found.st_size);
  for (const node::written& part : target.unsynced) size = std::max(size, part.end());
  return size;
}

std::uint64_t volatile_files::size(const file& target) const {
  const std::scoped_lock lock(mutex_);
  return size_locked(*target);
}

std::optional<std::uint64_t> volatile_files::size(const std::string& path) const {
  const std::scoped_lock lock(mutex_);
  if (const auto found = named_.find(path); found != named_.end()) return size_locked(*found->second);
  struct stat found{};
  if (gone_.contains(path)) {
    errno = ENOENT;
    return {};
  }
  if (::stat(path.c_str(), &found) != 0) return {};
  return static_cast<std::uint64_t>(found.st_size);
}

bool volatile_files::exists(const std::string& path) const { return size(path).has_value(); }

void volatile_files::correct_listing(const std::string& directory, std::vector<std::string>& names) const {
  const std::scoped_lock lock(mutex_);
  const auto full = [&](const std::string& name) { return (std::filesystem::path(directory) / name).string(); };
  std::erase_if(names, [&](const std::string& name) { return gone_.contains(full(name)); });
  for (const auto& [path, ignored] : named_) {
    const std::string name = std::filesystem::path(path).filename().string();
    if (full(name) == path && std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
}

bool volatile_files::is_off() const {
  if (crashed_) errno = EIO;
  return crashed_;
}

volatile_files::file volatile_files::create(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  if (is_off()) return nullptr;
  auto made = std::make_shared<node>();
  named_[path] = made;
  gone_.erase(path);
  if (!settle({change::kind::create, path, {}, made})) return nullptr;
  return made;
}

volatile_files::file volatile_files::open(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  return open_locked(path);
}

volatile_files::file volatile_files::open_locked(const std::string& path) {
  if (const auto found = named_.find(path); found != named_.end()) return found->second;
  if (gone_.contains(path)) {
    errno = ENOENT;
    return nullptr;
  }
  int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0 && (errno == EACCES || errno == EROFS)) descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return nullptr;
  auto opened = std::make_shared<node>(descriptor);
  if (drop_unsynced_) named_[path] = opened;
  return opened;
}

bool volatile_files::rename(const std::string& from, const std::string& to) {
  const std::scoped_lock lock(mutex_);
  if (is_off()) return false;
  const file target = open_locked(from);
  if (target == nullptr) return false;
  named_.erase(from);
  gone_.insert(from);
  named_[to] = target;
  gone_.erase(to);
  return settle({change::kind::rename, from, to, target});
}

bool volatile_files::remove(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  struct stat found{};
  if (is_off()) return false;
  if (!named_.contains(path) && (gone_.contains(path) || ::stat(path.c_str(), &found) != 0)) {
    errno = ENOENT;
    return false;
  }
  named_.erase(path);
  gone_.insert(path);
  return settle({change::kind::remove, path, {}, nullptr});
}

bool volatile_files::settle(change&& made) {
  if (!drop_unsynced_) {
    named_.clear();  // nothing differs from the disk
    return make_durable(made);
  }
  pending_.push_back(std::move(made));
  return true;
}

bool volatile_files::make_durable(const change& made) {
  switch (made.what) {
    case change::kind::create: {
      const int descriptor = ::open(made.path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
      if (descriptor < 0) return false;
      made.target->descriptor = descriptor;
      return write_fully(descriptor, 0, std::exchange(made.target->synced, {}));
    }
    case change::kind::rename: gone_.erase(made.path); return ::rename(made.path.c_str(), made.to.c_str()) == 0;
    case change::kind::remove: {
      gone_.erase(made.path);
      return ::unlink(made.path.c_str()) == 0 || errno == ENOENT;
    }
  }
  return true;
}

bool volatile_files::write(const file& target, std::uint64_t offset, std::string_view bytes) {
  const std::scoped_lock lock(mutex_);
  if (is_off()) return false;
  if (!drop_unsynced_) return write_fully(target->descriptor, offset, bytes);
  if (!target->unsynced.empty() && target->unsynced.back().end() == offset) {
    target->unsynced.back().bytes.append(bytes);
  } else {
    target->unsynced.push_back({offset, std::string(bytes)});
  }
  return true;
}

std::optional<std::size_t> volatile_files::read(const file& target, std::uint64_t offset, std::size_t n,
                                                char* out) const {
  const std::scoped_lock lock(mutex_);
  const std::uint64_t size = size_locked(*target);
  if (offset >= size) return 0;
  n = static_cast<std::size_t>(std::min<std::uint64_t>(n, size - offset));
  std::memset(out, 0, n);
  if (target->descriptor >= 0) {
    if (::pread(target->descriptor, out, n, static_cast<off_t>(offset)) < 0) return {};
  } else if (offset < target->synced.size()) {
    target->synced.copy(out, n, static_cast<std::size_t>(offset));
  }
  for (const node::written& part : target->unsynced) {
    const std::uint64_t from = std::max(offset, part.offset);
    const std::uint64_t to = std::min(offset + n, part.end());
    if (from >= to) continue;
    std::memcpy(out + (from - offset), part.bytes.data() + (from - part.offset), static_cast<std::size_t>(to - from));
  }
  return n;
}

bool volatile_files::sync(const file& target) {
  const std::scoped_lock lock(mutex_);
  return !is_off() && sync_locked(*target);
}

bool volatile_files::sync_locked(node& target) {
  for (const node::written& part : target.unsynced) {
    if (target.descriptor >= 0) {
      if (!write_fully(target.descriptor, part.offset, part.bytes)) return false;
      continue;
    }
    if (target.synced.size() < part.end()) target.synced.resize(static_cast<std::size_t>(part.end()));
    target.synced.replace(static_cast<std::size_t>(part.offset), part.bytes.size(), part.bytes);
  }
  target.unsynced.clear();
  return true;
}

bool volatile_files::sync_directory(const std::string& directory) {
  const std::scoped_lock lock(mutex_);
  if (is_off()) return false;
  const std::string wanted = (std::filesystem::path(directory) / "").parent_path().string();
  std::vector<change> others;
  bool all = true;
  for (change& made : std::exchange(pending_, {})) {
    if (parent_of(made.path) == wanted) {
      all = make_durable(made) && all;
    } else {
      others.push_back(std::move(made));
    }
  }
  pending_ = std::move(others);
  // What the disk holds as the process sees it needs no memory any more, unless somebody has it open.
  std::erase_if(named_, [](const auto& entry) {
    return entry.second.use_count() == 1 && entry.second->descriptor >= 0 && entry.second->unsynced.empty();
  });
  return all;
}

void volatile_files::crash(std::mt19937_64* torn) {
  const std::scoped_lock lock(mutex_);
  if (std::exchange(crashed_, true) || torn == nullptr) return;
  const auto up_to = [&](std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most)(*torn); };
  const std::size_t changes = up_to(pending_.size());
  for (std::size_t i = 0; i < changes; ++i) (void)make_durable(pending_[i]);
  for (const auto& [ignored, target] : named_) {
    if (target->descriptor < 0) continue;
    std::size_t total = 0;
    for (const node::written& part : target->unsynced) total += part.bytes.size();
    std::size_t left = up_to(total);
    for (const node::written& part : target->unsynced) {
      const std::size_t n = std::min(left, part.bytes.size());
      (void)write_fully(target->descriptor, part.offset, std::string_view(part.bytes).substr(0, n));
      left -= n;
    }
  }
}

}  // namespace dynamo::testing
