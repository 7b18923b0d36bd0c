#pragma once

#include <dynamo/table/detail/read.hpp>

#include <table/reads/prefetching_endpoint.hpp>
#include <table/requests/expressions.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::detail {

/// Fills a sink item by item. How many are to come is estimated by the first one's text: moving them all each time the vector grows
/// costs more than reading some. Unless kept() was called, no item stays.
class item_filler {
 public:
  explicit item_filler(const item_sink& sink) noexcept : sink_(sink) {}
  item_filler(const item_filler&) = delete;
  item_filler& operator=(const item_filler&) = delete;
  ~item_filler() { sink_.resize(sink_.items, kept_ ? used_ : 0); }

  /// Reads one item at the cursor; `total` is the size of the whole text.
  void read(decoder& from, std::size_t total) {
    if (used_ == room_) make_room(used_ == 0 ? 1 : 2 * used_);
    const std::size_t begin = from.in().position();
    read_record(from, *sink_.record, first_ + used_++ * sink_.stride);
    if (used_ != 1 || !from.in().ok()) return;
    constexpr std::size_t foreseen_max = 1000;
    const std::size_t end = from.in().position();
    make_room(1 + std::min((total - end) / (end - begin), foreseen_max));
  }
  std::size_t count() const noexcept { return used_; }
  void keep() noexcept { kept_ = true; }
  /// The item that was read last is none; what was read of it goes.
  void drop_last() { make_room(--used_); }

 private:
  void make_room(std::size_t items) {
    room_ = items;
    first_ = static_cast<char*>(sink_.resize(sink_.items, items));
  }

  const item_sink& sink_;
  char* first_ = nullptr;
  std::size_t used_ = 0;
  std::size_t room_ = 0;
  bool kept_ = false;
};

/// A query or scan under way. Not thread-safe: one request at a time.
class read_state {
 public:
  virtual ~read_state() = default;

  virtual void project(const record_description& view) = 0;
  virtual void limit_items(std::uint64_t items) = 0;
  /// Ask for no items, only for how many there are.
  virtual void count_only() = 0;
  /// Ask for no page ahead: only one is wanted, or nobody works between them.
  virtual void without_prefetch() = 0;

  virtual bool has_more() const noexcept = 0;
  /// Where next_request() goes.
  virtual std::shared_ptr<endpoint> via() const = 0;
  virtual result<request> next_request() = 0;
  /// `sink` null: the items are counted, not read.
  virtual result<void> take(const reply&, const item_sink* sink, page_facts&) = 0;
  /// Counts a page that nobody wants to see.
  result<void> pass(const reply& page) {
    page_facts facts;
    return take(page, nullptr, facts);
  }
  /// How many items of a reply can be returned.
  std::uint64_t count_items(const reply&) const;
  virtual std::uint64_t returned() const noexcept = 0;
  /// Of the table and the index, sorted: what tells an item from the others.
  virtual std::span<const std::string_view> key_names() const noexcept = 0;
  /// Null: an item that cannot be read is an error.
  const std::shared_ptr<bad_item_policy>& bad_items() const noexcept { return bad_items_; }

 protected:
  explicit read_state(std::shared_ptr<bad_item_policy> bad) noexcept : bad_items_(std::move(bad)) {}

 private:
  std::shared_ptr<bad_item_policy> bad_items_;
};

/// One that asks for page after page.
class single_read final : public read_state {
 public:
  single_read(request_builder&&, const table_binding&, const schema_description&, const keys_description* index,
              read_options&&);
  ~single_read() override {
    if (ahead_) ahead_->abandon();
  }
  single_read(const single_read&) = delete;
  single_read& operator=(const single_read&) = delete;
  static request_builder copy_of(const request_builder&, const table_binding&);

  void project(const record_description& view) override;
  void limit_items(std::uint64_t items) override;
  void count_only() override;
  void without_prefetch() override { ahead_.reset(); }
  bool has_more() const noexcept override { return !finished_; }
  std::shared_ptr<endpoint> via() const override { return ahead_ ? std::shared_ptr<endpoint>(ahead_) : via_; }
  result<request> next_request() override;
  result<void> take(const reply&, const item_sink* sink, page_facts&) override;
  std::uint64_t returned() const noexcept override { return returned_; }
  std::span<const std::string_view> key_names() const noexcept override { return key_names_; }

  // For a read that is made of several:
  const std::string& binding() const noexcept { return binding_; }
  /// The key after which it goes on; empty: from the beginning.
  const std::string& start_key() const noexcept { return start_key_; }
  void start_behind(std::string key) { start_key_ = std::move(key); }
  /// There is nothing after what was read.
  bool at_end() const noexcept { return at_end_; }
  void end() noexcept { at_end_ = finished_ = true; }
  /// So many more items.
  void allow(std::uint64_t more) { options_.item_limit = returned_ + more; }

 private:
  void print();

  std::shared_ptr<endpoint> via_;
  std::shared_ptr<prefetching_endpoint> ahead_;  // null: no page is asked for ahead
  operation_name operation_;
  json::buffer body_;                   // without limits, start key and closing brace
  std::unique_ptr<expressions> parts_;  // until they are printed into body_
  std::optional<error> problem_;
  std::vector<std::string_view> key_names_;  // of the table and the index, sorted: what a cursor is made of
  std::string binding_;                      // what cursors are bound to
  read_options options_;
  std::string start_key_;  // empty: from the beginning
  std::uint64_t returned_ = 0;
  std::uint64_t examined_ = 0;
  std::uint64_t pages_ = 0;
  bool filtered_ = false;
  bool counting_ = false;
  bool fetches_ = false;  // a local index that has to look into the table for what it does not project
  bool finished_ = false;
  bool at_end_ = false;
};

}  // namespace dynamo::detail
