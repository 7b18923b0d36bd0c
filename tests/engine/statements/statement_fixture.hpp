#pragma once

#include "../../support/wire.hpp"
#include "../stream_fixture.hpp"

#include <dynamo/json/writer.hpp>
#include <engine/engine.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine_tests {

/// Tables of music: `music` by artist and song with indexes, `people` by id. The parameter: whether calls are started, or waited for.
class statements : public ::testing::TestWithParam<bool> {
 protected:
  using texts = std::vector<std::string>;

  void SetUp() override { open({}); }
  void open(const database_options& options) {
    auto opened = engine::open_in_memory(options);
    ASSERT_TRUE(opened) << opened.error().describe();
    db_ = *opened;
    call(operation_name::create_table, R"({"TableName":"music","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[
      {"AttributeName":"artist","AttributeType":"S"},{"AttributeName":"song","AttributeType":"S"},
      {"AttributeName":"genre","AttributeType":"S"},{"AttributeName":"year","AttributeType":"N"},
      {"AttributeName":"label","AttributeType":"S"}],
      "KeySchema":[{"AttributeName":"artist","KeyType":"HASH"},{"AttributeName":"song","KeyType":"RANGE"}],
      "GlobalSecondaryIndexes":[
        {"IndexName":"by_genre","KeySchema":[{"AttributeName":"genre","KeyType":"HASH"},
          {"AttributeName":"year","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}},
        {"IndexName":"by_year","KeySchema":[{"AttributeName":"year","KeyType":"HASH"}],
          "Projection":{"ProjectionType":"KEYS_ONLY"}},
        {"IndexName":"by_both","KeySchema":[{"AttributeName":"genre","KeyType":"HASH"},
          {"AttributeName":"label","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}],
      "LocalSecondaryIndexes":[{"IndexName":"of_artist","KeySchema":[{"AttributeName":"artist","KeyType":"HASH"},
          {"AttributeName":"year","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}]})");
    call(operation_name::create_table, R"({"TableName":"people","BillingMode":"PAY_PER_REQUEST",
      "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
      "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]})");
  }

  result<reply> send(operation_name op, std::string_view body) {
    if (!GetParam()) return db_->call(request(op, json::buffer(body)));
    kept_reply kept;
    db_->start(request(op, json::buffer(body)), kept);
    return kept.get();
  }
  std::string call(operation_name op, std::string_view body) {
    return testing_support::to_answer(send(op, body)).to_string();
  }

  /// `"Statement":"...","Parameters":[...]`
  static std::string members(std::string_view text, std::string_view values = "") {
    json::buffer quoted;
    json::write_string(quoted, text);
    std::string made = R"("Statement":)" + std::string(quoted.view());
    if (!values.empty()) made += R"(,"Parameters":[)" + std::string(values) + "]";
    return made;
  }
  std::string run(std::string_view text, std::string_view values = "", const std::string& more = "") {
    return call(operation_name::execute_statement, "{" + members(text, values) + more + "}");
  }
  testing_support::answer answer_to(std::string_view text, std::string_view values = "", const std::string& more = "") {
    return testing_support::to_answer(
        send(operation_name::execute_statement, "{" + members(text, values) + more + "}"));
  }
  /// Of each text a statement of its own.
  static std::string statements_of(std::string_view member, const texts& all, const std::string& more = "") {
    std::string made = "{\"" + std::string(member) + "\":[";
    for (std::size_t i = 0; i < all.size(); ++i) made += (i == 0 ? "{" : ",{") + members(all[i]) + "}";
    return made + "]" + more + "}";
  }
  std::string batch(const texts& all, const std::string& more = "") {
    return call(operation_name::batch_execute_statement, statements_of("Statements", all, more));
  }
  std::string transact(const texts& all, const std::string& more = "") {
    return call(operation_name::execute_transaction, statements_of("TransactStatements", all, more));
  }

  void put(const std::string& table, const std::string& item) {
    EXPECT_EQ(call(operation_name::put_item, R"({"TableName":")" + table + R"(","Item":)" + item + "}"), "{}");
  }
  void put_song(const std::string& artist, const std::string& song, const std::string& more = "") {
    put("music", R"({"artist":{"S":")" + artist + R"("},"song":{"S":")" + song + "\"}" + more + "}");
  }
  std::string person(const std::string& id) {
    return call(operation_name::get_item, R"({"TableName":"people","Key":{"id":{"S":")" + id + R"("}}})");
  }
  /// The songs of a page, between blanks.
  static std::string songs(std::string_view page) {
    std::string found;
    for (const std::string& item : testing_support::elements(testing_support::member(page, "Items").value_or("[]"))) {
      const std::string song = testing_support::text_member(testing_support::member(item, "song").value_or("{}"), "S");
      found += (found.empty() ? "" : " ") + song;
    }
    return found.empty() && !page.starts_with("{") ? std::string(page) : found;
  }
  std::string songs_of(std::string_view text, const std::string& more = "") { return songs(run(text, "", more)); }
  /// The songs of each page, between bars.
  std::string pages_of(std::string_view text, int limit) {
    std::string found, token;
    do {
      const std::string page = run(
          text, "", R"(,"Limit":)" + std::to_string(limit) + (token.empty() ? "" : R"(,"NextToken":")" + token + "\""));
      found += (found.empty() ? "" : "|") + songs(page);
      token = testing_support::text_member(page, "NextToken");
    } while (!token.empty());
    return found;
  }

  std::shared_ptr<endpoint> db_;

 private:
  class kept_reply final : public reply_sink {
   public:
    void complete(result<reply> came) noexcept override {
      const std::scoped_lock held(mutex_);
      came_.emplace(std::move(came));
      changed_.notify_all();
    }
    result<reply> get() {
      std::unique_lock held(mutex_);
      changed_.wait(held, [&] { return came_.has_value(); });
      return *std::move(came_);
    }

   private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<result<reply>> came_;
  };
};

inline const std::string statement_capacity = R"(,"ReturnConsumedCapacity":"INDEXES")";

}  // namespace dynamo::engine_tests
