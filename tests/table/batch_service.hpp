#pragma once

#include "../support/wire.hpp"

#include <dynamo/json/writer.hpp>

#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <set>
#include <string>

namespace dynamo::test {

/// BatchGetItem and BatchWriteItem of one table on a map, and nothing else. Validates the requests: their size, and that none
/// names a key twice.
class batch_service final : public endpoint {
 public:
  explicit batch_service(std::string key_name) : key_name_(std::move(key_name)) {}

  result<reply> call(request r) override {
    const std::lock_guard lock(mutex_);
    ++requests;
    const std::string_view body = r.body.view();
    const std::string tables = member(body, "RequestItems");
    std::string answer;
    testing_support::for_each_member(tables, [&](std::string_view, std::string_view asked) {
      answer = r.operation == operation_name::batch_get_item ? get(asked) : write(asked);
    });
    return reply(json::buffer(answer));
  }
  void start(request r, reply_sink& sink) override { sink.complete(call(std::move(r))); }

  std::map<std::string, std::string> items;  ///< by the text of the key's value
  std::map<std::string, int> writes;         ///< how often each key was written
  int requests = 0;

 private:
  static std::string member(std::string_view object, std::string_view name) {
    return testing_support::member(object, name).value_or("");
  }
  std::string get(std::string_view asked) {
    std::set<std::string> keys;
    std::string found;
    const std::vector<std::string> all = testing_support::elements(member(asked, "Keys"));
    EXPECT_LE(all.size(), 100u);
    for (const std::string& one : all) {
      const std::string key = member(one, key_name_);
      EXPECT_TRUE(keys.insert(key).second) << "asked for twice: " << key;
      const auto at = items.find(key);
      if (at == items.end()) continue;
      // In another order than they were asked for.
      found = at->second + (found.empty() ? "" : ",") + found;
    }
    return R"({"Responses":{"t":[)" + found + R"(]},"UnprocessedKeys":{},"ConsumedCapacity":[{"CapacityUnits":1.5}]})";
  }
  std::string write(std::string_view asked) {
    std::set<std::string> keys;
    const std::vector<std::string> all = testing_support::elements(asked);
    EXPECT_LE(all.size(), 25u);
    for (const std::string& one : all) {
      const std::string put = member(one, "PutRequest"), remove = member(one, "DeleteRequest");
      EXPECT_NE(put.empty(), remove.empty()) << one;
      const std::string item = put.empty() ? member(remove, "Key") : member(put, "Item");
      const std::string key = member(item, key_name_);
      EXPECT_TRUE(keys.insert(key).second) << "written twice: " << key;
      ++writes[key];
      if (put.empty()) {
        items.erase(key);
      } else {
        items[key] = item;
      }
    }
    return R"({"UnprocessedItems":{},"ConsumedCapacity":[{"TableName":"t","CapacityUnits":2}]})";
  }

  std::string key_name_;
  std::mutex mutex_;
};

}  // namespace dynamo::test
