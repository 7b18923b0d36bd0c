// A member of type dynamo::ttl is what UpdateTimeToLive takes: items of such a struct expire.
#include <dynamo/database.hpp>
#include <dynamo/table.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>

namespace {

using namespace std::chrono_literals;

struct session {
  std::string id;
  std::optional<dynamo::ttl> expires;
};
struct sessions : dynamo::schema<"sessions", session, dynamo::partition_key<&session::id>> {};

TEST(expiring_items, of_a_struct_with_a_time_to_live_are_deleted) {
  dynamo::testing::virtual_clock time;
  dynamo::database_options options;
  options.time = &time;
  options.maintenance_timer = &time;
  auto db = dynamo::database::in_memory(options);
  ASSERT_TRUE(db) << db.error().describe();
  const dynamo::table<sessions> table(*db);
  ASSERT_TRUE(table.create_if_absent().run());
  const auto enabled = db->endpoint()->call(dynamo::request(
      dynamo::operation_name::update_time_to_live,
      dynamo::json::buffer(std::string_view(
          R"({"TableName":"sessions","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"expires"}})"))));
  ASSERT_TRUE(enabled) << enabled.error().describe();
  const auto in = [&](auto lifetime) { return *dynamo::ttl::after(lifetime, time); };
  ASSERT_TRUE(table.put({"short", in(1min)}).run());
  ASSERT_TRUE(table.put({"long", in(24h)}).run());
  ASSERT_TRUE(table.put({"for ever", std::nullopt}).run());
  const auto is_there = [&](const std::string& id) {
    const auto got = table.get(id).run();
    EXPECT_TRUE(got) << got.error().describe();
    return got && got->has_value();
  };
  time.advance(59s);
  EXPECT_TRUE(is_there("short"));
  time.advance(2s);
  while (is_there("short")) std::this_thread::yield();  // another thread commits it
  EXPECT_TRUE(is_there("long"));
  EXPECT_TRUE(is_there("for ever"));
}

}  // namespace
