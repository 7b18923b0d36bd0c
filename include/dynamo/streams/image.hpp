#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/schema/codec.hpp>

#include <array>
#include <cassert>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace dynamo {

/// What became of an item's image in a change record.
enum class image_state : std::uint8_t {
  absent,  ///< the record does not carry it: an insert has no old image, a remove no new one, and a view type may leave out either
  value,  ///< it is here
  wrong,  ///< it does not fit the type: see image::problem()
};

/// An item as it was before or after a change: a value, nothing, or the reason why it could not be read. Reads like a
/// std::optional; `if (image)` is true for a value only.
template <class T>
class image {
 public:
  image() noexcept = default;

  image_state state() const noexcept {
    if (value_) return image_state::value;
    return problem_ ? image_state::wrong : image_state::absent;
  }
  bool has_value() const noexcept { return value_.has_value(); }
  explicit operator bool() const noexcept { return value_.has_value(); }
  bool absent() const noexcept { return state() == image_state::absent; }

  /// The item. There must be one.
  const T& operator*() const& noexcept { return *value_; }
  T& operator*() & noexcept { return *value_; }
  T&& operator*() && noexcept { return std::move(*value_); }
  const T* operator->() const noexcept { return &*value_; }
  T* operator->() noexcept { return &*value_; }

  /// errc::decoding, with the attribute's name and what is wrong with it; null unless the state is `wrong`.
  const error* problem() const noexcept { return problem_ ? &*problem_ : nullptr; }

  template <class... Arguments>
  T& emplace(Arguments&&... arguments) {
    problem_.reset();
    return value_.emplace(std::forward<Arguments>(arguments)...);
  }
  void refuse(error why) {
    value_.reset();
    problem_ = std::move(why);
  }

 private:
  std::optional<T> value_;
  std::optional<error> problem_;
};

/// Says how the entity types of a stream are told apart, where one table holds several (single-table design). Specialise it for the
/// variant that a change is read into; the types are tried neither in turn nor by shape: an attribute of type S decides.
///
///     template <> struct dynamo::told_apart_by<std::variant<User, Order>> {
///       static constexpr std::string_view attribute = "entity";
///       static constexpr std::array<std::string_view, 2> values{"user", "order"};   // one for each alternative
///     };
/// or, where it is not a plain value, a function from the attribute's text to the number of the alternative:
///
///     static constexpr std::string_view attribute = "sk";
///     static std::size_t choose(std::string_view text) { return text.starts_with("ORDER#") ? 1 : 0; }
/// An image without the attribute, or with a value (a number) that stands for none of the alternatives, is `wrong`.
template <class Variant>
struct told_apart_by {
  using not_said = void;
};

namespace detail {

/// How an image is read, without its type.
struct image_shape {
  using reader = void (*)(decoder&, void* object);
  const reader* alternatives;  ///< one for each entity type
  std::size_t count;
  std::string_view discriminator;           ///< empty: there is one entity type
  std::size_t (*choose)(std::string_view);  ///< `count` or more: none
};

/// What can be an image: whatever is stored as M.
template <class T>
consteval bool stored_as_map() {
  if constexpr (!storable<T>) {
    return false;
  } else if constexpr (requires { codec<T>::stored; }) {
    return codec<T>::stored == attribute_type::M;
  } else {
    return true;
  }
}

template <class T>
struct image_type {
  static_assert(storable<T>,
                "dynamo: a change is read into a struct that can be stored, or into a std::variant of such structs");
  static_assert(!storable<T> || stored_as_map<T>(),
                "dynamo: an image is an item: a change is read into a struct, not into a single value");
  static_assert(std::is_default_constructible_v<T>,
                "dynamo: a stored struct needs a default constructor, because reading fills a new one");
  template <class Owner>
  static constexpr bool holds = std::is_base_of_v<Owner, T>;

  static void read(decoder& in, void* object) { codec<T>::read(in, attribute_type::M, *static_cast<T*>(object)); }
  static void* emplace(image<T>& to, std::size_t) { return &to.emplace(); }

  static constexpr image_shape::reader readers[] = {read};
  static constexpr image_shape shape{readers, 1, {}, nullptr};
};

template <class... Entities>
struct image_type<std::variant<Entities...>> {
  using variant = std::variant<Entities...>;
  using rule = told_apart_by<variant>;
  static constexpr bool said = !requires { typename rule::not_said; };
  static_assert(said,
                "dynamo: say how these entity types are told apart: specialise dynamo::told_apart_by for this variant");
  template <class Owner>
  static constexpr bool holds = (image_type<Entities>::template holds<Owner> || ...);

  static void* emplace(image<variant>& to, std::size_t alternative) {
    variant& made = to.emplace();
    return emplace_at(made, alternative, std::index_sequence_for<Entities...>());
  }
  static std::size_t choose(std::string_view text) {
    if constexpr (requires { rule::choose(text); }) {
      return rule::choose(text);
    } else if constexpr (said) {
      static_assert(std::size(rule::values) == sizeof...(Entities),
                    "dynamo: told_apart_by needs one value for each alternative of the variant");
      std::size_t i = 0;
      while (i != sizeof...(Entities) && rule::values[i] != text) ++i;
      return i;
    } else {
      return 0;
    }
  }
  static constexpr std::string_view discriminator() {
    if constexpr (said) {
      return rule::attribute;
    } else {
      return "";
    }
  }

  static constexpr image_shape::reader readers[] = {image_type<Entities>::read...};
  static constexpr image_shape shape{readers, sizeof...(Entities), discriminator(), choose};

 private:
  template <std::size_t... I>
  static void* emplace_at(variant& made, std::size_t alternative, std::index_sequence<I...>) {
    void* at = nullptr;
    (void)((I == alternative ? (at = &made.template emplace<I>(), true) : false) || ...);
    return at;
  }
};

}  // namespace detail
}  // namespace dynamo
