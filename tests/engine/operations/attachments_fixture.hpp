#pragma once

#include "core_fixture.hpp"
#include "table_operations.hpp"

#include <dynamo/json/writer.hpp>
#include <engine/storage/key_space.hpp>

#include <string>

namespace dynamo::engine_tests {

inline std::string arn_of_table(const std::string& table) {
  return "arn:aws:dynamodb:local:000000000000:table/" + table;
}
/// {"ResourceArn":"...",<more>}
inline std::string resource_body(const std::string& arn, const std::string& more = "") {
  return R"({"ResourceArn":")" + arn + "\"" + (more.empty() ? "" : "," + more) + "}";
}
inline std::string tag_json(const std::string& key, const std::string& value) {
  return R"({"Key":")" + key + R"(","Value":")" + value + "\"}";
}
/// A text as JSON has it.
inline std::string quoted(const std::string& text) {
  json::buffer out;
  json::write_string(out, text);
  return std::string(out.view());
}

/// Tables and what is attached to them, on a simulated disk.
class attachments : public on_simulated_disk<stream_fixture> {
 protected:
  void must(operation_name op, const std::string& body) {
    const answer came = call(op, body);
    ASSERT_TRUE(came.ok) << came.to_string();
  }
  void make(const std::string& table, const std::string& more = "") {
    std::string body = create_body(table);
    if (!more.empty()) body.insert(body.size() - 1, "," + more);
    must(operation_name::create_table, body);
  }
  void drop(const std::string& table) { must(operation_name::delete_table, name_body(table)); }
  /// All tags of a table, page by page: "a=1 b=2".
  std::string tags_of(const std::string& table) {
    std::string all, token;
    do {
      const answer page =
          call(operation_name::list_tags_of_resource,
               resource_body(arn_of_table(table), token.empty() ? "" : R"("NextToken":")" + token + "\""));
      if (!page.ok) return page.to_string();
      for (const std::string& one : elements(member(page.body, "Tags").value_or("[]"))) {
        all += (all.empty() ? "" : " ") + text_member(one, "Key") + "=" + text_member(one, "Value");
      }
      token = text_member(page.body, "NextToken");
    } while (!token.empty());
    return all;
  }
  std::string tag(const std::string& table, const std::string& tags) {
    return told(operation_name::tag_resource, resource_body(arn_of_table(table), R"("Tags":[)" + tags + "]"));
  }
  std::string untag(const std::string& table, const std::string& keys) {
    return told(operation_name::untag_resource, resource_body(arn_of_table(table), R"("TagKeys":[)" + keys + "]"));
  }
  /// The kinds of rows that are stored of attachments, of all resources.
  std::string stored_kinds() {
    std::string begin(core_->rows->prefix());
    begin += engine::attachment_space;
    std::string kinds;
    const auto at = core_->rows->range(begin, engine::after_prefix(begin), engine::direction::forward);
    for (; at->valid(); at->next()) kinds += at->key().back();
    return kinds;
  }
};

}  // namespace dynamo::engine_tests
