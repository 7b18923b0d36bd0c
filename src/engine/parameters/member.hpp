#pragma once

#include "violations.hpp"

#include <dynamo/base/clock.hpp>
#include <dynamo/json/buffer.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace dynamo::engine {

class member_reader;

/// ExpressionAttributeNames as it came: placeholder and attribute.
using name_map = std::vector<std::pair<std::string, std::string>>;
/// ExpressionAttributeValues: placeholder and canonical value.
struct value_map : std::vector<std::pair<std::string, std::string>> {};

/// One of the names that a member may have, and the enumerator or boolean that it means.
struct choice {
  std::string_view name;
  std::uint8_t value;

  template <class T>
  consteval choice(std::string_view text, T means) : name(text), value(static_cast<std::uint8_t>(means)) {}
};

struct bounds {
  std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::int64_t greatest = std::numeric_limits<std::int64_t>::max();
};

/// What DynamoDB's service model says of one member of a request, or of a structure in it. Made by the builders below; an array of them
/// declares all that an operation takes, in the order in which DynamoDB reports what is wrong. A name that is not declared is skipped.
struct member {
  enum class form : std::uint8_t {
    text,
    choice,
    flag,
    number,
    time,    ///< seconds since 1970
    item,    ///< an item or a key, made canonical
    names,   ///< a map of texts
    values,  ///< a map of attribute values
    texts,
    structure,
    structures,
    own,    ///< what `read` says
    later,  ///< errc::not_supported, unless it is null or empty: a later version takes it
  };

  std::string_view name;
  form what;
  std::string_view shape{};  ///< of a structure, or of a list's: its name in the service model
  bool required = false;
  std::string_view missing{};             ///< of a required one: told in these words, and nothing else beside it
  bool is_long = false;                   ///< a number that has 64 bits in the service model, not 32
  bool of_name_letters = false;           ///< [a-zA-Z0-9_.-]+
  bool table_reference = false;           ///< a name or a table's ARN; the parameters get the name
  bool in_characters = false;             ///< the length of a text counts UTF-16 units, not bytes of UTF-8
  bounds within{};                        ///< of a number, or of a length: of a text or a list
  bounds each_within{};                   ///< length of a list's texts
  std::span<const choice> choices{};      ///< in DynamoDB's order
  std::string_view newer_names{};         ///< of the choices, as the newer layer of checks has them; empty: it has none
  newer_words newly = newer_words::none;  ///< which of the bounds that layer looks at
  std::span<const member> members{};      ///< of a structure
  void* (*place)(void* parameters){};     ///< where the value goes; makes room for it
  void* (*append)(void* list){};          ///< a new element
  void (*read)(void* parameters, member_reader&){};
};

namespace declaring {

template <class T>
struct field_traits {
  using value = T;
};
template <class T>
struct field_traits<std::optional<T>> {
  using value = T;
};
template <class T>
struct list_traits : std::false_type {};
template <class T>
struct list_traits<std::vector<T>> : std::true_type {
  using element = T;
};
// Of one member, or of a member of a member.
template <class P, auto... Fields>
auto& field_of(void* parameters) {
  return (*static_cast<P*>(parameters).*....*Fields);
}

template <class Field>
constexpr member::form form_of() {
  using value = typename field_traits<Field>::value;
  if constexpr (std::same_as<value, std::string>) return member::form::text;
  if constexpr (std::same_as<value, bool>) return member::form::flag;
  if constexpr (std::same_as<value, std::int64_t>) return member::form::number;
  if constexpr (std::same_as<value, instant>) return member::form::time;
  if constexpr (std::same_as<value, json::buffer>) return member::form::item;
  if constexpr (std::same_as<value, name_map>) return member::form::names;
  if constexpr (std::same_as<value, value_map>) return member::form::values;
  if constexpr (std::same_as<value, std::vector<std::string>>) return member::form::texts;
  if constexpr (std::is_enum_v<value>) {
    static_assert(sizeof(value) == sizeof(choice::value));
    return member::form::choice;
  }
  if constexpr (list_traits<value>::value) return member::form::structures;
  return member::form::structure;
}

template <class P, auto... Fields>
void* place_of(void* parameters) {
  auto& field = field_of<P, Fields...>(parameters);
  using field_type = std::remove_reference_t<decltype(field)>;
  if constexpr (std::same_as<field_type, typename field_traits<field_type>::value>) {
    return &field;
  } else {
    return &field.emplace();
  }
}

template <class List>
void* append_to(void* list) {
  return &static_cast<List*>(list)->emplace_back();
}

}  // namespace declaring

/// A member of the parameters P, being declared.
template <class P>
class declared {
 public:
  consteval explicit declared(member m) : member_(m) {}

  consteval declared required() const {
    declared made = *this;
    made.member_.required = true;
    return made;
  }
  consteval declared required(std::string_view missing) const {
    declared made = required();
    made.member_.missing = missing;
    return made;
  }
  /// A number of 64 bits.
  consteval declared as_long() const {
    declared made = *this;
    made.member_.is_long = true;
    return made;
  }
  /// A number's bounds, or those of the length of a text or a list.
  consteval declared within(std::int64_t least, std::int64_t greatest = bounds().greatest) const {
    declared made = *this;
    made.member_.within = {least, greatest};
    return made;
  }
  consteval declared each_within(std::int64_t least, std::int64_t greatest) const {
    declared made = *this;
    made.member_.each_within = {least, greatest};
    return made;
  }
  /// The name of a table or an index.
  consteval declared of_name_letters() const {
    declared made = *this;
    made.member_.of_name_letters = true;
    return made;
  }
  /// Since 2026 what breaks the bounds is told by the newer layer of checks: alone, and without the value.
  consteval declared newly_worded(newer_words bounds) const {
    declared made = *this;
    made.member_.newly = bounds;
    return made;
  }
  /// The same of a name that is none of the choices: these are told then. One of several errors, as ever.
  consteval declared newly_named(std::string_view names) const {
    declared made = *this;
    made.member_.newer_names = names;
    return made;
  }
  /// A table by its name or its ARN.
  consteval declared table_reference() const {
    declared made = *this;
    made.member_.table_reference = true;
    return made;
  }
  /// Lengths of texts that may have any letters, as DynamoDB counts them.
  consteval declared in_characters() const {
    declared made = *this;
    made.member_.in_characters = true;
    return made;
  }
  consteval declared one_of(std::span<const choice> choices) const {
    declared made = *this;
    made.member_.what = member::form::choice;
    made.member_.choices = choices;
    return made;
  }
  consteval const member& made() const { return member_; }

 private:
  member member_;
};

/// All members of the parameters P.
template <class P, std::size_t Count>
struct member_list {
  std::array<member, Count> members;
  std::string_view shape{};

  /// Those of a structure that the service model calls so.
  consteval member_list of(std::string_view shape_name) const { return {members, shape_name}; }
};

/// A member whose value goes to a field of the parameters, or to a field of a field: its type says what JSON it takes. `std::optional` tells
/// an absent member from a given one; so does required().
template <class P, auto... Fields>
consteval declared<P> parameter(std::string_view name) {
  using field = std::remove_reference_t<decltype(declaring::field_of<P, Fields...>(nullptr))>;
  return declared<P>({.name = name, .what = declaring::form_of<field>(), .place = declaring::place_of<P, Fields...>});
}

/// A structure, or a list of them, with members of its own.
template <class P, auto Field, class Structure, std::size_t Count>
consteval declared<P> parameter(std::string_view name, const member_list<Structure, Count>& of) {
  using field = std::remove_reference_t<decltype(declaring::field_of<P, Field>(nullptr))>;
  using value = typename declaring::field_traits<field>::value;
  member made{.name = name,
              .what = declaring::form_of<field>(),
              .shape = of.shape,
              .members = of.members,
              .place = declaring::place_of<P, Field>};
  if constexpr (declaring::list_traits<value>::value) {
    static_assert(std::same_as<typename declaring::list_traits<value>::element, Structure>);
    made.append = declaring::append_to<value>;
  } else {
    static_assert(std::same_as<value, Structure>);
  }
  return declared<P>(made);
}

/// A member that a function of its own reads.
template <class P, void (*Read)(P&, member_reader&)>
consteval declared<P> read_by(std::string_view name) {
  return declared<P>({.name = name, .what = member::form::own, .read = [](void* parameters, member_reader& in) {
                        Read(*static_cast<P*>(parameters), in);
                      }});
}

template <class P>
consteval declared<P> comes_later(std::string_view name) {
  return declared<P>({.name = name, .what = member::form::later});
}

template <class P, std::same_as<declared<P>>... Members>
consteval member_list<P, 1 + sizeof...(Members)> declare(declared<P> first, Members... more) {
  return {{first.made(), more.made()...}};
}

}  // namespace dynamo::engine
