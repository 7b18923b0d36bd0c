#include "search_plan.hpp"

#include <dynamo/vector_search/vector_set.hpp>
#include <engine/responses/search_response.hpp>
#include <engine/storage/key_space.hpp>
#include <engine/vector_memory/vector_memory.hpp>

#include <algorithm>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace dynamo::engine {
namespace {

/// Searches an index that is in memory; or copies it there first, from a
/// snapshot, in slices.
class memory_search final : public long_read {
 public:
  memory_search(const engine_core& core, const search_parameters& p, const search_plan& plan)
      : core_(core), p_(p), plan_(plan) {
    const std::vector<std::optional<std::string>>& filters = plan_.filter.filters;
    for (std::size_t i = 0; i < filters.size(); ++i) {
      if (filters[i]) wanted_.emplace_back(i, *filters[i]);
    }
    filtered_ = !wanted_.empty() || plan_.filter.hash.has_value();
  }
  memory_search(const memory_search&) = delete;
  memory_search& operator=(const memory_search&) = delete;
  ~memory_search() override {
    at_.reset();
    if (fills_) core_.vectors->drop(plan_.index->id);
  }

  /// Whether the search may begin, or the index may be filled.
  bool begin() {
    if (begin_search()) return true;
    if (!core_.vectors->register_for_filling(*plan_.index)) return false;
    fills_ = true;
    moment_ = core_.rows->snapshot();
    json::buffer first;
    append_vector_prefix(first, core_.rows->prefix(), plan_.index->id);
    at_ = moment_->range(first.view(), after_prefix(first.view()), direction::forward, stops::between_rows_too);
    return true;
  }

  std::optional<result<reply>> run_slice() override {
    if (rows_) return rows_->run_slice();
    if (fills_) return fill();
    const std::size_t places = std::max<std::size_t>(64, slice_floats_max / p_.vector.size());
    if (!search_->run(places)) return std::nullopt;
    return answer();
  }

 private:
  static constexpr std::size_t slice_floats_max = 256u << 10;

  bool begin_search() {
    vector_search::query what{.vector = p_.vector, .kind = plan_.by, .top_k = p_.top_k, .filter = {}};
    if (filtered_) {
      what.filter = [this](std::string_view key, std::string_view payload) {
        if (!is_wanted(key, payload)) return false;
        ++compared_;
        return true;
      };
    }
    auto begun = core_.vectors->begin(*plan_.index, std::move(what));
    if (!begun) return false;
    search_.emplace(std::move(begun->search));
    moment_ = std::move(begun->moment);
    return true;
  }

  bool is_wanted(std::string_view key, std::string_view payload) const {
    if (!key.starts_with(std::string_view(plan_.prefix).substr(core_.rows->prefix().size()))) return false;
    return std::ranges::all_of(
        wanted_, [&](const auto& one) { return vector_memory::filter_value(payload, one.first) == one.second; });
  }

  std::optional<result<reply>> fill() {
    std::size_t bytes = 0;
    if (at_->between_rows()) at_->next();
    for (; at_->valid(); at_->next()) {
      if (bytes >= slice_floats_max) return std::nullopt;
      bytes += at_->value().size();
      const vector_memory::row row{at_->key().substr(core_.rows->prefix().size()), at_->value()};
      if (!core_.vectors->fill(plan_.index->id, {&row, 1})) return read_rows();
    }
    if (at_->between_rows()) return std::nullopt;
    if (!at_->status()) return read_rows();
    if (!core_.vectors->end_filling(plan_.index->id)) {
      std::this_thread::yield();  // until one commit has ended
      return std::nullopt;
    }
    fills_ = false;
    at_.reset();
    if (!begin_search()) return read_rows();
    return std::nullopt;
  }

  // The index does not fit, or went from memory meanwhile.
  std::optional<result<reply>> read_rows() {
    at_.reset();
    if (std::exchange(fills_, false)) core_.vectors->drop(plan_.index->id);
    rows_ = search_rows(core_, p_, plan_);
    return std::nullopt;
  }

  result<reply> answer() {
    search_response response(p_, *plan_.index);
    const std::size_t compared = filtered_ ? compared_ : search_->rows_seen();
    json::buffer row;
    for (const vector_search::match& one : search_->take()) {
      row.clear();
      value_copier copy(row);
      const auto found = moment_->get(std::string(core_.rows->prefix()) + one.id, copy);
      if (!found) return std::unexpected(found.error());
      if (auto taken = response.take(row.view(), one.score); !taken) return std::unexpected(taken.error());
    }
    return std::move(response).finish(compared);
  }

  const engine_core& core_;
  const search_parameters p_;
  const search_plan plan_;
  std::vector<std::pair<std::size_t, std::string_view>> wanted_;  // positions of filters, and values
  bool filtered_ = false;
  std::shared_ptr<const store_reader> moment_;
  bool fills_ = false;
  std::unique_ptr<range_cursor> at_;  // while it is being filled
  std::optional<vector_search::search> search_;
  std::size_t compared_ = 0;
  std::unique_ptr<long_read> rows_;  // instead of all this
};

}  // namespace

std::unique_ptr<long_read> search_memory(const engine_core& core, const search_parameters& p, const search_plan& plan) {
  if (core.vectors == nullptr || core.stale_views) return nullptr;
  auto search = std::make_unique<memory_search>(core, p, plan);
  if (!search->begin()) return nullptr;
  return search;
}

}  // namespace dynamo::engine
