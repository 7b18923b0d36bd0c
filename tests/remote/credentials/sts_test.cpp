#include <remote/credentials/sts.hpp>

#include <gtest/gtest.h>
#include <remote/credentials/xml_texts.hpp>

namespace dynamo::aws {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view answer = R"(<?xml version="1.0"?>
<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult>
    <AssumedRoleUser>
      <AssumedRoleId>AROA:session</AssumedRoleId>
      <Arn>arn:aws:sts::123456789012:assumed-role/r/session</Arn>
    </AssumedRoleUser>
    <Credentials>
      <AccessKeyId>ASIA</AccessKeyId>
      <SecretAccessKey>s+/&amp;</SecretAccessKey>
      <SessionToken>tok==</SessionToken>
      <Expiration>1970-01-02T00:00:00Z</Expiration>
    </Credentials>
  </AssumeRoleResult>
  <ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>
</AssumeRoleResponse>)";

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string copy(text);
  for (std::size_t at = 0; (at = copy.find(from, at)) != copy.npos; at += to.size()) copy.replace(at, from.size(), to);
  return copy;
}

TEST(sts, bodies_ask_for_a_role) {
  assumed_role role;
  role.role_arn = "arn:aws:iam::1:role/a b";
  EXPECT_EQ(
      assume_role_body(role, instant(17us)),
      "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fa%20b&RoleSessionName=dynamo-17");
  role.session_name = "s@x";
  role.external_id = "e=\xc3\xbc";
  role.duration = 900s;
  EXPECT_EQ(assume_role_body(role, instant(17us)),
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fa%20b&RoleSessionName=s%40x"
            "&ExternalId=e%3D%C3%BC&DurationSeconds=900");
}

TEST(sts, bodies_carry_the_web_identity_token) {
  web_identity_source of;
  of.token_file = "/t";
  of.role_arn = "r";
  EXPECT_EQ(
      web_identity_body(of, "ey.J+\r\n", instant(1us))->reveal(),
      "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=r&RoleSessionName=dynamo-1&WebIdentityToken=ey.J%2B");
  EXPECT_EQ(web_identity_body(of, " \n", instant(1us)).error().message(), "/t: the web identity token is empty");
  EXPECT_EQ(web_identity_body(of, std::string(20'001, 'x'), instant(1us)).error().message(),
            "/t: the web identity token is longer than the 20000 bytes that STS takes");
}

TEST(sts, answers_are_read) {
  for (const std::string& text :
       {std::string(answer), replaced(answer, "AssumeRoleRe", "AssumeRoleWithWebIdentityRe"),
        replaced(answer, "\n", ""), replaced(answer, "<Credentials>", "<Credentials a=\"b\"><!-- c --><X/>")}) {
    const auto got = read_sts_answer("r", text);
    ASSERT_TRUE(got.has_value()) << got.error() << text;
    EXPECT_EQ(got->access_key_id, "ASIA");
    EXPECT_EQ(got->secret_access_key.reveal(), "s+/&");
    EXPECT_EQ(got->session_token.reveal(), "tok==");
    EXPECT_EQ(got->account_id, "123456789012");
    EXPECT_EQ(got->expires, instant(24h));
  }
}

TEST(sts, other_answers_are_errors) {
  const struct {
    std::string text;
    errc code;
    std::string_view message;
  } rows[] = {
      {R"(<ErrorResponse xmlns="x"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: a is not authorized</Message></Error>)"
       "<RequestId>id</RequestId></ErrorResponse>",
       errc::unavailable, "STS refuses the role r: AccessDenied: User: a is not authorized"},
      {"<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>", errc::throttled,
       "STS refuses the role r: Throttling: no message"},
      {"<ErrorResponse><Error><Code>IDPCommunicationError</Code></Error></ErrorResponse>", errc::service_unavailable,
       "STS refuses the role r: IDPCommunicationError: no message"},
      {"", errc::decoding, "STS, for role r: the answer is no XML as STS writes it"},
      {"{}", errc::decoding, "STS, for role r: the answer is no XML as STS writes it"},
      {"<html><body>gateway</body></html>", errc::decoding, "STS, for role r: the answer has no credentials"},
      {replaced(answer, "SessionToken", "Other"), errc::decoding, "STS, for role r: the answer has no credentials"},
      {replaced(answer, "tok==", ""), errc::decoding, "STS, for role r: the answer has no credentials"},
      {replaced(answer, "tok==", "a b"), errc::decoding,
       "STS, for role r: the credentials have white space or control characters"},
      {replaced(answer, "1970-01-02T00:00:00Z", "soon"), errc::decoding,
       "STS, for role r: the Expiration is no time such as 2026-11-27T12:00:00Z"},
      {std::string(answer.substr(0, answer.size() - 3)), errc::decoding,
       "STS, for role r: the answer is no XML as STS writes it"},
      {std::string(70'000, ' '), errc::decoding, "STS, for role r: the answer is too long"},
  };
  for (const auto& row : rows) {
    const auto got = read_sts_answer("r", row.text);
    ASSERT_FALSE(got.has_value()) << row.message;
    EXPECT_EQ(got.error().code(), row.code);
    EXPECT_EQ(got.error().message(), row.message);
  }
  const auto refused = read_sts_answer("r", rows[0].text);
  EXPECT_EQ(refused.error().detail().type, "AccessDenied");
  EXPECT_EQ(refused.error().request_id(), "id");
}

TEST(sts, no_prefix_of_an_answer_is_an_answer) {
  for (std::size_t size = 0; size < answer.size(); ++size)
    EXPECT_FALSE(read_sts_answer("r", answer.substr(0, size)).has_value());
}

TEST(xml_texts, are_those_of_innermost_elements) {
  const auto got = xml_texts::parse(
      "<?xml?><!--x--><a:r><b>1</b> <c> 2 </c><d><e>&lt;&gt;&amp;&quot;&apos;&#65;&#x42;</e>tail</d><f/></a:r>\n");
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->find("r/b"), "1");
  EXPECT_EQ(got->find("r/c"), " 2 ");
  EXPECT_EQ(got->find("r/d/e"), "<>&\"'AB");
  EXPECT_EQ(got->find("r/d"), std::nullopt);
  EXPECT_EQ(got->find("r/f"), std::nullopt);
  EXPECT_EQ(got->find("r"), std::nullopt);
}

TEST(xml_texts, malformed_ones_are_refused) {
  std::string deep, many = "<r>";
  for (std::size_t i = 0; i <= xml_texts::depth_max; ++i) deep += "<a>";
  for (std::size_t i = 0; i < xml_texts::elements_max; ++i) many += "<a/>";
  for (const std::string& text : {std::string(),
                                  std::string(" "),
                                  std::string("x"),
                                  std::string("<a>"),
                                  std::string("</a>"),
                                  std::string("<a></b>"),
                                  std::string("<a/><b/>"),
                                  std::string("<a/>x"),
                                  std::string("x<a/>"),
                                  std::string("<>"),
                                  std::string("</>"),
                                  std::string("<a"),
                                  std::string("<a>&x;</a>"),
                                  std::string("<a>&amp</a>"),
                                  std::string("<a>&#0;</a>"),
                                  std::string("<a>&#999;</a>"),
                                  std::string("<a>&#x;</a>"),
                                  std::string("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
                                  std::string("<a><![CDATA[x]]></a>"),
                                  std::string("<a>x<!--y-->z</a>"),
                                  std::string("<a><!--y</a>"),
                                  std::string("<?x"),
                                  deep,
                                  many + "</r>"}) {
    EXPECT_FALSE(xml_texts::parse(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace dynamo::aws
