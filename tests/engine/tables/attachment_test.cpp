// The stored forms of tags, policies and states, byte by byte, and the ARNs that name what they belong to.
#include <engine/tables/attachment.hpp>

#include <engine/tables/resource_arn.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

namespace dynamo::engine {
namespace {

const instant made{std::chrono::microseconds(1'772'352'000'000'000)};

TEST(attachments, have_a_key_of_their_resource_and_kind) {
  EXPECT_EQ(attachment_key("pre", 0x01020304, attachment::tags), "preg\x01\x02\x03\x04t");
  EXPECT_EQ(attachment_key("", 7, attachment::insights), std::string("g\0\0\0\7i", 6));
}

TEST(attachments, of_a_resource_are_erased_whatever_there_is) {
  write_batch batch;
  erase_attachments(batch, "", 7);
  std::string kinds;
  for (const write_batch::operation& one : batch.operations()) {
    EXPECT_EQ(one.what, write_batch::kind::erase);
    kinds += batch.text(one.key).back();
  }
  EXPECT_EQ(kinds, "tpbi");
}

TEST(attachments, are_read_as_they_are_written) {
  const std::string tags = R"({"format":1,"tags":[{"key":"a\"","value":""},{"key":"b","value":"é"}]})";
  EXPECT_EQ(stored_tags({{"a\"", ""}, {"b", "é"}}), tags);
  EXPECT_EQ(stored_tags(*read_tags(tags)), tags);
  const std::string policy = R"({"format":1,"document":"{\"a\":1}","revision":1772352000000})";
  EXPECT_EQ(stored_policy({R"({"a":1})", 1'772'352'000'000}), policy);
  EXPECT_EQ(stored_policy(*read_policy(policy)), policy);
  const std::string recovery = R"({"format":1,"days":35,"enabled_us":1772352000000000})";
  EXPECT_EQ(stored_recovery({35, made}), recovery);
  EXPECT_EQ(stored_recovery(*read_recovery(recovery)), recovery);
  const std::string insights =
      R"({"format":1,"insights":[{"id":7,"enabled":true,"mode":"THROTTLED_KEYS","updated_us":1772352000000000}]})";
  EXPECT_EQ(stored_insights({{7, true, insights_mode::throttled_keys, made}}), insights);
  EXPECT_EQ(stored_insights(*read_insights(insights)), insights);
}

TEST(attachments, of_later_versions_and_damaged_ones_are_told_apart) {
  EXPECT_EQ(read_tags(R"({"format":1,"tags":[{"key":"k","value":"v","later":[1]}],"more":{}})")->size(), 1u);
  EXPECT_EQ(read_tags(R"({"format":2})").error().code(), errc::not_supported);
  for (const char* const damaged :
       {"", "{", "[]", "{}", R"({"format":1,"tags":1})", R"({"format":1,"tags":[{"key":2}]})"}) {
    const auto read = read_tags(damaged);
    ASSERT_FALSE(read) << damaged;
    EXPECT_EQ(read.error().code(), errc::corruption) << damaged;
  }
  EXPECT_EQ(read_insights(R"({"format":1,"insights":[{"id":0}]})").error().code(), errc::corruption);
  EXPECT_EQ(read_insights(R"({"format":1,"insights":[{"mode":"ALL"}]})").error().code(), errc::corruption);
}

std::string parts_of(std::string_view arn) {
  const auto named = parse_resource_arn(arn);
  if (!named) return "-";
  std::string parts;
  for (const std::string_view part : {named->region, named->account, named->table, named->index, named->stream}) {
    parts.append(part).append("|");
  }
  return parts;
}

TEST(resource_arns, say_what_they_name) {
  const struct {
    std::string_view arn, parts;
  } rows[] = {
      {"arn:aws:dynamodb:eu-west-1:000000000000:table/t", "eu-west-1|000000000000|t|||"},
      {"arn:aws-cn:dynamodb::1:table/a.b_c-d", "|1|a.b_c-d|||"},
      {"arn:aws:dynamodb:r:1:table/t/index/i", "r|1|t|i||"},
      {"arn:aws:dynamodb:r:1:table/t/stream/2026-03-01T08:00:00.000", "r|1|t||2026-03-01T08:00:00.000|"},
      {"", "-"},
      {"t", "-"},
      {"arn:", "-"},
      {"arn:aws:s3:r:1:table/t", "-"},
      {"arn:aws:dynamodb:r:1:table/", "-"},
      {"arn:aws:dynamodb:r:table/t", "-"},
      {"arn::dynamodb:r:1:table/t", "-"},
      {"arn:aws:dynamodb:r:1:table/t/", "-"},
      {"arn:aws:dynamodb:r:1:table/t/index/", "-"},
      {"arn:aws:dynamodb:r:1:table/t/index/i/x", "-"},
      {"arn:aws:dynamodb:r:1:table/t/backup/i", "-"},
      {"arn:aws:dynamodb:r:1:table//index/i", "-"},
  };
  for (const auto& row : rows) EXPECT_EQ(parts_of(row.arn), row.parts) << row.arn;
}

}  // namespace
}  // namespace dynamo::engine
