#pragma once

#include <boost/container/flat_set.hpp>

#include <cstdint>
#include <set>
#include <string>

namespace dynamo::bench {

/// The item that everything is measured with: ten attributes, about 330 bytes of DynamoDB JSON.
struct order {
  std::string customer, id, name, email, status;
  std::int64_t quantity = 0;
  double amount = 0;
  std::int64_t created_at = 0;
  bool active = false;
  boost::container::flat_set<std::string> tags;  // one allocation, like the vector that the floors were measured with
};
/// The same with a node for each tag.
struct order_with_std_set {
  std::string customer, id, name, email, status;
  std::int64_t quantity = 0;
  double amount = 0;
  std::int64_t created_at = 0;
  bool active = false;
  std::set<std::string> tags;
};

/// A thousand orders a customer.
inline order make_order(std::uint32_t number) {
  const auto padded = [](std::uint32_t value, std::size_t width) {
    const std::string digits = std::to_string(value);
    return std::string(width - digits.size(), '0') + digits;
  };
  order made;
  made.customer = "CUSTOMER#" + padded(number / 1000, 10);
  made.id = "ORDER#2024-05-17T12:34:56Z#" + padded(number, 7);
  made.name = "Grace Hopper " + std::to_string(number);
  made.email = "grace.hopper." + std::to_string(number) + "@example.com";
  made.status = number % 2 == 0 ? "SHIPPED" : "DELIVERED";
  made.quantity = 1 + number % 17;
  made.amount = 19.99 + number;
  made.created_at = 1715948096 + number;
  made.active = number % 2 == 0;
  made.tags = {"europe", "gift-wrap", "priority"};
  return made;
}

}  // namespace dynamo::bench
