#pragma once

#include <dynamo/base/timer.hpp>
#include <dynamo/protocol/operation.hpp>
#include <dynamo/remote/default_endpoint.hpp>
#include <dynamo/table/batch.hpp>
#include <dynamo/table/detail/read.hpp>
#include <dynamo/table/detail/request_builder.hpp>
#include <dynamo/table/detail/reserved_names.hpp>
#include <dynamo/table/detail/temporaries.hpp>
#include <dynamo/table/key.hpp>
#include <dynamo/table/options.hpp>
#include <dynamo/table/partial_update.hpp>
#include <dynamo/table/partition.hpp>
#include <dynamo/table/raw.hpp>
#include <dynamo/table/search.hpp>
#include <dynamo/table/update.hpp>
#include <dynamo/table/update_list.hpp>

#include <concepts>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace dynamo {

/// Anything a table can be put on: an endpoint, or whatever has one, such as dynamo::database.
template <class T>
concept endpoint_source = std::convertible_to<const T&, std::shared_ptr<endpoint>> || requires(const T& source) {
  { source.endpoint() } -> std::convertible_to<std::shared_ptr<endpoint>>;
};

/// Attributes of an item of which only some are there: what return_updated_old and return_updated_new bring.
template <class Entity>
class some_attributes {
 public:
  /// `key` is that of the item, for messages.
  explicit some_attributes(std::string_view json, std::string_view key = {}) : item_(json), key_(key) {}

  /// The value of one attribute; empty if it is not among these. errc::decoding if it does not fit the member; the write was done.
  template <auto Member>
  [[nodiscard]] result<std::optional<typename attribute<Member>::value_type>> get(attribute<Member>) const {
    static_assert(std::is_same_v<owner_of<Member>, Entity>, "dynamo: this attribute belongs to another table's items");
    using value_type = typename attribute<Member>::value_type;
    std::optional<value_type> value(std::in_place);
    const result<bool> found =
        detail::read_attribute(item_.view(), attribute_name<Member>, detail::operations<value_type>::table, &*value);
    if (!found) return std::unexpected(detail::unreadable_return(found.error(), key_));
    if (!*found) value.reset();
    return value;
  }
  bool empty() const noexcept { return item_.view().size() <= 2; }

 private:
  json::buffer item_;
  std::string key_;
};

namespace detail {

/// `key` is null where the item has its key among its attributes.
template <class Schema, class T>
[[nodiscard]] result<std::optional<T>> decode_optional_item(reply&& answer, void* key) {
  result<std::optional<T>> found(std::in_place, std::in_place);
  const result<bool> present = read_item(answer, "Item", record_of<T>, Schema::description.table,
                                         static_cast<const std::string*>(key), &**found);
  if (!present) {
    found = std::unexpected(present.error());
  } else if (!*present) {
    found->reset();
  }
  return found;
}

enum class answer_kind : std::uint8_t { nothing, old_item, new_item, some };
template <class... Clauses>
consteval answer_kind answer_of() {
  constexpr std::size_t asked =
      (std::size_t{0} + ... +
       std::size_t{std::is_same_v<Clauses, return_old_t> || std::is_same_v<Clauses, return_new_t> ||
                   std::is_same_v<Clauses, return_updated_old_t> || std::is_same_v<Clauses, return_updated_new_t>});
  static_assert(asked <= 1,
                "dynamo: a call returns one thing: return_old, return_new, return_updated_old or return_updated_new");
  if constexpr ((std::is_same_v<Clauses, return_old_t> || ...)) return answer_kind::old_item;
  if constexpr ((std::is_same_v<Clauses, return_new_t> || ...)) return answer_kind::new_item;
  if constexpr (((std::is_same_v<Clauses, return_updated_old_t> || std::is_same_v<Clauses, return_updated_new_t>) ||
                 ...))
    return answer_kind::some;
  return answer_kind::nothing;
}

[[nodiscard]] result<void> decode_nothing(reply&&, void*);

/// The operation whose value is what was asked for.
template <class Schema, answer_kind Kind, class... Parts>
auto finish(request_builder&& builder) {
  using entity = typename Schema::entity;
  if constexpr (Schema::description.vector_index_count != 0) builder.capacity_by_index();
  if constexpr ((is_on_temporary<Parts> || ...)) {
    return on_temporary(finish<Schema, Kind>(std::move(builder)));
  } else if constexpr (Kind == answer_kind::nothing) {
    return operation<void>(std::move(builder).prepare(), decode_nothing);
  } else if constexpr (Kind == answer_kind::old_item) {
    return operation<std::optional<entity>>(std::move(builder).prepare(), [](reply&& answer, void*) {
      result<std::optional<entity>> found(std::in_place, std::in_place);
      const result<bool> present = read_returned(answer, record_of<entity>, Schema::description.table, &**found);
      if (!present) {
        found = std::unexpected(present.error());
      } else if (!*present) {
        found->reset();
      }
      return found;
    });
  } else if constexpr (Kind == answer_kind::new_item) {
    return operation<entity>(std::move(builder).prepare(), [](reply&& answer, void*) {
      result<entity> found(std::in_place);
      const result<bool> present = read_returned(answer, record_of<entity>, Schema::description.table, &*found);
      if (!present) {
        found = std::unexpected(present.error());
      } else if (!*present) {
        found = fail(errc::decoding, "the reply has no attributes, although they were asked for");
      }
      return found;
    });
  } else {
    std::shared_ptr<void> key = builder.shared_key();
    return operation<some_attributes<entity>>(std::move(builder).prepare().with_state(std::move(key)),
                                              [](reply&& answer, void* state) -> result<some_attributes<entity>> {
                                                const result<std::string> text = read_item_text(answer, "Attributes");
                                                const std::string& about = *static_cast<const std::string*>(state);
                                                if (!text)
                                                  return std::unexpected(unreadable_return(text.error(), about));
                                                return some_attributes<entity>(*text, about);
                                              });
  }
}

/// The attribute that an item has after this clause of an update, even if there was no item; empty: none.
template <class Clause>
consteval std::string_view attribute_given_by() {
  if constexpr (requires { requires Clause::gives; }) return attribute_name<Clause::root>;
  return {};
}
/// A clause whose attributes are known at run time only.
template <class Clause>
inline constexpr bool assembles = requires(const Clause& clause, const update_target& target) {
  clause.assemble(target);
} || requires(const Clause& clause) { clause.assembled(); };

/// Whether these clauses of an update may create an item that lacks members.
template <class... Clauses>
inline constexpr bool partial_allowed =
    ((std::is_same_v<Clauses, create_partial_t> || std::is_base_of_v<raw_actions, Clauses>) || ...);

/// A member that is not optional, is no key, and is not given by these clauses of an update: an item that they create lacks it.
/// Empty: there is none, or the caller asked for it, or has written actions as text.
template <class Schema, class... Clauses>
consteval std::string_view lacking_after() {
  if constexpr (partial_allowed<Clauses...>) {
    return {};
  } else {
    constexpr std::string_view names[] = {std::string_view(), attribute_given_by<Clauses>()...};
    const record_description& record = record_of<typename Schema::entity>;
    for (std::size_t i = 0; i < record.count; ++i) {
      const field_description& field = record.fields[i];
      if (!field.required || Schema::description.table.has_key(field.name)) continue;
      bool found = false;
      for (const std::string_view name : names) found = found || name == field.name;
      if (!found) return field.name;
    }
    return {};
  }
}

template <class Entity, class Clause>
inline constexpr bool same_entity = std::is_same_v<Entity, Clause> || std::is_same_v<Clause, any_entity>;

template <class Source>
std::shared_ptr<endpoint> endpoint_of(const Source& source) {
  if constexpr (std::convertible_to<const Source&, std::shared_ptr<endpoint>>) {
    return source;
  } else {
    return source.endpoint();
  }
}

operation<void> create_table(const std::shared_ptr<const table_binding>&, const schema_description&, stream_view,
                             timer&);
operation<std::vector<std::string>> verify_table(const table_binding&, const schema_description&);

}  // namespace detail

/// The item that a failed only_if() found, if the call asked for it by on_failure_return_item.
template <class T>
[[nodiscard]] result<std::optional<T>> current_item(const error& why) {
  std::optional<T> current(std::in_place);
  const result<bool> found = detail::read_current_item(why, detail::record_of<T>, &*current);
  if (!found) return std::unexpected(found.error());
  if (!*found) current.reset();
  return current;
}

/// A table whose items are structs. A cheap handle: an endpoint and a name.
///
/// Each call encodes its arguments at once and returns an operation: `.run()` blocks, `co_await` suspends (with
/// <dynamo/asio.hpp>); nothing that was passed has to outlive the call. Keys, attributes and value types are checked by the
/// compiler. Thread-safe: distinct calls may be made concurrently.
template <schema_type Schema>
class table {
 public:
  using schema = Schema;
  using entity = typename Schema::entity;
  using key = key_of<Schema>;

 private:
  using key_on_temporary = detail::key_on_temporary<Schema>;

 public:
  /// `source` is a dynamo::database, or any endpoint.
  template <endpoint_source Source>
  explicit table(const Source& source) : table(source, Schema::name) {}
  /// The same under another name than the schema's.
  template <endpoint_source Source>
  table(const Source& source, detail::text_argument name)
      : binding_(detail::bind_table(detail::endpoint_of(source), name)) {
    detail::tell_reserved_names_once<Schema>();
  }

  /// On the process's default endpoint, whichever that is when a call is made: see set_default_endpoint().
  table() : table(default_endpoint()) {}
  explicit table(detail::text_argument name) : table(default_endpoint(), name) {}

  /// The same table, whose batch calls go on as the policy says unless they have one of their own.
  table with(const batch_policy& policy) const {
    table changed = *this;
    changed.batches_ = policy;
    return changed;
  }

  /// The same table, whose queries and scans ask for pages of so many items unless they have a page_size of their own.
  table with(page_size items) const {
    table changed = *this;
    changed.page_items_ = items.get();
    return changed;
  }
  /// The same table, each of whose requests may take so long, instead of what was said before: see timed(). Also for one call: `users.with(times).get(id)`.
  table with(const call_times& times) const {
    table changed = *this;
    changed.binding_ = detail::bind_with_times(binding(), times);
    return changed;
  }
  /// The same table, each of whose requests is tried so often, and with such waits, instead of what was said before: see retried_as(). Also for one call.
  table with(const retry_settings& retries) const {
    table changed = *this;
    changed.binding_ = detail::bind_with_retries(binding(), retries);
    return changed;
  }

  /// The same table, whose calls are counted, with the capacity that each of them consumed, although no call asks for it: requests of
  /// batches and the pages of items(), pages() and count() too. See call_metrics::totals(); one object may serve many tables.
  /// Null: not counted.
  table with(std::shared_ptr<call_metrics> metrics) const {
    table changed = *this;
    changed.binding_ =
        detail::bind_with_metrics(binding(), std::move(metrics), Schema::description.vector_index_count != 0);
    return changed;
  }
  /// The same table, whose queries and scans make signed cursors, and resume from no other ones: see cursor_keys.
  table with(const cursor_keys& keys) const {
    table changed = *this;
    changed.cursors_ = keys;
    return changed;
  }

  /// The same table, with the same settings, on another endpoint. For one call, too: `users.on(replica).get("user123")`. A cursor of one
  /// endpoint can be resumed from on the other.
  template <endpoint_source Source>
  table on(const Source& source) const {
    table changed = *this;
    changed.binding_ = detail::bind_on(binding(), detail::endpoint_of(source));
    return changed;
  }

  const std::string& name() const noexcept { return binding().name; }

  /// Creates the table as the schema says, on-demand, unless there is one of that name, and waits until it can be used. A table
  /// of that name with other keys is errc::invalid_argument; `stream` is for a new table only.
  ///
  /// A table that is not ACTIVE is asked for again after 5 ms, and then after twice the last wait, at most 1 s; one that
  /// was being deleted is made anew. After 5 minutes, or when a wait would pass the request's deadline, the outcome is errc::timed_out;
  /// errc::cancelled if asked to stop. It waits on `time`, which must outlive the call: `.run()` blocks its thread meanwhile, any other
  /// way to wait blocks none.
  operation<void> create_if_absent(stream_view stream = stream_view::none, timer& time = system_timer()) const {
    return detail::create_table(shared_binding(), Schema::description, stream, time);
  }

  /// Compares the table with the schema: a sentence for each difference in keys, indexes and projections, none if they agree.
  /// errc::resource_not_found if there is no such table. Name the result before it is walked through: in `for (auto& s :
  /// *t.verify().run())` it dangles with compilers that do not keep such temporaries (P2718), g++ before 15 among them.
  operation<std::vector<std::string>> verify() const { return detail::verify_table(binding(), Schema::description); }

  /// The item with this key, or nothing. Option: consistent_read.
  template <class... Options>
  operation<std::optional<entity>> get(const key& k, const Options&... options) const {
    return get_item<entity>(false, k, options...);
  }
  template <class... Options>
  operation_on_temporary<std::optional<entity>> get(const key_on_temporary& k, const Options&... options) const {
    return detail::on_temporary(get_item<entity>(false, k, options...));
  }
  /// The same into a smaller struct; only its attributes are transferred. Its members must be attributes of the table's struct.
  template <class View, class... Options>
  operation<std::optional<View>> get(const key& k, const Options&... options) const {
    static_assert(
        detail::is_view<View, entity>(),
        "dynamo: a view may have only members that the table's items have too, under the same name and of the same type");
    return get_item<View>(true, k, options...);
  }
  template <class View, class... Options>
  operation_on_temporary<std::optional<View>> get(const key_on_temporary& k, const Options&... options) const {
    return detail::on_temporary(get<View>(static_cast<const key&>(k), options...));
  }

  /// Stores the item, replacing one with the same key. Options: only_if(...), return_old, on_failure_return_item,
  /// item_collection_metrics.
  template <class... Options>
  auto put(const entity& value, const Options&... options) const {
    detail::request_builder builder(operation_name::put_item, binding());
    builder.item(detail::record_of<entity>, &value);
    (write_option(builder, options), ...);
    return detail::finish<Schema, detail::answer_of<Options...>(), Options...>(std::move(builder));
  }
  template <class... Options>
  auto put(entity&& value, const Options&... options) const {
    if constexpr (detail::freed_twice<entity&&>) {
      return detail::on_temporary(put(std::as_const(value), options...));
    } else {
      return put(std::as_const(value), options...);
    }
  }
  template <class Item, class... Options>
    requires(!std::same_as<std::remove_cvref_t<Item>, entity>)
  auto put(const Item&, const Options&...) const {
    static_assert(
        std::same_as<Item, entity>,
        "dynamo: put takes an item of the table's struct; a view, which lacks attributes, cannot be put back");
  }

  /// Removes the item with this key, or with this item's key; removing what is not there is no error. Options: only_if(...),
  /// return_old, on_failure_return_item, item_collection_metrics.
  template <class... Options>
  auto remove(const key& k, const Options&... options) const {
    detail::request_builder builder = keyed(operation_name::delete_item, k);
    (write_option(builder, options), ...);
    return detail::finish<Schema, detail::answer_of<Options...>(), Options...>(std::move(builder));
  }
  template <class... Options>
  auto remove(const key_on_temporary& k, const Options&... options) const {
    return detail::on_temporary(remove(static_cast<const key&>(k), options...));
  }

  /// Changes attributes of the item with this key. Clauses: set, add, remove, erase, set_from, set_from_json, an update_list,
  /// raw_update, and the options only_if(...), create_partial, return_old, return_new, return_updated_old, return_updated_new,
  /// on_failure_return_item, item_collection_metrics. Key attributes cannot be changed.
  ///
  /// Where there is no such item, one is created if the clauses give it every member that is not optional. Otherwise it could
  /// not be read, so the request carries the condition that the item exists, unless only_if(...) implies that, and the answer is
  /// errc::conditional_check_failed. create_partial and raw_update leave the condition out. In the same way an integer that DynamoDB
  /// computes is kept in the range of its member: see add().
  template <class... Clauses>
  auto update(const key& k, const Clauses&... clauses) const {
    detail::request_builder builder = keyed(operation_name::update_item, k);
    (update_clause(builder, clauses), ...);
    if constexpr ((detail::assembles<Clauses> || ...)) {
      static constexpr std::string_view given[] = {std::string_view(), detail::attribute_given_by<Clauses>()...};
      if constexpr (!detail::partial_allowed<Clauses...>)
        builder.existing_unless_complete(detail::record_of<entity>, Schema::description.table, given);
    } else {
      constexpr std::string_view lacking = detail::lacking_after<Schema, Clauses...>();
      if constexpr (!lacking.empty()) builder.existing_only(Schema::keys::partition_attribute.name, lacking);
    }
    return detail::finish<Schema, detail::answer_of<Clauses...>(), Clauses...>(std::move(builder));
  }
  template <class... Clauses>
  auto update(const key_on_temporary& k, const Clauses&... clauses) const {
    return detail::on_temporary(update(static_cast<const key&>(k), clauses...));
  }

  /// The items with these keys, any number of them, in the order of the keys: see batch.hpp. `keys` is a range of what get()
  /// takes, with pairs for keys of two parts. Options: consistent_read, batch_policy.
  template <class Keys, class... Options>
  operation<batch_found<entity>> batch_get(const Keys& keys, const Options&... options) const {
    return batch_get_items<entity>(false, keys, options...);
  }
  template <class... Options>
  operation<batch_found<entity>> batch_get(std::initializer_list<key> keys, const Options&... options) const {
    return batch_get_items<entity>(false, keys, options...);
  }
  template <class... Options>
  operation_on_temporary<batch_found<entity>> batch_get(std::initializer_list<key_on_temporary> keys,
                                                        const Options&... options) const {
    return detail::on_temporary(batch_get_items<entity>(false, keys, options...));
  }
  template <class Keys, class... Options>
    requires detail::freed_twice<Keys&&>
  operation_on_temporary<batch_found<entity>> batch_get(Keys&& keys, const Options&... options) const {
    return detail::on_temporary(batch_get_items<entity>(false, keys, options...));
  }
  /// The same into a smaller struct.
  template <class View, class Keys, class... Options>
  operation<batch_found<View>> batch_get(const Keys& keys, const Options&... options) const {
    static_assert(
        detail::is_view<View, entity>(),
        "dynamo: a view may have only members that the table's items have too, under the same name and of the same type");
    return batch_get_items<View>(true, keys, options...);
  }
  template <class View, class Keys, class... Options>
    requires detail::freed_twice<Keys&&>
  operation_on_temporary<batch_found<View>> batch_get(Keys&& keys, const Options&... options) const {
    return detail::on_temporary(batch_get<View>(std::as_const(keys), options...));
  }
  /// Stores these items, any number of them; of several with one key the last one wins. Options: batch_policy,
  /// item_collection_metrics. There are no conditions in batches.
  template <class Items, class... Options>
  operation<batch_written> batch_put(const Items& items, const Options&... options) const {
    return batch_write(items, std::initializer_list<key>(), options...);
  }
  template <class Items, class... Options>
    requires detail::freed_twice<Items&&>
  operation_on_temporary<batch_written> batch_put(Items&& items, const Options&... options) const {
    return detail::on_temporary(batch_put(std::as_const(items), options...));
  }
  /// Removes the items with these keys, given as to batch_get().
  template <class Keys, class... Options>
  operation<batch_written> batch_remove(const Keys& keys, const Options&... options) const {
    return batch_write(std::initializer_list<entity>(), keys, options...);
  }
  template <class Keys, class... Options>
    requires detail::freed_twice<Keys&&>
  operation_on_temporary<batch_written> batch_remove(Keys&& keys, const Options&... options) const {
    return detail::on_temporary(batch_remove(std::as_const(keys), options...));
  }
  template <class... Options>
  operation<batch_written> batch_remove(std::initializer_list<key> keys, const Options&... options) const {
    return batch_write(std::initializer_list<entity>(), keys, options...);
  }
  template <class... Options>
  operation_on_temporary<batch_written> batch_remove(std::initializer_list<key_on_temporary> keys,
                                                     const Options&... options) const {
    return detail::on_temporary(batch_write(std::initializer_list<entity>(), keys, options...));
  }
  /// Both at once, in no order, but that a key which is both put and removed is removed.
  template <class Items, class Keys, class... Options>
  operation<batch_written> batch_write(const Items& puts, const Keys& removes, const Options&... options) const {
    detail::batch_builder builder(operation_name::batch_write_item, binding(), Schema::description);
    builder.policy(batches());
    (batch_option<false>(builder, options), ...);
    for (const auto& one : puts) {
      static_assert(
          std::same_as<std::remove_cvref_t<decltype(one)>, entity>,
          "dynamo: a batch puts items of the table's struct; a view, which lacks attributes, cannot be put back");
      builder.put(detail::record_of<entity>, &one);
    }
    for (const auto& one : removes) {
      detail::with_key<Schema>(one, [&](const detail::encoded_key& k) { builder.remove(k); });
    }
    return detail::finish_writes(std::move(builder).finish());
  }
  template <class Items, class Keys, class... Options>
    requires(detail::freed_twice<Items &&> || detail::freed_twice<Keys &&>)
  operation_on_temporary<batch_written> batch_write(Items&& puts, Keys&& removes, const Options&... options) const {
    return detail::on_temporary(batch_write(std::as_const(puts), std::as_const(removes), options...));
  }

  /// The items of one partition, ordered by the sort key. Clauses: one comparison of the sort key (==, <, <=, >, >=, between,
  /// begins_with), filter(...), order_by, page_size, item_limit, examined_limit, page_limit, consistent_read, resume_from, prefetch,
  /// skip_bad_items.
  template <class Partition, class... Clauses>
    requires(!detail::index_type<std::remove_cvref_t<Partition>>)
  auto query(Partition&& partition, const Clauses&... clauses) const {
    static_assert(!detail::vector_index_type<std::remove_cvref_t<Partition>>,
                  "dynamo: a vector index is neither queried nor scanned; call search()");
    using rows = detail::rows_made_of<detail::table_rows, Partition&&, const Clauses&...>;
    return query_keys<typename Schema::keys, rows>(partition, clauses...);
  }
  /// The same over an index, which is passed as a value: `users.query(by_email{}, "a@example.com")`. Several partition key
  /// attributes: `partition("SE", "Malmö")`. Of a sort key with several attributes the first ones are compared by ==, in
  /// their order, and the last one in any way. A global index is never read consistently.
  template <detail::index_type Index, class Partition, class... Clauses>
  auto query(Index, Partition&& partition, const Clauses&... clauses) const {
    static_assert(Schema::template has_index<Index>, "dynamo: this table's schema does not have that index");
    using rows = detail::rows_made_of<detail::index_rows<Schema, Index>, Partition&&, const Clauses&...>;
    return query_keys<Index, rows>(partition, clauses...);
  }

  /// All items, in no order. Options: filter(...), segment or parallel, page_size, item_limit, examined_limit, page_limit, consistent_read,
  /// resume_from, prefetch, skip_bad_items.
  template <class... Options>
    requires(!detail::index_type<Options> && ...)
  auto scan(const Options&... options) const {
    return scan_rows<detail::rows_made_of<detail::table_rows, const Options&...>>(options...);
  }
  /// All items that are in an index: `users.scan(by_email{})`.
  template <detail::index_type Index, class... Options>
  auto scan(Index, const Options&... options) const {
    static_assert(Schema::template has_index<Index>, "dynamo: this table's schema does not have that index");
    return scan_rows<detail::rows_made_of<detail::index_rows<Schema, Index>, const Options&...>>(options...);
  }

  /// The items whose vectors are the nearest to this one, the nearest first, with their scores: one request, no pages. The vector is a std::vector<float>,
  /// a std::array<float, n> or a span of floats, with the index's number of elements. Clauses: the index's partition key, which is required if it has one,
  /// and any of its filters, each compared by ==.
  ///
  ///     movies.search(by_meaning{}, vector, top_k(10), genre == "drama", year == 1999)
  template <detail::vector_index_type Index, class Vector, class... Clauses>
  auto search(Index, const Vector& vector, top_k items, const Clauses&... clauses) const {
    static_assert(detail::vector_rows<Schema, Index>::whole,
                  "dynamo: this vector index does not project whole items: search into a view, by search<View>(...), "
                  "whose members it has");
    return detail::make_search<Schema, entity, Index>(binding(), vector, items, clauses...);
  }
  /// The same into a smaller struct; only its attributes and the keys are transferred. Each of its members must be an attribute of the table's struct, of
  /// the same type, which the index projects.
  template <class View, detail::vector_index_type Index, class Vector, class... Clauses>
  auto search(Index, const Vector& vector, top_k items, const Clauses&... clauses) const {
    using rows = detail::vector_rows<Schema, Index>;
    constexpr bool fits = detail::is_view<View, entity, rows>();
    static_assert(
        fits,
        "dynamo: a view may have only members that the table's items have too, under the same name and of the same type");
    if constexpr (fits)
      static_assert(
          detail::rows_have<View, rows>(),
          "dynamo: this index does not project one of the view's members: have the index include it, or leave it "
          "out of the view");
    return detail::make_search<Schema, View, Index>(binding(), vector, items, clauses...);
  }

 private:
  detail::request_builder keyed(operation_name operation, const key& k) const {
    detail::request_builder builder(operation, binding());
    builder.problem(k.problem());
    builder.key(k.json());
    return builder;
  }

  template <class T, class... Options>
  operation<std::optional<T>> get_item(bool project, const key& k, const Options&... options) const {
    detail::request_builder builder = keyed(operation_name::get_item, k);
    (get_option(builder, options), ...);
    std::shared_ptr<void> about;
    if (project) {
      builder.project(detail::record_of<T>, {});
      about = builder.shared_key();
    }
    return {std::move(builder).prepare().with_state(std::move(about)), detail::decode_optional_item<Schema, T>};
  }

  template <class T, class Keys, class... Options>
  operation<batch_found<T>> batch_get_items(bool project, const Keys& keys, const Options&... options) const {
    detail::batch_builder builder(operation_name::batch_get_item, binding(), Schema::description);
    builder.policy(batches());
    (batch_option<true>(builder, options), ...);
    if (project) builder.project(detail::record_of<T>);
    for (const auto& one : keys) {
      detail::with_key<Schema>(one, [&](const detail::encoded_key& k) { builder.get(k); });
    }
    return detail::finish_gets<T>(std::move(builder).finish());
  }
  template <bool Reads, class Option>
  static void batch_option(detail::batch_builder& builder, const Option& option) {
    if constexpr (std::same_as<Option, batch_policy>) {
      builder.policy(option);
    } else if constexpr (!Reads && std::same_as<Option, item_collection_metrics_t>) {
      builder.item_collections();
    } else {
      static_assert(Reads && std::same_as<Option, consistent_read_t>,
                    "dynamo: a batch takes the option batch_policy, batch_get consistent_read, and the others "
                    "item_collection_metrics");
      if constexpr (Reads) builder.consistent();
    }
  }

  template <class Option>
  static void get_option(detail::request_builder& builder, const Option&) {
    static_assert(std::same_as<Option, consistent_read_t>, "dynamo: get takes the option consistent_read");
    builder.member("ConsistentRead", "true");
  }

  template <class Option>
  static void write_option(detail::request_builder& builder, const Option& option) {
    if constexpr (detail::is_on_temporary<Option>) {
      write_option(builder, static_cast<const typename Option::part&>(option));
    } else if constexpr (requires {
                           typename Option::entity;
                           option.get();
                         }) {
      static_assert(std::same_as<Option, only_if_clause<typename Option::entity>>,
                    "dynamo: the condition of a write is given with only_if(...)");
      static_assert(detail::same_entity<entity, typename Option::entity>,
                    "dynamo: this condition belongs to another table's items");
      builder.condition(option.get());
    } else if constexpr (std::same_as<Option, return_old_t>) {
      builder.returning(detail::return_values::all_old);
    } else if constexpr (std::same_as<Option, item_collection_metrics_t>) {
      builder.member("ReturnItemCollectionMetrics", "\"SIZE\"");
    } else {
      static_assert(std::same_as<Option, on_failure_return_item_t>,
                    "dynamo: put and remove take the options only_if(...), return_old, on_failure_return_item and "
                    "item_collection_metrics");
      builder.on_failure_return_item(Schema::description.table);
    }
  }

  template <class Clause>
  static void update_clause(detail::request_builder& builder, const Clause& clause) {
    using given = Clause;
    if constexpr (detail::is_on_temporary<given>) {
      update_clause(builder, static_cast<const typename given::part&>(clause));
    } else if constexpr (std::is_base_of_v<detail::untyped_action, given>) {
      static_assert(std::same_as<typename given::entity, entity>,
                    "dynamo: this attribute belongs to another table's items");
      static_assert(!Schema::template is_key<given::root>,
                    "dynamo: key attributes cannot change; put a new item and remove the old one");
      builder.action(clause);
    } else if constexpr (requires { typename given::partial; }) {
      constexpr bool fits = detail::is_partial<typename given::partial, entity>();
      static_assert(
          fits,
          "dynamo: set_from takes a struct of which each member is one of the item's, under the same name and "
          "of the same type or an optional of it");
      static_assert(!detail::has_key_of<typename given::partial>(Schema::description.table),
                    "dynamo: key attributes cannot change; put a new item and remove the old one");
      builder.update(clause.assembled());
    } else if constexpr (detail::assembles<given>) {
      entity scratch{};
      builder.update(
          clause.assemble(detail::update_target{detail::record_of<entity>, Schema::description.table, &scratch}));
    } else if constexpr (std::same_as<given, raw_actions>) {
      builder.problem(clause.problem());
      builder.update(clause.tree());
    } else if constexpr (std::same_as<given, return_new_t>) {
      builder.returning(detail::return_values::all_new);
    } else if constexpr (std::same_as<given, return_updated_old_t>) {
      builder.returning(detail::return_values::updated_old);
    } else if constexpr (std::same_as<given, return_updated_new_t>) {
      builder.returning(detail::return_values::updated_new);
    } else if constexpr (std::same_as<given, create_partial_t>) {
      // reported by lacking_after()
    } else {
      write_option(builder, clause);
    }
  }

  template <class Rows>
  read_call<entity, entity, Rows> read(detail::request_builder&& builder, detail::read_options&& options) const {
    return read_call<entity, entity, Rows>(
        detail::make_read(std::move(builder), binding(), Schema::description, Rows::index, std::move(options)));
  }

  template <class Keys, class Rows, class Partition, class... Clauses>
  read_call<entity, entity, Rows> query_keys(const Partition& partition, const Clauses&... clauses) const {
    constexpr detail::sort_key_use use = detail::validate_sort_clauses<typename Keys::sort, Clauses...>();
    static_assert(!use.repeated,
                  "dynamo: a query compares an attribute of its sort key once; use between() for two bounds");
    static_assert(
        !use.gap,
        "dynamo: the attributes of an index's sort key are compared in their order, all but the last one by ==");
    detail::request_builder builder(operation_name::query, binding());
    write_partition<Keys>(builder, partition);
    detail::read_options options = reads();
    (query_clause<Keys, Rows>(builder, options, clauses), ...);
    return read<Rows>(std::move(builder), std::move(options));
  }

  template <class Keys, class Partition>
  static void write_partition(detail::request_builder& builder, const Partition& partition) {
    if constexpr (detail::is_on_temporary<Partition>) {
      write_partition<Keys>(builder, static_cast<const typename Partition::part&>(partition));
    } else if constexpr (std::same_as<Partition, raw_key_condition>) {
      builder.key_condition(partition.get());
    } else {
      detail::partition_writer<typename Keys::partition>::write(builder, partition);
    }
  }

  template <class Rows, class... Options>
  read_call<entity, entity, Rows> scan_rows(const Options&... given) const {
    detail::request_builder builder(operation_name::scan, binding());
    detail::read_options options = reads();
    (scan_option<Rows>(builder, options, given), ...);
    return read<Rows>(std::move(builder), std::move(options));
  }

  template <class Keys, class Rows, class Clause>
  static void query_clause(detail::request_builder& builder, detail::read_options& read, const Clause& clause) {
    if constexpr (std::is_base_of_v<detail::untyped_condition, Clause>) {
      static_assert(detail::sort_clause_of<typename Keys::sort, Clause>().place != detail::sort_clause::none,
                    "dynamo: only the sort key can be compared here, by ==, <, <=, >, >=, between or begins_with; "
                    "wrap other conditions in filter(...)");
      builder.key_condition(clause);
    } else if constexpr (std::same_as<Clause, order_by>) {
      read.descending = clause == order_by::descending;
    } else {
      read_option<Rows>(builder, read, clause);
    }
  }
  template <class Rows, class Option>
  static void scan_option(detail::request_builder& builder, detail::read_options& read, const Option& option) {
    if constexpr (std::same_as<Option, segment>) {
      read.part = option;
    } else if constexpr (std::same_as<Option, parallel>) {
      read.parallel = option.get();
    } else {
      read_option<Rows>(builder, read, option);
    }
  }
  template <class Rows, class Option>
  static void read_option(detail::request_builder& builder, detail::read_options& read, const Option& option) {
    if constexpr (detail::is_on_temporary<Option>) {
      read_option<Rows>(builder, read, static_cast<const typename Option::part&>(option));
    } else if constexpr (requires {
                           typename Option::entity;
                           option.get();
                         }) {
      static_assert(std::same_as<Option, filter_clause<typename Option::entity>>,
                    "dynamo: what items of a query or scan must meet is given with filter(...)");
      static_assert(detail::same_entity<entity, typename Option::entity>,
                    "dynamo: this condition belongs to another table's items");
      builder.filter(option.get());
    } else if constexpr (std::same_as<Option, page_size>) {
      read.page_size = option.get();
    } else if constexpr (std::same_as<Option, item_limit>) {
      read.item_limit = option.get();
    } else if constexpr (std::same_as<Option, examined_limit>) {
      read.examined_limit = option.get();
    } else if constexpr (std::same_as<Option, page_limit>) {
      read.page_limit = option.get();
    } else if constexpr (std::same_as<Option, resume_from>) {
      read.resume.emplace(option.get());
    } else if constexpr (std::same_as<Option, skip_bad_items>) {
      read.bad_items = std::make_shared<detail::bad_item_policy>(option.report());
    } else if constexpr (std::same_as<Option, prefetch_t>) {
      read.prefetch = true;
    } else {
      static_assert(std::same_as<Option, consistent_read_t>, "dynamo: this is no option of a query or scan");
      static_assert(!Rows::global,
                    "dynamo: a global index cannot be read consistently: it follows its table a little later");
      read.consistent = true;
    }
  }

  const std::shared_ptr<const detail::table_binding>& shared_binding() const noexcept {
    return binding_ ? binding_ : detail::no_binding();
  }
  const detail::table_binding& binding() const noexcept { return *shared_binding(); }
  detail::read_options reads() const {
    detail::read_options options;
    options.page_size = page_items_;
    options.keys = cursors_;
    return options;
  }
  batch_policy batches() const { return binding_ ? batches_ : batch_policy(); }

  std::shared_ptr<const detail::table_binding> binding_;  // null: moved from, or not initialised yet
  batch_policy batches_;
  std::optional<std::uint32_t> page_items_;
  cursor_keys cursors_;
};

}  // namespace dynamo
