#include "stored_state.hpp"

#include "movies/wire.hpp"

#include <fmt/core.h>

#include <utility>

namespace demo {
namespace {

using dynamo::operation_name;

dynamo::result<std::string> call(const dynamo::database& db, operation_name operation, const std::string& body) {
  const auto answer = db.endpoint()->call(dynamo::request(operation, dynamo::json::buffer(body)));
  if (!answer) return std::unexpected(answer.error());
  return std::string(answer->body.view());
}

dynamo::result<std::string> oldest_iterator(const dynamo::database& db, std::string_view table) {
  const auto description = call(db, operation_name::describe_table, fmt::format(R"({{"TableName":"{}"}})", table));
  if (!description) return std::unexpected(description.error());
  const std::string arn = text_member(member(*description, "Table"), "LatestStreamArn");
  const auto stream = call(db, operation_name::describe_stream, fmt::format(R"({{"StreamArn":"{}"}})", arn));
  if (!stream) return std::unexpected(stream.error());
  std::string shard;
  for_each_element(member(member(*stream, "StreamDescription"), "Shards"),
                   [&](std::string_view one) { shard = text_member(one, "ShardId"); });
  const auto iterator =
      call(db, operation_name::get_shard_iterator,
           fmt::format(R"({{"StreamArn":"{}","ShardId":"{}","ShardIteratorType":"TRIM_HORIZON"}})", arn, shard));
  if (!iterator) return std::unexpected(iterator.error());
  return text_member(*iterator, "ShardIterator");
}

change to_change(std::string_view record) {
  const std::string inner = member(record, "dynamodb");
  return {text_member(record, "eventName"), member(inner, "Keys"), member(inner, "OldImage"), member(inner, "NewImage"),
          text_member(inner, "SequenceNumber")};
}

}  // namespace

dynamo::result<void> for_each_item(const dynamo::database& db, std::string_view table,
                                   const std::function<void(std::string_view)>& take, std::string_view index) {
  const std::string what = index.empty() ? R"("ConsistentRead":true)" : fmt::format(R"("IndexName":"{}")", index);
  std::string start;
  do {
    const std::string from = start.empty() ? "" : R"(,"ExclusiveStartKey":)" + start;
    const auto page = call(db, operation_name::scan, fmt::format(R"({{"TableName":"{}",{}{}}})", table, what, from));
    if (!page) return std::unexpected(page.error());
    for_each_element(member(*page, "Items"), take);
    start = member(*page, "LastEvaluatedKey");
  } while (!start.empty());
  return {};
}

dynamo::result<void> for_each_change(const dynamo::database& db, std::string_view table,
                                     const std::function<void(const change&)>& take) {
  auto iterator = oldest_iterator(db, table);
  while (iterator && !iterator->empty()) {
    const auto page = call(db, operation_name::get_records, fmt::format(R"({{"ShardIterator":"{}"}})", *iterator));
    if (!page) return std::unexpected(page.error());
    std::size_t records = 0;
    for_each_element(member(*page, "Records"), [&](std::string_view record) {
      ++records;
      take(to_change(record));
    });
    if (records == 0) return {};
    *iterator = text_member(*page, "NextShardIterator");
  }
  if (!iterator) return std::unexpected(iterator.error());
  return {};
}

}  // namespace demo
