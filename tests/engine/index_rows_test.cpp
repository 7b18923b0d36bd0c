// What writes do to the rows of indexes, and which values they may not hold.
#include "../support/scratch_folder.hpp"
#include "index_fixture.hpp"

#include <dynamo/testing/file_systems.hpp>

#include <string>
#include <vector>

namespace dynamo::engine::test {
namespace {

std::string film(int year, std::string_view title, std::string_view rest) {
  return R"({"year":{"N":")" + std::to_string(year) + R"("},"title":{"S":")" + std::string(title) + "\"}" +
         (rest.empty() ? "" : ",") + std::string(rest) + "}";
}

TEST_F(indexes, hold_only_items_that_have_all_their_key_attributes) {
  make_films();
  put(film(1999, "Matrix", R"("director":{"S":"W"},"rating":{"N":"9"})"));
  put(film(1999, "Magnolia", R"("director":{"S":"A"})"));
  put(film(1999, "Fight Club", R"("rating":{"N":"8.8"})"));
  EXPECT_EQ(values_of(scan("by_director"), "title"), "Matrix");
  EXPECT_EQ(values_of(query("by_rating", R"("KeyConditionExpression":"#y = :y","ExpressionAttributeNames":{"#y":"year"},
    "ExpressionAttributeValues":{":y":{"N":"1999"}})"),
                      "title"),
            "Fight Club Matrix");
  EXPECT_EQ(scan("by_genre"), R"({"Items":[],"Count":0,"ScannedCount":0})");
  EXPECT_EQ(differences(), "");
}

TEST_F(indexes, follow_their_items) {
  make_films();
  const auto update = [&](std::string_view expression, std::string_view values = "{}") {
    return call(operation_name::update_item,
                R"({"TableName":"films","Key":{"year":{"N":"1"},"title":{"S":"t"}},"UpdateExpression":")" +
                    std::string(expression) + "\"" +
                    (values == "{}" ? "" : R"(,"ExpressionAttributeValues":)" + std::string(values)) + "}");
  };
  EXPECT_EQ(update("SET director = :d, rating = :r, genre = :d", R"({":d":{"S":"A"},":r":{"N":"5"}})"), "{}");
  EXPECT_EQ(values_of(scan("by_director"), "director"), "A");
  EXPECT_EQ(differences(), "");
  EXPECT_EQ(update("SET director = :d", R"({":d":{"S":"B"}})"), "{}");  // moved
  EXPECT_EQ(values_of(scan("by_director"), "director"), "B");
  EXPECT_EQ(differences(), "");
  EXPECT_EQ(update("SET note = :n", R"({":n":{"S":"x"}})"), "{}");  // in place
  EXPECT_EQ(values_of(scan("by_director"), "note"), "x");
  EXPECT_EQ(differences(), "");
  EXPECT_EQ(update("REMOVE rating"), "{}");  // out of two of them
  EXPECT_EQ(values_of(scan("by_director"), "title"), "");
  EXPECT_EQ(values_of(scan("by_genre"), "title"), "t");
  EXPECT_EQ(differences(), "");
  put(film(1, "t", R"("code":{"B":"AAE="},"part":{"B":"/w=="},"country":{"S":"c"},"city":{"S":"d"},"street":{"S":"e"},
    "house":{"N":"-1"},"note":{"L":[{"S":"kept"}]},"extra":{"S":"not kept"})"));
  EXPECT_EQ(differences(), "");
  EXPECT_EQ(scan("by_code"), R"({"Items":[{"code":{"B":"AAE="},"note":{"L":[{"S":"kept"}]},"part":{"B":"/w=="},)"
                             R"("title":{"S":"t"},"year":{"N":"1"}}],"Count":1,"ScannedCount":1})");
  call(operation_name::delete_item, R"({"TableName":"films","Key":{"year":{"N":"1"},"title":{"S":"t"}}})");
  for (const char* index : {"by_director", "by_genre", "by_code", "by_place", "by_rating"}) {
    EXPECT_EQ(scan(index), R"({"Items":[],"Count":0,"ScannedCount":0})") << index;
  }
}

TEST_F(indexes, go_with_their_table_and_a_new_one_starts_empty) {
  make_films();
  put(film(1, "t", R"("genre":{"S":"g"})"));
  call(operation_name::delete_table, R"({"TableName":"films"})");
  make_films();
  EXPECT_EQ(scan("by_genre"), R"({"Items":[],"Count":0,"ScannedCount":0})");
}

struct bad_value {
  std::string attributes;
  std::string message;
};

const std::string bad = "validation: One or more parameter values were invalid: ";
const std::string not_valid =
    "validation: One or more parameter values are not valid. A value specified for a secondary index key is not supported. ";

TEST_F(indexes, refuse_items_whose_values_cannot_be_keys_and_keep_the_old_ones) {
  make_films();
  const std::vector<bad_value> cases = {
      {R"("director":{"N":"1"})",
       bad + "Type mismatch for Index Key director Expected: S Actual: N IndexName: by_director"},
      {R"("genre":{"NULL":true})",
       bad + "Type mismatch for Index Key genre Expected: S Actual: NULL IndexName: by_genre"},
      {R"("genre":{"L":[]})", bad + "Type mismatch for Index Key genre Expected: S Actual: L IndexName: by_genre"},
      {R"("part":{"S":"x"})", bad + "Type mismatch for Index Key part Expected: B Actual: S IndexName: by_code"},
      {R"("house":{"S":"1"})", bad + "Type mismatch for Index Key house Expected: N Actual: S IndexName: by_place"},
      {R"("genre":{"S":""})",
       not_valid +
           "The AttributeValue for a key attribute cannot contain an empty string value. IndexName: by_genre, IndexKey: genre"},
      {R"("code":{"B":""})",
       not_valid +
           "The AttributeValue for a key attribute cannot contain an empty binary value. IndexName: by_code, IndexKey: code"},
      {R"("genre":{"S":")" + std::string(2049, 'x') + "\"}",
       bad + "Size of hashkey has exceeded the maximum size limit of2048 bytes"},
      {R"("country":{"S":")" + std::string(1025, 'x') + R"("},"city":{"S":")" + std::string(1024, 'x') + "\"}",
       bad + "Size of hashkey has exceeded the maximum size limit of2048 bytes"},
      {R"("street":{"S":")" + std::string(1025, 'x') + "\"}",
       bad + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"},
  };
  put(film(1, "t", R"("genre":{"S":"old"})"));
  for (const bad_value& c : cases) EXPECT_EQ(put(film(1, "t", c.attributes)), c.message) << c.attributes.substr(0, 40);
  EXPECT_EQ(values_of(scan("by_genre"), "genre"), "old");
  EXPECT_EQ(put(film(1, "t", R"("genre":{"S":")" + std::string(2048, 'x') + "\"}")), "{}");
  EXPECT_EQ(differences(), "");
}

TEST_F(indexes, refuse_updates_that_make_values_which_cannot_be_keys) {
  make_films();
  put(film(1, "t", R"("genre":{"S":"old"},"note":{"N":"1"},"blank":{"S":""})"));
  const std::string scalars =
      "validation: Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: ";
  const std::vector<bad_value> cases = {
      {"SET genre = :n", bad + "Type mismatch for Index Key genre Expected: S Actual: N IndexName: by_genre"},
      {"SET genre = note + :n", bad + "Type mismatch for Index Key genre Expected: S Actual: N IndexName: by_genre"},
      {"ADD genre :n", bad + "Type mismatch for Index Key genre Expected: S Actual: N IndexName: by_genre"},
      {"SET genre = note",
       "validation: The update expression attempted to update the secondary index key to unsupported type"},
      {"SET genre = blank",
       "validation: One or more parameter values are not valid. The update expression attempted to update a secondary index "
       "key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value."},
      {"SET genre.x = :n", scalars + "genre"},
      {"SET note = genre[1]", scalars + "genre"},
      {"REMOVE rating.x", scalars + "rating"},
  };
  for (const bad_value& c : cases) {
    EXPECT_EQ(
        call(operation_name::update_item,
             R"({"TableName":"films","Key":{"year":{"N":"1"},"title":{"S":"t"}},"UpdateExpression":")" + c.attributes +
                 "\"" +
                 (c.attributes.find(":n") != std::string::npos ? R"(,"ExpressionAttributeValues":{":n":{"N":"1"}})"
                                                               : "") +
                 "}"),
        c.message)
        << c.attributes;
  }
  EXPECT_EQ(values_of(scan("by_genre"), "genre"), "old");
}

TEST_F(indexes, are_as_their_items_imply_after_a_crash) {
  const testing_support::scratch_folder folder;
  std::optional<dynamo::testing::simulated_disk> disk;
  const auto reopen = [&] {
    db_.reset();
    disk.emplace(dynamo::testing::simulated_disk_options{});
    database_options options;
    options.files = disk->files();
    auto opened = engine::open(folder / "db", options);
    ASSERT_TRUE(opened) << opened.error().describe();
    db_ = *opened;
  };
  reopen();
  make_films();
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 20; ++i) {
      put(film(1990 + i % 3, "t" + std::to_string(i),
               R"("director":{"S":"d)" + std::to_string((i * 7 + round) % 4) + R"("},"rating":{"N":")" +
                   std::to_string((i + round) % 6) + R"("},"genre":{"S":"g"})"));
    }
    if (round % 2 == 0) {
      disk->crash();
    } else {
      disk->crash_with_torn_tail(static_cast<std::uint64_t>(round));
    }
    reopen();
    EXPECT_EQ(differences(), "") << "round " << round;
    EXPECT_EQ(elements(member(scan("by_director"), "Items").value_or("[]")).size(), 20u);
  }
}

}  // namespace
}  // namespace dynamo::engine::test
