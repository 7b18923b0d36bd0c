#pragma once

#include <dynamo/schema/attributes.hpp>
#include <dynamo/schema/codec.hpp>
#include <dynamo/schema/reflect.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace dynamo {

namespace detail {

/// One member of a struct as the loops in src/schema/record.cpp see it.
struct field_description {
  std::string_view name;  ///< of the attribute
  const value_operations* value;
  bool (*absent)(const void*);    ///< null: always written
  void* (*locate)(void* object);  ///< null: at `offset`
  std::uint32_t offset;
  bool required;    ///< a missing attribute is an error
  bool plain_name;  ///< needs no escapes in JSON
};

/// A struct without its type: fields in ascending order of the UTF-8 bytes of their names.
struct record_description {
  const field_description* fields;
  std::size_t count;
};

/// More than any struct that PFR takes apart; bounds the bits in which read_record() notes what it has seen.
inline constexpr std::size_t record_fields_max = 256;

/// Appends `{"name":{...},...}`: an item's or a map's content, canonical, without allocating beyond the buffer.
void write_record(encoder&, const record_description&, const void* object);
/// Appends only the attributes called `names`, in ascending order of names: an item's key.
void write_members(encoder&, const record_description&, const void* object, std::span<const std::string_view> names);
/// Reads such an object at the cursor, attributes in any order. Unknown ones are passed over; a missing required one is
/// a failure.
void read_record(decoder&, const record_description&, void* object);
/// Where in the struct the field is.
void* address_of(const field_description&, void* object) noexcept;
/// The field stored under `name`, or null.
const field_description* find_field(const record_description&, std::string_view name) noexcept;

template <class T>
bool is_empty(const void* value) {
  const T& v = *static_cast<const T*>(value);
  if constexpr (requires { v.empty(); }) {
    return v.empty();
  } else if constexpr (requires { v == T(); }) {
    return v == T();
  } else {
    static_assert(
        requires { v == T(); }, "dynamo: omit_empty needs a member that has empty() or can be compared with ==");
  }
}

consteval bool is_plain(std::string_view name) {
  for (const char c : name) {
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) return false;
  }
  return true;
}

/// Whether an item without the attribute cannot be read.
template <class Type>
consteval bool is_required(member_traits about) {
  return !about.defaulted && !about.omit_empty && !about.transient && !omittable<Type>;
}
template <auto Member>
inline constexpr bool required_member =
    is_required<type_of_member<Member>>(traits_of_member<owner_of<Member>>(member_name<Member>));

/// Its one purpose is to be named by the compiler beside the words: which struct, which member, of which type.
template <class Struct, fixed_string Member, class Type>
struct member_of_struct {
  static_assert(
      storable<Type>,
      "dynamo: this type cannot be stored: it is that of a member, which stands in this message as "
      "member_of_struct<struct, member, type>. Give the member a storable type or its type a dynamo::codec, mark it "
      "dynamo::transient in dynamo::attributes, or list only the others in dynamo::fields_of");
};
template <class T, class Field>
constexpr field_description describe_field(std::uint32_t offset, bool offset_known) {
  using type = typename Field::type;
  constexpr member_traits about = traits_of_member<T>(Field::name);
  field_description field{};
  field.name = about.name;
  if constexpr (storable<type>) {
    field.value = &operations<type>::table;
    field.absent = operations<type>::table.absent;
    if constexpr (about.omit_empty && !omittable<type>) field.absent = is_empty<type>;
  } else {
    (void)sizeof(member_of_struct<T, fixed_string<Field::name.size() + 1>(Field::name), type>);
  }
  // Not `absent == nullptr`: with -fsanitize=undefined g++ 12 does not take the address of a function for a constant.
  field.required = is_required<type>(about);
  field.offset = offset;
  field.locate = offset_known ? nullptr : Field::locate;
  field.plain_name = is_plain(about.name);
  return field;
}

template <class T, class... Fields>
consteval std::size_t count_stored(field_pack<Fields...>) {
  return (std::size_t{0} + ... + (traits_of_member<T>(Fields::name).transient ? 0u : 1u));
}

template <std::size_t Count>
constexpr void insert_sorted(std::array<field_description, Count>& sorted, std::size_t& count,
                             field_description field) {
  std::size_t at = count++;
  for (; at != 0 && field.name < sorted[at - 1].name; --at) sorted[at] = sorted[at - 1];
  sorted[at] = field;
}

template <class T, class... Fields>
consteval auto describe_fields(field_pack<Fields...> pack) {
  constexpr std::size_t stored = count_stored<T>(field_pack<Fields...>());
  static_assert(stored <= record_fields_max, "dynamo: a struct has at most 256 stored members");
  constexpr auto offsets = offsets_of<T>(field_pack<Fields...>());
  (void)pack;
  std::array<field_description, stored> sorted{};
  std::size_t count = 0, index = 0;
  const auto add = [&]<class Field>(std::type_identity<Field>) {
    const std::uint32_t offset = offsets.at[index++];
    if constexpr (!traits_of_member<T>(Field::name).transient) {
      insert_sorted(sorted, count, describe_field<T, Field>(offset, offsets.known));
    }
  };
  (add(std::type_identity<Fields>()), ...);
  return sorted;
}

template <std::size_t Count>
consteval bool names_differ(const std::array<field_description, Count>& sorted) {
  for (std::size_t i = 1; i < Count; ++i) {
    if (sorted[i - 1].name == sorted[i].name) return false;
  }
  return true;
}

template <class T>
struct record_table {
  static_assert(std::is_default_constructible_v<T>,
                "dynamo: a stored struct needs a default constructor, because reading fills a new one");
  static constexpr auto fields = describe_fields<T>(fields_in<T>());
  static_assert(fields.size() != 0, "dynamo: this struct has no members to store");
  static_assert(names_differ(fields), "dynamo: two members of this struct are stored under the same name");
  static constexpr record_description description{fields.data(), fields.size()};
};

template <class T>
inline constexpr const record_description& record_of = record_table<T>::description;

}  // namespace detail

/// A struct is stored as M, member by member. Attributes that the struct does not have are ignored on reading.
template <class T>
  requires detail::reflected<T>
struct codec<T> {
  static constexpr attribute_type stored = attribute_type::M;
  static void write(encoder& out, const T& from) {
    out.out().append("{\"M\":");
    detail::write_record(out, detail::record_of<T>, &from);
    out.out().append('}');
  }
  static void read(decoder& in, attribute_type found, T& to) {
    if (in.expect(found, attribute_type::M)) detail::read_record(in, detail::record_of<T>, &to);
  }
};

}  // namespace dynamo
