#pragma once

#include <dynamo/table/detail/assembled_update.hpp>
#include <dynamo/table/detail/temporaries.hpp>
#include <dynamo/table/update.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace dynamo {

/// The actions of an update, put together at run time:
///
///     dynamo::update_list changes;
///     if (new_name) changes.push_back(set(name, *new_name));            // checked by the compiler
///     for (const auto& [counter, step] : steps) changes.add(counter, step);  // a name that is known only now
///     users.update("user123", changes, return_updated_new)
///
/// Names and values are checked against the table's struct when the call is made: a name that it does not have, a key, a value
/// that does not fit the member, a removed member that is not optional, and an attribute that is named twice are
/// errc::invalid_argument with the name, and nothing is sent. So are more actions than an expression of DynamoDB's may be long
/// (4 KB, some 300 actions). Names are those of attributes, as stored; for places inside them push_back() a typed action, or use
/// raw_update().
///
/// A value type: may be kept, copied and used for several calls. Not thread-safe while it is changed.
class update_list {
 public:
  /// SET. An empty optional, an empty set and NULL remove the attribute.
  template <class Value>
    requires detail::named_first_since_gxx_12_destroys_aggregate_temporaries_twice<Value&&>
  update_list& set(detail::text_argument name, Value&& value) {
    return append(kind::set, name, encode(value));
  }
  /// REMOVE.
  update_list& remove(detail::text_argument name) { return append(kind::remove, name, {}); }
  /// ADD: a step, which may be negative, to a number, where a missing one counts as 0; or the members of a set to a set. An
  /// integer is kept in the range of its member as by dynamo::add().
  template <class Value>
  update_list& add(detail::text_argument name, const Value& value) {
    return append(kind::add, name, encode(value));
  }
  /// DELETE: takes the members of this set out of a set.
  template <class Value>
  update_list& erase(detail::text_argument name, const Value& members) {
    return append(kind::erase, name, encode(members));
  }
  /// An action that the compiler has checked, of any kind.
  template <auto Root, bool Gives>
  update_list& push_back(const update_action<Root, Gives>& action) {
    return append_typed(action, detail::record_of<owner_of_root<Root>>, attribute_name<Root>, Gives);
  }

  std::size_t size() const noexcept { return entries_.size(); }
  bool empty() const noexcept { return entries_.empty(); }

  /// The actions, checked against the table's items.
  [[nodiscard]] detail::assembled_update assemble(const detail::update_target&) const;

 private:
  template <auto Root>
  using owner_of_root = typename update_action<Root>::entity;

  enum class kind : std::uint8_t { set, remove, add, erase, typed };
  struct entry {
    kind what;
    bool null_name = false;
    bool absent = false;
    bool gives = false;
    std::string name;
    std::string json;  // canonical
    std::optional<error> problem;
    expression::update part;  // typed
    std::optional<expression::condition> range;
    const detail::record_description* record = nullptr;
  };
  class assembly;

  template <class Value>
  static detail::bound_value encode(const Value& value) {
    if constexpr (std::is_convertible_v<const Value&, std::string_view>) {
      return detail::is_null_text(value) ? detail::null_text() : detail::encode_text(value);
    } else if constexpr (std::is_same_v<Value, std::nullopt_t>) {
      detail::bound_value nothing;
      nothing.absent = true;
      return nothing;
    } else {
      static_assert(storable<Value>, "dynamo: a value of this type cannot be stored");
      return detail::encode_as<Value>(value);
    }
  }
  update_list& append(kind, const detail::text_argument& name, detail::bound_value);
  update_list& append_typed(const detail::untyped_action&, const detail::record_description&, std::string_view root,
                            bool gives);

  std::vector<entry> entries_;
};

}  // namespace dynamo
