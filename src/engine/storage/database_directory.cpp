#include "database_directory.hpp"

#include "rocksdb_store.hpp"

#include <rocksdb/env.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <system_error>

namespace dynamo::engine {
namespace {

namespace fs = std::filesystem;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

constexpr std::string_view log_suffix = ".log";
constexpr std::string_view manifest_prefix = "MANIFEST-";

bool is_ours(std::string_view name) {
  constexpr std::string_view exact[] = {"CURRENT", "IDENTITY", "LOCK", sync_mark::file_name};
  return std::ranges::find(exact, name) != std::end(exact) || name.starts_with(manifest_prefix) ||
         name.starts_with("OPTIONS-") || name.starts_with("LOG") || name.ends_with(log_suffix) ||
         name.ends_with(".sst") || name.ends_with(".dbtmp");
}
bool may_be_here(std::string_view name) { return is_ours(name) || name == "lost+found" || name.starts_with('.'); }

bool holds_something(rocksdb::FileSystem& files, const std::string& path) {
  std::uint64_t size = 0;
  return files.GetFileSize(path, IOOptions(), &size, nullptr).ok() && size != 0;
}

}  // namespace

error damaged_database(const std::string& path, const std::string& finding) {
  return {errc::corruption,
          "The database " + path + " is damaged: " + finding +
              ". Nothing was changed. Restore the directory from a backup, and keep this one for a closer look."};
}

result<std::string> find_directory(const std::string& path, bool create_if_missing) {
  std::error_code failed;
  const auto status = fs::status(path, failed);
  if (!fs::is_directory(status)) {
    if (fs::exists(status)) {
      return fail(errc::invalid_argument, path + " is a file, but a database is a directory: name another path.");
    }
    if (status.type() != fs::file_type::not_found) {
      return fail(errc::storage, "The directory " + path + " cannot be reached: " + failed.message() + ".");
    }
    if (!create_if_missing) {
      return fail(errc::invalid_argument, "There is no database " + path + ", and create_if_missing is off.");
    }
    fs::create_directories(path, failed);
    if (failed) return fail(errc::storage, "The directory " + path + " cannot be made: " + failed.message() + ".");
  }
  fs::path found = fs::canonical(path, failed);
  if (failed) return fail(errc::storage, "The directory " + path + " cannot be reached: " + failed.message() + ".");
  return found.string();
}

result<database_directory> look_at_names(rocksdb::FileSystem& files, const std::string& path, bool create_if_missing) {
  std::vector<std::string> names;
  const IOStatus status = files.GetChildren(path, IOOptions(), &names, nullptr);
  if (!status.ok()) return fail(as_error(status, "opening " + path));
  database_directory found;
  std::string stranger;
  for (const std::string& name : names) {
    std::uint64_t number = 0;
    const fs::path file = fs::path(path) / name;
    std::error_code ignored;  // a name that is on the simulated disk only
    const auto type = fs::symlink_status(file, ignored).type();
    if (is_ours(name) && type != fs::file_type::regular && type != fs::file_type::not_found) {
      return fail(
          errc::invalid_argument,
          file.string() +
              " is no regular file, but bears the name of one of the database's: remove it, or restore the file from a "
              "backup.");
    }
    if (name == "CURRENT") found.holds_database = true;
    if (name.ends_with(".sst")) found.tables.push_back(name);
    if (name.ends_with(log_suffix) &&
        std::from_chars(name.data(), name.data() + name.size(), number).ec == std::errc{}) {
      found.logs.emplace_back(number, name);
    }
    if (!may_be_here(name)) stranger = name;
  }
  std::ranges::sort(found.logs);
  if (found.holds_database) return found;
  const bool data = !found.tables.empty() || std::ranges::any_of(found.logs, [&](const auto& log) {
    return holds_something(files, path + "/" + log.second);
  });
  if (data) return fail(damaged_database(path, "its file CURRENT is missing, but data is there"));
  if (!stranger.empty()) {
    return fail(errc::invalid_argument, "The directory " + path + " is not a database, and it is not empty: it holds " +
                                            stranger + ". Name an empty directory or one that does not exist.");
  }
  if (!create_if_missing) {
    return fail(errc::invalid_argument, "There is no database in " + path + ", and create_if_missing is off.");
  }
  return found;
}

result<std::optional<manifest_end>> read_manifest_end(rocksdb::FileSystem& files, const std::string& path) {
  std::string name;
  if (!rocksdb::ReadFileToString(&files, path + "/CURRENT", &name).ok()) return std::nullopt;
  while (name.ends_with('\n')) name.pop_back();
  std::uint64_t number = 0;
  const char* const end = name.data() + name.size();
  if (!name.starts_with(manifest_prefix) ||
      std::from_chars(name.data() + manifest_prefix.size(), end, number).ptr != end) {
    return std::nullopt;
  }
  std::string bytes;
  const IOStatus status = rocksdb::ReadFileToString(&files, path + "/" + name, &bytes);
  if (status.IsNotFound() || status.IsPathNotFound()) return std::nullopt;
  if (!status.ok()) return fail(as_error(status, "reading " + name));
  return manifest_end{number, whole_records_end(bytes)};
}

}  // namespace dynamo::engine
