#include "latest_row.hpp"

namespace dynamo::engine {

result<void> latest_row::read(const store& rows, const key_locks::guard& lock, std::string_view key,
                              std::string_view table_name) {
  clear();
  pending_ = lock.latest(key);
  std::optional<std::string_view> found;
  if (pending_) {
    found = pending_->row;
  } else {
    loaded_.clear();
    value_copier copy(loaded_);
    const auto stored = rows.get(key, copy);
    if (!stored) return std::unexpected(stored.error());
    if (*stored) found = loaded_.view();
  }
  if (found && !read_row(*found, row_)) return unknown_row(table_name);
  return {};
}

void latest_row::clear() noexcept {
  pending_.reset();
  row_ = {};
}

}  // namespace dynamo::engine
