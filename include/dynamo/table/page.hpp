#pragma once

#include <dynamo/protocol/operation.hpp>
#include <dynamo/schema/detail/record.hpp>
#include <dynamo/table/bad_item.hpp>
#include <dynamo/table/cursor.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace dynamo {

namespace detail {
/// What a page says beside its items.
struct page_facts {
  page_facts();
  page_facts(const page_facts&);
  page_facts(page_facts&&) noexcept;
  page_facts& operator=(const page_facts&);
  page_facts& operator=(page_facts&&) noexcept;
  ~page_facts();

  std::uint64_t examined = 0;       ///< items read, before the filter
  std::vector<bad_item> bad_items;  ///< that could not be read; only with the option skip_bad_items
  std::optional<cursor> next;       ///< where the page after this one begins; empty when there is nothing more to read
};
}  // namespace detail

/// What one request of a query or scan brought: its items, `examined` and `next`. May be empty although more pages follow:
/// everything was filtered out.
template <class T>
class page : public detail::page_facts {
 public:
  page() = default;
  std::vector<T> items;

  auto begin() const { return items.begin(); }
  auto end() const { return items.end(); }
};

namespace detail {

/// A query or scan under way: the request it repeats, what it still may return, and where it stands. Its members live in
/// src/table/reads/read_state.cpp.
class read_state;
using shared_read = std::shared_ptr<read_state>;

/// A vector of items without its type. `resize` makes it hold so many and says where the first one lies.
struct item_sink {
  void* items;
  void* (*resize)(void* items, std::size_t count);
  std::size_t stride;
  const record_description* record;
};
/// For an empty vector.
template <class T>
item_sink sink_of(std::vector<T>& items) {
  return {&items,
          [](void* to, std::size_t new_size) -> void* {
            auto& all = *static_cast<std::vector<T>*>(to);
            all.resize(new_size);
            return all.data();
          },
          sizeof(T), &record_of<T>};
}

/// Whether an item can be read, and why not.
using item_probe = result<void> (*)(std::string_view padded_item);
template <class T>
[[nodiscard]] result<void> try_item(std::string_view padded_item) {
  T scratch{};
  json::cursor in(padded_item);
  decoder from(in);
  read_record(from, record_of<T>, &scratch);
  return std::move(from).finish();
}
/// For reads that leave out what cannot be read and look for items: tells them what can.
void probe_items(read_state&, item_probe);

/// How much has to be read before a call can be answered: one page, as many as it takes until there is an item, or as many as
/// it takes to know that there is only one.
enum class page_need : std::uint8_t { a_page, an_item, the_only_item };
/// The call that brings it, and takes the read along as its state. Where nothing is left to be read it asks nobody.
prepared_call prepare_page(const shared_read&, page_need);
/// A call whose answer is in hand; it asks nobody. `state` goes to the decoder.
prepared_call prepare_answer(std::shared_ptr<void> state);
/// Takes a page's reply in. False: everything had been read before, or a limit had been reached. After a failure the state is as
/// before, so that the same page can be asked for again, and there are no items.
[[nodiscard]] result<bool> take_page(read_state&, const reply&, const item_sink&, page_facts&);
/// Makes the call on this thread and takes its reply in.
[[nodiscard]] result<bool> fetch_page(const shared_read&, page_need, const item_sink&, page_facts&);
/// The first item, or more than that, of a reply to prepare_page(); `state` is what that put there.
[[nodiscard]] result<void> read_first(const reply&, void* state, const item_sink&);
operation<std::uint64_t> count_pages(shared_read);

// A value is decoded where it is returned: moving structs about is much code in every file that reads them.

template <class T>
[[nodiscard]] result<std::optional<page<T>>> decode_next_page(reply&& answer, void* state) {
  result<std::optional<page<T>>> one(std::in_place, std::in_place);
  page<T>& into = **one;
  const result<bool> got = take_page(*static_cast<read_state*>(state), answer, sink_of(into.items), into);
  if (!got) {
    one = std::unexpected(got.error());
  } else if (!*got) {
    one->reset();
  }
  return one;
}
template <class T>
[[nodiscard]] result<page<T>> decode_page(reply&& answer, void* state) {
  result<page<T>> one(std::in_place);
  const result<bool> got = take_page(*static_cast<read_state*>(state), answer, sink_of(one->items), *one);
  if (!got) one = std::unexpected(got.error());
  return one;
}
template <class T>
[[nodiscard]] result<std::optional<T>> decode_first(reply&& answer, void* state) {
  std::vector<T> found;
  const result<void> done = read_first(answer, state, sink_of(found));
  result<std::optional<T>> first;
  if (!done) {
    first = std::unexpected(done.error());
  } else if (!found.empty()) {
    first->emplace(std::move(found.front()));
  }
  return first;
}

/// The pages of a range-for.
template <class T>
class pages_in_turn {
 public:
  explicit pages_in_turn(shared_read read) : read_(std::move(read)) {}
  void pull(std::optional<result<page<T>>>& current) {
    page<T>& into = *current.emplace();
    const result<bool> got = fetch_page(read_, page_need::a_page, sink_of(into.items), into);
    if (!got) {
      *current = std::unexpected(got.error());
    } else if (!*got) {
      current.reset();
    }
  }

 private:
  shared_read read_;
};
/// The items of a range-for.
template <class T>
class items_in_turn {
 public:
  explicit items_in_turn(shared_read read) : read_(std::move(read)) {}
  void pull(std::optional<result<T>>& current) {
    if (at_ == items_.size()) {
      items_.clear();
      at_ = 0;
      page_facts facts;
      const result<bool> got = fetch_page(read_, page_need::an_item, sink_of(items_), facts);
      if (!got) {
        current.emplace(std::unexpected(got.error()));
        return;
      }
      if (items_.empty()) return current.reset();
    }
    current.emplace(std::move(items_[at_++]));
  }

 private:
  shared_read read_;
  std::vector<T> items_;
  std::size_t at_ = 0;
};

}  // namespace detail

/// The pages of a query or scan, one after the other: `while (auto page = co_await pages.next(); ...)`, or `.run()`.
/// Nothing is requested before the first next(), and one page is held at a time, with the option prefetch two. Not thread-safe; one next() at a time.
template <class T>
class page_stream {
 public:
  explicit page_stream(detail::shared_read read) : read_(std::move(read)) {}

  /// The next page; empty after the last one. After an error the same page may be asked for again.
  operation<std::optional<page<T>>> next() {
    return {detail::prepare_page(read_, detail::page_need::a_page), detail::decode_next_page<T>};
  }

 private:
  detail::shared_read read_;
};

/// The items of a query or scan, one after the other. Pages are requested as they are needed, and held one at a time (prefetch: two).
template <class T>
class item_stream {
 public:
  explicit item_stream(detail::shared_read read) : shared_(std::make_shared<buffered>(std::move(read))) {}

  /// The next item; empty after the last one. After an error the same call may be repeated.
  operation<std::optional<T>> next() {
    // Answered from the page in hand where it can be; a coroutine still gets its turn by way of the executor.
    if (shared_->at < shared_->items.size()) return {detail::prepare_answer(shared_), decode};
    return {detail::prepare_page(shared_->read, detail::page_need::an_item).with_state(shared_), decode};
  }

 private:
  struct buffered {
    explicit buffered(detail::shared_read r) : read(std::move(r)) {}
    detail::shared_read read;
    std::vector<T> items;
    std::size_t at = 0;
  };
  [[nodiscard]] static result<std::optional<T>> decode(reply&& answer, void* state) {
    auto& in_hand = *static_cast<buffered*>(state);
    result<std::optional<T>> next;
    if (in_hand.at == in_hand.items.size()) {
      in_hand.items.clear();
      in_hand.at = 0;
      detail::page_facts facts;
      const result<bool> got = detail::take_page(*in_hand.read, answer, detail::sink_of(in_hand.items), facts);
      if (!got) next = std::unexpected(got.error());
    }
    if (in_hand.at < in_hand.items.size()) next->emplace(std::move(in_hand.items[in_hand.at++]));
    return next;
  }

  std::shared_ptr<buffered> shared_;
};

/// A range-for over something that is pulled: each element is a result, and after an error there is none.
/// Owns what it iterates over, so it may stand on a temporary: `for (auto page : users.query("a").pages())`.
/// `Source` has either pull(current), which leaves the next element there or nothing, or the next() of a stream.
template <class Source, class Element>
class blocking_range {
 public:
  explicit blocking_range(Source source) : source_(std::move(source)) {}

  class iterator {
   public:
    using value_type = result<Element>;
    using difference_type = std::ptrdiff_t;
    explicit iterator(blocking_range* range) : range_(range) { ++*this; }
    iterator(iterator&&) noexcept = default;
    iterator& operator=(iterator&&) noexcept = default;
    /// Once for each element: `for (auto page : ...)` and `for (auto&& page : ...)`.
    /// Not inline: g++ 12 sees into the move of a std::expected, and warns falsely (-Wmaybe-uninitialized) where the loop
    /// uses the value of a result that cannot have failed.
    [[gnu::noinline]] value_type operator*() const { return std::move(*range_->current_); }
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
    if constexpr (requires { source_.pull(current_); }) {
      source_.pull(current_);
    } else {
      result<std::optional<Element>> next = source_.next().run();
      if (!next) {
        current_.emplace(std::unexpected(std::move(next).error()));
      } else if (*next) {
        current_.emplace(std::move(**next));
      }
    }
  }

  Source source_;
  std::optional<result<Element>> current_;
};

}  // namespace dynamo
