// Query and Scan over indexes.
#include "index_fixture.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace dynamo::engine::test {
namespace {

std::string by_director(std::string_view more = "") {
  return R"("KeyConditionExpression":"director = :d","ExpressionAttributeValues":{":d":{"S":"W"}})" + std::string(more);
}

class index_reads : public indexes {
 protected:
  void SetUp() override {
    indexes::SetUp();
    make_films();
    add(1, "a", R"("director":{"S":"W"},"rating":{"N":"-3.5"},"note":{"S":"na"})");
    add(1, "b", R"("director":{"S":"W"},"rating":{"N":"10"},"note":{"S":"nb"})");
    add(1, "c", R"("director":{"S":"W"},"rating":{"N":"9"},"extra":{"S":"oc"})");
    add(2, "d", R"("director":{"S":"W"},"rating":{"N":"0"},"genre":{"S":"g"})");
    add(2, "e", R"("director":{"S":"X"},"rating":{"N":"100"},"genre":{"S":"g"})");
  }
  void add(int year, std::string_view title, std::string_view rest) {
    const std::string answer = put(R"({"year":{"N":")" + std::to_string(year) + R"("},"title":{"S":")" +
                                   std::string(title) + "\"}," + std::string(rest) + "}");
    ASSERT_EQ(answer, "{}");
  }
};

TEST_F(index_reads, come_in_the_order_of_numbers_both_ways) {
  EXPECT_EQ(values_of(query("by_director", by_director()), "rating"), "-3.5 0 9 10");
  EXPECT_EQ(values_of(query("by_director", by_director(R"(,"ScanIndexForward":false)")), "rating"), "10 9 0 -3.5");
}

TEST_F(index_reads, come_in_the_order_of_bytes) {
  // The base64 of 00, 00 00, 00 01, 01, FF, FF 00: each zero is escaped, none is the end of another.
  const std::vector<std::string> ordered = {"AA==", "AAA=", "AAE=", "AQ==", "/w==", "/wA="};
  std::string expected;
  for (const std::string& part : ordered) expected += (expected.empty() ? "" : " ") + part;
  int i = 0;
  for (const int at : {3, 0, 5, 2, 4, 1}) {
    add(3, "bytes" + std::to_string(i++),
        R"("code":{"B":"AA=="},"part":{"B":")" + ordered[static_cast<std::size_t>(at)] + "\"}");
  }
  const auto condition = [](std::string_view clause, std::string_view bound) {
    return R"("KeyConditionExpression":"code = :c)" + std::string(clause) +
           R"(","ExpressionAttributeValues":{":c":{"B":"AA=="})" +
           (bound.empty() ? "" : R"(,":p":{"B":")" + std::string(bound) + "\"}") + "}";
  };
  EXPECT_EQ(values_of(query("by_code", condition("", "")), "part"), expected);
  EXPECT_EQ(values_of(query("by_code", condition(" AND part > :p", "AA==")), "part"), "AAA= AAE= AQ== /w== /wA=");
  EXPECT_EQ(values_of(query("by_code", condition(" AND part >= :p", "AAA=")), "part"), "AAA= AAE= AQ== /w== /wA=");
  EXPECT_EQ(values_of(query("by_code", condition(" AND part < :p", "AAA=")), "part"), "AA==");
  EXPECT_EQ(values_of(query("by_code", condition(" AND part <= :p", "AAA=")), "part"), "AA== AAA=");
  EXPECT_EQ(values_of(query("by_code", condition(" AND part = :p", "AA==")), "part"), "AA==");
  EXPECT_EQ(values_of(query("by_code", condition(" AND begins_with(part, :p)", "AA==")), "part"), "AA== AAA= AAE=");
  EXPECT_EQ(values_of(query("by_code", condition(" AND begins_with(part, :p)", "/w==")), "part"), "/w== /wA=");
}

TEST_F(index_reads, take_every_condition_on_the_sort_attribute) {
  const auto ratings = [&](std::string_view clause, std::string_view values) {
    return values_of(query("by_director", R"("KeyConditionExpression":")" + std::string(clause) +
                                              R"( AND director = :d","ExpressionAttributeValues":{":d":{"S":"W"},)" +
                                              std::string(values) + "}"),
                     "rating");
  };
  EXPECT_EQ(ratings("rating = :r", R"(":r":{"N":"9.0"})"), "9");
  EXPECT_EQ(ratings("rating < :r", R"(":r":{"N":"9"})"), "-3.5 0");
  EXPECT_EQ(ratings("rating <= :r", R"(":r":{"N":"9"})"), "-3.5 0 9");
  EXPECT_EQ(ratings(":r < rating", R"(":r":{"N":"0"})"), "9 10");
  EXPECT_EQ(ratings("rating >= :r", R"(":r":{"N":"0"})"), "0 9 10");
  EXPECT_EQ(ratings("rating BETWEEN :r AND :s", R"(":r":{"N":"-1"},":s":{"N":"9.5"})"), "0 9");
}

TEST_F(index_reads, filter_project_and_count) {
  EXPECT_EQ(query("by_director", by_director(R"(,"Select":"COUNT")")), R"({"Count":4,"ScannedCount":4})");
  EXPECT_EQ(query("by_director", R"("KeyConditionExpression":"director = :d","FilterExpression":"note = :n",
    "ProjectionExpression":"title, note","ExpressionAttributeValues":{":d":{"S":"W"},":n":{"S":"nb"}})"),
            R"({"Items":[{"note":{"S":"nb"},"title":{"S":"b"}}],"Count":1,"ScannedCount":4})");
  EXPECT_EQ(query("by_genre", R"("KeyConditionExpression":"genre = :g","Select":"ALL_PROJECTED_ATTRIBUTES",
    "ExpressionAttributeValues":{":g":{"S":"g"}},"Limit":1,"ScanIndexForward":true)")
                .substr(0, 30),
            R"({"Items":[{"genre":{"S":"g"},")");
}

TEST_F(index_reads, of_a_local_index_fetch_what_it_does_not_project) {
  const std::string year = R"("KeyConditionExpression":"#y = :y","ExpressionAttributeNames":{"#y":"year"},
    "ExpressionAttributeValues":{":y":{"N":"1"}})";
  EXPECT_EQ(values_of(query("by_rating", year), "note"), "- - -");
  EXPECT_EQ(values_of(query("by_rating", year + R"(,"Select":"ALL_ATTRIBUTES","ConsistentRead":true)"), "note"),
            "na - nb");
  EXPECT_EQ(values_of(query("by_rating", year + R"(,"ProjectionExpression":"note, extra")"), "extra"), "- oc -");
  EXPECT_EQ(values_of(scan("by_rating", R"(,"Select":"ALL_ATTRIBUTES","FilterExpression":"extra = :o",
    "ExpressionAttributeValues":{":o":{"S":"oc"}})"),
                      "title"),
            "c");
  EXPECT_EQ(values_of(scan("by_rating", R"(,"FilterExpression":"extra = :o",
    "ExpressionAttributeValues":{":o":{"S":"oc"}})"),
                      "title"),
            "");  // a scan of the index finds nothing by what it does not hold
}

TEST_F(index_reads, by_several_attributes_take_them_in_any_order) {
  const std::vector<std::string> places = {"1", "2", "10", "20"};
  int i = 0;
  for (const char* street : {"A", "AB", "B"}) {
    for (const std::string& house : places) {
      add(9, "p" + std::to_string(i++),
          R"("country":{"S":"c"},"city":{"S":"d"},"street":{"S":")" + std::string(street) + R"("},"house":{"N":")" +
              house + "\"}");
    }
  }
  add(9, "elsewhere", R"("country":{"S":"cd"},"city":{"S":"x"},"street":{"S":"A"},"house":{"N":"1"})");
  const auto found = [&](const std::string& condition) {
    std::string values;
    for (const char* name : {":c", ":d", ":s", ":t", ":h", ":i"}) {
      if (condition.find(name) == std::string::npos) continue;
      const std::string value = name == std::string(":c")   ? R"({"S":"c"})"
                                : name == std::string(":d") ? R"({"S":"d"})"
                                : name == std::string(":s") ? R"({"S":"A"})"
                                : name == std::string(":t") ? R"({"S":"AB"})"
                                : name == std::string(":h") ? R"({"N":"2"})"
                                                            : R"({"N":"10"})";
      values += (values.empty() ? "\"" : ",\"") + std::string(name) + "\":" + value;
    }
    return query("by_place",
                 R"("KeyConditionExpression":")" + condition + R"(","ExpressionAttributeValues":{)" + values + "}");
  };
  EXPECT_EQ(values_of(found("city = :d AND country = :c"), "house"), "1 2 10 20 1 2 10 20 1 2 10 20");
  EXPECT_EQ(values_of(found("street = :s AND city = :d AND country = :c"), "street"), "A A A A");
  EXPECT_EQ(values_of(found("house > :h AND street = :s AND city = :d AND country = :c"), "house"), "10 20");
  EXPECT_EQ(values_of(found("country = :c AND city = :d AND street = :t AND house BETWEEN :h AND :i"), "house"),
            "2 10");
  EXPECT_EQ(values_of(found("country = :c AND city = :d AND street > :s"), "street"), "AB AB AB AB B B B B");
  EXPECT_EQ(values_of(found("country = :c AND city = :d AND begins_with(street, :s)"), "street"),
            "A A A A AB AB AB AB");
  EXPECT_EQ(values_of(found("country = :c AND city = :d AND street = :s AND house = :h"), "house"), "2");

  EXPECT_EQ(found("country = :c"), "validation: Query condition missed key schema element: city");
  EXPECT_EQ(found("country = :c AND city = :d AND house = :h"),
            "validation: RANGE key attributes street must have equality conditions specified in the query because a "
            "condition is present on key attribute house");
  EXPECT_EQ(found("country = :c AND city = :d AND street > :s AND house = :h"),
            "validation: RANGE key attributes street must have equality conditions specified in the query because a "
            "condition is present on key attribute house");
  EXPECT_EQ(found("country = :c AND city > :d"), "validation: Query key condition not supported");
}

struct refused_read {
  std::string index;
  std::string rest;
  std::string message;
};

TEST_F(index_reads, that_cannot_be_are_refused_in_the_words_of_dynamodb) {
  const std::string bad = "One or more parameter values were invalid: ";
  const std::string genre = R"("KeyConditionExpression":"genre = :g","ExpressionAttributeValues":{":g":{"S":"g"}})";
  const std::string start = genre + R"(,"ExclusiveStartKey":)";
  const std::vector<refused_read> cases = {
      {"by_nothing", genre, "The table does not have the specified index: by_nothing"},
      {"by_genre", genre + R"(,"ConsistentRead":true)",
       "Consistent reads are not supported on global secondary indexes"},
      {"by_genre", genre + R"(,"Select":"ALL_ATTRIBUTES")",
       bad +
           "Select type ALL_ATTRIBUTES is not supported for global secondary index by_genre because its projection type is "
           "not ALL"},
      {"by_genre", genre + R"(,"ProjectionExpression":"title, note, extra.x")",
       bad + "Global secondary index by_genre does not project [note, extra]"},
      {"by_genre", R"("KeyConditionExpression":"genre = :g","FilterExpression":"note = :g AND director = :g",
         "ExpressionAttributeValues":{":g":{"S":"g"}})",
       bad + "Secondary index by_genre does not project one or more filter attributes: [director, note]"},
      {"by_genre", R"("KeyConditionExpression":"genre = :g","FilterExpression":"genre = :g",
         "ExpressionAttributeValues":{":g":{"S":"g"}})",
       "Filter Expression can only contain non-primary key attributes: Primary key attribute: genre"},
      {"by_genre", R"("KeyConditionExpression":"title = :g","ExpressionAttributeValues":{":g":{"S":"g"}})",
       "Query condition missed key schema element: genre"},
      {"by_genre",
       R"("KeyConditionExpression":"genre = :g AND title = :g","ExpressionAttributeValues":{":g":{"S":"g"}})",
       "Query key condition not supported"},
      {"by_genre", R"("KeyConditionExpression":"genre = :g","ExpressionAttributeValues":{":g":{"N":"1"}})",
       bad + "Condition parameter type does not match schema type"},
      {"by_genre", R"("KeyConditionExpression":"genre = :g","ExpressionAttributeValues":{":g":{"S":""}})",
       "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string "
       "value. Key: genre"},
      {"by_genre", start + R"({"genre":{"S":"g"}})", "The provided starting key is invalid"},
      {"by_genre", start + R"({"year":{"N":"2"},"title":{"S":"d"}})", "The provided starting key is invalid"},
      {"by_genre", start + R"({"year":{"N":"2"},"title":{"S":"d"},"genre":{"S":"g"},"note":{"S":"x"}})",
       "The provided starting key is invalid"},
      {"by_genre", start + R"({"year":{"N":"2"},"title":{"S":"d"},"genre":{"N":"1"}})",
       "The provided starting key is invalid"},
      {"by_genre", start + R"({"year":{"S":"2"},"title":{"S":"d"},"genre":{"S":"g"}})",
       "The provided starting key is invalid"},
      {"by_genre", start + R"({"year":{"N":"2"},"title":{"S":"d"},"genre":{"S":"h"}})",
       "The provided starting key is outside query boundaries based on provided conditions"},
  };
  for (const refused_read& c : cases) EXPECT_EQ(query(c.index, c.rest), "validation: " + c.message) << c.rest;
  EXPECT_EQ(scan("by_nothing"), "validation: The table does not have the specified index: by_nothing");
  EXPECT_EQ(scan("by_genre", R"(,"ConsistentRead":true)"),
            "validation: Consistent reads are not supported on global secondary indexes");
  EXPECT_EQ(scan("by_genre", R"(,"FilterExpression":"genre[0] = :g","ExpressionAttributeValues":{":g":{"S":"g"}})"),
            "validation: Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
            "IndexKey: genre");
  const std::string key = R"({"year":{"N":"1"},"title":{"S":"t"}})";
  for (const auto& [path, of] : {std::pair("genre.x", "IndexKey: genre"), std::pair("title[0]", "Key: title")}) {
    const std::string projection = R"("ProjectionExpression":")" + std::string(path) + '"';
    const std::string told =
        "validation: Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: " +
        std::string(of);
    EXPECT_EQ(call(operation_name::get_item, R"({"TableName":"films","Key":)" + key + "," + projection + "}"), told);
    EXPECT_EQ(call(operation_name::scan, R"({"TableName":"films",)" + projection + "}"), told);
    EXPECT_EQ(
        call(operation_name::batch_get_item, R"({"RequestItems":{"films":{"Keys":[)" + key + "]," + projection + "}}}"),
        told);
  }
  EXPECT_EQ(call(operation_name::scan, R"({"TableName":"films","Select":"ALL_PROJECTED_ATTRIBUTES"})"),
            "validation: 1 validation error detected: ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an "
            "IndexName");
}

TEST_F(index_reads, by_pages_of_every_size_and_both_ways_visit_every_item_once) {
  for (int i = 0; i < 12; ++i) {  // three items of each rating
    add(5, "t" + std::to_string(i), R"("director":{"S":"P"},"rating":{"N":")" + std::to_string(i / 3) + "\"}");
  }
  const auto walk = [&](std::string_view index, const std::string& condition, int limit, bool forward) {
    std::vector<std::string> titles;
    std::string start;
    do {
      const std::string page = query(index, condition + R"(,"Limit":)" + std::to_string(limit) +
                                                (forward ? "" : R"(,"ScanIndexForward":false)") +
                                                (start.empty() ? "" : R"(,"ExclusiveStartKey":)" + start));
      for (const std::string& item : elements(member(page, "Items").value_or("[]"))) {
        titles.push_back(member(item, "title").value_or("?"));
      }
      start = member(page, "LastEvaluatedKey").value_or("");
      if (!start.empty()) {
        std::set<std::string> names;
        testing_support::for_each_member(start, [&](std::string_view name, std::string_view) { names.emplace(name); });
        EXPECT_TRUE(names.contains("year") && names.contains("title") && names.contains("rating")) << start;
      }
    } while (!start.empty() && titles.size() < 100);
    return titles;
  };
  const std::string director =
      R"("KeyConditionExpression":"director = :d","ExpressionAttributeValues":{":d":{"S":"P"}})";
  const std::string year =
      R"("KeyConditionExpression":"#y = :y AND rating >= :r","ExpressionAttributeNames":{"#y":"year"},
    "ExpressionAttributeValues":{":y":{"N":"5"},":r":{"N":"0"}})";
  for (const auto& [index, condition] :
       {std::pair<std::string, std::string>{"by_director", director}, {"by_rating", year}}) {
    const auto all = walk(index, condition, 1000, true);
    ASSERT_EQ(all.size(), 12u) << index;
    EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 12u);
    for (int limit = 1; limit <= 13; ++limit) {
      EXPECT_EQ(walk(index, condition, limit, true), all) << index << " by " << limit;
      auto backwards = walk(index, condition, limit, false);
      std::reverse(backwards.begin(), backwards.end());
      EXPECT_EQ(backwards, all) << index << " backwards by " << limit;
    }
  }
}

TEST_F(index_reads, by_segments_visit_every_item_once) {
  for (int i = 0; i < 60; ++i) add(7, "s" + std::to_string(i), R"("genre":{"S":"g)" + std::to_string(i % 13) + "\"}");
  std::multiset<std::string> seen;
  for (int segment = 0; segment < 4; ++segment) {
    std::string start;
    do {
      const std::string page = scan("by_genre", R"(,"TotalSegments":4,"Limit":7,"Segment":)" + std::to_string(segment) +
                                                    (start.empty() ? "" : R"(,"ExclusiveStartKey":)" + start));
      for (const std::string& item : elements(member(page, "Items").value_or("[]"))) {
        seen.insert(member(item, "title").value_or("?"));
      }
      start = member(page, "LastEvaluatedKey").value_or("");
    } while (!start.empty());
  }
  EXPECT_EQ(seen.size(), 62u);
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 62u);
}

TEST_F(index_reads, end_their_pages_after_a_megabyte) {
  const std::string large(100'000, 'x');
  for (int i = 0; i < 25; ++i) {
    add(8, "m" + std::to_string(10 + i), R"("director":{"S":"M"},"rating":{"N":"1"},"note":{"S":")" + large + "\"}");
  }
  const std::string condition =
      R"("KeyConditionExpression":"director = :d","ExpressionAttributeValues":{":d":{"S":"M"}})";
  std::string page = query("by_director", condition);
  EXPECT_EQ(member(page, "Count"), "11");
  page = query("by_director", condition + R"(,"ExclusiveStartKey":)" + member(page, "LastEvaluatedKey").value_or(""));
  EXPECT_EQ(member(page, "Count"), "11");
  page = query("by_director", condition + R"(,"ExclusiveStartKey":)" + member(page, "LastEvaluatedKey").value_or(""));
  EXPECT_EQ(member(page, "Count"), "3");
  EXPECT_FALSE(member(page, "LastEvaluatedKey"));
  // A local index has small rows, but what is fetched for them counts.
  page = query("by_rating", R"("KeyConditionExpression":"#y = :y","ExpressionAttributeNames":{"#y":"year"},
    "Select":"ALL_ATTRIBUTES","ExpressionAttributeValues":{":y":{"N":"8"}})");
  EXPECT_EQ(member(page, "Count"), "11");
}

}  // namespace
}  // namespace dynamo::engine::test
