#pragma once

#include <dynamo/protocol/operation.hpp>
#include <dynamo/protocol/operation_name.hpp>
#include <dynamo/table/condition.hpp>
#include <dynamo/table/detail/assembled_update.hpp>
#include <dynamo/table/update.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dynamo {
class call_metrics;
enum class capacity_counted : std::uint8_t;
}  // namespace dynamo

/// What tables put together requests with. None of it is a template, so none of it is compiled in an application.
namespace dynamo::detail {

/// What stands around a table's endpoint: see table::with().
struct binding_settings {
  std::optional<call_times> times;
  std::shared_ptr<const retry_settings> retries;
  std::shared_ptr<call_metrics> metrics;
  capacity_counted counted{};  ///< by the metrics

  binding_settings();
  binding_settings(const binding_settings&);
  ~binding_settings();
};

/// An endpoint and a table's name at run time: what every call on a table needs. Immutable and shared.
struct table_binding {
  table_binding(std::shared_ptr<endpoint>, text_argument name, const binding_settings& = {});
  std::shared_ptr<endpoint> given;  ///< as the caller gave it
  binding_settings settings;
  std::shared_ptr<endpoint> via;  ///< that endpoint, with what stands around it: where requests go
  std::string name;
  std::string opening;  ///< {"TableName":"..."
};

std::shared_ptr<const table_binding> bind_table(std::shared_ptr<endpoint>, text_argument name);
std::shared_ptr<const table_binding> bind_with_times(const table_binding&, const call_times&);
std::shared_ptr<const table_binding> bind_with_retries(const table_binding&, const retry_settings&);
std::shared_ptr<const table_binding> bind_with_metrics(const table_binding&, std::shared_ptr<call_metrics>,
                                                       bool has_vector_indexes);
/// The same name and settings on another endpoint.
std::shared_ptr<const table_binding> bind_on(const table_binding&, std::shared_ptr<endpoint>);

/// What a table has that was moved from, or is used before it was initialised: its calls answer an error.
const std::shared_ptr<const table_binding>& no_binding() noexcept;

enum class return_values : std::uint8_t { none, all_old, all_new, updated_old, updated_new };

/// Expressions of one request, until their names and values are printed together.
struct expressions;

/// Builds one request body, member by member. The first problem is kept and becomes the result.
class request_builder {
 public:
  request_builder(operation_name, const table_binding&);
  request_builder(request_builder&&) noexcept;
  request_builder& operator=(request_builder&&) = delete;
  ~request_builder();

  json::buffer& body() noexcept { return body_; }
  /// `,"Item":` or `,"Key":` and so on; the value follows.
  void name(std::string_view literal_name);
  /// `,"ConsistentRead":true` and so on; both are written as they stand.
  void member(std::string_view literal_name, std::string_view json);

  void item(const record_description&, const void* object);
  /// Keys that were encoded before, an object of attribute values.
  void key(std::string_view json);
  /// That key, for a decoder whose reply does not say it.
  std::shared_ptr<void> shared_key() const;
  /// Only an item that exists is updated: a new one would lack this member, which is not optional. `key` is the table's.
  void existing_only(std::string_view key, std::string_view lacking) {
    key_attribute_ = key;
    lacking_ = lacking;
  }

  void condition(const untyped_condition&);
  void filter(const untyped_condition&);
  void key_condition(const untyped_condition&);
  void search_condition(const untyped_condition&);
  /// Each further one is joined by AND: the partition key's attributes and the sort key's.
  void key_equals(std::string_view attribute, const bound_value&);
  void action(const untyped_action&);
  void update(const expression::update&);
  /// Attributes known at run time; the expression is checked against DynamoDB's bounds.
  void update(const assembled_update&);
  /// existing_only(), unless what was assembled and `given` give a new item every member that is not optional.
  void existing_unless_complete(const record_description&, const keys_description&,
                                std::span<const std::string_view> given);
  void project(const record_description& view, std::span<const std::string_view> always);
  /// What a view holds, and the keys of its item.
  void project_with_keys(const record_description& view, const keys_description&);
  void returning(return_values);
  void on_failure_return_item(const keys_description&);
  /// The table has vector indexes, and a write tells what they take only by index.
  void capacity_by_index() noexcept { capacity_by_index_ = true; }

  void problem(error);
  void problem(const std::optional<error>&);
  bool failed() const noexcept { return problem_.has_value(); }

  /// Prints the expressions and closes the body. A write is repeatable if doing it twice leaves the same end state and gives
  /// the same answer.
  [[nodiscard]] result<request> finish() &&;
  /// The same as a call on the table's endpoint.
  prepared_call prepare() &&;

 private:
  friend class single_read;
  expressions& parts();
  /// Adds that the item exists, unless the caller's condition says so.
  void demand_existence();
  /// An update that was put together at run time may be longer than DynamoDB allows.
  void check_length();
  /// Adds what keeps computed integers in the range of their members.
  void demand_ranges();
  void return_current_item();

  const std::shared_ptr<endpoint>& via_;  // of the binding, which outlives every call that is being put together
  operation_name operation_;
  bool capacity_by_index_ = false;
  bool answer_depends_ = false;  // on what was there before: a condition, or returned old values
  json::buffer body_;
  std::size_t key_at_ = 0, key_size_ = 0;  // in body_
  std::string_view key_attribute_;         // static
  std::string_view lacking_;               // static; empty: may create
  // What is told if a condition fails and all of them are ours; empty: that condition is not there, or the caller has one too.
  std::string why_absent_, why_out_of_range_;
  const keys_description* current_item_ = nullptr;  // what a failed condition brings is an item with these keys
  std::unique_ptr<expressions> parts_;
  std::optional<error> problem_;
};

/// Reads the item that a write returned. False when the reply has none. An error says that the write was done, and the item's key.
[[nodiscard]] result<bool> read_returned(const reply&, const record_description&, const keys_description&,
                                         void* object);
/// An attribute that a write on the item with this key returned could not be read.
error unreadable_return(const error&, std::string_view key);
/// Reads one item that a reply has under `member` ("Item", "Attributes"). False when the reply has none. An error names the item,
/// by `key` or, where that is null, by those of `keys` that the reply has.
[[nodiscard]] result<bool> read_item(const reply&, std::string_view member, const record_description&,
                                     const keys_description& keys, const std::string* key, void* object);
/// The same as text, for attributes that are decoded on demand; empty when there is none.
[[nodiscard]] result<std::string> read_item_text(const reply&, std::string_view member);
/// Reads one attribute of an item's text. False when it is missing.
[[nodiscard]] result<bool> read_attribute(std::string_view padded_item, std::string_view name, const value_operations&,
                                          void* value);
/// The item that a failed condition carries; see on_failure_return_item. False when it carries none.
[[nodiscard]] result<bool> read_current_item(const error&, const record_description&, void* object);

/// A key on its way: an object of attribute values.
void begin_key_attribute(json::buffer&, std::string_view name);

}  // namespace dynamo::detail
