#include <dynamo/streams/detail/shard_reader.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

/// The rules for reading a stream's shards and a table's streams, without any stream: what is due, and what each answer means.
namespace {

using namespace dynamo::streams;
using namespace std::chrono_literals;
using dynamo::errc;
using dynamo::json::buffer;
using step = shard_reader::step;
using cure = shard_reader::cure;

const std::string first = "arn:aws:dynamodb:x:1:table/t/stream/2026-01-01";
const std::string second = "arn:aws:dynamodb:x:1:table/t/stream/2026-01-02";
constexpr shard_reader::time_point start{};

dynamo::reply description(std::string_view shards, std::string_view status = "ENABLED") {
  return dynamo::reply(buffer(R"({"StreamDescription":{"StreamStatus":")" + std::string(status) + R"(","Shards":[)" +
                              std::string(shards) + "]}}"));
}
std::string shard(std::string_view id, std::string_view from, std::string_view to = "") {
  std::string text = R"({"ShardId":")" + std::string(id) + R"(","SequenceNumberRange":{"StartingSequenceNumber":")" +
                     std::string(from) + '"';
  if (!to.empty()) text += R"(,"EndingSequenceNumber":")" + std::string(to) + '"';
  return text + "}}";
}
dynamo::reply streams(const std::vector<std::string>& arns) {
  std::string text = R"({"Streams":[)";
  for (const std::string& arn : arns) text += (text.back() == '[' ? "" : ",") + (R"({"StreamArn":")" + arn + "\"}");
  return dynamo::reply(buffer(text + "]}"));
}
dynamo::sequence_number number(std::string_view text) { return dynamo::sequence_number::parse(text).value(); }

/// A reader of the first stream, with one open shard that was listed.
shard_reader reading(starting_point from, std::string table = "t", std::vector<shard_place> resumed = {}) {
  shard_reader one(std::move(table), first, std::move(from), std::move(resumed));
  EXPECT_EQ(one.next(start), step::list_shards);
  EXPECT_TRUE(one.take_listing(description(shard("a", "10")), start).value());
  return one;
}
/// The same, turned off and read to its end.
shard_reader at_its_end(std::string table = "t") {
  shard_reader one(std::move(table), first, from_oldest);
  EXPECT_TRUE(one.take_listing(description(shard("a", "10", "20"), "DISABLED"), start).value());
  one.graph().ended("a");
  EXPECT_EQ(one.next(start), step::list_shards);  // for a child
  EXPECT_TRUE(one.take_listing(description(shard("a", "10", "20"), "DISABLED"), start).value());
  return one;
}

TEST(shard_reader, what_an_error_of_a_shard_means) {
  struct row {
    const char* what;
    starting_point from;
    const char* read_to;  // empty: nothing was read
    errc code;
    cure expected;
    place goes_on;  // after pass_over(), if it is lost
  };
  for (const row& r : {
           row{"expired, from the oldest", from_oldest, "", errc::expired_iterator, cure::next, place::horizon},
           row{"expired, after a number", from_oldest, "12", errc::expired_iterator, cure::next, place::after},
           row{"expired, at a number", at(number("12")), "", errc::expired_iterator, cure::next, place::at},
           row{"expired, before a first record", from_newest, "", errc::expired_iterator, cure::lost, place::newest},
           row{"expired, after the first record", from_newest, "12", errc::expired_iterator, cure::next, place::after},
           row{"trimmed, from the oldest", from_oldest, "", errc::trimmed_data_access, cure::next, place::horizon},
           row{"trimmed, after a number", from_oldest, "12", errc::trimmed_data_access, cure::lost, place::horizon},
           row{"trimmed, at a number", at(number("12")), "", errc::trimmed_data_access, cure::lost, place::horizon},
           row{"trimmed, from the newest", from_newest, "", errc::trimmed_data_access, cure::lost, place::horizon},
           row{"throttled", from_oldest, "12", errc::throttled, cure::none, place::after},
           row{"a lost connection", from_newest, "", errc::transport, cure::none, place::newest},
       }) {
    SCOPED_TRACE(r.what);
    shard_reader one = reading(r.from);
    shard_cursor cursor("a");
    cursor.iterator = "i";
    if (*r.read_to != '\0') cursor.read_to = number(r.read_to);
    EXPECT_EQ(one.failed(cursor, r.code), r.expected);
    EXPECT_EQ(cursor.iterator.empty(), r.expected != cure::none);
    if (r.expected == cure::lost) one.pass_over(cursor, r.code);
    EXPECT_EQ(one.place_of(cursor).where, r.goes_on);
    EXPECT_EQ(one.next(start), step::read);
  }
}

TEST(shard_reader, a_shard_that_was_trimmed_after_it_was_listed_is_listed_again) {
  shard_reader one = reading(from_oldest);
  shard_cursor cursor("a");
  EXPECT_EQ(one.failed(cursor, errc::resource_not_found), cure::next);
  EXPECT_EQ(one.next(start), step::list_shards);
  ASSERT_TRUE(one.take_listing(description(shard("b", "30")), start).value());
  EXPECT_EQ(one.next(start), step::report_lost);
  EXPECT_EQ(one.graph().lost().front().shard, "a");
  one.graph().forgive_lost();
  EXPECT_EQ(one.next(start), step::read);
  EXPECT_EQ(one.graph().readable().front().shard, "b");
}

TEST(shard_reader, an_iterator_that_is_never_of_use_is_replaced_three_times) {
  shard_reader one = reading(from_oldest);
  shard_cursor cursor("a");
  for (unsigned i = 0; i < shard_reader::renewals_max; ++i)
    EXPECT_EQ(one.failed(cursor, errc::expired_iterator), cure::next);
  EXPECT_EQ(one.failed(cursor, errc::expired_iterator), cure::none);
  cursor.answered(true);
  EXPECT_EQ(one.failed(cursor, errc::expired_iterator), cure::next);
}

TEST(shard_reader, lists_again_every_minute_and_from_the_first_page_after_an_error) {
  shard_reader one = reading(from_oldest);
  EXPECT_EQ(one.next(start + 1min), step::read);
  EXPECT_EQ(one.next(start + 1min + 1us), step::list_shards);
  const std::string page = R"({"StreamDescription":{"LastEvaluatedShardId":"a","Shards":[)" + shard("a", "10") + "]}}";
  EXPECT_FALSE(one.take_listing(dynamo::reply(buffer(page)), start + 2min).value());
  EXPECT_EQ(one.graph().list_after(), "a");
  EXPECT_FALSE(one.take_listing(dynamo::reply(buffer("{\"StreamDescription\":")), start + 2min));
  EXPECT_EQ(one.next(start + 2min), step::list_shards);
  EXPECT_EQ(one.graph().list_after(), "");
}

TEST(shard_reader, the_end_of_a_stream_leads_to_the_tables_next_one) {
  shard_reader one = at_its_end();
  ASSERT_EQ(one.next(start), step::list_streams);
  ASSERT_TRUE(one.take_streams(streams({second, first})));
  ASSERT_EQ(one.next(start), step::begin_next_stream);
  one.begin_next_stream(start);
  EXPECT_EQ(one.arn(), second);
  EXPECT_EQ(one.next(start), step::list_shards);
  ASSERT_TRUE(one.take_listing(description(shard("b", "30")), start).value());
  EXPECT_EQ(one.place_of(shard_cursor("b")).where,
            place::at);  // its first number: the horizon would pass over what is trimmed
}

TEST(shard_reader, without_a_tables_name_the_end_of_a_stream_is_the_end) {
  EXPECT_EQ(at_its_end("").next(start), step::end);
}

TEST(shard_reader, looks_again_for_a_next_stream_until_there_is_one) {
  shard_reader one = at_its_end();
  for (const auto now : {start, start + 23h, start + 46h}) {
    ASSERT_EQ(one.next(now), step::list_streams);
    ASSERT_TRUE(one.take_streams(streams({first})));
    EXPECT_EQ(one.next(now), step::await_stream);
  }
  ASSERT_EQ(one.next(start + 69h), step::list_streams);
  ASSERT_TRUE(one.take_streams(streams({first, second})));
  EXPECT_EQ(one.next(start + 69h), step::begin_next_stream);
}

TEST(shard_reader, who_looked_a_day_ago_may_have_missed_a_stream) {
  shard_reader one = at_its_end();
  ASSERT_EQ(one.next(start + 25h), step::list_streams);
  ASSERT_TRUE(one.take_streams(streams({second})));
  EXPECT_EQ(one.next(start + 25h), step::report_unseen);
  EXPECT_EQ(one.next(start + 25h), step::list_streams) << "a reader that gave up may be asked again";
  ASSERT_TRUE(one.take_streams(streams({second})));
  EXPECT_EQ(one.next(start + 25h), step::report_unseen);
  one.begin_next_stream(start + 25h);
  EXPECT_EQ(one.arn(), second);
}

TEST(shard_reader, no_stream_follows_in_a_table_that_is_gone) {
  shard_reader one = at_its_end();
  ASSERT_EQ(one.next(start), step::list_streams);
  one.table_is_gone();
  EXPECT_EQ(one.next(start), step::await_stream);
}

TEST(shard_reader, a_list_of_streams_that_cannot_be_read_is_begun_anew) {
  shard_reader one = at_its_end();
  ASSERT_EQ(one.next(start), step::list_streams);
  EXPECT_FALSE(one.take_streams(dynamo::reply(buffer("{\"Streams\":"))));
  ASSERT_EQ(one.next(start), step::list_streams);
  ASSERT_TRUE(one.take_streams(streams({second})));
  EXPECT_EQ(one.next(start), step::begin_next_stream);
}

TEST(shard_reader, what_is_unread_of_a_stream_that_is_gone) {
  struct row {
    const char* what;
    shard_reader one;
    bool begun;
    std::size_t lost;
  };
  shard_reader read_in_part = reading(from_oldest);
  read_in_part.graph().read_to("a", number("12"));
  const row rows[] = {
      {"never seen, from the oldest", shard_reader("t", first, from_oldest), false, 0},
      {"never seen, but a checkpoint says that it was begun", shard_reader("t", first, from_oldest), true, 1},
      {"never seen, after a number", shard_reader("t", first, after(number("5"))), false, 1},
      {"one shard to read", reading(from_oldest), false, 1},
      {"one shard, read in part", read_in_part, false, 1},
      {"read to its end: what came then is not known", at_its_end(), false, 1},
  };
  for (const row& r : rows) EXPECT_EQ(r.one.unread(r.begun).size(), r.lost) << r.what;
  EXPECT_EQ(read_in_part.unread(false).front().from, number("12"));
  EXPECT_EQ(at_its_end().unread(false).front().shard, "");

  read_in_part.leave_stream();
  EXPECT_EQ(read_in_part.next(start + 48h), step::list_streams);
  ASSERT_TRUE(read_in_part.take_streams(streams({second})));
  EXPECT_EQ(read_in_part.next(start + 48h), step::begin_next_stream) << "the gap was reported with the stream";
}

}  // namespace
