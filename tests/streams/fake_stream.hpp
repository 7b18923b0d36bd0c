#pragma once

#include "records.hpp"

#include <dynamo/protocol/endpoint.hpp>

#include <support/wire.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace dynamo::test {

/// A stream of any shape: shards with parents, records that are trimmed, iterators that expire, empty pages in mid-shard, listings of
/// one shard a page. Records are persons: the id is the shard's, the age the sequence number.
class fake_stream : public endpoint {
 public:
  struct shard {
    std::string parent;
    std::vector<int> numbers;  // ascending
    bool closed = false;
    bool listed = true;
    std::size_t trimmed = 0;  // so many of the first records are gone
    int empty_pages = 0;      // so many reads are answered with nothing
  };
  std::map<std::string, shard> shards;
  std::string status = "ENABLED";
  std::string table_arn = arn;
  std::string next_arn;  // of a stream that is listed after this one, and is gone
  std::size_t page_records = 1000;
  int oldest_iterator = 0;  // older ones are expired
  int last_iterator = 0;
  std::vector<operation_name> asked;
  std::vector<std::chrono::milliseconds> waits;               // of GetRecords
  std::function<std::optional<error>(operation_name)> fault;  // instead of an answer
  std::function<void(operation_name)> before;                 // an answer is made

  static constexpr const char* arn = "arn:aws:dynamodb:local:000000000000:table/people/stream/2026-11-21T00:00:00.000";

  std::size_t count(operation_name op) const {
    return static_cast<std::size_t>(std::count(asked.begin(), asked.end(), op));
  }

  result<reply> call(request r) override {
    asked.push_back(r.operation);
    if (r.operation == operation_name::get_records) waits.push_back(r.long_poll);
    if (before) before(r.operation);
    if (fault) {
      if (std::optional<error> why = fault(r.operation)) return std::unexpected(std::move(*why));
    }
    const result<std::string> body = answer(r.operation, r.body.view());
    if (!body) return std::unexpected(body.error());
    return reply(json::buffer(*body));
  }
  void start(request r, reply_sink& sink) override { sink.complete(call(std::move(r))); }

 private:
  using text = std::string;

  result<std::string> answer(operation_name op, std::string_view body) {
    const auto member = [&](const char* name) { return testing_support::text_member(body, name); };
    switch (op) {
      case operation_name::describe_table:
        return R"({"Table":{"TableName":"people","LatestStreamArn":)" +
               (table_arn.empty() ? "null" : "\"" + table_arn + "\"") + "}}";
      case operation_name::list_streams:
        return table_arn.empty() ? text(R"({"Streams":[]})")
                                 : R"({"Streams":[{"StreamArn":")" + table_arn + "\"}" +
                                       (next_arn.empty() ? "" : R"(,{"StreamArn":")" + next_arn + "\"}") + "]}";
      case operation_name::describe_stream:
        if (member("StreamArn") != arn) return fail(errc::resource_not_found, "no such stream");
        return description(member("ExclusiveStartShardId"));
      case operation_name::get_shard_iterator:
        return iterator(member("ShardId"), member("ShardIteratorType"), member("SequenceNumber"));
      case operation_name::get_records: {
        const auto limit = testing_support::member(body, "Limit");
        return page(member("ShardIterator"), limit ? std::stoul(*limit) : 1000);
      }
      default: return fail(errc::not_supported, "only streams");
    }
  }

  text description(const text& after) const {
    text list, last;
    for (auto at = shards.upper_bound(after); at != shards.end(); ++at) {
      const auto& [id, one] = *at;
      last = id;
      if (!one.listed) continue;
      list = R"({"ShardId":")" + id + "\"" + (one.parent.empty() ? "" : R"(,"ParentShardId":")" + one.parent + "\"") +
             R"(,"SequenceNumberRange":{"StartingSequenceNumber":")" +
             std::to_string(one.numbers.empty() ? 0 : one.numbers.front()) + "\"" +
             (one.closed
                  ? R"(,"EndingSequenceNumber":")" + std::to_string(one.numbers.empty() ? 0 : one.numbers.back()) + "\""
                  : "") +
             "}}";
      break;
    }
    return R"({"StreamDescription":{"StreamArn":")" + text(arn) + R"(","StreamStatus":")" + status + R"(","Shards":[)" +
           list + "]" + (last.empty() ? "" : R"(,"LastEvaluatedShardId":")" + last + "\"") + "}}";
  }

  text token(const text& id, std::size_t index) {
    return id + "|" + std::to_string(index) + "|" + std::to_string(++last_iterator);
  }
  result<std::string> iterator(const text& id, const text& type, const text& number) {
    const auto at = shards.find(id);
    if (at == shards.end() || !at->second.listed) return fail(errc::resource_not_found, "no such shard");
    const shard& one = at->second;
    std::size_t index = one.trimmed;
    if (type == "LATEST") index = one.numbers.size();
    if (!number.empty()) {
      const int wanted = std::stoi(number);
      const auto found = type == "AT_SEQUENCE_NUMBER"
                             ? std::lower_bound(one.numbers.begin(), one.numbers.end(), wanted)
                             : std::upper_bound(one.numbers.begin(), one.numbers.end(), wanted);
      index = static_cast<std::size_t>(found - one.numbers.begin());
      if (index < one.trimmed)
        return fail(errc::trimmed_data_access, "The operation attempted to read past the oldest record");
    }
    return R"({"ShardIterator":")" + token(id, index) + "\"}";
  }
  result<std::string> page(const text& iterator_text, std::size_t limit) {
    const std::size_t bar = iterator_text.find('|'), second = iterator_text.rfind('|');
    if (bar == text::npos || second == bar) return fail(errc::validation, "Invalid ShardIterator");
    if (std::stoi(iterator_text.substr(second + 1)) < oldest_iterator)
      return fail(errc::expired_iterator, "Iterator expired");
    const text id = iterator_text.substr(0, bar);
    shard& one = shards[id];
    auto index = static_cast<std::size_t>(std::stoul(iterator_text.substr(bar + 1)));
    if (index < one.trimmed) return fail(errc::trimmed_data_access, "The record was trimmed");
    std::vector<record_parts> found;
    if (one.empty_pages > 0) {
      --one.empty_pages;
    } else {
      for (; index < one.numbers.size() && found.size() < std::min(limit, page_records); ++index) {
        const text number = std::to_string(one.numbers[index]);
        found.push_back(insert(number, R"({"id":{"S":")" + id + R"("},"age":{"N":")" + number + "\"}}"));
      }
    }
    const bool at_end = one.closed && index == one.numbers.size() && one.empty_pages == 0;
    return records(found, at_end ? "" : R"(,"NextShardIterator":")" + token(id, index) + "\"");
  }
};

}  // namespace dynamo::test
