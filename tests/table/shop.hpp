#pragma once

#include <dynamo/table.hpp>

namespace shop {

enum class status { open, shipped };
struct address {
  std::string street;
  std::uint32_t house_number = 0;
};
struct order {
  std::string customer_id;
  std::uint64_t number = 0;
  status state = status::open;
  std::optional<std::string> note;
  std::uint32_t attempts = 0;
  std::vector<std::string> tags;
  std::set<std::string> labels;
  std::map<std::string, int> counts;
  std::optional<address> deliver_to;
};
using by_state =
    dynamo::global_index<"by_state", dynamo::partition_key<&order::state>, dynamo::sort_key<&order::number>>;
struct orders : dynamo::schema<"orders", order, dynamo::partition_key<&order::customer_id>,
                               dynamo::sort_key<&order::number>, by_state> {};

inline constexpr auto customer = dynamo::attr<&order::customer_id>;
inline constexpr auto number = dynamo::attr<&order::number>;
inline constexpr auto state = dynamo::attr<&order::state>;
inline constexpr auto note = dynamo::attr<&order::note>;
inline constexpr auto attempts = dynamo::attr<&order::attempts>;
inline constexpr auto tags = dynamo::attr<&order::tags>;
inline constexpr auto labels = dynamo::attr<&order::labels>;
inline constexpr auto counts = dynamo::attr<&order::counts>;
inline constexpr auto street = dynamo::attr<&order::deliver_to, &address::street>;
inline constexpr auto house_number = dynamo::attr<&order::deliver_to, &address::house_number>;

struct user {
  std::string email;
  int age = 0;
};
struct users : dynamo::schema<"users", user, dynamo::partition_key<&user::email>> {};
inline constexpr auto email = dynamo::attr<&user::email>;
inline constexpr auto age = dynamo::attr<&user::age>;

}  // namespace shop
