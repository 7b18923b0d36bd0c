#pragma once

#include <dynamo/table/detail/request_builder.hpp>
#include <dynamo/table/detail/value.hpp>

#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace dynamo {

namespace detail {

/// A key that has been encoded: an object of attribute values, in the order of their names.
class encoded_key {
 public:
  encoded_key(encoded_key&&) noexcept;
  encoded_key& operator=(encoded_key&&) noexcept;
  std::string_view json() const noexcept { return json_.view(); }
  const std::optional<error>& problem() const noexcept { return problem_; }

 protected:
  encoded_key();
  ~encoded_key();
  void add(std::string_view name, value_writer, const void* value);
  void add_out_of_range(std::string_view name);
  void add_null_text(std::string_view name);
  void close();

 private:
  json::buffer json_;
  std::optional<error> problem_;
};

template <class Key, class Value>
consteval bool fits_key() {
  return fits<Key, const Value&>();
}
template <class Schema>
class key_on_temporary;

}  // namespace detail

/// The key of one item: `"user123"`, `{"alice", 7u}` for a table with a sort key, or an item, whose key is taken.
template <schema_type Schema>
class key_of : public detail::encoded_key {
  using entity = typename Schema::entity;
  static constexpr auto partition_member = Schema::partition::member;
  using partition_type = type_of_member<partition_member>;

 public:
  template <class Partition>
    requires(!std::is_base_of_v<encoded_key, std::remove_cvref_t<Partition>> &&
             detail::named_first_since_gxx_12_destroys_aggregate_temporaries_twice<Partition &&>)
  key_of(Partition&& partition) {  // NOLINT(google-explicit-constructor): "user123" is a key
    encode_one<std::remove_cvref_t<Partition>>(partition);
  }
  template <class Partition, class Sort>
    requires detail::named_first_since_gxx_12_destroys_aggregate_temporaries_twice<Partition&&, Sort&&>
  key_of(Partition&& partition, Sort&& sort) {
    encode_two<std::remove_cvref_t<Partition>, std::remove_cvref_t<Sort>>(partition, sort);
  }

 private:
  friend class detail::key_on_temporary<Schema>;
  key_of() = default;

  template <class Partition>
  void encode_one(const Partition& partition) {
    if constexpr (std::is_same_v<Partition, entity>) {
      add_from(partition);
    } else {
      static_assert(!Schema::has_sort, "dynamo: this table has a sort key too: pass {partition key, sort key}");
      static_assert(detail::fits_key<partition_type, Partition>(), "dynamo: this is not of the partition key's type");
      if constexpr (!Schema::has_sort && detail::fits_key<partition_type, Partition>()) add_partition(partition);
    }
    close();
  }
  template <class Partition, class Sort>
  void encode_two(const Partition& partition, const Sort& sort) {
    static_assert(Schema::has_sort, "dynamo: this table has no sort key: pass the partition key alone");
    static_assert(detail::fits_key<partition_type, Partition>(),
                  "dynamo: the first value is not of the partition key's type");
    if constexpr (Schema::has_sort) {
      using sort_type = type_of_member<Schema::sort::member>;
      static_assert(detail::fits_key<sort_type, Sort>(), "dynamo: the second value is not of the sort key's type");
      if constexpr (detail::fits_key<partition_type, Partition>() && detail::fits_key<sort_type, Sort>()) {
        constexpr std::string_view partition_name = attribute_name<partition_member>;
        constexpr std::string_view sort_name = attribute_name<Schema::sort::member>;
        if constexpr (partition_name < sort_name) {
          add_partition(partition);
          add_value<sort_type>(sort_name, sort);
        } else {
          add_value<sort_type>(sort_name, sort);
          add_partition(partition);
        }
      }
    }
    close();
  }
  template <class Field, class Value>
  void add_value(std::string_view name, const Value& value) {
    if constexpr (std::is_same_v<Field, Value>) {
      add(name, detail::operations<Field>::write, &value);
    } else if constexpr (std::is_same_v<Field, std::string>) {
      if (detail::is_null_text(value)) return add_null_text(name);
      const std::string_view text(value);
      add(
          name,
          [](encoder& out, const void* from) {
            json::write_string_value(out.out(), *static_cast<const std::string_view*>(from));
          },
          &text);
    } else {
      if constexpr (std::integral<Field> && std::integral<Value>) {
        const auto converted = static_cast<Field>(value);
        if (static_cast<Value>(converted) != value || (converted < 0) != (value < 0)) return add_out_of_range(name);
      }
      const auto converted = static_cast<Field>(value);
      add(name, detail::operations<Field>::write, &converted);
    }
  }
  template <class Value>
  void add_partition(const Value& value) {
    add_value<partition_type>(attribute_name<partition_member>, value);
  }
  void add_from(const entity& from) {
    if constexpr (Schema::has_sort) {
      constexpr auto sort_member = Schema::sort::member;
      if constexpr (attribute_name<sort_member> < attribute_name<partition_member>) {
        add_value<type_of_member<sort_member>>(attribute_name<sort_member>, from.*sort_member);
        add_partition(from.*partition_member);
      } else {
        add_partition(from.*partition_member);
        add_value<type_of_member<sort_member>>(attribute_name<sort_member>, from.*sort_member);
      }
    } else {
      add_partition(from.*partition_member);
    }
  }
};

namespace detail {

/// A key of which a part was given as a temporary that g++ 12 may destroy twice: the call becomes an operation_on_temporary.
template <class Schema>
class key_on_temporary : public key_of<Schema> {
 public:
  template <class Partition>
    requires freed_twice<Partition&&>
  key_on_temporary(Partition&& partition) {  // NOLINT(google-explicit-constructor): as key_of
    this->template encode_one<std::remove_cvref_t<Partition>>(partition);
  }
  template <class Partition, class Sort>
    requires(freed_twice<Partition &&> || freed_twice<Sort &&>)
  key_on_temporary(Partition&& partition, Sort&& sort) {
    this->template encode_two<std::remove_cvref_t<Partition>, std::remove_cvref_t<Sort>>(partition, sort);
  }
};

}  // namespace detail
}  // namespace dynamo
