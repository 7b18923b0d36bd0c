#pragma once

#include <dynamo/expression/tree.hpp>
#include <dynamo/schema/schema.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace dynamo {

template <auto... Members>
struct attribute;

namespace detail {

/// Types that DynamoDB orders: what is stored as S, N or B.
template <class T>
concept ordered = key_type<T>;

template <class T>
struct element_of {};
template <class T>
  requires(!byte<T>)
struct element_of<std::vector<T>> {
  using type = T;
};
template <class T, std::size_t Size>
  requires(!byte<T>)
struct element_of<std::array<T, Size>> {
  using type = T;
};
template <class T>
struct value_of_map {};
template <map_like T>
struct value_of_map<T> {
  using type = typename T::mapped_type;
};
template <class T>
struct member_of_set {};
template <set_like T>
struct member_of_set<T> {
  using type = typename T::value_type;
};

template <class T>
concept list_type = requires { typename element_of<T>::type; };
template <class T>
concept map_type = requires { typename value_of_map<T>::type; };
template <class T>
concept set_type = requires { typename member_of_set<T>::type; };

class text_argument;

/// Whatever stands for a place in an item: an attribute, or something inside it.
template <class T>
concept path_type = requires(const T& path) {
  typename T::entity;
  typename T::value_type;
  T::root;
  { path.path() } -> std::same_as<expression::path>;
};

expression::path make_path(const std::string_view* names, std::size_t count);
expression::path inside(expression::path, std::uint32_t index);
expression::path inside(expression::path,
                        const text_argument& name);  ///< empty for a null pointer, and so is all inside it

/// Why an empty path is no place. Nothing for any other.
std::optional<error> problem_of(const expression::path&);

template <auto... Members>
struct member_chain {
  static constexpr bool connected = true;
};
template <auto First, auto Second, auto... Rest>
struct member_chain<First, Second, Rest...> {
  static constexpr bool connected =
      std::is_base_of_v<owner_of<Second>, typename without_optional<type_of_member<First>>::type> &&
      member_chain<Second, Rest...>::connected;
};
template <auto... Members>
struct last_of;
template <auto Last>
struct last_of<Last> {
  static constexpr auto value = Last;
};
template <auto First, auto... Rest>
struct last_of<First, Rest...> : last_of<Rest...> {};

}  // namespace detail
}  // namespace dynamo
