#include "change_log.hpp"

#include "../support/wire.hpp"

#include <dynamo/json/writer.hpp>
#include <dynamo/streams.hpp>

namespace dynamo::model {

using namespace testing_support;

std::optional<std::string> log_reader::begin() {
  const answer stream = call(from_, operation_name::describe_stream, R"({"StreamArn":")" + arn_ + "\"}");
  if (!stream.ok) return "DescribeStream " + arn_ + ": " + stream.to_string();
  const auto shards = elements(member(member(stream.body, "StreamDescription").value_or(""), "Shards").value_or(""));
  if (shards.size() != 1) return "expected one shard: " + stream.body;
  const answer iterator = call(from_, operation_name::get_shard_iterator,
                               R"({"StreamArn":")" + arn_ + R"(","ShardId":")" + text_member(shards[0], "ShardId") +
                                   R"(","ShardIteratorType":"TRIM_HORIZON"})");
  if (!iterator.ok) return "GetShardIterator: " + iterator.to_string();
  iterator_ = text_member(iterator.body, "ShardIterator");
  return std::nullopt;
}

std::optional<std::string> log_reader::read(std::vector<change>& into, int page) {
  if (closed_) return std::nullopt;
  if (iterator_.empty()) {
    if (auto problem = begin()) return problem;
  }
  while (true) {
    const answer got = call(from_, operation_name::get_records,
                            R"({"ShardIterator":")" + iterator_ + R"(","Limit":)" + std::to_string(page) + "}");
    if (!got.ok) return "GetRecords: " + got.to_string();
    const auto records = elements(member(got.body, "Records").value_or(""));
    for (const std::string& record : records) {
      const std::string dynamodb = member(record, "dynamodb").value_or("");
      into.push_back({text_member(record, "eventName"), member(dynamodb, "Keys").value_or(""),
                      member(dynamodb, "OldImage").value_or(""), member(dynamodb, "NewImage").value_or(""),
                      text_member(dynamodb, "SequenceNumber")});
    }
    iterator_ = text_member(got.body, "NextShardIterator");
    closed_ = iterator_.empty();
    if (closed_ || records.empty()) return std::nullopt;
  }
}

namespace {

std::string text_of(const image<item>& from) {
  if (!from) return from.problem() != nullptr ? from.problem()->describe() : "";
  json::buffer text;
  json::write_item(text, *from);
  return std::string(text.view());
}

}  // namespace

std::optional<std::string> read_changes_of(const std::shared_ptr<endpoint>& from, const std::string& arn,
                                           std::vector<change>& into, int page) {
  using namespace streams;
  const auto reader = read<item>(from, arn, from_oldest, until_caught_up_t(1), batch_size(static_cast<unsigned>(page)),
                                 long_poll(std::chrono::milliseconds(0)));
  for (const auto& one : reader.changes()) {
    if (!one) return "reading " + arn + ": " + one.error().describe();
    into.push_back({std::string(to_string(one->kind)), std::string(one->keys_json()), text_of(one->old_image),
                    text_of(one->new_image), one->sequence_number_text()});
  }
  return std::nullopt;
}

bool number_less(const std::string& a, const std::string& b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

std::optional<std::string> fold(const std::vector<change>& records, images& state, bool from_the_middle) {
  const std::string* last = nullptr;
  images seen;
  for (const change& record : records) {
    const auto wrong = [&](const std::string& what) { return what + " at record " + record.to_string(); };
    if (last != nullptr && !number_less(*last, record.number)) return wrong("numbers do not ascend after " + *last);
    last = &record.number;
    const std::string_view kind = record.old_image.empty() ? "INSERT" : record.new_image.empty() ? "REMOVE" : "MODIFY";
    if (record.kind != kind || (record.old_image.empty() && record.new_image.empty())) {
      return wrong("the kind does not fit the images");
    }
    const bool known = !from_the_middle || !seen.emplace(record.keys, "").second;
    const auto at = state.find(record.keys);
    const std::string before = at == state.end() ? "" : at->second;
    if (known && before != record.old_image) return wrong("the old image is not what was there before, " + before);
    if (record.new_image.empty()) {
      state.erase(record.keys);
    } else {
      state[record.keys] = record.new_image;
    }
  }
  return std::nullopt;
}

}  // namespace dynamo::model
