#include <dynamo/streams/detail/wire.hpp>

#include <streams/answer_reader.hpp>
#include <streams/body_writer.hpp>

#include <algorithm>
#include <cstdint>
#include <string>

namespace dynamo::streams {

namespace {

std::optional<sequence_number> read_number(json::cursor& in) {
  const result<sequence_number> number = sequence_number::parse(in.read_string());
  if (number) return *number;
  if (in.ok()) in.fail("a sequence number was expected");
  return std::nullopt;
}

shard_info read_shard(json::cursor& in) {
  shard_info shard;
  read_object(in, [&](std::string_view name) {
    if (name == "ShardId") {
      shard.id = in.read_string();
    } else if (name == "ParentShardId" && is_text(in)) {
      shard.parent = in.read_string();
    } else if (name == "SequenceNumberRange" && in.peek() == json::token::object) {
      read_object(in, [&](std::string_view bound) {
        if (bound == "StartingSequenceNumber" && is_text(in)) {
          shard.first = read_number(in);
        } else if (bound == "EndingSequenceNumber" && is_text(in)) {
          shard.last = read_number(in);
        } else {
          return false;
        }
        return true;
      });
    } else {
      return false;
    }
    return true;
  });
  if (in.ok() && shard.id.empty()) in.fail("a shard without an id");
  return shard;
}

constexpr std::string_view place_names[] = {"TRIM_HORIZON",          "LATEST", "AT_SEQUENCE_NUMBER",
                                            "AFTER_SEQUENCE_NUMBER", "",       "AT_TIMESTAMP"};

// Seconds with their fraction. A time before 1970 is as long ago as 1970 itself.
std::string seconds_text(instant t) {
  const auto count = std::max<std::int64_t>(t.time_since_epoch().count(), 0);
  const std::string fraction = std::to_string(count % 1'000'000);
  return std::to_string(count / 1'000'000) + '.' + std::string(6 - fraction.size(), '0') + fraction;
}

}  // namespace

request describe_table_request(std::string_view table) {
  return body_writer().text("TableName", table).finish(operation_name::describe_table);
}
result<std::string> read_stream_arn(const reply& answer, std::string_view table) {
  std::string arn;
  json::cursor in(answer.body);
  read_object(in, [&](std::string_view name) {
    if (name != "Table") return false;
    read_object(in, [&](std::string_view member) {
      if (member != "LatestStreamArn" || !is_text(in)) return false;
      arn = in.read_string();
      return true;
    });
    return true;
  });
  if (!in.ok()) return no_answer("DescribeTable", in);
  if (!arn.empty()) return arn;
  return std::unexpected(no_stream(table));
}
error no_stream(std::string_view table) {
  return {errc::resource_not_found,
          "table " + std::string(table) +
              " has no stream of changes: create it with create_if_absent(dynamo::stream_view::new_and_old_images), or "
              "enable a stream on it with UpdateTable"};
}

request describe_stream_request(std::string_view stream_arn, std::string_view after_shard) {
  body_writer body;
  body.text("StreamArn", stream_arn);
  if (!after_shard.empty()) body.text("ExclusiveStartShardId", after_shard);
  return body.finish(operation_name::describe_stream);
}
result<stream_page> read_stream_page(const reply& answer) {
  stream_page page;
  json::cursor in(answer.body);
  read_object(in, [&](std::string_view name) {
    if (name != "StreamDescription") return false;
    read_object(in, [&](std::string_view member) {
      if (member == "Shards" && in.peek() == json::token::array) {
        in.begin_array();
        while (in.next_element()) page.shards.push_back(read_shard(in));
      } else if (member == "LastEvaluatedShardId" && is_text(in)) {
        page.last_evaluated = in.read_string();
      } else if (member == "StreamStatus" && is_text(in)) {
        page.disabled = in.read_string() == "DISABLED";
      } else {
        return false;
      }
      return true;
    });
    return true;
  });
  if (!in.ok()) return no_answer("DescribeStream", in);
  return page;
}

request shard_iterator_request(std::string_view stream_arn, const shard_place& from) {
  body_writer body;
  body.text("StreamArn", stream_arn).text("ShardId", from.shard);
  body.text("ShardIteratorType", place_names[static_cast<std::size_t>(from.where)]);
  if (from.where == place::at || from.where == place::after) body.text("SequenceNumber", from.number.to_string());
  if (from.where == place::time) body.number("Timestamp", seconds_text(from.time));
  return body.finish(operation_name::get_shard_iterator);
}
result<std::string> read_shard_iterator(const reply& answer) {
  std::string iterator;
  json::cursor in(answer.body);
  read_object(in, [&](std::string_view name) {
    if (name != "ShardIterator" || !is_text(in)) return false;
    iterator = in.read_string();
    return true;
  });
  if (in.ok() && iterator.empty()) in.fail("there is no ShardIterator");
  if (!in.ok()) return no_answer("GetShardIterator", in);
  return iterator;
}

request records_request(std::string_view iterator, std::uint32_t limit) {
  body_writer body;
  body.text("ShardIterator", iterator);
  if (limit != 0) body.integer("Limit", limit);
  return body.finish(operation_name::get_records);
}
result<records_glance> glance_at_records(const reply& answer) {
  records_glance seen;
  seen.empty = true;
  json::cursor in(answer.body);
  std::string_view name;
  in.begin_object();
  while (in.next_name(name)) {
    if (name == "Records" && in.peek() == json::token::array) {
      in.begin_array();
      if (in.next_element()) {
        seen.empty = false;
        return seen;  // whatever else it says is read with the records
      }
    } else if (name == "NextShardIterator" && is_text(in)) {
      seen.next_iterator = std::string(in.read_string());
    } else {
      in.skip();
    }
  }
  if (!in.ok()) return no_answer("GetRecords", in);
  return seen;
}

}  // namespace dynamo::streams
