#include <dynamo/table.hpp>

#include <gtest/gtest.h>
#include <support/without_aws.hpp>
#include <table/canned_endpoint.hpp>

#include <memory>
#include <string>

namespace dynamo {
namespace {

struct Note {
  std::string id, text;
};
struct notes_schema : schema<"notes", Note, partition_key<&Note::id>> {};

TEST(TableWithoutEndpoint, UsesTheDefaultOfTheMomentOfTheCall) {
  const table<notes_schema> notes, renamed("notes-test");
  testing_support::forget_aws();
  EXPECT_NE(notes.get("1").run().error().message().find("No default endpoint is set"), std::string::npos);

  const auto wire = std::make_shared<test::canned_endpoint>();
  ASSERT_TRUE(set_default_endpoint(wire));
  EXPECT_TRUE(notes.get("1").run());
  EXPECT_EQ(wire->last(), R"({"TableName":"notes","Key":{"id":{"S":"1"}}})");
  EXPECT_TRUE(renamed.get("1").run());
  EXPECT_EQ(wire->last(), R"({"TableName":"notes-test","Key":{"id":{"S":"1"}}})");
  ASSERT_TRUE(set_default_endpoint(nullptr, if_set::replace));
}

}  // namespace
}  // namespace dynamo
