#include <remote/credentials/sso.hpp>

#include <gtest/gtest.h>

namespace dynamo::aws {
namespace {

using namespace std::chrono_literals;

sso_source source(std::string session) {
  sso_source of;
  of.session_name = std::move(session);
  of.start_url = "https://corp.awsapps.com/start";
  of.region = "eu-west-1";
  of.account_id = "123456789012";
  of.role_name = "a role";
  of.token_file = "/cache/x.json";
  return of;
}

constexpr std::string_view file =
    R"({"startUrl":"https://corp.awsapps.com/start","region":"eu-west-1","accessToken":"acc","expiresAt":"1970-01-01T08:00:00Z",)"
    R"("clientId":"cid","clientSecret":"cs","registrationExpiresAt":"1970-03-01T00:00:00Z","refreshToken":"ref"})";

TEST(sso, files_of_tokens_are_named_after_session_or_url) {
  EXPECT_EQ(sso_token_path(source("admin")), "~/.aws/sso/cache/d033e22ae348aeb5660fc2140aec35850c4da997.json");
  EXPECT_EQ(sso_token_path(source("")), "~/.aws/sso/cache/a51746d4aa793ae07b25e90c3a5db96fc7832bd7.json");
}

TEST(sso, tokens_are_read_and_written) {
  const auto got = read_sso_token(source("s"), file);
  ASSERT_TRUE(got.has_value()) << got.error();
  EXPECT_EQ(got->access_token.reveal(), "acc");
  EXPECT_EQ(got->expires, instant(8h));
  EXPECT_EQ(got->refresh_token.reveal(), "ref");
  EXPECT_EQ(got->client_id, "cid");
  EXPECT_EQ(got->client_secret.reveal(), "cs");
  EXPECT_EQ(got->registration_expires, instant(std::chrono::days(59)));
  const auto again = read_sso_token(source("s"), write_sso_token(source("s"), *got).reveal());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(write_sso_token(source("s"), *again), write_sso_token(source("s"), *got));

  const auto legacy = read_sso_token(source(""), R"({"accessToken":"acc","expiresAt":"1970-01-01T08:00:00UTC"})");
  ASSERT_TRUE(legacy.has_value());
  EXPECT_EQ(legacy->expires, instant(8h));
  EXPECT_TRUE(legacy->refresh_token.empty());
}

TEST(sso, damaged_files_ask_for_a_new_sign_in) {
  for (const std::string_view text :
       {"", "{}", "{\"accessToken\":\"SECRET\"}", "{\"accessToken\":\"SECRET\",\"expiresAt\":\"x\"}",
        "{\"expiresAt\":\"1970-01-01T08:00:00Z\"}",
        "{\"accessToken\":\"SEC\\nRET\",\"expiresAt\":\"1970-01-01T08:00:00Z\"}",
        "{\"accessToken\":\"SECRET\",\"expiresAt\":\"1970-01-01T08:00:00Z\",\"registrationExpiresAt\":\"x\"}"}) {
    const auto got = read_sso_token(source("corp"), text);
    ASSERT_FALSE(got.has_value()) << text;
    EXPECT_EQ(got.error().code(), errc::unavailable);
    EXPECT_EQ(
        got.error().message(),
        "IAM Identity Center, sso-session corp: the file of its token is damaged; run aws sso login --sso-session corp");
  }
  EXPECT_EQ(
      sign_in_again(source(""), "the token has expired").message(),
      "IAM Identity Center at https://corp.awsapps.com/start: the token has expired; run aws sso login with the profile");
}

TEST(sso, tokens_are_renewed_in_their_last_minutes) {
  const sso_token token = *read_sso_token(source("s"), file);
  sso_token unrenewable = token;
  unrenewable.refresh_token = {};
  sso_token unregistered = token;
  unregistered.registration_expires = instant(7h);
  const struct {
    std::string session;
    const sso_token& token;
    instant now;
    sso_step step;
  } rows[] = {
      {"s", token, instant(0h), sso_step::use},
      {"s", token, instant(7h + 45min), sso_step::use},
      {"s", token, instant(7h + 45min + 1us), sso_step::renew},
      {"s", token, instant(9h), sso_step::renew},
      {"", token, instant(7h + 59min), sso_step::use},
      {"", token, instant(8h), sso_step::sign_in},
      {"s", unrenewable, instant(7h + 59min), sso_step::use},
      {"s", unrenewable, instant(8h), sso_step::sign_in},
      {"s", unregistered, instant(8h), sso_step::sign_in},
      {"s", token, instant(std::chrono::days(59)), sso_step::sign_in},
  };
  for (const auto& row : rows) EXPECT_EQ(next_step(source(row.session), row.token, row.now), row.step);
}

TEST(sso, renewals) {
  const sso_token old = *read_sso_token(source("s"), file);
  EXPECT_EQ(renewal_body(old).reveal(),
            R"({"grantType":"refresh_token","clientId":"cid","clientSecret":"cs","refreshToken":"ref"})");
  const auto got = read_renewal_answer(
      source("s"), old, R"({"accessToken":"new","expiresIn":3600,"tokenType":"Bearer","refreshToken":"r2"})",
      instant(9h));
  ASSERT_TRUE(got.has_value()) << got.error();
  EXPECT_EQ(got->access_token.reveal(), "new");
  EXPECT_EQ(got->expires, instant(10h));
  EXPECT_EQ(got->refresh_token.reveal(), "r2");
  EXPECT_EQ(got->client_id, "cid");
  EXPECT_EQ(read_renewal_answer(source("s"), old, R"({"accessToken":"new","expiresIn":1})", instant(0h))
                ->refresh_token.reveal(),
            "ref");

  const struct {
    std::string_view body, message;
  } rows[] = {
      {R"({"error":"invalid_grant","error_description":"Invalid refresh token"})",
       "invalid_grant: Invalid refresh token"},
      {R"({"expiresIn":1})", "the answer has no accessToken"},
      {R"({"accessToken":"a"})", "the answer has no expiresIn that is a number of seconds"},
      {R"({"accessToken":"a","expiresIn":-1})", "the answer has no expiresIn that is a number of seconds"},
      {R"({"accessToken":"a","expiresIn":1e99})", "the answer has no expiresIn that is a number of seconds"},
      {R"({"accessToken":"a","expiresIn":9223372036854775807})",
       "the answer has no expiresIn that is a number of seconds"},
      {"<html>", "the answer is not a JSON object"},
  };
  for (const auto& row : rows) {
    const auto refused = read_renewal_answer(source("s"), old, row.body, instant(0h));
    ASSERT_FALSE(refused.has_value()) << row.body;
    EXPECT_EQ(refused.error().message(), "IAM Identity Center, sso-session s: " + std::string(row.message));
  }
}

TEST(sso, credentials_of_a_role) {
  EXPECT_EQ(role_credentials_target(source("s")), "/federation/credentials?role_name=a%20role&account_id=123456789012");
  const auto got = read_role_credentials(
      source("s"),
      R"({"roleCredentials":{"accessKeyId":"A","secretAccessKey":"a","sessionToken":"t","expiration":86400000}})");
  ASSERT_TRUE(got.has_value()) << got.error();
  EXPECT_EQ(got->access_key_id, "A");
  EXPECT_EQ(got->secret_access_key.reveal(), "a");
  EXPECT_EQ(got->session_token.reveal(), "t");
  EXPECT_EQ(got->account_id, "123456789012");
  EXPECT_EQ(got->expires, instant(24h));
  const struct {
    std::string_view body, message;
  } rows[] = {
      {R"({"message":"Session token not found or invalid","__type":"com.amazonaws.switchboard.portal#UnauthorizedException"})",
       "com.amazonaws.switchboard.portal#UnauthorizedException: Session token not found or invalid"},
      {R"({"roleCredentials":{"accessKeyId":"A","secretAccessKey":"SECRET","expiration":1}})",
       "the answer has no roleCredentials.sessionToken"},
      {R"({"roleCredentials":{"accessKeyId":"A","secretAccessKey":"a","sessionToken":"t","expiration":"x"}})",
       "the answer has no roleCredentials.expiration in milliseconds"},
      {R"({"roleCredentials":{"accessKeyId":"A","secretAccessKey":"a","sessionToken":"t","expiration":9223372036854775807}})",
       "the answer has no roleCredentials.expiration in milliseconds"},
      {R"({"roleCredentials":{"accessKeyId":"A","secretAccessKey":"a b","sessionToken":"t","expiration":1}})",
       "roleCredentials.secretAccessKey: the value has white space, control characters or letters beyond ASCII; copy it again, without a line "
       "feed at its end"},
      {"", "the answer is not a JSON object"},
  };
  for (const auto& row : rows) {
    const auto refused = read_role_credentials(source("s"), row.body);
    ASSERT_FALSE(refused.has_value()) << row.body;
    EXPECT_EQ(refused.error().message(), "IAM Identity Center, sso-session s: " + std::string(row.message));
  }
}

}  // namespace
}  // namespace dynamo::aws
