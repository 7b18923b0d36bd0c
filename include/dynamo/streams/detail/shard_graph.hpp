#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/streams/detail/shard_place.hpp>
#include <dynamo/streams/position.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::streams {

/// One shard as DescribeStream lists it.
struct shard_info {
  std::string id;
  std::string parent;                    // empty: it has none
  std::optional<sequence_number> first;  // absent if the service does not say
  std::optional<sequence_number> last;   // of a closed shard
};

/// One page of DescribeStream.
struct stream_page {
  std::vector<shard_info> shards;
  std::string last_evaluated;  // empty: this was the last page
  bool disabled = false;       // no shard will follow those that there are
};

/// Records that were gone before they were read. `from` is the last one that was read before.
struct lost_records {
  std::string shard;
  std::optional<sequence_number> from;
};

/// Which shards of a stream can be read, and how far each of them has been. Pure: it is given DescribeStream's pages and what became
/// of reading, and says what can be read now and what to ask for next.
///
/// - A shard is read after its parent has been read to its end. A parent that is not listed (any more) counts as read.
/// - Listings may be inconsistent, as DynamoDB's are: an open parent may have an open child, a closed shard may have no child yet.
/// - What can have been lost is never passed over in silence: see lost().
/// Not thread-safe.
class shard_graph {
 public:
  /// Whether it is known what became of everything before this stream. Then a number before its beginning is no sign of a loss, and what is
  /// missing from its beginning is.
  enum class past : bool { unknown, known };
  /// `resumed` are the places that a stream_position held; the starting point's own text is not looked at.
  explicit shard_graph(const starting_point&, std::vector<shard_place> resumed = {}, past = past::unknown);

  // What to ask for next.
  /// True until a listing has been completed, and again when another one is due.
  bool wants_listing() const noexcept { return listing_; }
  /// The ExclusiveStartShardId of the next DescribeStream; empty: none.
  const std::string& list_after() const noexcept { return list_after_; }
  /// Begins a new listing: because a shard ended, or because time has passed.
  void list_again();
  /// Takes a page. errc::decoding when pages do not come to an end; errc::invalid_argument when a starting number does not say
  /// where to begin, because shards stand side by side.
  [[nodiscard]] result<void> take(stream_page);

  // What can be read now.
  /// In the order of their ids. Places are those to go on from.
  std::vector<shard_place> readable() const;
  shard_place place_of(const std::string& shard) const;
  /// The service said when it was listed that this shard is closed: it does have an end.
  bool is_closed(std::string_view shard) const;
  /// Every shard was read to its end, and there will be no others.
  bool exhausted() const;

  // What became of reading.
  void read_to(std::string_view shard, sequence_number last);
  void restart(std::string_view shard, place);
  void ended(std::string_view shard);

  /// What was found to be missing when shards were listed: shards that were to be read and are gone, and shards whose
  /// predecessors were never seen. Places stay as they were, so that a reader that resumes finds the same, until it is forgiven: then
  /// reading goes on with what is left.
  const std::vector<lost_records>& lost() const noexcept { return lost_; }
  void forgive_lost();

  /// Where each shard stands, for a position. What was read to its end is left out once a child of it is there.
  std::vector<shard_place> places() const;

 private:
  struct node {
    std::string parent;
    std::optional<sequence_number> first;
    std::optional<sequence_number> last;
    std::optional<shard_place> at;  // nothing: not begun, and not to be remembered
    bool listed = false;            // in the last complete listing, or in the one under way
  };
  using nodes = std::map<std::string, node, std::less<>>;

  [[nodiscard]] result<void> finish_listing();
  void note_lost(const std::string& shard, std::optional<sequence_number> from);
  void find_lost_shards();
  void find_unknown_pasts();
  void settle();
  [[nodiscard]] result<void> place_first();
  [[nodiscard]] result<void> place_by_number();
  void place_newest();
  void place_at_time();
  void place_roots();
  void end_ancestors(const node&);
  bool is_ancestor(std::string_view ancestor, std::string_view of) const;
  bool has_child(std::string_view id) const;
  const node* find(std::string_view id) const;
  const node* listed_parent(const node&) const;
  bool has_ended(const node& n) const { return n.at && n.at->where == place::ended; }

  starting_point start_;
  past past_;
  nodes nodes_;
  std::vector<lost_records> lost_;
  std::string too_old_;  // the shard that a starting number was looked for in vain before
  std::string list_after_;
  bool listing_ = true;
  bool placed_ = false;  // the starting point has been found in the graph
  bool disabled_ = false;
};

}  // namespace dynamo::streams
