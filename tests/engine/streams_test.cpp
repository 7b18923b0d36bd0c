// DynamoDB Streams over the wire: what each operation answers, and how it refuses.
#include "stream_fixture.hpp"

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using namespace std::chrono_literals;

using strings = std::vector<std::string>;

class streams : public stream_fixture {
 protected:
  std::string replaced(std::string body) {
    const auto replace = [&](std::string_view what, const std::string& by) {
      for (auto at = body.find(what); at != std::string::npos; at = body.find(what)) body.replace(at, what.size(), by);
    };
    replace("$ARN", arn_);
    replace("$SHARD", shard_of(arn_));
    return body;
  }
  std::string arn_;
};

TEST_F(streams, are_listed_by_table_and_in_pages) {
  strings arns;
  for (const char* table : {"alpha", "beta", "gamma"}) {
    arns.push_back(make_table(table));
    time_.advance(1s);
  }
  const auto arns_in = [&](const std::string& body) {
    strings found;
    for (const std::string& stream : elements(member(body, "Streams").value_or("[]"))) {
      found.push_back(text_member(stream, "StreamArn"));
    }
    return found;
  };
  const std::string all = told(operation_name::list_streams, "{}");
  EXPECT_EQ(arns_in(all), arns);
  EXPECT_EQ(member(all, "LastEvaluatedStreamArn"), std::nullopt);
  EXPECT_EQ(elements(member(all, "Streams").value_or("")).front(),
            R"({"StreamArn":")" + arns[0] + R"(","StreamLabel":"2026-03-01T08:00:00.000","TableName":"alpha"})");
  EXPECT_EQ(arns_in(told(operation_name::list_streams, R"({"TableName":"beta"})")), strings{arns[1]});

  const std::string first = told(operation_name::list_streams, R"({"Limit":2})");
  EXPECT_EQ(arns_in(first), (strings{arns[0], arns[1]}));
  EXPECT_EQ(text_member(first, "LastEvaluatedStreamArn"), arns[1]);
  const std::string second =
      told(operation_name::list_streams, R"({"Limit":2,"ExclusiveStartStreamArn":")" + arns[1] + "\"}");
  EXPECT_EQ(arns_in(second), strings{arns[2]});
  EXPECT_EQ(member(second, "LastEvaluatedStreamArn"), std::nullopt);
}

TEST_F(streams, one_is_described_with_its_shard) {
  arn_ = make_table("things", "KEYS_ONLY");
  const std::string shard = shard_of(arn_);
  EXPECT_EQ(
      describe(arn_),
      R"({"StreamDescription":{"CreationRequestDateTime":1772352000.000,"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
      R"("Shards":[{"SequenceNumberRange":{"StartingSequenceNumber":"110680464442257309697"},"ShardId":")" +
          shard + R"("}],"StreamArn":")" + arn_ +
          R"(","StreamLabel":"2026-03-01T08:00:00.000","StreamStatus":"ENABLED","StreamViewType":"KEYS_ONLY","TableName":"things"}})");
  const auto shards = [&](const std::string& more) {
    const std::string body = told(operation_name::describe_stream, replaced(R"({"StreamArn":"$ARN")" + more + "}"));
    return member(member(body, "StreamDescription").value_or(body), "Shards").value_or(body);
  };
  EXPECT_EQ(shards(R"(,"ExclusiveStartShardId":"$SHARD")"), "[]");
  EXPECT_EQ(shards(R"(,"ShardFilter":{"Type":"CHILD_SHARDS","ShardId":"$SHARD"})"), "[]");
  EXPECT_NE(shards(R"(,"Limit":1)"), "[]");
}

TEST_F(streams, what_is_wrong_is_refused_in_words_that_say_so) {
  arn_ = make_table();
  const std::string no_stream = "arn:aws:dynamodb:local:000000000000:table/none/stream/2026-03-01T08:00:00.000";
  const std::string no_shard = "shardId-00000001772352000000-ffffffff";
  struct refusal {
    operation_name op;
    std::string body, told;
  };
  const refusal refusals[] = {
      {operation_name::list_streams, R"({"Limit":0})",
       "validation: 1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have "
       "value greater than or equal to 1"},
      {operation_name::list_streams, R"({"Limit":101})",
       "validation: 1 validation error detected: Value '101' at 'limit' failed to satisfy constraint: Member must have "
       "value less than or equal to 100"},
      {operation_name::list_streams, R"({"TableName":"nothing"})",
       "resource_not_found: Requested resource not found: Table: nothing not found"},
      {operation_name::list_streams, R"({"ExclusiveStartStreamArn":"arn:aws:dynamodb:local:000000000000:table/x"})",
       "validation: Invalid StreamArn"},
      {operation_name::describe_stream, "{}",
       "validation: 1 validation error detected: Value null at 'streamArn' failed to satisfy constraint: Member must "
       "not be null"},
      {operation_name::describe_stream, R"({"StreamArn":"x"})",
       "validation: 1 validation error detected: Value 'x' at 'streamArn' failed to satisfy constraint: Member must "
       "have length greater than or equal to 37"},
      {operation_name::describe_stream, R"({"StreamArn":"arn:aws:s3:local:000000000000:table/things/stream/2026"})",
       "validation: Invalid StreamArn"},
      {operation_name::describe_stream, R"({"StreamArn":")" + no_stream + "\"}",
       "resource_not_found: Requested resource not found: Stream: " + no_stream + " not found"},
      {operation_name::describe_stream, R"({"StreamArn":"$ARN","ShardFilter":{"Type":"PARENTS","ShardId":"$SHARD"}})",
       "validation: 1 validation error detected: Value 'PARENTS' at 'shardFilter.type' failed to satisfy constraint: "
       "Member must satisfy enum value set: [CHILD_SHARDS]"},
      {operation_name::describe_stream,
       R"({"StreamArn":"$ARN","ShardFilter":{"Type":"CHILD_SHARDS","ShardId":")" + no_shard + "\"}}",
       "resource_not_found: Requested resource not found: Shard does not exist"},
      {operation_name::get_shard_iterator, "{}",
       "validation: 3 validation errors detected: Value null at 'streamArn' failed to satisfy constraint: Member must "
       "not be null; Value null at 'shardId' failed to satisfy constraint: Member must not be null; Value null at "
       "'shardIteratorType' failed to satisfy constraint: Member must not be null"},
      {operation_name::get_shard_iterator, R"({"StreamArn":"$ARN","ShardId":"$SHARD","ShardIteratorType":"NOW"})",
       "validation: 1 validation error detected: Value 'NOW' at 'shardIteratorType' failed to satisfy constraint: "
       "Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]"},
      {operation_name::get_shard_iterator,
       R"({"StreamArn":"$ARN","ShardId":")" + no_shard + R"(","ShardIteratorType":"LATEST"})",
       "resource_not_found: Requested resource not found: Shard does not exist"},
      {operation_name::get_shard_iterator,
       R"({"StreamArn":"$ARN","ShardId":"$SHARD","ShardIteratorType":"AT_SEQUENCE_NUMBER"})",
       "validation: SequenceNumber is required for ShardIteratorType AT_SEQUENCE_NUMBER"},
      {operation_name::get_shard_iterator,
       R"({"StreamArn":"$ARN","ShardId":"$SHARD","ShardIteratorType":"LATEST","SequenceNumber":"110680464442257309696"})",
       "validation: SequenceNumber is not allowed for ShardIteratorType LATEST"},
      {operation_name::get_shard_iterator,
       R"({"StreamArn":"$ARN","ShardId":"$SHARD","ShardIteratorType":"AT_SEQUENCE_NUMBER","SequenceNumber":"12"})",
       "validation: 1 validation error detected: Value '12' at 'sequenceNumber' failed to satisfy constraint: Member "
       "must have length greater than or equal to 21"},
      {operation_name::get_shard_iterator,
       R"({"StreamArn":"$ARN","ShardId":"$SHARD","ShardIteratorType":"AT_SEQUENCE_NUMBER","SequenceNumber":"11068046444225730969x"})",
       "validation: Invalid SequenceNumber"},
      {operation_name::get_shard_iterator,
       R"({"StreamArn":"$ARN","ShardId":"$SHARD","ShardIteratorType":"AT_TIMESTAMP"})",
       "validation: Timestamp is required for ShardIteratorType AT_TIMESTAMP"},
      {operation_name::get_shard_iterator,
       R"({"StreamArn":"$ARN","ShardId":"$SHARD","ShardIteratorType":"TRIM_HORIZON","Timestamp":1772352000})",
       "validation: Timestamp is not allowed for ShardIteratorType TRIM_HORIZON"},
      {operation_name::get_shard_iterator,
       R"({"StreamArn":"$ARN","ShardId":"$SHARD","ShardIteratorType":"AT_TIMESTAMP","Timestamp":1,"SequenceNumber":"110680464442257309696"})",
       "validation: SequenceNumber is not allowed for ShardIteratorType AT_TIMESTAMP"},
      {operation_name::get_shard_iterator,
       R"({"StreamArn":"$ARN","ShardId":"$SHARD","ShardIteratorType":"AT_TIMESTAMP","Timestamp":1772352000.001})",
       "validation: Timestamp is in the future"},
      {operation_name::get_shard_iterator,
       R"({"StreamArn":"$ARN","ShardId":"$SHARD","ShardIteratorType":"AT_TIMESTAMP","Timestamp":1e400})",
       "validation: Timestamp is in the future"},
      {operation_name::get_shard_iterator,
       R"({"StreamArn":"$ARN","ShardId":"$SHARD","ShardIteratorType":"AT_TIMESTAMP","Timestamp":"1772352000"})",
       "serialization: STRING_VALUE cannot be converted to Timestamp"},
      {operation_name::get_records, "{}",
       "validation: 1 validation error detected: Value null at 'shardIterator' failed to satisfy constraint: Member "
       "must not be null"},
      {operation_name::get_records, R"({"ShardIterator":"$ARN|1|AAAA"})", "validation: Invalid ShardIterator"},
      {operation_name::get_records, records_text(iterator(arn_), R"(,"Limit":1001)"),
       "validation: 1 validation error detected: Value '1001' at 'limit' failed to satisfy constraint: Member must "
       "have value less than or equal to 1000"},
      {operation_name::get_records, records_text("x" + iterator(arn_)), "validation: Invalid ShardIterator"},
  };
  for (const refusal& r : refusals) EXPECT_EQ(told(r.op, replaced(r.body)), r.told) << r.body;
}

TEST_F(streams, a_reader_starts_at_the_oldest_record_behind_the_newest_or_at_a_number) {
  arn_ = make_table();
  const std::string before_all = iterator(arn_, "LATEST");
  for (const char* key : {"a", "b", "c"}) put(key, "1");
  const std::string behind_c = iterator(arn_, "LATEST");
  put("d", "1");
  EXPECT_EQ(keys_from(iterator(arn_)), (strings{"a", "b", "c", "d"}));
  EXPECT_EQ(keys_from(before_all), (strings{"a", "b", "c", "d"}));
  EXPECT_EQ(keys_from(behind_c), strings{"d"});
  const auto records = page(iterator(arn_)).records;
  ASSERT_EQ(records.size(), 4u);
  EXPECT_EQ(keys_from(iterator(arn_, "AT_SEQUENCE_NUMBER", records[1].number)), (strings{"b", "c", "d"}));
  EXPECT_EQ(keys_from(iterator(arn_, "AFTER_SEQUENCE_NUMBER", records[1].number)), (strings{"c", "d"}));
  EXPECT_EQ(keys_from(iterator(arn_, "AFTER_SEQUENCE_NUMBER", records[3].number)), strings{});
}

TEST_F(streams, a_view_type_shows_what_it_promises_and_nothing_else) {
  const std::string keys = R"("Keys":{"pk":{"S":"k"}})";
  const std::string one = R"({"pk":{"S":"k"},"v":{"S":"1"}})", two = R"({"pk":{"S":"k"},"v":{"S":"22"}})";
  struct view {
    std::string name;
    std::array<std::string, 3> images;  ///< of an insert, a modification, a removal
    std::array<int, 3> sizes;
  };
  const view views[] = {
      {"KEYS_ONLY", {"", "", ""}, {3, 3, 3}},
      {"NEW_IMAGE", {R"(,"NewImage":)" + one, R"(,"NewImage":)" + two, ""}, {8, 9, 3}},
      {"OLD_IMAGE", {"", R"(,"OldImage":)" + one, R"(,"OldImage":)" + two}, {3, 8, 9}},
      {"NEW_AND_OLD_IMAGES",
       {R"(,"NewImage":)" + one, R"(,"NewImage":)" + two + R"(,"OldImage":)" + one, R"(,"OldImage":)" + two},
       {8, 14, 9}},
  };
  for (const view& v : views) {
    arn_ = make_table("things", v.name);
    put("k", "1");
    put("k", "22");
    erase("k");
    erase("k");  // nothing there: no record
    const auto records = page(iterator(arn_)).records;
    ASSERT_EQ(records.size(), 3u) << v.name;
    for (std::size_t i = 0; i < 3; ++i) {
      const char* kinds[] = {"INSERT", "MODIFY", "REMOVE"};
      const std::string expected =
          R"({"awsRegion":"local","dynamodb":{"ApproximateCreationDateTime":1772352000,)" + keys + v.images[i] +
          R"(,"SequenceNumber":")" + records[i].number + R"(","SizeBytes":)" + std::to_string(v.sizes[i]) +
          R"(,"StreamViewType":")" + v.name + R"("},"eventID":")" + text_member(records[i].text, "eventID") +
          R"(","eventName":")" + kinds[i] + R"(","eventSource":"aws:dynamodb","eventVersion":"1.1"})";
      EXPECT_EQ(records[i].text, expected) << v.name;
      EXPECT_EQ(text_member(records[i].text, "eventID").size(), 32u);
    }
    ASSERT_TRUE(call(operation_name::delete_table, R"({"TableName":"things"})").ok);
  }
}

TEST_F(streams, an_iterator_is_good_for_fifteen_minutes) {
  arn_ = make_table();
  put("a", "1");
  const std::string at = iterator(arn_);
  time_.advance(15min);
  EXPECT_EQ(keys_from(at), strings{"a"});
  time_.advance(1us);
  EXPECT_EQ(page(at).came.to_string(), "expired_iterator: The provided iterator exceeds the maximum age allowed.");
}

TEST_F(streams, a_page_ends_at_its_limit_or_at_a_megabyte) {
  arn_ = make_table();
  const std::string large(300'000, 'x');
  for (int i = 0; i < 5; ++i) put(std::to_string(i), large);
  seen_page first = page(iterator(arn_), R"(,"Limit":2)");
  EXPECT_EQ(first.records.size(), 2u);
  first = page(iterator(arn_));
  EXPECT_EQ(first.records.size(), 3u);  // a fourth would be beyond 1 MB
  EXPECT_EQ(page(first.next).records.size(), 2u);
}

TEST_F(streams, a_disabled_one_has_an_end_and_an_enabled_one_anew_begins_empty) {
  arn_ = make_table();
  put("a", "1");
  put("b", "1");
  const std::string last = page(iterator(arn_)).records.back().number;
  EXPECT_EQ(shard_text(arn_).find("EndingSequenceNumber"), std::string::npos);
  disable_stream();
  put("c", "1");
  EXPECT_EQ(text_member(member(shard_text(arn_), "SequenceNumberRange").value_or(""), "EndingSequenceNumber"), last);
  EXPECT_EQ(text_member(member(describe(arn_), "StreamDescription").value_or(""), "StreamStatus"), "DISABLED");

  const seen_page half = page(iterator(arn_), R"(,"Limit":1)");
  EXPECT_FALSE(half.next.empty());
  const seen_page end = page(half.next);
  EXPECT_EQ(end.records.size(), 1u);
  EXPECT_EQ(end.came.body.find("NextShardIterator"), std::string::npos);

  set_stream(R"({"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"})");
  const std::string table = told(operation_name::describe_table, R"({"TableName":"things"})");
  const std::string again = text_member(member(table, "Table").value_or(""), "LatestStreamArn");
  EXPECT_NE(again, arn_);
  put("d", "1");
  EXPECT_EQ(keys_from(iterator(again)), strings{"d"});
  EXPECT_EQ(keys_from(iterator(arn_)), (strings{"a", "b"}));
}

class streams_at_a_time : public streams {
 protected:
  std::string iterator_at(const std::string& seconds) {
    const answer came =
        call(operation_name::get_shard_iterator,
             replaced(R"({"StreamArn":"$ARN","ShardId":"$SHARD","ShardIteratorType":"AT_TIMESTAMP","Timestamp":)" +
                      seconds + "}"));
    EXPECT_TRUE(came.ok) << came.to_string();
    return text_member(came.body, "ShardIterator");
  }
  strings keys_at(const std::string& seconds) { return keys_from(iterator_at(seconds)); }
};

TEST_F(streams_at_a_time, reading_begins_with_the_first_record_at_or_after_it) {
  arn_ = make_table();
  EXPECT_EQ(keys_at("1772352000"), strings{});  // there is none yet
  for (const char* key : {"a", "b", "c", "d", "e"}) {
    time_.advance(1s);
    put(key, "x");
  }
  time_.advance(10s);
  EXPECT_EQ(keys_at("1772352000"), (strings{"a", "b", "c", "d", "e"}));
  EXPECT_EQ(keys_at("1772352003"), (strings{"c", "d", "e"}));
  EXPECT_EQ(keys_at("1772352003.000001"), (strings{"d", "e"}));
  EXPECT_EQ(keys_at("1.7723520039E9"), (strings{"d", "e"}));
  EXPECT_EQ(keys_at("1772352005"), strings{"e"});
  EXPECT_EQ(keys_at("0"), (strings{"a", "b", "c", "d", "e"}));
  EXPECT_EQ(keys_at("-1e400"), (strings{"a", "b", "c", "d", "e"}));
  EXPECT_EQ(keys_at("1e-400"), (strings{"a", "b", "c", "d", "e"}));
  // After the last one: what comes next is read.
  const std::string now = iterator_at("1772352015");
  EXPECT_EQ(keys_from(now), strings{});
  put("f", "x");
  EXPECT_EQ(keys_from(now), strings{"f"});
}

TEST_F(streams_at_a_time, one_older_than_the_horizon_is_the_horizon) {
  arn_ = make_table();
  put("old", "x");
  time_.advance(20h);
  put("young", "x");
  time_.advance(5h);
  EXPECT_EQ(keys_at("1772352000"), strings{"young"});
}

TEST_F(streams_at_a_time, many_records_are_told_apart_by_a_microsecond) {
  arn_ = make_table();
  for (int i = 0; i < 100; ++i) {
    put(std::to_string(i), "x");
    time_.advance(1us);
  }
  for (const int i : {0, 1, 49, 50, 98, 99}) {
    const auto keys = keys_at("1772352000.0000" + std::string(i < 10 ? "0" : "") + std::to_string(i));
    ASSERT_FALSE(keys.empty()) << i;
    EXPECT_EQ(keys.front(), std::to_string(i));
    EXPECT_EQ(keys.size(), 100U - static_cast<unsigned>(i));
  }
}

TEST_F(streams_at_a_time, where_the_clock_was_set_back_a_record_follows_an_earlier_one) {
  arn_ = make_table();
  const auto put_each = [&](std::initializer_list<const char*> keys) {
    for (const char* key : keys) {
      put(key, "x");
      time_.advance(1s);
    }
  };
  put_each({"0", "1", "2", "3"});  // at 0 to 3 seconds
  time_.jump(-3s);
  put_each({"1 again", "2 again", "3 again"});
  // Two records are the first at 3 seconds after an earlier one.
  const strings keys = keys_at("1772352003");
  ASSERT_FALSE(keys.empty());
  EXPECT_TRUE(keys.front() == "3" || keys.front() == "3 again") << keys.front();
  EXPECT_EQ(keys.back(), "3 again");
}

}  // namespace
