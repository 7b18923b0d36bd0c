// TagResource, UntagResource, ListTagsOfResource, and the tags of CreateTable and DeleteTable.
#include "attachments_fixture.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace dynamo::engine_tests {
namespace {

using enum operation_name;

class tags : public attachments {};

std::string numbered(int from, int to) {
  std::string all;
  for (int i = from; i < to; ++i) {
    all += (all.empty() ? "" : ",") + tag_json("k" + std::to_string(10 + i), std::to_string(i));
  }
  return all;
}

TEST_F(tags, are_set_overwritten_and_removed) {
  make("orders");
  EXPECT_EQ(tags_of("orders"), "");
  EXPECT_EQ(call(list_tags_of_resource, resource_body(arn_of_table("orders"))).body, R"({"Tags":[]})");
  EXPECT_EQ(tag("orders", tag_json("team", "red") + "," + tag_json("cost", "")), "{}");
  EXPECT_EQ(tags_of("orders"), "cost= team=red");
  EXPECT_EQ(tag("orders", tag_json("team", "blue") + "," + tag_json("area", "north")), "{}");
  EXPECT_EQ(tags_of("orders"), "area=north cost= team=blue");
  EXPECT_EQ(untag("orders", R"("cost","nothing")"), "{}");
  EXPECT_EQ(tags_of("orders"), "area=north team=blue");
  EXPECT_EQ(untag("orders", R"("area","team")"), "{}");
  EXPECT_EQ(tags_of("orders"), "");
  EXPECT_EQ(stored_kinds(), "");
}

TEST_F(tags, are_listed_ten_a_page) {
  make("orders", R"("Tags":[)" + numbered(0, 25) + "]");
  const std::string arn = arn_of_table("orders");
  const auto page = [&](const std::string& token) {
    return call(list_tags_of_resource, resource_body(arn, token.empty() ? "" : R"("NextToken":")" + token + "\"")).body;
  };
  std::string token;
  std::vector<std::size_t> sizes;
  do {
    const std::string here = page(token);
    sizes.push_back(elements(member(here, "Tags").value_or("[]")).size());
    token = text_member(here, "NextToken");
  } while (!token.empty());
  EXPECT_EQ(sizes, (std::vector<std::size_t>{10, 10, 5}));
  // A page goes on after the tag that was the last one, though that is gone.
  token = text_member(page(""), "NextToken");
  EXPECT_EQ(untag("orders", R"("k19")"), "{}");
  EXPECT_EQ(text_member(elements(member(page(token), "Tags").value_or("[]")).front(), "Key"), "k20");
  make("ten", R"("Tags":[)" + numbered(0, 10) + "]");
  EXPECT_EQ(member(call(list_tags_of_resource, resource_body(arn_of_table("ten"))).body, "NextToken"), std::nullopt);
}

TEST_F(tags, are_fifty_at_most) {
  make("orders", R"("Tags":[)" + numbered(0, 49) + "]");
  EXPECT_EQ(tag("orders", tag_json("k10", "again") + "," + tag_json("last", "")), "{}");
  EXPECT_EQ(tag("orders", tag_json("k11", "again")), "{}");
  EXPECT_EQ(tag("orders", tag_json("one more", "")),
            "validation: One or more parameter values were invalid: A resource may have 50 tags, 51 are given");
  EXPECT_EQ(told(create_table,
                 [] {
                   std::string body = create_body("others");
                   return body.insert(body.size() - 1, R"(,"Tags":[)" + numbered(0, 51) + "]");
                 }()),
            "validation: One or more parameter values were invalid: A resource may have 50 tags, 51 are given");
  EXPECT_EQ(told(describe_table, name_body("others")),
            "resource_not_found: Requested resource not found: Table: others not found");
}

TEST_F(tags, are_refused_by_what_the_model_says) {
  make("orders");
  const std::string arn = arn_of_table("orders");
  const std::string x129(129, 'x'), x257(257, 'x'), constraint = " failed to satisfy constraint: Member must ";
  const std::string one_error = "validation: 1 validation error detected: ",
                    invalid = "validation: One or more parameter values were invalid: ";
  const struct {
    operation_name op;
    std::string body, said;
  } rows[] = {
      {tag_resource, "{}",
       "validation: 2 validation errors detected: Value null at 'resourceArn'" + constraint +
           "not be null; Value null at 'tags'" + constraint + "not be null"},
      {tag_resource, resource_body("", R"("Tags":[])"),
       one_error + "Value '' at 'resourceArn'" + constraint + "have length greater than or equal to 1"},
      {list_tags_of_resource, resource_body(std::string(1'284, 'a')),
       one_error + "Value '" + std::string(1'284, 'a') + "' at 'resourceArn'" + constraint +
           "have length less than or equal to 1283"},
      {tag_resource, resource_body(arn, R"("Tags":[{"Key":"a"}])"),
       one_error + "Value null at 'tags.1.member.value'" + constraint + "not be null"},
      {tag_resource, resource_body(arn, R"("Tags":[)" + tag_json("", "") + "]"),
       one_error + "Value '' at 'tags.1.member.key'" + constraint + "have length greater than or equal to 1"},
      {tag_resource, resource_body(arn, R"("Tags":[)" + tag_json(x129, x257) + "]"),
       "validation: 2 validation errors detected: Value '" + x129 + "' at 'tags.1.member.key'" + constraint +
           "have length less than or equal to 128; Value '" + x257 + "' at 'tags.1.member.value'" + constraint +
           "have length less than or equal to 256"},
      {tag_resource, resource_body(arn, R"("Tags":[)" + tag_json("aws:x", "") + "]"),
       invalid + "Tag keys that start with aws: are reserved: aws:x"},
      {tag_resource, resource_body(arn, R"("Tags":[)" + tag_json("a", "1") + "," + tag_json("a", "2") + "]"),
       invalid + "Duplicate tag key: a"},
      {tag_resource, resource_body(arn, R"("Tags":[{"Key":1,"Value":""}])"),
       "serialization: NUMBER_VALUE cannot be converted to String"},
      {untag_resource, resource_body(arn), one_error + "Value null at 'tagKeys'" + constraint + "not be null"},
      {untag_resource, resource_body(arn, R"("TagKeys":[""])"),
       one_error + "Value '' at 'tagKeys.1.member'" + constraint + "have length greater than or equal to 1"},
      {list_tags_of_resource, resource_body(arn, R"("NextToken":"?")"), "validation: Invalid NextToken"},
      {list_tags_of_resource, resource_body("orders"),
       "validation: Invalid ResourceArn: 'orders' is not the ARN of a table"},
      {tag_resource, resource_body(arn + "/index/by_value", R"("Tags":[])"),
       "validation: Invalid ResourceArn: '" + arn + "/index/by_value' is not the ARN of a table"},
      {untag_resource, resource_body(arn + "/stream/x", R"("TagKeys":[])"),
       "validation: Invalid ResourceArn: '" + arn + "/stream/x' is not the ARN of a table"},
      {list_tags_of_resource, resource_body("arn:aws:dynamodb:local:111122223333:table/orders"),
       "access_denied: The resource arn:aws:dynamodb:local:111122223333:table/orders belongs to another account"},
      {list_tags_of_resource, resource_body(arn_of_table("others")),
       "resource_not_found: Requested resource not found: Table: others not found"},
      {tag_resource, resource_body(arn_of_table("others"), R"("Tags":[])"),
       "resource_not_found: Requested resource not found: Table: others not found"},
  };
  for (const auto& row : rows) EXPECT_EQ(told(row.op, row.body), row.said) << row.body.substr(0, 200);
  EXPECT_EQ(tags_of("orders"), "");
}

// A letter beyond the basic plane counts twice, as in Java.
TEST_F(tags, are_measured_in_characters) {
  make("orders");
  std::string umlauts, smileys;
  for (int i = 0; i < 128; ++i) umlauts += "ü";
  for (int i = 0; i < 64; ++i) smileys += "😀";
  EXPECT_EQ(tag("orders", tag_json(umlauts, "")), "{}");
  EXPECT_EQ(tag("orders", tag_json(smileys, umlauts + umlauts)), "{}");
  EXPECT_NE(tag("orders", tag_json(smileys + "x", "")), "{}");
}

TEST_F(tags, survive_a_restart_and_go_with_their_table) {
  make("orders", R"("Tags":[)" + tag_json("b", "2") + "," + tag_json("a", "1") + "]");
  make("others");
  EXPECT_EQ(tag("others", tag_json("c", "3")), "{}");
  reopen();
  EXPECT_EQ(tags_of("orders"), "a=1 b=2");
  EXPECT_EQ(tags_of("others"), "c=3");
  drop("orders");
  EXPECT_EQ(stored_kinds(), "t");
  make("orders");
  EXPECT_EQ(tags_of("orders"), "");
  drop("others");
  reopen();
  EXPECT_EQ(stored_kinds(), "");
}

TEST_F(tags, are_not_changed_while_their_table_comes_or_goes) {
  answer came;
  disk_->hold_syncs();
  std::thread creating([&] { came = call(create_table, create_body("orders")); });
  disk_->wait_for_held_sync();
  EXPECT_EQ(tag("orders", tag_json("a", "")),
            "resource_in_use: Attempt to change a resource which is still in use: Table is being created: orders");
  disk_->release_syncs();
  creating.join();
  disk_->hold_syncs();
  std::thread deleting([&] { came = call(delete_table, name_body("orders")); });
  disk_->wait_for_held_sync();
  EXPECT_EQ(tag("orders", tag_json("a", "")),
            "resource_in_use: Attempt to change a resource which is still in use: Table is being deleted: orders");
  disk_->release_syncs();
  deleting.join();
  EXPECT_EQ(stored_kinds(), "");
}

// Either the table is there with its tags and its policy, or none of them is.
TEST_F(tags, of_a_new_table_are_committed_with_it) {
  const std::string policy = R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}})";
  int crashed = 0, survived = 0;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    begin_anew();
    make("first");
    disk_->hold_syncs();
    answer came;
    std::thread creating([&] {
      std::string body = create_body("orders", true);
      came = call(create_table, body.insert(body.size() - 1, R"(,"ResourcePolicy":)" + quoted(policy) + R"(,"Tags":[)" +
                                                                 numbered(0, 50) + "]"));
    });
    disk_->wait_for_held_sync();
    disk_->crash_with_torn_tail(seed);
    disk_->release_syncs();
    creating.join();
    reopen();
    const bool is_there = call(describe_table, name_body("orders")).ok;
    (is_there ? survived : crashed) += 1;
    EXPECT_FALSE(came.ok);
    EXPECT_EQ(stored_kinds(), is_there ? "pt" : "");
    expect_sound(*core_, "opened again");
  }
  EXPECT_GT(crashed, 0);
}

}  // namespace
}  // namespace dynamo::engine_tests
