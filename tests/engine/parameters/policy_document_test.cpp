// Resource policies: what is one, and what is said of what is none.
#include <engine/parameters/policy_document.hpp>

#include <gtest/gtest.h>

#include <string>

namespace dynamo::engine {
namespace {

std::string problem_of(const std::string& document) {
  const auto checked = check_policy(document);
  if (checked) return "";
  EXPECT_EQ(checked.error().code(), errc::validation);
  const std::string head = "Invalid resource policy: ";
  EXPECT_TRUE(checked.error().message().starts_with(head)) << checked.error().message();
  return checked.error().message().substr(head.size());
}

TEST(policy_documents, are_taken) {
  for (
      const char* const document : {
          R"({"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"a","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":["dynamodb:GetItem","dynamodb:Query"],"Resource":"arn:aws:dynamodb:r:1:table/t","Condition":{"Bool":{"a":"b"}}}]})",
          R"( {"Statement":{"Effect":"Deny","NotPrincipal":{"Service":["a","b"]},"NotAction":"*","NotResource":["*","arn:x"]}} )",
          R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}],"Version":"2008-10-17"})",
      }) {
    EXPECT_EQ(problem_of(document), "") << document;
  }
}

TEST(policy_documents, are_refused_for_the_first_thing_that_is_wrong) {
  const auto with = [](const std::string& statement) { return R"({"Statement":[)" + statement + "]}"; };
  const struct {
    std::string document, problem;
  } rows[] = {
      {"", "it is not a JSON object"},
      {"[]", "it is not a JSON object"},
      {"text", "it is not a JSON object"},
      {"{", "it is not valid JSON at byte 1"},
      {"{} x", "text follows its JSON object"},
      {"{}", "Statement is missing"},
      {R"({"Version":"2020-01-01","Statement":{}})", "Version is neither 2012-10-17 nor 2008-10-17"},
      {R"({"Version":1})", "Version is not a text"},
      {R"({"Statement":"x"})", "Statement is not an object or a list of objects"},
      {R"({"Statement":[1]})", "Statement is not an object or a list of objects"},
      {R"({"Statement":[]})", "Statement is empty"},
      {R"({"Statements":[]})", "Statements is no element of a policy"},
      {with("{}"), "Effect of a statement is neither Allow nor Deny"},
      {with(R"({"Effect":"allow"})"), "Effect of a statement is neither Allow nor Deny"},
      {with(R"({"Effect":"Allow"})"), "a statement has no Principal"},
      {with(R"({"Effect":"Allow","Principal":"*"})"), "a statement has no Action"},
      {with(R"({"Effect":"Allow","Principal":"*","Action":"*"})"), "a statement has no Resource"},
      {with(R"({"Effect":"Allow","Principal":"me","Action":"*","Resource":"*"})"), "Principal is a text, but not *"},
      {with(R"({"Effect":"Allow","Principal":{"User":"x"},"Action":"*","Resource":"*"})"),
       "User is no kind of principal"},
      {with(R"({"Effect":"Allow","Principal":[],"Action":"*","Resource":"*"})"), "Principal is not * or an object"},
      {with(R"({"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"})"),
       "s3:GetObject is no action of dynamodb"},
      {with(R"({"Effect":"Allow","Principal":"*","Action":[],"Resource":"*"})"), "Action is empty"},
      {with(R"({"Effect":"Allow","Principal":"*","Action":[1],"Resource":"*"})"),
       "Action is not a text or a list of texts"},
      {with(R"({"Effect":"Allow","Principal":"*","Action":"*","NotAction":"*","Resource":"*"})"),
       "a statement has NotAction and its negation, or one of them twice"},
      {with(R"({"Effect":"Allow","Principal":"*","Action":"*","Resource":"table/t"})"),
       "table/t is neither an ARN nor *"},
      {with(R"({"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":[]})"),
       "Condition is not an object"},
      {std::string(20'481, ' '), "it has 20481 bytes, 20480 is the limit"},
  };
  for (const auto& row : rows) EXPECT_EQ(problem_of(row.document), row.problem) << row.document.substr(0, 200);
}

TEST(policy_documents, may_have_20_kb) {
  const std::string policy = R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}})";
  EXPECT_EQ(problem_of(policy + std::string(20'480 - policy.size(), ' ')), "");
}

// However deep it is, the reader ends.
TEST(policy_documents, are_bounded_in_depth) {
  const std::string deep(10'000, '[');
  EXPECT_NE(problem_of(R"({"Statement":{"Condition":{"a":)" + deep), "");
}

}  // namespace
}  // namespace dynamo::engine
