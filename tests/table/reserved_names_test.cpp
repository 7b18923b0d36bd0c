#include "canned_endpoint.hpp"

#include <dynamo/base/log.hpp>
#include <dynamo/table.hpp>

#include <gtest/gtest.h>

namespace {

struct account {
  std::string id, name, Status, owner_name;
};
struct accounts : dynamo::schema<"accounts", account, dynamo::partition_key<&account::id>> {};
struct plain {
  std::string id;
};
struct plains : dynamo::schema<"plains", plain, dynamo::partition_key<&plain::id>> {};

TEST(reserved_names, are_told_once_in_debug_builds) {
  std::vector<std::string> lines;
  dynamo::set_log_sink([&](dynamo::log_level level, std::string_view line) {
    EXPECT_EQ(level, dynamo::log_level::info);
    lines.emplace_back(line);
  });
  const auto wire = std::make_shared<dynamo::test::canned_endpoint>();
  const dynamo::table<accounts> first{wire}, second{wire, "accounts-prod"};
  const dynamo::table<plains> other{wire};
  dynamo::set_log_sink({});
#ifdef NDEBUG
  EXPECT_TRUE(lines.empty());
#else
  EXPECT_EQ(lines, std::vector<std::string>{
                       "table `accounts`: DynamoDB reserves the attribute names `Status`, `name`; typed calls and raw "
                       "expressions alias them, other programs have to"});
#endif
}

}  // namespace
