#pragma once

#include <dynamo/base/log.hpp>
#include <dynamo/testing/file_systems.hpp>
#include <engine/storage/store.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// A directory that is gone after the test.
class scratch_directory {
 public:
  scratch_directory() {
    std::string name = (std::filesystem::temp_directory_path() / "dynamo_store_XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~scratch_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  scratch_directory(const scratch_directory&) = delete;
  scratch_directory& operator=(const scratch_directory&) = delete;
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

/// What the library logged while it lives.
class logged {
 public:
  logged() {
    set_log_sink([this](log_level, std::string_view message) { text.append(message).push_back('\n'); });
  }
  ~logged() { set_log_sink({}); }
  logged(const logged&) = delete;
  logged& operator=(const logged&) = delete;
  std::string text;
};

using rows = std::map<std::string, std::string>;

inline result<void> put(store& into, std::string_view key, std::string_view value, synced how = synced::as_opened) {
  write_batch batch;
  batch.put(std::string(into.prefix()).append(key), value);
  return into.write({&batch}, how);
}

/// The value of a key, or what stands in place of one: "-" for none, "!" and the message for an error.
inline std::string get(const store& from, std::string_view key) {
  struct keep final : value_visitor {
    std::string value;
    void operator()(std::string_view found) override { value = found; }
  } visit;
  const result<bool> found = from.get(std::string(from.prefix()).append(key), visit);
  if (!found) return "!" + found.error().message();
  return *found ? visit.value : "-";
}

inline result<rows> read_all(const store& from) {
  rows all;
  const std::string prefix(from.prefix());
  auto cursor = from.range(prefix, prefix + '\xff', direction::forward);
  for (; cursor->valid(); cursor->next()) {
    all.emplace(cursor->key().substr(prefix.size()), cursor->value());
  }
  if (auto ended = cursor->status(); !ended) return std::unexpected(ended.error());
  return all;
}

inline rows must_read_all(const store& from) {
  auto all = read_all(from);
  if (all) return *std::move(all);
  ADD_FAILURE() << all.error().message();
  return {};
}

inline std::unique_ptr<store> must_open(const std::string& path, const database_options& options = {}) {
  auto opened = open_store(path, options);
  if (opened) return *std::move(opened);
  ADD_FAILURE() << opened.error().message();
  return nullptr;
}

inline std::string key_of(int i) { return "key " + std::to_string(100000 + i); }

/// The rows 0 to n - 1 as fill() writes them.
inline rows rows_up_to(int n) {
  rows all;
  for (int i = 0; i < n; ++i) all[key_of(i)] = "value " + std::to_string(i);
  return all;
}

inline void fill(store& into, int from, int to) {
  for (int i = from; i < to; ++i) {
    const auto written = put(into, key_of(i), "value " + std::to_string(i));
    ASSERT_TRUE(written) << written.error().message();
  }
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// The files of a directory with a suffix, by name.
inline std::vector<std::filesystem::path> files_with(const std::string& directory, std::string_view suffix) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().string().ends_with(suffix)) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// Names and contents of everything in a directory.
inline rows contents_of(const std::string& directory) {
  rows all;
  for (const auto& path : files_with(directory, "")) all[path.filename()] = read_file(path);
  return all;
}

}  // namespace dynamo::engine
