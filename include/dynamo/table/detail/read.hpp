#pragma once

#include <dynamo/protocol/operation.hpp>
#include <dynamo/schema/schema.hpp>
#include <dynamo/table/detail/request_builder.hpp>
#include <dynamo/table/detail/temporaries.hpp>
#include <dynamo/table/options.hpp>
#include <dynamo/table/page.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace dynamo {

namespace detail {

/// What becomes of items that cannot be read. Shared by the segments of a scan.
struct bad_item_policy {
  explicit bad_item_policy(std::function<void(const bad_item&)> to) : report(std::move(to)) {}
  std::function<void(const bad_item&)> report;
  item_probe probe = nullptr;  // before the first page, where pages without items are passed over
};

/// What a query or scan says beside its expressions, collected from its options.
struct read_options {
  std::optional<std::uint32_t> page_size;
  std::optional<std::uint64_t> item_limit;
  std::optional<std::uint64_t> examined_limit;
  std::optional<std::uint64_t> page_limit;
  std::optional<segment> part;
  std::optional<std::uint32_t> parallel;
  std::optional<cursor> resume;
  cursor_keys keys;
  std::shared_ptr<bad_item_policy> bad_items;  // null: a bad item is an error
  bool consistent = false;
  bool descending = false;
  bool prefetch = false;

  read_options();
  ~read_options();
};

/// `index` is null for the table itself.
shared_read make_read(request_builder&&, const table_binding&, const schema_description&, const keys_description* index,
                      read_options&&);
/// Asks only for what `view` holds, and for the keys, which cursors are made of.
void project_read(read_state&, const record_description& view);
/// Asks for so many items altogether.
void limit_read(read_state&, std::uint64_t items);
/// Asks for no page ahead.
void without_prefetch(read_state&);
operation<std::uint64_t> count_pages(shared_read);

template <class View, class Entity, class Field>
consteval bool view_field_fits(std::string_view name, bool never_absent) {
  bool fits = false;
  const auto compare = [&]<class Candidate>(std::type_identity<Candidate>) {
    if (traits_of_member<Entity>(Candidate::name).name != name) return;
    using wanted = typename Field::type;
    using stored = typename Candidate::type;
    fits = std::is_same_v<wanted, stored> || std::is_same_v<wanted, std::optional<stored>> ||
           (never_absent && std::is_same_v<std::optional<wanted>, stored>);
  };
  [&]<class... Candidates>(field_pack<Candidates...>) {
    (compare(std::type_identity<Candidates>()), ...);
  }(fields_in<Entity>());
  return fits;
}

/// What the rows of a table have.
struct table_rows {
  static constexpr bool whole = true;
  static constexpr bool global = false;
  static constexpr bool on_temporary = false;
  static constexpr const keys_description* index = nullptr;
  static consteval bool has_index_key(std::string_view) { return false; }
  static consteval bool has(std::string_view) { return true; }
};
/// What the rows of an index have; a local index fetches the rest.
template <class Schema, class Index>
struct index_rows {
  static constexpr bool global = Index::global;
  static constexpr bool on_temporary = false;
  static constexpr bool whole = Index::keys.projection == projected::all || !Index::global;
  static constexpr const keys_description* index = &Index::keys;
  static consteval bool has_index_key(std::string_view attribute) { return Index::keys.has_key(attribute); }
  static consteval bool has(std::string_view attribute) {
    return whole || Schema::description.projects(Index::keys, attribute);
  }
};

/// The same rows of a query or scan that was made of temporaries: see temporaries.hpp.
template <class Rows>
struct rows_on_temporary : Rows {
  static constexpr bool on_temporary = true;
};
template <class Rows, class... Arguments>
using rows_made_of =
    std::conditional_t<std::is_same_v<part_made_of<Rows, Arguments...>, Rows>, Rows, rows_on_temporary<Rows>>;

/// Each member of a view is an attribute of the entity, of the same type or an optional of it. A key of the index need not be
/// optional, although the entity's member may be: what lacks it is not in the index.
template <class View, class Entity, class Rows = table_rows>
consteval bool is_view() {
  return []<class... Fields>(field_pack<Fields...>) {
    return (view_field_fits<View, Entity, Fields>(traits_of_member<View>(Fields::name).name,
                                                  Rows::has_index_key(traits_of_member<View>(Fields::name).name)) &&
            ...);
  }(fields_in<View>());
}
template <class View, class Rows>
consteval bool rows_have() {
  for (const field_description& field : record_table<View>::fields) {
    if (!Rows::has(field.name)) return false;
  }
  return true;
}

}  // namespace detail

/// A query or scan, put together and not yet begun; what was passed to it has been encoded. Say how it is to be read:
///
///     for (auto page : call.pages())        blocking, page by page; elements are result<page<T>>
///     for (auto item : call.items())        blocking, item by item; elements are result<T>
///     call.page_stream(), call.item_stream() the same as streams, for coroutines
///     call.page()                           one page
///     call.first()                          the first item, if there is one
///     call.one()                            the only item; errc::validation if there are several
///     call.count()                          how many items there are, over all pages; none is transferred
///
/// Each may be used once. Move-only. What is read from a global index that does not project whole items is read into a view:
///
///     users.query(by_email{}, "a@example.com").as<email_and_name>().items()
template <class Entity, class T = Entity, class Rows = detail::table_rows>
class [[nodiscard("a query or scan does nothing until it is read")]] read_call {
 public:
  explicit read_call(detail::shared_read read) : read_(std::move(read)) {}
  read_call(read_call&&) noexcept = default;
  read_call& operator=(read_call&&) noexcept = default;

  /// The same with items of a smaller struct: only its attributes are transferred. Each of its members must be an attribute of
  /// the table's struct, of the same type.
  template <class View>
  auto as() && {
    constexpr bool fits = detail::is_view<View, Entity, Rows>();
    static_assert(
        fits,
        "dynamo: a view may have only members that the table's items have too, under the same name and of the same type");
    if constexpr (fits)
      static_assert(
          detail::rows_have<View, Rows>(),
          "dynamo: this index does not project one of the view's members: have the index include it, or leave it "
          "out of the view");
    detail::project_read(*read_, detail::record_of<View>);
    using rows =
        std::conditional_t<Rows::on_temporary, detail::rows_on_temporary<detail::table_rows>, detail::table_rows>;
    return read_call<Entity, View, rows>(std::move(read_));
  }

  blocking_range<detail::pages_in_turn<T>, dynamo::page<T>> pages() && {
    return blocking_range<detail::pages_in_turn<T>, dynamo::page<T>>(detail::pages_in_turn<T>(take()));
  }
  blocking_range<detail::items_in_turn<T>, T> items() && {
    probe();
    return blocking_range<detail::items_in_turn<T>, T>(detail::items_in_turn<T>(take()));
  }
  dynamo::page_stream<T> page_stream() && { return dynamo::page_stream<T>(take()); }
  dynamo::item_stream<T> item_stream() && {
    probe();
    return dynamo::item_stream<T>(take());
  }

  detail::operation_made<dynamo::page<T>, Rows::on_temporary> page() && {
    detail::without_prefetch(*read_);
    return {detail::prepare_page(take(), detail::page_need::a_page), detail::decode_page<T>};
  }
  detail::operation_made<std::optional<T>, Rows::on_temporary> first() && {
    detail::limit_read(*read_, 1);
    probe();
    return {detail::prepare_page(take(), detail::page_need::an_item), detail::decode_first<T>};
  }
  detail::operation_made<std::optional<T>, Rows::on_temporary> one() && {
    detail::limit_read(*read_, 2);
    probe();
    return {detail::prepare_page(take(), detail::page_need::the_only_item), detail::decode_first<T>};
  }
  detail::operation_made<std::uint64_t, Rows::on_temporary> count() && {
    return detail::operation_made<std::uint64_t, Rows::on_temporary>(detail::count_pages(std::move(read_)));
  }

 private:
  detail::shared_read take() {
    static_assert(Rows::whole || !std::is_same_v<T, Entity>,
                  "dynamo: this index does not project whole items: read it into a view, by .as<View>(), whose members "
                  "it has");
    return std::move(read_);
  }
  void probe() { detail::probe_items(*read_, detail::try_item<T>); }

  detail::shared_read read_;
};

}  // namespace dynamo
