#include <dynamo/protocol/detail/may_be_repeated.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace dynamo;

TEST(may_be_repeated, says_what_may_be_sent_again_when_its_outcome_is_unknown) {
  struct row {
    operation_name operation;
    std::string body;
    repeatable repeats;
    bool may;
  };
  using enum operation_name;
  for (const row& each : {
           row{get_item, "{}", repeatable::no, true},
           row{transact_get_items, "{}", repeatable::no, true},
           row{put_item, "{}", repeatable::no, false},
           row{put_item, "{}", repeatable::yes, true},
           row{put_item, R"({"ClientRequestToken":"t"})", repeatable::no, false},
           row{transact_write_items, R"({"TransactItems":[]})", repeatable::no, false},
           row{transact_write_items, R"({"TransactItems":[],"ClientRequestToken":"t"})", repeatable::no, true},
           row{transact_write_items, R"({"ClientRequestToken":"t","TransactItems":[{"Put":{}}]})", repeatable::no,
               true},
           row{transact_write_items, R"({"ClientRequestToken":""})", repeatable::no, false},
           row{transact_write_items, R"({"ClientRequestToken":null})", repeatable::no, false},
           row{transact_write_items, R"({"ClientRequestToken":7})", repeatable::no, false},
           row{transact_write_items, R"({"TransactItems":[{"ClientRequestToken":"t"}]})", repeatable::no, false},
           row{transact_write_items, R"({"ClientRequestToken":"t")", repeatable::no, false},
           row{transact_write_items, "", repeatable::no, false},
           row{execute_transaction, R"({"TransactStatements":[],"ClientRequestToken":"t"})", repeatable::no, true},
           row{execute_transaction, R"({"TransactStatements":[]})", repeatable::no, false},
       }) {
    EXPECT_EQ(may_be_repeated(request(each.operation, json::buffer(each.body), each.repeats)), each.may)
        << to_string(each.operation) << ' ' << each.body;
  }
}

}  // namespace
