#pragma once

#include <dynamo/table/detail/assembled_update.hpp>
#include <dynamo/table/detail/temporaries.hpp>
#include <dynamo/table/detail/value.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// Updates from what changed, as a smaller struct or as JSON:
///
///     struct profile_change { std::optional<std::string> name, nickname; };
///     users.update("user123", dynamo::set_from(change), remove(nickname))
///     users.update("user123", dynamo::set_from_json(R"({"name": "Jane", "nickname": null})"))
namespace dynamo {

/// SET of each member of a struct whose members are some of the item's, by name and type; see set_from().
template <class Partial>
class struct_update {
 public:
  using partial = Partial;
  explicit struct_update(detail::assembled_update made) : made_(std::move(made)) {}
  const detail::assembled_update& assembled() const noexcept { return made_; }

 private:
  detail::assembled_update made_;
};

/// Clause of update(): each member of `changes` becomes the item's attribute of that name. Members are checked by the compiler:
/// each is one of the item's, of the same type or an optional of it, and no key. What leaves no attribute behind (an empty
/// optional, an empty set, an empty member that is omit_empty) is left alone in the item: to remove an attribute, say remove().
/// A nested struct, list or map replaces the whole attribute.
template <class Partial>
auto set_from(Partial&& changes) {
  using partial = std::remove_cvref_t<Partial>;
  static_assert(detail::reflected<partial>, "dynamo: set_from takes a struct; for JSON see set_from_json()");
  return detail::part_made_of<struct_update<partial>, Partial&&>(
      detail::assemble_struct(detail::record_of<partial>, &changes));
}

/// SET of each member of a JSON object; see set_from_json() and set_from_dynamodb_json().
class json_update {
 public:
  enum class form : bool { plain, dynamodb };
  json_update(detail::text_argument text, form);
  /// The actions, checked against the table's items.
  [[nodiscard]] detail::assembled_update assemble(const detail::update_target&) const;

 private:
  std::string text_;
  form form_;
  bool null_;
};

/// Clause of update(): each member of this plain JSON object becomes the item's attribute of that name, in the form that the
/// struct's member has: a number for a number or a time, text for an enum, an array for a list or a set, base64 for binary.
/// `null` removes the attribute, as in RFC 7396; what the object does not name is left alone. A nested object replaces the whole
/// attribute: it is not merged into the one that is stored.
///
/// The text is read when the call is made. Malformed JSON, a name that the struct (or a nested one) does not have or that occurs
/// twice, a key, a value that does not fit the member, and the removal of a member that is not optional are
/// errc::invalid_argument with the member's name, and nothing is sent.
inline json_update set_from_json(detail::text_argument object) { return json_update(object, json_update::form::plain); }
/// The same of DynamoDB's own JSON: `{"name": {"S": "Jane"}, "nickname": {"NULL": true}}`.
inline json_update set_from_dynamodb_json(detail::text_argument object) {
  return json_update(object, json_update::form::dynamodb);
}

namespace detail {

/// Each member of a partial struct is one of the item's.
template <class Partial, class Entity, class Field>
consteval bool partial_field_fits() {
  constexpr std::string_view name = traits_of_member<Partial>(Field::name).name;
  bool fits = false;
  const auto compare = [&]<class Candidate>(std::type_identity<Candidate>) {
    if (traits_of_member<Entity>(Candidate::name).name != name || traits_of_member<Entity>(Candidate::name).transient)
      return;
    fits = std::is_same_v<typename without_optional<typename Field::type>::type,
                          typename without_optional<typename Candidate::type>::type>;
  };
  [&]<class... Candidates>(field_pack<Candidates...>) {
    (compare(std::type_identity<Candidates>()), ...);
  }(fields_in<Entity>());
  return fits || traits_of_member<Partial>(Field::name).transient;
}
template <class Partial, class Entity>
consteval bool is_partial() {
  return []<class... Fields>(field_pack<Fields...>) {
    return (partial_field_fits<Partial, Entity, Fields>() && ...);
  }(fields_in<Partial>());
}
template <class Partial>
consteval bool has_key_of(const keys_description& keys) {
  for (const field_description& field : record_table<Partial>::fields) {
    if (keys.has_key(field.name)) return true;
  }
  return false;
}

}  // namespace detail
}  // namespace dynamo
