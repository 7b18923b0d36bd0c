// PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy, and the policy of CreateTable.
#include "attachments_fixture.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace dynamo::engine_tests {
namespace {

using enum operation_name;

const std::string allowing = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",)"
                             R"("Action":"dynamodb:GetItem","Resource":"*"}]})";
const std::string denying = R"({"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}})";

class policies : public attachments {
 protected:
  std::string put(const std::string& arn, const std::string& policy, const std::string& expected = "") {
    return revision_in(
        call(put_resource_policy,
             resource_body(arn, R"("Policy":)" + quoted(policy) +
                                    (expected.empty() ? "" : R"(,"ExpectedRevisionId":")" + expected + "\""))));
  }
  std::string erase(const std::string& arn, const std::string& expected = "") {
    return revision_in(call(delete_resource_policy,
                            resource_body(arn, expected.empty() ? "" : R"("ExpectedRevisionId":")" + expected + "\"")));
  }
  std::string get(const std::string& arn) { return told(get_resource_policy, resource_body(arn)); }

  static std::string revision_in(const answer& came) {
    return came.ok ? text_member(came.body, "RevisionId") : came.to_string();
  }
  static std::string shown(const std::string& policy, const std::string& revision) {
    return R"({"Policy":)" + quoted(policy) + R"(,"RevisionId":")" + revision + "\"}";
  }

  const std::string arn_ = arn_of_table("orders");
  const std::string not_found_ = "resource_not_found: Resource-based policy not found for the provided ResourceArn: ";
};

TEST_F(policies, are_put_shown_changed_and_deleted) {
  make("orders");
  EXPECT_EQ(get(arn_), not_found_ + arn_);
  const std::string first = put(arn_, allowing);
  EXPECT_EQ(first, "1772352000000");  // the time in milliseconds
  EXPECT_EQ(get(arn_), shown(allowing, first));
  EXPECT_EQ(put(arn_, allowing), first);
  const std::string second = put(arn_, denying);
  EXPECT_EQ(second, "1772352000001");  // greater, though the clock stands
  time_.advance(std::chrono::seconds(1));
  const std::string third = put(arn_, allowing);
  EXPECT_EQ(third, "1772352001000");
  reopen();
  EXPECT_EQ(get(arn_), shown(allowing, third));
  EXPECT_EQ(erase(arn_), third);
  EXPECT_EQ(erase(arn_), "");
  EXPECT_EQ(get(arn_), not_found_ + arn_);
  EXPECT_EQ(stored_kinds(), "");
}

TEST_F(policies, are_changed_only_if_they_are_as_expected) {
  make("orders");
  const std::string gone =
      not_found_ + "Requested update for policy with revision id 5, but target table orders has no policy.";
  EXPECT_EQ(put(arn_, allowing, "5"), gone);
  EXPECT_EQ(erase(arn_, "5"), gone);
  const std::string first = put(arn_, allowing, "NO_POLICY");
  EXPECT_EQ(put(arn_, denying, "NO_POLICY"),
            not_found_ +
                "Requested policy update expecting none to be present for table orders, but a policy exists with "
                "revision id " +
                first + ".");
  const std::string stale = not_found_ +
                            "Requested update for policy with revision id 5, but the policy associated to target table "
                            "orders has revision id " +
                            first + ".";
  EXPECT_EQ(put(arn_, denying, "5"), stale);
  EXPECT_EQ(erase(arn_, "5"), stale);
  const std::string second = put(arn_, denying, first);
  EXPECT_GT(second, first);
  EXPECT_EQ(get(arn_), shown(denying, second));
  EXPECT_EQ(erase(arn_, second), second);
}

TEST_F(policies, that_are_not_there_have_an_exception_of_their_own) {
  make("orders");
  const auto came = db_->call(request(get_resource_policy, json::buffer(resource_body(arn_))));
  ASSERT_FALSE(came);
  EXPECT_EQ(came.error().detail().type, "com.amazonaws.dynamodb.v20120810#PolicyNotFoundException");
}

TEST_F(policies, belong_to_tables_and_to_streams) {
  const std::string stream = make_table();
  const std::string table = arn_of_table("things");
  const std::string of_table = put(table, allowing);
  EXPECT_EQ(put(stream, denying), "1772352000000");
  EXPECT_EQ(get(stream), shown(denying, "1772352000000"));
  EXPECT_EQ(get(table), shown(allowing, of_table));
  EXPECT_EQ(stored_kinds(), "pp");
  EXPECT_EQ(get(table + "/stream/2020-01-01T00:00:00.000"),
            "resource_not_found: Requested resource not found: Stream: " + table +
                "/stream/2020-01-01T00:00:00.000 not found");
  EXPECT_EQ(get(table + "/index/i"),
            "validation: Invalid ResourceArn: '" + table + "/index/i' is not the ARN of a table or a stream");
  // The stream outlives its table by a day, and its policy goes with it.
  drop("things");
  EXPECT_EQ(stored_kinds(), "p");
  EXPECT_EQ(get(stream), shown(denying, "1772352000000"));
  core_->wake_maintenance();
  time_.advance(std::chrono::hours(26));
  EXPECT_FALSE(get(stream).starts_with("{"));
  time_.advance(std::chrono::hours(2));
  reopen();  // what maintenance has begun is settled by then
  EXPECT_EQ(stored_kinds(), "");
}

TEST_F(policies, are_refused_where_they_are_none) {
  make("orders");
  EXPECT_EQ(put(arn_, "{}"), "validation: Invalid resource policy: Statement is missing");
  EXPECT_EQ(
      told(put_resource_policy, resource_body(arn_, R"("ExpectedRevisionId":"")")),
      "validation: 2 validation errors detected: Value null at 'policy' failed to satisfy constraint: Member must "
      "not be null; Value '' at 'expectedRevisionId' failed to satisfy constraint: Member must have length greater "
      "than or equal to 1");
  EXPECT_EQ(told(put_resource_policy,
                 resource_body(arn_, R"("Policy":)" + quoted(denying) + R"(,"ConfirmRemoveSelfResourceAccess":true)")),
            R"({"RevisionId":"1772352000000"})");
  EXPECT_EQ(told(put_resource_policy, resource_body(arn_, R"("Policy":{})")),
            "serialization: Start of structure or map found where not expected");
}

TEST_F(policies, come_with_their_table) {
  make("orders", R"("ResourcePolicy":)" + quoted(allowing));
  reopen();
  EXPECT_EQ(get(arn_), shown(allowing, "1772352000000"));
  drop("orders");
  EXPECT_EQ(stored_kinds(), "");
  std::string body = create_body("others");
  EXPECT_EQ(told(create_table, body.insert(body.size() - 1, R"(,"ResourcePolicy":"{}")")),
            "validation: Invalid resource policy: Statement is missing");
}

}  // namespace
}  // namespace dynamo::engine_tests
