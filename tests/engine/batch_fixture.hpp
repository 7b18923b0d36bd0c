#pragma once

#include "stream_fixture.hpp"

#include <dynamo/testing/file_systems.hpp>

#include <algorithm>
#include <map>

namespace dynamo::engine_tests {

inline std::string item_text(const std::string& pk, const std::string& value) {
  return R"({"pk":{"S":")" + pk + R"("},"v":{"S":")" + value + R"("}})";
}
inline std::string key_text(const std::string& pk) { return R"({"pk":{"S":")" + pk + R"("}})"; }
inline std::string put_text(const std::string& pk, const std::string& value) {
  return R"({"PutRequest":{"Item":)" + item_text(pk, value) + "}}";
}
inline std::string delete_text(const std::string& pk) { return R"({"DeleteRequest":{"Key":)" + key_text(pk) + "}}"; }

inline std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts) all += (all.empty() ? "" : ",") + part;
  return all;
}

/// Tables `things` and `others`, each with a stream, and what batches need.
class batch_fixture : public stream_fixture {
 protected:
  void SetUp() override {
    open_in_memory();
    make_tables();
  }
  void make_tables() {
    arn_ = make_table("things");
    make_table("others");
  }
  static std::string batch_text(const std::vector<std::string>& requests, const std::string& more = "") {
    return R"({"RequestItems":{"things":[)" + joined(requests) + "]}" + more + "}";
  }
  answer write(const std::vector<std::string>& requests) {
    return call(operation_name::batch_write_item, batch_text(requests));
  }
  /// The items of a table by their text, and their number.
  std::map<std::string, std::string> contents(const std::string& table = "things") {
    std::map<std::string, std::string> found;
    std::string start;
    do {
      const answer page =
          call(operation_name::scan,
               R"({"TableName":")" + table + "\"" + (start.empty() ? "" : R"(,"ExclusiveStartKey":)" + start) + "}");
      EXPECT_TRUE(page.ok) << page.to_string();
      for (const std::string& item : elements(member(page.body, "Items").value_or("[]"))) {
        found[text_member(member(item, "pk").value_or(""), "S")] = item;
      }
      start = member(page.body, "LastEvaluatedKey").value_or("");
    } while (!start.empty());
    return found;
  }
  /// The table as its change records leave it.
  std::map<std::string, std::string> folded() { return folded(arn_); }
  std::map<std::string, std::string> folded(const std::string& arn) {
    std::map<std::string, std::string> state;
    for (std::string at = iterator(arn); !at.empty();) {
      const seen_page here = page(at);
      EXPECT_TRUE(here.came.ok) << here.came.to_string();
      for (const seen_record& record : here.records) {
        const std::string pk = text_member(member(record.keys, "pk").value_or(""), "S");
        EXPECT_EQ(record.old_image, state[pk]);
        state[pk] = record.new_image;
      }
      if (here.records.empty()) break;
      at = here.next;
    }
    std::erase_if(state, [](const auto& entry) { return entry.second.empty(); });
    return state;
  }

  std::string arn_;
};

}  // namespace dynamo::engine_tests
