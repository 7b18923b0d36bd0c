#include <dynamo/streams/detail/shard_graph.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::streams {

namespace {

shard_place placed(const std::string& shard, place where, sequence_number number = {}) {
  shard_place at;
  at.shard = shard;
  at.where = where;
  at.number = number;
  return at;
}
std::optional<sequence_number> last_read(const shard_place& at) {
  return at.where == place::after ? std::optional(at.number) : std::nullopt;
}

}  // namespace

shard_graph::shard_graph(const starting_point& start, std::vector<shard_place> resumed, past before)
    : start_(start), past_(before) {
  // Who resumes before having seen a shard has missed nothing so far.
  if (start.what() == starting_point::kind::position && resumed.empty()) past_ = past::known;
  for (shard_place& one : resumed) {
    node& n = nodes_[one.shard];
    n.at = std::move(one);
  }
}

const shard_graph::node* shard_graph::find(std::string_view id) const {
  const auto at = nodes_.find(id);
  return at == nodes_.end() ? nullptr : &at->second;
}
const shard_graph::node* shard_graph::listed_parent(const node& n) const {
  const node* parent = n.parent.empty() ? nullptr : find(n.parent);
  return parent != nullptr && parent->listed && parent != &n ? parent : nullptr;
}

void shard_graph::list_again() {
  listing_ = true;
  list_after_.clear();
  for (auto& [id, n] : nodes_) n.listed = false;
}

result<void> shard_graph::take(stream_page page) {
  for (shard_info& shard : page.shards) {
    node& n = nodes_[shard.id];
    n.listed = true;
    n.parent = std::move(shard.parent);
    n.first = shard.first;
    n.last = shard.last;
  }
  disabled_ = page.disabled;
  if (page.last_evaluated.empty()) return finish_listing();
  if (page.last_evaluated <= list_after_) {
    return fail(errc::decoding, "DescribeStream does not come to an end: after shard `" + list_after_ +
                                    "` it goes on with shard `" + page.last_evaluated + "`");
  }
  list_after_ = std::move(page.last_evaluated);
  return {};
}

result<void> shard_graph::finish_listing() {
  listing_ = false;
  list_after_.clear();
  const bool resumes = placed_ || start_.what() == starting_point::kind::position;
  if (!placed_) {
    if (result<void> found = place_first(); !found) return found;
  }
  lost_.clear();
  find_lost_shards();
  if (resumes) find_unknown_pasts();
  if (lost_.empty()) settle();
  return {};
}

void shard_graph::note_lost(const std::string& shard, std::optional<sequence_number> from) {
  lost_records gone;
  gone.shard = shard;
  gone.from = from;
  lost_.push_back(std::move(gone));
}

/// What is not listed any more was trimmed.
void shard_graph::find_lost_shards() {
  for (const auto& [id, n] : nodes_) {
    if (id == too_old_) note_lost(id, start_.number());
    if (n.listed || has_ended(n)) continue;
    const node* parent = find(n.parent);
    const bool was_next = parent != nullptr && has_ended(*parent);
    if (n.at || was_next) note_lost(id, n.at ? last_read(*n.at) : std::nullopt);
  }
}

/// A shard whose parent nobody knows follows on records that came and went unseen, unless a sibling of it has been read: then the
/// parent was too.
void shard_graph::find_unknown_pasts() {
  const bool something_known =
      std::any_of(nodes_.begin(), nodes_.end(), [](const auto& entry) { return entry.second.at.has_value(); });
  if (!something_known) return;
  for (const auto& [id, n] : nodes_) {
    if (!n.listed || n.at || n.parent.empty() || find(n.parent) != nullptr) continue;
    const bool parent_was_read = std::any_of(nodes_.begin(), nodes_.end(), [&, &parent = n.parent](const auto& other) {
      return other.second.at && other.second.parent == parent;
    });
    if (!parent_was_read) note_lost(n.parent, std::nullopt);
  }
}

void shard_graph::forgive_lost() {
  lost_.clear();
  if (!too_old_.empty()) restart(std::exchange(too_old_, {}), place::horizon);
  settle();
}

/// Nothing is lost, or that is known: forgets what is not listed, and remembers with which shards reading goes on. A shard that was
/// read to its end is kept until it has a child, so that the child is recognised when it comes.
void shard_graph::settle() {
  std::vector<std::string> gone;
  for (const auto& [id, n] : nodes_) {
    if (!n.listed && (!has_ended(n) || has_child(id))) gone.push_back(id);
  }
  for (const std::string& id : gone) nodes_.erase(id);
  place_roots();
}
bool shard_graph::has_child(std::string_view id) const {
  return std::any_of(nodes_.begin(), nodes_.end(),
                     [&](const auto& other) { return other.second.parent == id && other.first != id; });
}

result<void> shard_graph::place_first() {
  switch (start_.what()) {
    case starting_point::kind::oldest: break;
    case starting_point::kind::newest: place_newest(); break;
    case starting_point::kind::time: place_at_time(); break;
    case starting_point::kind::position:
      for (const auto& [id, n] : nodes_) {
        if (n.at) end_ancestors(n);
      }
      break;
    case starting_point::kind::at:
    case starting_point::kind::after:
      if (nodes_.empty()) return {};  // the stream is being made: its first shard will come
      if (result<void> found = place_by_number(); !found) return found;
      break;
  }
  placed_ = true;
  return {};
}

/// What was read to reach this shard.
void shard_graph::end_ancestors(const node& of) {
  std::string id = of.parent;
  while (!id.empty()) {
    const auto at = nodes_.find(id);
    if (at == nodes_.end() || at->second.at) return;  // unknown, or dealt with: also where parents go in a circle
    at->second.at = placed(id, place::ended);
    id = at->second.parent;
  }
}

bool shard_graph::is_ancestor(std::string_view ancestor, std::string_view of) const {
  const node* n = find(of);
  for (std::size_t steps = 0; n != nullptr && steps <= nodes_.size(); ++steps) {
    if (n->parent == ancestor) return true;
    n = n->parent.empty() ? nullptr : find(n->parent);
  }
  return false;
}

/// Every shard that there is: children whose parents ended before the time begin there too. Those that come later are read whole.
void shard_graph::place_at_time() {
  for (auto& [id, n] : nodes_) {
    n.at = placed(id, place::time);
    n.at->time = start_.time();
  }
}

/// Open shards go on with what comes next, unless a parent of theirs is open too: then they are read after it, from the beginning.
void shard_graph::place_newest() {
  const auto below_an_open_one = [&](const std::string& id) {
    return std::any_of(nodes_.begin(), nodes_.end(),
                       [&](const auto& other) { return !other.second.last && is_ancestor(other.first, id); });
  };
  for (auto& [id, n] : nodes_) {
    if (n.last) {
      if (!below_an_open_one(id)) n.at = placed(id, place::ended);
    } else if (!below_an_open_one(id)) {
      n.at = placed(id, place::newest);
    }
  }
}

result<void> shard_graph::place_by_number() {
  const sequence_number wanted = start_.number();
  // The youngest shard that begins with or before the number.
  const std::string* found = nullptr;
  for (const auto& [id, n] : nodes_) {
    if (n.first.value_or(sequence_number()) > wanted) continue;
    if (found == nullptr || n.first.value_or(sequence_number()) >= find(*found)->first.value_or(sequence_number())) {
      if (found == nullptr || !is_ancestor(id, *found)) found = &id;
    }
  }
  if (found == nullptr && past_ == past::known) return {};  // from the beginning
  if (found == nullptr) {
    // Older than everything that is left.
    const auto oldest = std::min_element(nodes_.begin(), nodes_.end(), [](const auto& a, const auto& b) {
      return a.second.first.value_or(sequence_number()) < b.second.first.value_or(sequence_number());
    });
    too_old_ = oldest->first;
    oldest->second.at = placed(too_old_, start_.what() == starting_point::kind::at ? place::at : place::after, wanted);
    return {};
  }
  for (const auto& [id, n] : nodes_) {
    if (id != *found && !is_ancestor(id, *found) && !is_ancestor(*found, id)) {
      return fail(errc::invalid_argument,
                  "this stream has shards side by side, and a sequence number says where to go on in one of them only: "
                  "resume after a stream_position, which every batch carries");
    }
  }
  node& start = nodes_.find(*found)->second;
  const bool behind_its_end = start.last && *start.last < wanted;
  start.at = behind_its_end
                 ? placed(*found, place::ended)
                 : placed(*found, start_.what() == starting_point::kind::at ? place::at : place::after, wanted);
  end_ancestors(start);
  return {};
}

/// Shards with which reading begins are remembered from the start, so that a position names them all. One that has to be read whole begins with
/// its first number: the horizon would pass over what is trimmed meanwhile.
void shard_graph::place_roots() {
  for (auto& [id, n] : nodes_) {
    if (n.at || (!n.parent.empty() && find(n.parent) != nullptr)) continue;
    n.at = past_ == past::known && n.first ? placed(id, place::at, *n.first) : placed(id, place::horizon);
  }
}

std::vector<shard_place> shard_graph::readable() const {
  std::vector<shard_place> now;
  if (!placed_) return now;
  for (const auto& [id, n] : nodes_) {
    if (!n.listed || has_ended(n)) continue;
    const node* parent = listed_parent(n);
    const bool begun = n.at && n.at->where != place::horizon && n.at->where != place::time;
    if (parent != nullptr && !has_ended(*parent) && !begun) continue;
    now.push_back(n.at ? *n.at : placed(id, place::horizon));
  }
  return now;
}

shard_place shard_graph::place_of(const std::string& shard) const {
  const node* n = find(shard);
  return n != nullptr && n->at ? *n->at : placed(shard, place::horizon);
}
bool shard_graph::is_closed(std::string_view shard) const {
  const node* n = find(shard);
  return n != nullptr && n->last.has_value();
}
bool shard_graph::exhausted() const {
  return placed_ && disabled_ && !listing_ &&
         std::all_of(nodes_.begin(), nodes_.end(), [&](const auto& entry) { return has_ended(entry.second); });
}

void shard_graph::read_to(std::string_view shard, sequence_number last) {
  const auto at = nodes_.find(shard);
  if (at != nodes_.end()) at->second.at = placed(at->first, place::after, last);
}
void shard_graph::restart(std::string_view shard, place where) {
  const auto at = nodes_.find(shard);
  if (at != nodes_.end()) at->second.at = placed(at->first, where);
}
void shard_graph::ended(std::string_view shard) {
  const auto at = nodes_.find(shard);
  if (at == nodes_.end()) return;
  at->second.at = placed(at->first, place::ended);
  if (!has_child(shard)) list_again();
}

std::vector<shard_place> shard_graph::places() const {
  std::vector<shard_place> all;
  for (const auto& [id, n] : nodes_) {
    if (!n.at) continue;
    const bool superseded = has_ended(n) && std::any_of(nodes_.begin(), nodes_.end(), [&](const auto& other) {
                              return other.second.parent == id && other.second.at && other.first != id;
                            });
    if (!superseded) all.push_back(*n.at);
  }
  return all;
}

}  // namespace dynamo::streams
