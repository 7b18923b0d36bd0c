// ExecuteStatement that reads.
#include "statement_fixture.hpp"

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using dynamo::testing_support::member;
using dynamo::testing_support::text_member;

class select_statements : public statements {
 protected:
  void put_songs() {
    put_song("ann", "s1", R"(,"genre":{"S":"folk"},"year":{"N":"1999"})");
    put_song("ann", "s2", R"(,"genre":{"S":"rock"},"year":{"N":"1997"},"m":{"M":{"n":{"L":[{"N":"5"},{"S":"x"}]}}})");
    put_song("ann", "s3", R"(,"genre":{"S":"folk"},"year":{"N":"1998"})");
    put_song("bob", "t1", R"(,"genre":{"S":"folk"},"year":{"N":"2000"})");
    put_song("bob", "t2", R"(,"year":{"N":"2001"})");
    put_song("cid", "u1");
  }
  statement_access access_of(std::string_view text) {
    const auto came = send(operation_name::execute_statement, "{" + members(text) + "}");
    EXPECT_TRUE(came) << came.error().describe();
    return came ? came->access : statement_access::untold;
  }
};

TEST_P(select_statements, reads_one_item_by_its_whole_key) {
  put("people", R"({"id":{"S":"a"},"n":{"N":"1"},"t":{"S":"it's"}})");
  EXPECT_EQ(run("SELECT * FROM people WHERE id = 'a'"),
            R"({"Items":[{"id":{"S":"a"},"n":{"N":"1"},"t":{"S":"it's"}}]})");
  EXPECT_EQ(run("select n, id from \"people\" where \"id\" = ?", R"({"S":"a"})"),
            R"({"Items":[{"id":{"S":"a"},"n":{"N":"1"}}]})");
  EXPECT_EQ(run("SELECT * FROM people WHERE id = 'b'"), R"({"Items":[]})");
  EXPECT_EQ(run("SELECT * FROM people WHERE id = 'a'", "", statement_capacity),
            R"({"Items":[{"id":{"S":"a"},"n":{"N":"1"},"t":{"S":"it's"}}],"ConsumedCapacity":{"CapacityUnits":0.5,)"
            R"("Table":{"CapacityUnits":0.5},"TableName":"people"}})");
  EXPECT_EQ(
      run("SELECT * FROM people WHERE id = 'b'", "", R"(,"ConsistentRead":true,"ReturnConsumedCapacity":"TOTAL")"),
      R"({"Items":[],"ConsumedCapacity":{"CapacityUnits":1.0,"TableName":"people"}})");
  EXPECT_EQ(run("SELECT * FROM people WHERE id = 'a' AND n = 2"), R"({"Items":[]})");
  EXPECT_EQ(access_of("SELECT * FROM people WHERE id = 'a'"), statement_access::whole_key);
}

TEST_P(select_statements, names_a_table_by_its_arn) {
  put("people", R"({"id":{"S":"a"}})");
  EXPECT_EQ(run("SELECT * FROM \"arn:aws:dynamodb:eu-west-2:123456789012:table/people\" WHERE id = 'a'"),
            R"({"Items":[{"id":{"S":"a"}}]})");
}

TEST_P(select_statements, reads_a_partition_in_the_order_of_its_sort_key) {
  put_songs();
  EXPECT_EQ(songs_of("SELECT * FROM music WHERE artist = 'ann'"), "s1 s2 s3");
  EXPECT_EQ(songs_of("SELECT * FROM music WHERE artist = 'ann' ORDER BY song DESC"), "s3 s2 s1");
  EXPECT_EQ(songs_of("SELECT * FROM music WHERE artist = 'ann' AND song > 's1' ORDER BY song ASC"), "s2 s3");
  EXPECT_EQ(songs_of("SELECT * FROM music WHERE artist = 'ann' AND song BETWEEN 's1' AND 's2'"), "s1 s2");
  EXPECT_EQ(songs_of("SELECT * FROM music WHERE artist = 'ann' AND begins_with(song, 's')"), "s1 s2 s3");
  EXPECT_EQ(songs_of("SELECT * FROM music WHERE artist = 'ann' AND song >= 's1' AND song < 's3'"), "s1 s2");
  EXPECT_EQ(songs_of("SELECT song FROM music WHERE artist = 'ann' AND genre = 'folk'"), "s1 s3");
  EXPECT_EQ(songs_of("SELECT * FROM music WHERE artist = 'ann' AND song = 's2'"), "s2");
  EXPECT_EQ(access_of("SELECT * FROM music WHERE artist = 'ann'"), statement_access::partitions);
}

TEST_P(select_statements, reads_several_partitions_one_after_the_other) {
  put_songs();
  EXPECT_EQ(songs_of("SELECT * FROM music WHERE artist IN ['bob', 'nobody', 'ann']"), "t1 t2 s1 s2 s3");
  EXPECT_EQ(songs_of("SELECT * FROM music WHERE artist = 'cid' OR artist = 'ann'"), "u1 s1 s2 s3");
  EXPECT_EQ(songs_of("SELECT * FROM music WHERE artist IN ['bob', 'ann', 'bob'] AND song > 's2'"), "t1 t2 s3");
  EXPECT_EQ(songs_of("SELECT * FROM music WHERE (artist = 'ann' AND song = 's3') OR (artist = 'ann' AND song = 's1')"),
            "s3 s1");
  EXPECT_EQ(songs_of("SELECT * FROM music WHERE artist IN ['bob', 'ann'] ORDER BY artist, song DESC"),
            "s3 s2 s1 t2 t1");
  EXPECT_EQ(songs_of("SELECT * FROM music WHERE artist IN ['ann', 'bob'] ORDER BY artist DESC"), "t1 t2 s1 s2 s3");
  EXPECT_EQ(songs_of("SELECT * FROM music WHERE artist = 'ann' AND song IN ['s3', 's1'] ORDER BY song"), "s1 s3");
  EXPECT_EQ(access_of("SELECT * FROM music WHERE artist IN ['bob', 'ann']"), statement_access::partitions);
  EXPECT_EQ(pages_of("SELECT * FROM music WHERE artist IN ['bob', 'ann']", 2), "t1 t2|s1 s2|s3");
  EXPECT_EQ(pages_of("SELECT * FROM music WHERE artist IN ['bob', 'ann']", 4), "t1 t2 s1 s2|s3");
  EXPECT_EQ(pages_of("SELECT * FROM music WHERE artist IN ['ann', 'bob'] ORDER BY artist DESC, song DESC", 1),
            "t2|t1|s3|s2|s1|");
}

TEST_P(select_statements, charges_each_partition_by_itself) {
  put_songs();
  EXPECT_EQ(member(run("SELECT * FROM music WHERE artist IN ['ann', 'nobody', 'bob']", "", statement_capacity),
                   "ConsumedCapacity"),
            R"({"CapacityUnits":1.5,"Table":{"CapacityUnits":1.5},"TableName":"music"})");
}

TEST_P(select_statements, refuses_ranges_that_overlap) {
  const std::string overlapping =
      "validation: Overlapping conditions with range keys are not supported in where clause";
  const std::string from = "SELECT * FROM music WHERE ";
  EXPECT_EQ(run(from + "(artist = 'a' AND song > 's') OR (artist = 'a' AND song > 't')"), overlapping);
  EXPECT_EQ(run(from + "(artist = 'a' AND song = 's') OR (artist = 'a' AND song < 't')"), overlapping);
  EXPECT_EQ(run(from + "(artist = 'a' AND song <> 's') OR (artist = 'a' AND song <> 't')"), R"({"Items":[]})");
  EXPECT_EQ(run(from + "(artist = 'a' AND song < 's') OR (artist = 'a' AND song > 't')"), R"({"Items":[]})");
  EXPECT_EQ(run(from + "(artist = 'a' AND song > 's') OR (artist = 'b' AND song > 's')"), R"({"Items":[]})");
}

TEST_P(select_statements, scans_where_no_partition_is_named) {
  put_songs();
  EXPECT_EQ(songs_of("SELECT * FROM music").size(), std::string("s1 s2 s3 t1 t2 u1").size());
  EXPECT_EQ(songs_of("SELECT * FROM music WHERE song = 's2'"), "s2");
  EXPECT_EQ(songs_of("SELECT * FROM music WHERE artist > 'b' AND song < 't2'"), "t1");
  EXPECT_EQ(songs_of("SELECT * FROM music WHERE artist = 'cid' OR song = 's2'").size(), 5U);
  EXPECT_EQ(songs_of("SELECT * FROM music WHERE genre IS MISSING AND year IS NOT MISSING"), "t2");
  EXPECT_EQ(access_of("SELECT * FROM music"), statement_access::full_scan);
  EXPECT_EQ(access_of("SELECT * FROM music WHERE artist = 'cid' OR song = 's2'"), statement_access::full_scan);
}

TEST_P(select_statements, calls_a_nested_path_by_its_last_name) {
  put_songs();
  const std::string of = " FROM music WHERE artist = 'ann' AND song = 's2'";
  EXPECT_EQ(run("SELECT m.n" + of), R"({"Items":[{"n":{"L":[{"N":"5"},{"S":"x"}]}}]})");
  EXPECT_EQ(run("SELECT song, m.n[1], m.none" + of), R"({"Items":[{"n[1]":{"S":"x"},"song":{"S":"s2"}}]})");
  EXPECT_EQ(run("SELECT m.none" + of), R"({"Items":[{}]})");
  EXPECT_EQ(run("SELECT m.n[0] FROM music WHERE artist = 'ann' AND song > 's1'"),
            R"({"Items":[{"n[0]":{"N":"5"}},{}]})");
}

TEST_P(select_statements, gives_a_token_for_the_next_page) {
  put_songs();
  const std::string text = "SELECT song FROM music WHERE artist = ?";
  const std::string first = run(text, R"({"S":"ann"})", R"(,"Limit":2)");
  const std::string token = R"(,"NextToken":")" + text_member(first, "NextToken") + "\"";
  EXPECT_EQ(songs(first), "s1 s2");
  EXPECT_EQ(member(first, "LastEvaluatedKey"), R"({"artist":{"S":"ann"},"song":{"S":"s2"}})");
  EXPECT_EQ(run(text, R"({"S":"ann"})", token), R"({"Items":[{"song":{"S":"s3"}}]})");
  EXPECT_EQ(songs(run(text, R"({"S":"ann"})", token + R"(,"Limit":1,"ConsistentRead":true)")), "s3");
  const std::string foreign = "validation: NextToken does not match request";
  EXPECT_EQ(run(text, R"({"S":"bob"})", token), foreign);
  EXPECT_EQ(run(text + " AND song > 's'", R"({"S":"ann"})", token), foreign);
  EXPECT_EQ(run("SELECT song FROM music.of_artist WHERE artist = ?", R"({"S":"ann"})", token), foreign);
  EXPECT_EQ(run("SELECT * FROM people WHERE id = 'a'", "", token), foreign);
  EXPECT_EQ(run(text, R"({"S":"ann"})", R"(,"NextToken":"abc")"), "validation: Invalid NextToken");
  EXPECT_EQ(pages_of("SELECT * FROM music.by_genre WHERE genre = 'folk' ORDER BY year DESC", 2), "t1 s1|s3");
  EXPECT_EQ(pages_of("SELECT * FROM music WHERE genre = 'folk'", 100).size(), std::string("s1 s3 t1").size());
}

TEST_P(select_statements, ends_a_page_after_1_MB_in_whichever_range_that_is) {
  const std::string large = R"(,"v":{"S":")" + std::string(100'000, 'x') + R"("})";
  for (const char* artist : {"ann", "bob"}) {
    for (const char* song : {"1", "2", "3", "4", "5", "6", "7"}) put_song(artist, song, large);
  }
  const std::string text = "SELECT song FROM music WHERE artist IN ['bob', 'ann']";
  const std::string first = run(text);
  EXPECT_EQ(songs(first), "1 2 3 4 5 6 7 1 2 3 4");
  EXPECT_EQ(songs(run(text, "", R"(,"NextToken":")" + text_member(first, "NextToken") + "\"")), "5 6 7");
  EXPECT_EQ(songs_of("SELECT song FROM music WHERE v = 'x'"), "");
  EXPECT_NE(text_member(run("SELECT song FROM music WHERE v = 'x'"), "NextToken"), "");
}

TEST_P(select_statements, reads_an_index) {
  put_songs();
  EXPECT_EQ(songs_of("SELECT * FROM \"music\".\"by_genre\" WHERE genre = 'folk'"), "s3 s1 t1");
  EXPECT_EQ(songs_of("SELECT * FROM music.by_genre WHERE genre IN ['rock', 'folk'] AND year < 1999"), "s2 s3");
  EXPECT_EQ(run("SELECT * FROM music.by_year WHERE year = 2001"),
            R"({"Items":[{"artist":{"S":"bob"},"song":{"S":"t2"},"year":{"N":"2001"}}]})");
  EXPECT_EQ(run("SELECT song, genre, label FROM music.by_year WHERE year = 2001"),
            "validation: One or more parameter values were invalid: Global secondary index by_year does not project "
            "[genre, label]");
  EXPECT_EQ(run("SELECT song, genre FROM music.of_artist WHERE artist = 'ann' AND year = 1998", "", statement_capacity),
            R"({"Items":[{"genre":{"S":"folk"},"song":{"S":"s3"}}],"ConsumedCapacity":{"CapacityUnits":1.0,)"
            R"("LocalSecondaryIndexes":{"of_artist":{"CapacityUnits":0.5}},"Table":{"CapacityUnits":0.5},)"
            R"("TableName":"music"}})");
  EXPECT_EQ(member(run("SELECT song FROM music.by_year WHERE year = 1998", "", statement_capacity), "ConsumedCapacity"),
            R"({"CapacityUnits":0.5,"GlobalSecondaryIndexes":{"by_year":{"CapacityUnits":0.5}},)"
            R"("Table":{"CapacityUnits":0.0},"TableName":"music"})");
  EXPECT_EQ(access_of("SELECT * FROM music.by_year WHERE song = 's1'"), statement_access::full_scan);
}

TEST_P(select_statements, refuses_what_an_index_cannot_do) {
  const std::string unknown = "validation: The table does not have the specified index";
  EXPECT_EQ(run("SELECT * FROM music.strangers WHERE year = 1"), unknown);
  EXPECT_EQ(run("SELECT * FROM music.music WHERE year = 1", "", R"(,"ConsistentRead":true)"), unknown);
  EXPECT_EQ(run("SELECT * FROM strangers.by_year WHERE year = 1"), "resource_not_found: Requested resource not found");
  EXPECT_EQ(run("SELECT * FROM music.by_year WHERE year = 1", "", R"(,"ConsistentRead":true)"),
            "validation: Strongly consistent read is not supported on Global Secondary Indexes");
  EXPECT_EQ(run("SELECT * FROM music.of_artist WHERE artist = 'a'", "", R"(,"ConsistentRead":true)"),
            R"({"Items":[]})");
  EXPECT_EQ(
      run("SELECT * FROM music.by_both WHERE genre = 'a' AND label = 'b'"),
      "validation: Index by_both has a key of several attributes; PartiQL statements cannot read it. Use Query or "
      "Scan");
}

TEST_P(select_statements, refuses_filters_that_an_index_does_not_project_but_not_inside_an_or) {
  put_songs();
  const std::string refused =
      "validation: One or more parameter values were invalid: Secondary index of_artist does not project one or more "
      "filter attributes: [genre]";
  const std::string from = "SELECT * FROM music.of_artist WHERE ";
  EXPECT_EQ(run(from + "artist = 'ann' AND genre = 'folk'"), refused);
  EXPECT_EQ(run(from + "artist = 'ann' AND genre IS MISSING"), refused);
  EXPECT_EQ(songs_of(from + "genre = 'folk'"), "");
  EXPECT_EQ(songs_of(from + "artist = 'ann' AND (genre = 'folk' OR year = 1997)"), "s2");
}

TEST_P(select_statements, orders_by_keys_only) {
  EXPECT_EQ(run("SELECT * FROM music ORDER BY song"),
            "validation: Must have WHERE clause in the statement when using ORDER BY clause.");
  EXPECT_EQ(run("SELECT * FROM music WHERE artist = 'a' ORDER BY year"),
            "validation: Attribute year in ORDER BY clause must be part of the primary key");
  EXPECT_EQ(run("SELECT * FROM music WHERE song = 'a' ORDER BY song"),
            "validation: Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY "
            "clause.");
  EXPECT_EQ(run("SELECT * FROM music WHERE artist IN ['a', 'b'] ORDER BY song"),
            "validation: ORDER BY must begin with the partition key artist when the WHERE clause selects several of "
            "them");
}

TEST_P(select_statements, refuses_values_that_cannot_be_keys) {
  const std::string type =
      "validation: One or more parameter values were invalid: Condition parameter type does not match schema type";
  EXPECT_EQ(run("SELECT * FROM people WHERE id = 1"), type);
  EXPECT_EQ(run("SELECT * FROM music WHERE artist = 'a' AND song > 1"), type);
  EXPECT_EQ(run("SELECT * FROM music WHERE artist IN ['a', 1]"), type);
  EXPECT_EQ(run("SELECT * FROM people WHERE id = ''"),
            "validation: One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
            "contain an empty string value. Key: id");
}

TEST_P(select_statements, tells_what_is_wrong_with_a_request) {
  EXPECT_EQ(call(operation_name::execute_statement, "{}"),
            "validation: 1 validation error detected: Value null at 'statement' failed to satisfy constraint: Member "
            "must not be null");
  EXPECT_EQ(call(operation_name::execute_statement, R"({"Statement":"SELECT","Parameters":[]})"),
            "validation: 1 validation error detected: Value '[]' at 'parameters' failed to satisfy constraint: Member "
            "must have length greater than or equal to 1");
  EXPECT_EQ(call(operation_name::execute_statement, R"({"Statement":"SELECT * FROM x","Limit":0})"),
            "validation: 1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must "
            "have value greater than or equal to 1");
  EXPECT_EQ(run("SELECT * FROM strangers"), "resource_not_found: Requested resource not found");
}

TEST_P(select_statements, of_more_than_8192_characters_are_refused_before_they_are_read) {
  const std::string longest = "SELECT * FROM people" + std::string(8192 - 20, ' ');
  EXPECT_EQ(run(longest), R"({"Items":[]})");
  const std::string refused = run(longest + " ");
  EXPECT_TRUE(refused.starts_with("validation: 1 validation error detected: Value '")) << refused.substr(0, 100);
  EXPECT_TRUE(refused.ends_with(
      "at 'statement' failed to satisfy constraint: Member must have length less than or equal to 8192"));
  EXPECT_EQ(run("SELECT * FROM people WHERE " + std::string(4096, '(')),
            "validation: Statement wasn't well formed, can't be processed: The statement nests too deep");
  std::string list = "?", values = R"({"N":"1"})";
  for (int i = 1; i < 4000; ++i) {
    list += ",?";
    values += R"(,{"N":"1"})";
  }
  EXPECT_EQ(run("SELECT * FROM people WHERE n IN [" + list + "]", values),
            "validation: Incorrect number of operands for operator or function; operator or function: IN, number of "
            "operands: 4000");
}

// 300 ranges are the most that IN and OR make; beyond that it is a scan with a filter.
TEST_P(select_statements, of_very_many_keys_read_every_item_once) {
  put_songs();
  std::string either = "artist = 'ann'";
  for (int i = 0; i < 400; ++i) either += " OR artist='" + std::to_string(i) + "'";
  ASSERT_LT(either.size(), 8000U);
  EXPECT_EQ(songs_of("SELECT * FROM music WHERE " + either), "s1 s2 s3");
  EXPECT_EQ(access_of("SELECT * FROM music WHERE " + either), statement_access::full_scan);
}

INSTANTIATE_TEST_SUITE_P(calls, select_statements, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(starts, select_statements, ::testing::Values(true));

}  // namespace
