#include <remote/actions/files.hpp>

#include <dynamo/base/detail/descriptor.hpp>

#include <fmt/core.h>

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace dynamo::aws {
namespace {

std::unexpected<error> refuse_file(const std::string& path, std::string_view why) {
  return fail(errc::unavailable, fmt::format("{}: {}", path, why));
}
std::unexpected<error> system_refuses(const std::string& path, int number) {
  return refuse_file(path, std::generic_category().message(number));
}

bool is_null_device(const struct stat& of) {
  constexpr unsigned memory_devices = 1;
  constexpr unsigned null_of_them = 3;
  return S_ISCHR(of.st_mode) && of.st_rdev == ::makedev(memory_devices, null_of_them);
}

const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "it is a directory, not a file";
  if (S_ISFIFO(mode)) return "it is a pipe, not a file";
  return "it is a device or a socket, not a file";
}

/// 0, or an errno.
int write_whole(int to, std::string_view content) {
  while (!content.empty()) {
    const ssize_t put = ::write(to, content.data(), content.size());
    if (put < 0 && errno != EINTR) return errno;
    if (put > 0) content.remove_prefix(static_cast<std::size_t>(put));
  }
  return ::fsync(to) == 0 ? 0 : errno;
}

}  // namespace

result<std::optional<auth::secret>> read_small_file(const std::string& path, std::size_t bytes_max) {
  // To open a pipe waits for its writer otherwise, and a terminal could become this process's own.
  const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.is_open()) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    return system_refuses(path, errno);
  }
  struct stat about{};
  if (::fstat(file.get(), &about) != 0) return system_refuses(path, errno);
  if (!S_ISREG(about.st_mode) && !is_null_device(about)) return refuse_file(path, kind_of(about.st_mode));
  const auto too_long = [&] { return refuse_file(path, fmt::format("it is longer than {} bytes", bytes_max)); };
  if (static_cast<std::uintmax_t>(about.st_size) > bytes_max) return too_long();

  // One buffer, so that no copy of a secret is left behind. Files of /proc say that they are empty, and others may grow meanwhile.
  std::string content(bytes_max + 1, '\0');
  std::size_t size = 0;
  while (size < content.size()) {
    const ssize_t got = ::read(file.get(), content.data() + size, content.size() - size);
    if (got == 0) break;
    if (got > 0) size += static_cast<std::size_t>(got);
    if (got < 0 && errno != EINTR) return system_refuses(path, errno);
  }
  if (size > bytes_max) return too_long();
  content.resize(size);
  return auth::secret(std::move(content));
}

result<void> replace_file(const std::string& path, std::string_view content) {
  std::string beside = path + ".XXXXXX";
  descriptor file(::mkostemp(beside.data(), O_CLOEXEC));
  if (!file.is_open()) return system_refuses(path, errno);
  int problem = write_whole(file.get(), content);
  file.close();
  if (problem == 0 && ::rename(beside.c_str(), path.c_str()) != 0) problem = errno;
  if (problem == 0) return {};
  ::unlink(beside.c_str());
  return system_refuses(path, problem);
}

}  // namespace dynamo::aws
