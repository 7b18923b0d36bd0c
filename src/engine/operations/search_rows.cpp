#include "search_plan.hpp"
#include "skipped_keys.hpp"

#include <dynamo/json/canonical.hpp>
#include <engine/responses/search_response.hpp>
#include <engine/rows/vector_row.hpp>
#include <engine/storage/key_space.hpp>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::engine {
namespace {

/// The nearest rows so far. Rows that are as near as each other are in the order of their keys.
class nearest_rows {
 public:
  struct row {
    double score;
    std::string key;
  };

  nearest_rows(std::size_t count, vector_search::distance by) : count_(count), greater_first_(greater_is_nearer(by)) {}

  void add(double score, std::string_view key) {
    if (heap_.size() == count_ && !is_nearer(score, key, heap_.front())) return;
    const auto nearer = [this](const row& a, const row& b) { return is_nearer(a.score, a.key, b); };
    if (heap_.size() == count_) {
      std::ranges::pop_heap(heap_, nearer);
      heap_.pop_back();
    }
    heap_.push_back({score, std::string(key)});
    std::ranges::push_heap(heap_, nearer);
  }
  /// Nearest first.
  std::vector<row> take() {
    std::ranges::sort(heap_, [this](const row& a, const row& b) { return is_nearer(a.score, a.key, b); });
    return std::move(heap_);
  }

 private:
  bool is_nearer(double score, std::string_view key, const row& than) const noexcept {
    if (score != than.score) return greater_first_ ? score > than.score : score < than.score;
    return key < than.key;
  }

  const std::size_t count_;
  const bool greater_first_;
  std::vector<row> heap_;  // the farthest comes first
};

/// Reads the rows that the search may find, compares each, and keeps the nearest.
class row_search final : public long_read {
 public:
  row_search(const engine_core& core, search_parameters p, search_plan plan)
      : p_(std::move(p)),
        plan_(std::move(plan)),
        moment_(moment_of(core)),
        at_(moment_->range(plan_.prefix, after_prefix(plan_.prefix), direction::forward, stops::between_rows_too)),
        nearest_(p_.top_k, plan_.by),
        skipped_(core) {
    const std::vector<key_attribute>& filters = plan_.index->filters;
    for (std::size_t i = 0; i < filters.size(); ++i) {
      if (plan_.filter.filters[i]) wanted_.emplace_back(filters[i].name, *plan_.filter.filters[i]);
    }
  }

  std::optional<result<reply>> run_slice() override {
    std::size_t rows = 0, bytes = 0;
    if (!skipped_.resume(*at_)) return std::nullopt;
    for (; at_->valid(); at_->next(), ++rows) {
      if (rows >= slice_rows_max || bytes >= vector_bytes_max) return std::nullopt;
      bytes += at_->value().size();
      if (auto looked = look_at(at_->key(), at_->value()); !looked) return std::unexpected(looked.error());
    }
    if (skipped_.looked_at(*at_)) return std::nullopt;
    if (auto read = at_->status(); !read) return std::unexpected(read.error());
    return answer();
  }

 private:
  /// Of one slice: floats are looked at faster than items.
  static constexpr std::size_t vector_bytes_max = 512u << 10;

  // Global indexes that are to be late take vector indexes with them.
  static std::shared_ptr<const store_reader> moment_of(const engine_core& core) {
    if (core.stale_views) {
      if (auto visible = core.stale_views->visible()) return visible;
    }
    return core.rows->snapshot();
  }

  result<void> look_at(std::string_view key, std::string_view row) {
    const auto item = read_vector_row(row, vector_);
    if (!item || vector_.size() != p_.vector.size()) {
      return fail(errc::corruption,
                  "A row of vector index " + plan_.index->name + " has a format that this version does not know");
    }
    if (!is_wanted(*item)) return {};
    ++compared_;
    nearest_.add(vector_search::score(plan_.by, p_.vector, vector_), key);
    return {};
  }

  // Equal values have equal canonical texts.
  bool is_wanted(std::string_view item) {
    if (wanted_.empty()) return true;
    padded_.clear();
    padded_.append(item);
    return std::ranges::all_of(wanted_, [&](const auto& one) {
      const auto value = json::find_attribute(padded_.view(), one.first);
      return value && *value == one.second;
    });
  }

  result<reply> answer() {
    search_response response(p_, *plan_.index);
    json::buffer row;
    for (const nearest_rows::row& one : nearest_.take()) {
      row.clear();
      value_copier copy(row);
      const auto found = moment_->get(one.key, copy);
      if (!found) return std::unexpected(found.error());
      if (auto taken = response.take(row.view(), one.score); !taken) return std::unexpected(taken.error());
    }
    return std::move(response).finish(compared_);
  }

  const search_parameters p_;
  const search_plan plan_;
  const std::shared_ptr<const store_reader> moment_;
  const std::unique_ptr<range_cursor> at_;
  nearest_rows nearest_;
  skipped_keys skipped_;
  std::vector<std::pair<std::string_view, std::string_view>> wanted_;  // attributes and values
  std::vector<float> vector_;
  json::buffer padded_;
  std::size_t compared_ = 0;
};

}  // namespace

std::unique_ptr<long_read> search_rows(const engine_core& core, search_parameters p, search_plan plan) {
  return std::make_unique<row_search>(core, std::move(p), std::move(plan));
}

}  // namespace dynamo::engine
