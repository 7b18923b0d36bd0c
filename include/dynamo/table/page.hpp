#pragma once

#include <dynamo/protocol/operation.hpp>
#include <dynamo/schema/record.hpp>
#include <dynamo/table/cursor.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace dynamo {

/// What one request of a query or scan brought. May be empty although more pages follow: everything was filtered out.
template <class T>
class page {
 public:
  page() = default;
  std::vector<T> items;
  std::uint64_t examined = 0;  ///< items read, before the filter
  std::optional<cursor> next;  ///< where the page after this one begins; empty when there is nothing more to read

  auto begin() const { return items.begin(); }
  auto end() const { return items.end(); }
};

namespace detail {

/// A query or scan under way: the request it repeats, what it still may return, and where it stands. Its members live in
/// src/table/read_state.cpp.
class read_state;
using shared_read = std::shared_ptr<read_state>;

/// A vector of items without its type.
struct item_sink {
  void* items;
  void* (*append)(void* items);
  void (*reserve)(void* items, std::size_t more);
  void (*drop_last)(void* items);
  const record_description* record;
};
template <class T>
item_sink sink_of(std::vector<T>& items) {
  return {&items, [](void* to) -> void* { return &static_cast<std::vector<T>*>(to)->emplace_back(); },
          [](void* to, std::size_t more) {
            auto& all = *static_cast<std::vector<T>*>(to);
            all.reserve(all.size() + more);
          },
          [](void* from) { static_cast<std::vector<T>*>(from)->pop_back(); }, &record_of<T>};
}
struct page_facts {
  std::uint64_t examined = 0;
  std::optional<cursor> next;
};

/// False once everything was read or a limit was reached.
bool has_more(const read_state&);
/// How much has to be read before a call can be answered: one page, as many as it takes until there is an item, or as many as
/// it takes to know that there is only one.
enum class page_need : std::uint8_t { a_page, an_item, the_only_item };
/// Where the next request goes. `read` null: nowhere, the answer is in hand.
std::shared_ptr<endpoint> page_endpoint(const shared_read&, page_need);
result<request> page_request(read_state&);
/// Takes a page's reply in. After a failure the state is as before, so that the same page can be asked for again.
result<page_facts> take_page(read_state&, const reply&, const item_sink&);
/// The items of a reply alone.
result<void> read_items(const reply&, const item_sink&);
operation<std::uint64_t> count_pages(shared_read);

template <class T>
result<std::optional<page<T>>> decode_page(reply&& answer, void* state) {
  auto& read = *static_cast<read_state*>(state);
  if (!has_more(read)) return std::optional<page<T>>();
  std::optional<page<T>> one(std::in_place);
  result<page_facts> facts = take_page(read, answer, sink_of(one->items));
  if (!facts) return std::unexpected(std::move(facts).error());
  one->examined = facts->examined;
  one->next = std::move(facts->next);
  return one;
}

}  // namespace detail

/// The pages of a query or scan, one after the other: `while (auto page = co_await pages.next(); ...)`, or `.run()`.
/// Nothing is requested before the first next(), and one page is held at a time. Not thread-safe; one next() at a time.
template <class T>
class page_stream {
 public:
  explicit page_stream(detail::shared_read read) : read_(std::move(read)) {}

  /// The next page; empty after the last one. After an error the same page may be asked for again.
  operation<std::optional<page<T>>> next() {
    return {detail::page_endpoint(read_, detail::page_need::a_page), detail::page_request(*read_),
            detail::decode_page<T>, read_};
  }

 private:
  detail::shared_read read_;
};

/// The items of a query or scan, one after the other. Pages are requested as they are needed, and held one at a time.
template <class T>
class item_stream {
 public:
  explicit item_stream(detail::shared_read read) : shared_(std::make_shared<buffered>(std::move(read))) {}

  /// The next item; empty after the last one. After an error the same call may be repeated.
  operation<std::optional<T>> next() {
    if (shared_->at < shared_->items.size()) {
      // Answered from the page in hand; a coroutine still gets its turn by way of the executor.
      return {detail::page_endpoint(nullptr, detail::page_need::a_page), request(), decode, shared_};
    }
    return {detail::page_endpoint(shared_->read, detail::page_need::an_item), detail::page_request(*shared_->read),
            decode, shared_};
  }
  /// The next item of the page in hand, if there is one.
  std::optional<T> take_in_hand() {
    if (shared_->at == shared_->items.size()) return std::nullopt;
    return std::move(shared_->items[shared_->at++]);
  }

 private:
  struct buffered {
    explicit buffered(detail::shared_read r) : read(std::move(r)) {}
    detail::shared_read read;
    std::vector<T> items;
    std::size_t at = 0;
  };
  static result<std::optional<T>> decode(reply&& answer, void* state) {
    auto& in_hand = *static_cast<buffered*>(state);
    if (in_hand.at == in_hand.items.size()) {
      if (!detail::has_more(*in_hand.read)) return std::optional<T>();
      std::vector<T> items;
      const result<detail::page_facts> facts = detail::take_page(*in_hand.read, answer, detail::sink_of(items));
      if (!facts) return std::unexpected(facts.error());
      in_hand.items = std::move(items);
      in_hand.at = 0;
      if (in_hand.items.empty()) return std::optional<T>();
    }
    return std::optional<T>(std::move(in_hand.items[in_hand.at++]));
  }

  std::shared_ptr<buffered> shared_;
};

/// A range-for over something that is pulled: each element is a result, and after an error there is none.
/// Owns what it iterates over, so it may stand on a temporary: `for (auto page : users.query("a").pages())`.
template <class Stream, class Element>
class blocking_range {
 public:
  explicit blocking_range(Stream stream) : stream_(std::move(stream)) {}

  class iterator {
   public:
    using value_type = result<Element>;
    using difference_type = std::ptrdiff_t;
    explicit iterator(blocking_range* range) : range_(range) { ++*this; }
    iterator(iterator&&) noexcept = default;
    iterator& operator=(iterator&&) noexcept = default;
    /// To be moved from, once: `for (auto page : ...)` and `for (auto&& page : ...)`.
    value_type&& operator*() const { return std::move(*range_->current_); }
    iterator& operator++() {
      range_->advance();
      return *this;
    }
    void operator++(int) { ++*this; }
    bool at_end() const noexcept { return !range_->current_.has_value(); }
    friend bool operator==(const iterator& i, std::default_sentinel_t) noexcept { return i.at_end(); }

   private:
    blocking_range* range_;
  };
  iterator begin() { return iterator(this); }
  std::default_sentinel_t end() const { return {}; }

 private:
  void advance() {
    const bool failed = current_ && !*current_;
    current_.reset();
    if (failed) return;
    if constexpr (requires { stream_.take_in_hand(); }) {
      if (std::optional<Element> next = stream_.take_in_hand()) {
        current_.emplace(std::move(*next));
        return;
      }
    }
    result<std::optional<Element>> next = stream_.next().run();
    if (!next) {
      current_.emplace(std::unexpected(std::move(next).error()));
    } else if (*next) {
      current_.emplace(std::move(**next));
    }
  }

  Stream stream_;
  std::optional<result<Element>> current_;
};

}  // namespace dynamo
