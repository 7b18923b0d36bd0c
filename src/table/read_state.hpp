#pragma once

#include <dynamo/table/read.hpp>

#include <table/expressions.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::detail {

/// Makes room for the items that follow the first one of a page, judged by its text: moving them all each time the vector
/// grows costs more than reading some.
inline void reserve_for_rest(const item_sink& sink, std::size_t first_item_bytes, std::size_t rest_bytes) {
  constexpr std::size_t reserved_items_max = 1000;
  sink.reserve(sink.items, std::min(rest_bytes / first_item_bytes, reserved_items_max));
}

/// A query or scan under way. Not thread-safe: one request at a time.
class read_state {
 public:
  read_state(request_builder&&, const table_binding&, const schema_description&, const keys_description* index,
             read_options&&);

  void project(const record_description& view);
  void limit_items(std::uint64_t items);
  /// Ask for no items, only for how many there are.
  void count_only();

  bool has_more() const noexcept { return !finished_; }
  const std::shared_ptr<endpoint>& via() const noexcept { return via_; }
  result<request> next_request();
  /// `sink` null: the items are counted, not read.
  result<page_facts> take(const reply&, const item_sink* sink);
  std::uint64_t returned() const noexcept { return returned_; }

 private:
  std::string key_of_item(std::string_view item) const;
  void print();

  std::shared_ptr<endpoint> via_;
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
};

}  // namespace dynamo::detail
