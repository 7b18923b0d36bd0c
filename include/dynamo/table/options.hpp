#pragma once

#include <dynamo/schema/stream_view.hpp>
#include <dynamo/table/condition.hpp>

#include <cstdint>
#include <utility>

/// What can be added to a call, in any order: `users.put(user, only_if(name.not_exists()), return_old)`.
/// Classes with constructors, because g++ 12 destroys aggregates twice beside co_await.
namespace dynamo {

namespace detail {
/// Stands for the entity of a raw expression, which fits every table.
struct any_entity;
}  // namespace detail

/// The call is made only if the stored item meets this; otherwise errc::conditional_check_failed.
template <class Entity>
class only_if_clause {
 public:
  using entity = Entity;
  explicit only_if_clause(detail::untyped_condition c) : condition_(std::move(c)) {}
  const detail::untyped_condition& get() const noexcept { return condition_; }

 private:
  detail::untyped_condition condition_;
};
template <class Entity>
only_if_clause<Entity> only_if(condition<Entity> c) {
  return only_if_clause<Entity>(std::move(c));
}

template <class Condition>
  requires detail::is_on_temporary<Condition>
auto only_if(const Condition& c) {
  using clause = decltype(only_if(static_cast<const typename Condition::part&>(c)));
  return detail::part_on_temporary<clause>(only_if(static_cast<const typename Condition::part&>(c)));
}

/// Items of a query or scan that do not meet this are left out of the result. They are examined, paid for and counted all
/// the same.
template <class Entity>
class filter_clause {
 public:
  using entity = Entity;
  explicit filter_clause(detail::untyped_condition c) : condition_(std::move(c)) {}
  const detail::untyped_condition& get() const noexcept { return condition_; }

 private:
  detail::untyped_condition condition_;
};
template <class Entity>
filter_clause<Entity> filter(condition<Entity> c) {
  return filter_clause<Entity>(std::move(c));
}

template <class Condition>
  requires detail::is_on_temporary<Condition>
auto filter(const Condition& c) {
  using clause = decltype(filter(static_cast<const typename Condition::part&>(c)));
  return detail::part_on_temporary<clause>(filter(static_cast<const typename Condition::part&>(c)));
}

/// The read sees every write that was acknowledged before it (double the price on AWS; not on global indexes).
struct consistent_read_t {
  explicit consistent_read_t() = default;
};
inline constexpr consistent_read_t consistent_read{};

/// update: where there is no item, create one even if it then lacks members that are not optional. Such an item can be read into
/// a smaller struct, or once another update has given it the rest.
struct create_partial_t {
  explicit create_partial_t() = default;
};
inline constexpr create_partial_t create_partial{};

/// put, remove, update: return the item as it was before; empty if there was none.
struct return_old_t {
  explicit return_old_t() = default;
};
inline constexpr return_old_t return_old{};
/// update: return the item as it is now.
struct return_new_t {
  explicit return_new_t() = default;
};
inline constexpr return_new_t return_new{};
/// update: return the attributes that were changed, as they were before.
struct return_updated_old_t {
  explicit return_updated_old_t() = default;
};
inline constexpr return_updated_old_t return_updated_old{};
/// update: return the attributes that were changed, as they are now.
struct return_updated_new_t {
  explicit return_updated_new_t() = default;
};
inline constexpr return_updated_new_t return_updated_new{};
/// put, remove, update and the batches that write: ask how large the collection of each item is that was written to. Of a single write
/// `.with_details()` brings it: details.item_collections; of a batch, batch_written::item_collections. Only tables with local indexes have
/// collections; of others there is none.
struct item_collection_metrics_t {
  explicit item_collection_metrics_t() = default;
};
inline constexpr item_collection_metrics_t item_collection_metrics{};
/// When only_if() is not met, the error carries the stored item: current_item<T>(error).
struct on_failure_return_item_t {
  explicit on_failure_return_item_t() = default;
};
inline constexpr on_failure_return_item_t on_failure_return_item{};

enum class order_by : bool { ascending, descending };

// Four limits that are easily taken for one another:

/// At most so many items are examined for one page, before the filter: DynamoDB's `Limit`. Default: as many as make 1 MB.
class page_size {
 public:
  explicit constexpr page_size(std::uint32_t items) : items_(items) {}
  constexpr std::uint32_t get() const noexcept { return items_; }

 private:
  std::uint32_t items_;
};
/// At most so many items are returned, over all pages, after the filter. The cursor of the last page goes on after the last
/// item that was returned.
class item_limit {
 public:
  explicit constexpr item_limit(std::uint64_t items) : items_(items) {}
  constexpr std::uint64_t get() const noexcept { return items_; }

 private:
  std::uint64_t items_;
};
/// At most so many items are examined, over all pages, before the filter: a bound on the price.
class examined_limit {
 public:
  explicit constexpr examined_limit(std::uint64_t items) : items_(items) {}
  constexpr std::uint64_t get() const noexcept { return items_; }

 private:
  std::uint64_t items_;
};
/// At most so many pages are requested.
class page_limit {
 public:
  explicit constexpr page_limit(std::uint64_t pages) : pages_(pages) {}
  constexpr std::uint64_t get() const noexcept { return pages_; }

 private:
  std::uint64_t pages_;
};

/// query, scan: as soon as a page has come, the one after it is asked for, so that it is on its way while the program works on the
/// first. For pages(), items() and the streams; nothing is asked before the first one is wanted, and at most one page is held beside the one
/// in hand. A caller who stops early has paid for a page that it did not use. A read that ends stops what is under way; it waits for nothing.
/// The request ahead belongs to no call yet: deadline and stop token of a next() end the wait for it, and it is asked for again by the next.
/// A scan in parallel segments does so anyway.
struct prefetch_t {
  explicit prefetch_t() = default;
};
inline constexpr prefetch_t prefetch{};

/// scan: in so many segments at once, 1 to 64, whose pages come as one stream, in no order. A page of each is asked for ahead
/// and held. The cursor of a page stands for all segments: resume from it with the same number.
class parallel {
 public:
  explicit constexpr parallel(std::uint32_t segments) : segments_(segments) {}
  constexpr std::uint32_t get() const noexcept { return segments_; }

 private:
  std::uint32_t segments_;
};

/// scan: one of `count` parts of the table, numbered from 0, for parallel workers. Together they are the whole table.
class segment {
 public:
  constexpr segment(std::uint32_t index, std::uint32_t count) : index_(index), count_(count) {}
  constexpr std::uint32_t index() const noexcept { return index_; }
  constexpr std::uint32_t count() const noexcept { return count_; }

 private:
  std::uint32_t index_;
  std::uint32_t count_;
};

}  // namespace dynamo
