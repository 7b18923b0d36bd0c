#include <dynamo/base/log.hpp>
#include <dynamo/decorators/retrying.hpp>
#include <dynamo/remote/default_endpoint.hpp>
#include <dynamo/testing/gtest.hpp>

#include <support/without_aws.hpp>
#include <testing/notes.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace dynamo::testing {
namespace {

using testing_support::Note;
using testing_support::notes_schema;

const Note milk{"1", "milk"};

TEST(ScopedDatabase, IsTheDefaultWithinItsScopeOnly) {
  const table<notes_schema> notes;
  {
    const scoped_database db;
    ASSERT_TRUE(ok(notes.create_if_absent().run()));
    ASSERT_TRUE(ok(notes.put(milk).run()));
    EXPECT_EQ(*notes.get("1").run(), milk);
  }
  testing_support::forget_aws();
  EXPECT_NE(notes.get("1").run().error().message().find("No default endpoint is set"), std::string::npos);
}

TEST(ScopedDatabase, EachOneIsEmpty) {
  const table<notes_schema> notes;
  for (int i = 0; i < 2; ++i) {
    const scoped_database db;
    EXPECT_EQ(notes.get("1").run().error().code(), errc::resource_not_found);
    ASSERT_TRUE(ok(notes.create_if_absent().run()));
  }
}

TEST(ScopedDatabase, TheInnermostScopeIsTheDefault) {
  const table<notes_schema> notes;
  const scoped_database outer;
  ASSERT_TRUE(ok(notes.create_if_absent().run()));
  ASSERT_TRUE(ok(notes.put(milk).run()));
  {
    const scoped_database inner;
    EXPECT_EQ(notes.get("1").run().error().code(), errc::resource_not_found);
    EXPECT_EQ(*table<notes_schema>(outer).get("1").run(), milk);
  }
  EXPECT_EQ(*notes.get("1").run(), milk);
}

TEST(ScopedDatabase, SaysSoWhenItIsNotTheDefaultAnyMore) {
  std::vector<std::string> lines;
  set_log_sink([&](log_level, std::string_view line) { lines.emplace_back(line); });
  {
    const scoped_database db;
    ASSERT_TRUE(set_default_endpoint(nullptr, if_set::replace));
  }
  set_log_sink({});
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines[0].find("reverse order"), std::string::npos);
}

using Sandbox = database_test;

TEST_F(Sandbox, ThePlansFaultsReachTheDefaultEndpointAndNotTheDatabase) {
  const table<notes_schema> notes, direct(database);
  ASSERT_TRUE(ok(notes.create_if_absent().run()));
  faults->add(fault_rule(fault::throttle).on(operation_name::put_item));
  EXPECT_EQ(notes.put(milk).run().error().code(), errc::throttled);
  EXPECT_TRUE(ok(direct.put(milk).run()));
  EXPECT_EQ(faults->dealt(fault::throttle), 1U);
}

TEST_F(Sandbox, RetriesWaitOnTheVirtualClock) {
  const table<notes_schema> notes(retrying(default_endpoint(), {}, time));
  ASSERT_TRUE(ok(notes.create_if_absent().run()));
  faults->add(fault_rule(fault::throttle).on(operation_name::put_item).at_calls(1, 3));
  const instant before = time.now();
  const auto put = notes.put(milk).with_details().run();
  ASSERT_TRUE(ok(put));
  EXPECT_EQ(put->details.attempts, 4U);
  EXPECT_GT(time.now(), before);  // by some seconds, of which none passed outside
}

TEST(Ok, SaysWhichErrorThereWasInsteadOfAValue) {
  const result<int> failed = fail(errc::throttled, "slow down");
  EXPECT_FALSE(ok(failed));
  EXPECT_STREQ(ok(failed).message(), "throttled: slow down");
  EXPECT_TRUE(ok(result<int>(1)));
  EXPECT_EQ(::testing::PrintToString(failed.error()), "throttled: slow down");
}

}  // namespace
}  // namespace dynamo::testing
