#include <dynamo/vector_search/vector_set.hpp>

#include "scan.hpp"
#include "set_state.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace dynamo::vector_search {

struct search::state {
  state(std::shared_ptr<vector_set::state> of, query what)
      : set(std::move(of)), nearest(what, set->stride), filter(std::move(what.filter)), view(set->begin()) {}
  ~state() { set->end(view); }
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  void look_at(const block& in, std::size_t place) {
    if (!in.visible(place, view.at)) return;
    ++rows_seen;
    const row_texts& texts = in.texts[place];
    if (!filter || filter(texts.id, texts.payload)) nearest.show(in, place);
  }

  std::shared_ptr<vector_set::state> set;
  scan nearest;
  row_filter filter;
  snapshot view;               // last: what is begun is ended
  std::size_t in_block = 0;    // the block that is looked at,
  std::size_t next_place = 0;  // the next place of it,
  std::size_t passed = 0;      // and how many places are done in all blocks
  std::size_t rows_seen = 0;
};

search::search(std::unique_ptr<state> of) noexcept : state_(std::move(of)) {}
search::search(search&&) noexcept = default;
search& search::operator=(search&&) noexcept = default;
search::~search() = default;

bool search::run(std::size_t places) {
  state& at = *state_;
  const std::size_t end = at.passed + std::min(places, at.view.places - at.passed);
  while (at.passed < end) {
    const block& in = *(*at.view.blocks)[at.in_block];
    const std::size_t some = std::min(end - at.passed, in.places - at.next_place);
    for (const std::size_t stop = at.next_place + some; at.next_place < stop; ++at.next_place)
      at.look_at(in, at.next_place);
    at.passed += some;
    if (at.next_place == in.places) {
      ++at.in_block;
      at.next_place = 0;
    }
  }
  return at.passed == at.view.places;
}

void search::run() { run(std::numeric_limits<std::size_t>::max()); }

std::size_t search::rows_seen() const noexcept { return state_->rows_seen; }

std::vector<match> search::take() { return state_->nearest.take(); }

vector_set::vector_set(int dimensions) : state_(std::make_shared<state>(dimensions)) {}
vector_set::vector_set(vector_set&&) noexcept = default;
vector_set& vector_set::operator=(vector_set&&) noexcept = default;
vector_set::~vector_set() = default;

void vector_set::put(std::string_view id, std::span<const float> vector, std::string_view payload) {
  state_->put(id, vector, payload);
}
bool vector_set::erase(std::string_view id) { return state_->erase(id); }
void vector_set::publish() { state_->publish(); }

search vector_set::begin(query what) const {
  assert(what.vector.size() == static_cast<std::size_t>(state_->dimensions) && all_finite(what.vector));
  return search(std::make_unique<search::state>(state_, std::move(what)));
}

int vector_set::dimensions() const noexcept { return state_->dimensions; }
std::size_t vector_set::size() const noexcept { return state_->count.load(std::memory_order_relaxed); }
std::size_t vector_set::bytes() const noexcept { return state_->bytes.load(std::memory_order_relaxed); }

}  // namespace dynamo::vector_search
