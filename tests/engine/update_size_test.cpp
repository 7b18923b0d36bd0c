// UpdateItem's rule: neither the item that it makes nor its statement has more than 400 KB, whatever becomes of the condition.
#include "transaction_fixture.hpp"

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;

class update_size : public transaction_fixture {
 protected:
  static constexpr std::size_t fits = 409'600 - 3 - 1 - 39 - 16;  // of `SET v = if_not_exists(v, :v)`
  static inline const std::string too_large = "validation: Item size to update has exceeded the maximum allowed size";

  static std::string clause(std::size_t size, const std::string& expression = "SET v = if_not_exists(v, :v)",
                            const std::string& more = "") {
    return R"(,"UpdateExpression":")" + expression + R"(","ExpressionAttributeValues":{":v":{"S":")" +
           std::string(size, 'x') + "\"}}" + more;
  }
  std::string updating(const std::string& pk, const std::string& clauses) {
    return told(operation_name::update_item, R"({"TableName":"things","Key":)" + key_text(pk) + clauses + "}");
  }
};

TEST_F(update_size, of_the_statement_counts_though_the_item_stays_small) {
  put("a", "small");
  EXPECT_EQ(updating("a", clause(fits)), "{}");
  EXPECT_EQ(updating("a", clause(fits + 1)), too_large);
  EXPECT_EQ(value_of("a"), "small");
}

TEST_F(update_size, of_key_and_untouched_attributes_does_not_count_in_the_statement) {
  put("a", "1");
  constexpr std::size_t rest = 409'600 - (2 + 1) - (1 + 1) - 1;  // beside pk, v and the name of w
  EXPECT_EQ(updating("a", clause(rest, "SET w = :v")), "{}");
  EXPECT_EQ(updating("a", clause(rest + 1, "SET w = :v")), too_large) << "the item, not the statement";
}

TEST_F(update_size, comes_after_the_rules_for_keys_and_before_the_condition) {
  put("a", "small");
  EXPECT_EQ(updating("a", clause(fits + 1, "SET v = if_not_exists(v, :v)", R"(,"ConditionExpression":"v = z")")),
            too_large);
  EXPECT_EQ(updating("a", clause(fits + 1, "SET v = if_not_exists(v, :v)",
                                 R"x(,"ConditionExpression":"attribute_exists(nothing)")x")),
            too_large);
  EXPECT_EQ(updating("a", clause(fits + 1, "SET pk = if_not_exists(v, :v)")),
            "validation: One or more parameter values were invalid: Cannot update attribute pk. This attribute is part "
            "of the key");
  EXPECT_EQ(
      told(operation_name::update_item, R"({"TableName":"no_table","Key":)" + key_text("a") + clause(fits + 1) + "}"),
      "resource_not_found: Requested resource not found");
  // The item that would be made.
  put("b", std::string(300'000, 'x'));
  const std::string doubled = clause(1, "SET w = v, z = :v", R"x(,"ConditionExpression":"attribute_exists(nothing)")x");
  EXPECT_EQ(updating("b", doubled), too_large);
  EXPECT_EQ(updating("a", doubled), "conditional_check_failed: The conditional request failed");
}

TEST_F(update_size, of_a_transacted_statement_is_an_error_of_the_request_and_that_of_its_item_a_reason) {
  put("a", "small");
  const auto update = [](const std::string& pk, const std::string& clauses) {
    return keyed("Update", pk, clauses, "things");
  };
  EXPECT_EQ(told_of({update("a", clause(fits))}), "{}");
  EXPECT_EQ(told_of({update("a", clause(fits + 1))}), too_large);
  EXPECT_EQ(told_of({keyed("Update", "a", clause(fits + 1), "no_table")}), too_large)
      << "before the table is looked up";
  put("b", std::string(300'000, 'x'));
  EXPECT_EQ(reasons(transact({update("b", clause(1, "SET w = v, z = :v"))})),
            R"([{"Code":"ValidationError","Message":"Item size to update has exceeded the maximum allowed size"}])");
}

}  // namespace
