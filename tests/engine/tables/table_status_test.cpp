// The states of tables: what each operation and each outcome of a commit does to each of them.
#include <engine/tables/table_status.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace dynamo::engine {
namespace {

using enum table_status;
using enum table_event;
using enum commit_outcome;

std::string shown(std::optional<table_status> status) { return status ? std::string(to_string(*status)) : "no table"; }

std::string shown(const result<table_status>& claimed) {
  return claimed ? std::string(to_string(*claimed)) : claimed.error().describe();
}

TEST(table_status, names_are_those_of_the_wire) {
  EXPECT_EQ(to_string(creating), "CREATING");
  EXPECT_EQ(to_string(active), "ACTIVE");
  EXPECT_EQ(to_string(updating), "UPDATING");
  EXPECT_EQ(to_string(deleting), "DELETING");
}

TEST(table_status, operations_claim_a_table_or_say_why_not) {
  const std::string exists = "resource_in_use: Table already exists: orders";
  const std::string in_use = "resource_in_use: Attempt to change a resource which is still in use: Table is being ";
  const std::string none = "resource_not_found: Requested resource not found: Table: orders not found";
  struct {
    std::optional<table_status> now;
    table_event event;
    std::string answer;
  } const cases[] = {
      {std::nullopt, create, "CREATING"},              //
      {creating, create, exists},                      //
      {active, create, exists},                        //
      {updating, create, exists},                      //
      {deleting, create, exists},                      //
      {std::nullopt, update, none},                    //
      {creating, update, in_use + "created: orders"},  //
      {active, update, "UPDATING"},                    //
      {updating, update, in_use + "updated: orders"},  //
      {deleting, update, in_use + "deleted: orders"},  //
      {std::nullopt, remove, none},                    //
      {creating, remove, in_use + "created: orders"},  //
      {active, remove, "DELETING"},                    //
      {updating, remove, in_use + "updated: orders"},  //
      {deleting, remove, in_use + "deleted: orders"},  //
  };
  for (const auto& [now, event, answer] : cases) {
    EXPECT_EQ(shown(claim_status(now, event, "orders")), answer) << shown(now) << ", event " << static_cast<int>(event);
  }
}

TEST(table_status, outcomes_settle_a_claim) {
  struct {
    table_status claimed;
    commit_outcome outcome;
    std::string after;
  } const cases[] = {
      {creating, committed, "ACTIVE"}, {creating, failed, "no table"},    {updating, committed, "ACTIVE"},
      {updating, failed, "ACTIVE"},    {deleting, committed, "no table"}, {deleting, failed, "ACTIVE"},
  };
  for (const auto& [claimed, outcome, after] : cases) {
    EXPECT_EQ(shown(settle_status(claimed, outcome)), after)
        << to_string(claimed) << ", outcome " << static_cast<int>(outcome);
  }
}

TEST(table_status, indexes_come_and_go_with_their_table) {
  EXPECT_EQ(index_status(creating, false, index_action::none), creating);
  EXPECT_EQ(index_status(active, false, index_action::none), active);
  EXPECT_EQ(index_status(updating, false, index_action::none), active);
  EXPECT_EQ(index_status(deleting, false, index_action::none), deleting);
  EXPECT_EQ(index_status(updating, true, index_action::add), creating);
  EXPECT_EQ(index_status(active, true, index_action::none), creating);
  EXPECT_EQ(index_status(deleting, true, index_action::none), deleting);
  EXPECT_EQ(index_status(updating, false, index_action::remove), deleting);
  EXPECT_EQ(index_status(updating, true, index_action::remove), deleting);
}

}  // namespace
}  // namespace dynamo::engine
