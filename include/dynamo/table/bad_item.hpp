#pragma once

#include <dynamo/base/error.hpp>

#include <functional>
#include <string>
#include <utility>

namespace dynamo {

/// A stored item that a query or scan could not read into its struct.
struct bad_item {
  std::string key;   ///< of the table and the index, DynamoDB JSON: {"email":{"S":"ann"}}
  std::string json;  ///< the whole item as it came, DynamoDB JSON
  error why;         ///< errc::decoding: which attribute, and what is wrong with it; names the key too

  bad_item(std::string its_key, std::string its_json, error problem)
      : key(std::move(its_key)), json(std::move(its_json)), why(std::move(problem)) {}
};

/// Option of query and scan: items that cannot be read are left out and reported, and those beside them are returned. Without it the
/// first of them is the error of its page, which no other item of that page comes with.
///
///     for (auto item : users.scan(dynamo::skip_bad_items([&](const dynamo::bad_item& bad) { parked.push_back(bad.json); })).items())
///
/// `report` is called for each, once for each time its page is read, before the page is returned, on the thread that takes the page in; it must not
/// throw. A page has them too: page::bad_items. They are examined and paid for, do not count for an item_limit, and are no items to first() and
/// one(); count(), which transfers none, counts them. Beside co_await name the option first, as g++ 12 destroys a lambda with captures twice there.
class skip_bad_items {
 public:
  explicit skip_bad_items(std::function<void(const bad_item&)> report) : report_(std::move(report)) {}
  const std::function<void(const bad_item&)>& report() const noexcept { return report_; }

 private:
  std::function<void(const bad_item&)> report_;
};

}  // namespace dynamo
