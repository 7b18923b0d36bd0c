#include <remote/credentials/credential_fetch.hpp>

#include <gtest/gtest.h>
#include <remote/variables.hpp>

namespace dynamo::aws {
namespace {

using namespace std::chrono_literals;

/// An action in one line, with its secrets: what a test compares.
struct text_of_action {
  std::string operator()(const read_file& of) const { return "read " + of.path; }
  std::string operator()(const write_file& of) const {
    return "write " + of.path + " " + std::string(of.content.reveal());
  }
  std::string operator()(const run_process& of) const {
    std::string text = "run";
    for (const std::string& each : of.arguments) text += " [" + each + "]";
    return text;
  }
  std::string operator()(const send_request& of) const {
    std::string text = of.method + " " + of.host.text() + of.target;
    for (const auto& [name, value] : of.headers) {
      if (name != "content-type" && name != "accept") text += " " + name + "=" + std::string(value.reveal());
    }
    if (!of.body.empty()) text += " " + std::string(of.body.reveal());
    if (of.sign)
      text += " signed by " + of.sign->by.access_key_id + " for " + of.sign->service + " in " + of.sign->region;
    return text + (of.direct ? " direct" : "");
  }
  std::string operator()(const pause_for& of) const { return "pause " + std::to_string(of.time.count()); }
  std::string operator()(const fetch_outcome& of) const {
    if (!of) return std::string(to_string(of.error().code())) + ": " + of.error().message();
    return "got " + of->access_key_id + ":" + std::string(of->secret_access_key.reveal()) + ":" +
           std::string(of->session_token.reveal()) + ":" + of->account_id;
  }
};
std::string text_of(const fetch_action& of) { return std::visit(text_of_action(), of); }

fetch_result said(std::string text, unsigned status = 200) {
  fetch_result got;
  got.text = auth::secret(std::move(text));
  got.status = status;
  return got;
}
fetch_result lost(std::string why = "connection refused") {
  fetch_result got;
  got.text = fail(errc::transport, std::move(why));
  return got;
}

settings eu_settings(variables env = {}) {
  env.try_emplace("AWS_REGION", "eu-west-2");
  return resolve_settings({}, with(std::move(env)), {}).value();
}

constexpr instant now{1h};

/// Every action of a fetch, a line each, while it is told these results.
std::string fetched(credential_source from, std::vector<fetch_result> results, const settings& by = eu_settings()) {
  credential_fetch fetch(std::move(from), by);
  fetch_action next = fetch.start(now);
  std::string text = text_of(next);
  for (fetch_result& each : results) {
    next = fetch.resume(std::move(each), now);
    text += "\n" + text_of(next);
  }
  return text;
}

static_source keys() { return {auth::credentials("K", "k")}; }

assumed_role role(std::string arn) {
  assumed_role of;
  of.role_arn = std::move(arn);
  of.session_name = "s";
  return of;
}

std::string sts_answer(const std::string& action, const std::string& id) {
  return "<" + action + "Response><" + action +
         "Result><AssumedRoleUser><Arn>arn:aws:sts::12:assumed-role/r/s</Arn></AssumedRoleUser>" +
         "<Credentials><AccessKeyId>" + id +
         "</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>1970-01-01T02:00:00Z</Expiration>" +
         "</Credentials></" + action + "Result></" + action + "Response>";
}
std::string sts_error(const std::string& code) {
  return "<ErrorResponse><Error><Code>" + code + "</Code><Message>words</Message></Error></ErrorResponse>";
}

TEST(credential_fetch, keys_are_there) {
  EXPECT_EQ(fetched({keys(), {}}, {}), "got K:k::");
  static_source old = keys();
  old.value.expires = now;
  EXPECT_EQ(fetched({old, {}}, {}), "unavailable: keys with the id K: the credentials have expired");
}

constexpr std::string_view ask_a =
    "POST https://sts.eu-west-2.amazonaws.com/ Action=AssumeRole&Version=2011-06-15&RoleArn=a&RoleSessionName=s signed by K for sts in "
    "eu-west-2\n";

TEST(credential_fetch, roles_are_assumed_one_after_the_other) {
  EXPECT_EQ(
      fetched({keys(), {role("a"), role("b")}},
              {said(sts_answer("AssumeRole", "A")), said(sts_answer("AssumeRole", "B"))}),
      std::string(ask_a) +
          "POST https://sts.eu-west-2.amazonaws.com/ Action=AssumeRole&Version=2011-06-15&RoleArn=b&RoleSessionName=s signed by A "
          "for sts in eu-west-2\n"
          "got B:s:t:12");
  EXPECT_EQ(fetched({keys(), {role("a")}}, {said(sts_error("AccessDenied"), 403)}),
            std::string(ask_a) + "unavailable: STS refuses the role a: AccessDenied: words");
}

TEST(credential_fetch, requests_to_services_are_sent_three_times) {
  const std::string ask(ask_a);
  EXPECT_EQ(fetched({keys(), {role("a")}}, {said("<html/>", 503), {}, lost(), {}, said(sts_answer("AssumeRole", "A"))}),
            ask + "pause 200\n" + ask + "pause 400\n" + ask + "got A:s:t:12");
  EXPECT_EQ(fetched({keys(), {role("a")}}, {lost(), {}, lost(), {}, lost("time-out")}),
            ask + "pause 200\n" + ask + "pause 400\n" + ask + "unavailable: STS, for role a: time-out");
  EXPECT_EQ(fetched({keys(), {role("a")}}, {said(sts_error("Throttling"), 400),
                                            {},
                                            said(sts_error("Throttling"), 400),
                                            {},
                                            said(sts_error("Throttling"), 400)}),
            ask + "pause 200\n" + ask + "pause 400\n" + ask + "throttled: STS refuses the role a: Throttling: words");
}

TEST(credential_fetch, sts_is_where_the_settings_say) {
  const auto host = [](variables env) {
    const std::string text = fetched({keys(), {role("a")}}, {}, eu_settings(std::move(env)));
    return text.substr(0, text.find(" Action"));
  };
  EXPECT_EQ(host({{"AWS_USE_FIPS_ENDPOINT", "true"}}), "POST https://sts-fips.eu-west-2.amazonaws.com/");
  EXPECT_EQ(host({{"AWS_ENDPOINT_URL_STS", "http://x:1/y"}}), "POST http://x:1/y/");
  EXPECT_EQ(host({{"AWS_PROFILE", "localstack"}}), "POST http://127.0.0.1:4566/");
  EXPECT_EQ(
      fetched({keys(), {role("a")}}, {}, resolve_settings({}, with({}), {}).value()),
      "invalid_argument: STS: No region is known; set AWS_REGION, or region in the profile, or name one in the program");
  EXPECT_EQ(fetched({keys(), {role("a")}}, {},
                    resolve_settings({}, with({{"AWS_ENDPOINT_URL_STS", "http://x"}}), {}).value()),
            "invalid_argument: STS: No region is known; set AWS_REGION");
}

TEST(credential_fetch, web_identities_are_changed_at_sts_without_a_signature) {
  web_identity_source of;
  of.token_file = "/t";
  of.role_arn = "a";
  of.session_name = "s";
  const std::string ask =
      "read /t\nPOST https://sts.eu-west-2.amazonaws.com/ Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=a&RoleSessionName=s"
      "&WebIdentityToken=TOKEN\n";
  EXPECT_EQ(fetched({of, {}}, {said("TOKEN\n"), said(sts_answer("AssumeRoleWithWebIdentity", "A"))}),
            ask + "got A:s:t:12");
  EXPECT_EQ(fetched({of, {}}, {said("TOKEN"), said(sts_error("InvalidIdentityToken"), 400)}),
            ask + "unavailable: STS refuses the role a: InvalidIdentityToken: words");
  EXPECT_EQ(fetched({of, {}}, {lost("no such file")}),
            "read /t\nunavailable: web identity token in /t; role a: no such file");
  EXPECT_EQ(fetched({of, {}}, {said("")}), "read /t\ninvalid_argument: /t: the web identity token is empty");
}

TEST(credential_fetch, processes_print_credentials) {
  process_source of;
  of.arguments = {"x", "SECRET"};
  EXPECT_EQ(fetched({of, {role("a")}}, {said(R"({"Version":1,"AccessKeyId":"K","SecretAccessKey":"k"})")}),
            "run [x] [SECRET]\n" + std::string(ask_a.substr(0, ask_a.size() - 1)));
  EXPECT_EQ(fetched({of, {}}, {lost("it ended with status 1")}),
            "run [x] [SECRET]\nunavailable: process x: it ended with status 1");
  EXPECT_EQ(
      fetched({of, {}},
              {said(R"({"Version":1,"AccessKeyId":"K","SecretAccessKey":"k","Expiration":"1970-01-01T01:00:00Z"})")}),
      "run [x] [SECRET]\nunavailable: process x: the credentials that it printed have expired");
}

sso_source sso() {
  sso_source of;
  of.session_name = "corp";
  of.start_url = "u";
  of.region = "us-east-1";
  of.account_id = "12";
  of.role_name = "r";
  of.token_file = "/f";
  return of;
}
std::string sso_file(const std::string& expires) {
  return R"({"accessToken":"acc","expiresAt":")" + expires +
         R"(","clientId":"c","clientSecret":"cs","registrationExpiresAt":"1970-01-02T00:00:00Z","refreshToken":"r"})";
}
constexpr std::string_view ask_role =
    "GET https://portal.sso.us-east-1.amazonaws.com/federation/credentials?role_name=r&account_id=12 x-amz-sso_bearer_token=";
constexpr std::string_view role_answer =
    R"({"roleCredentials":{"accessKeyId":"A","secretAccessKey":"s","sessionToken":"t","expiration":7200000}})";
constexpr std::string_view renew =
    R"(POST https://oidc.us-east-1.amazonaws.com/token {"grantType":"refresh_token","clientId":"c","clientSecret":"cs","refreshToken":"r"})";

TEST(credential_fetch, tokens_of_identity_center_are_used_while_they_are_good) {
  EXPECT_EQ(fetched({sso(), {}}, {said(sso_file("1970-01-01T02:00:00Z")), said(std::string(role_answer))}),
            "read /f\n" + std::string(ask_role) + "acc\ngot A:s:t:12");
  EXPECT_EQ(
      fetched({sso(), {}}, {said(sso_file("1970-01-01T02:00:00Z")), said("{}", 401)}),
      "read /f\n" + std::string(ask_role) +
          "acc\nunavailable: IAM Identity Center, sso-session corp: the token is not accepted; run aws sso login --sso-session corp");
  EXPECT_EQ(
      fetched({sso(), {}}, {lost("no such file")}),
      "read /f\nunavailable: IAM Identity Center, sso-session corp: there is no token; run aws sso login --sso-session corp");
}

TEST(credential_fetch, tokens_of_identity_center_are_renewed) {
  const std::string asked = "read /f\n" + std::string(renew) + "\n";
  EXPECT_EQ(
      fetched({sso(), {}}, {said(sso_file("1970-01-01T00:30:00Z")),
                            said(R"({"accessToken":"new","expiresIn":3600,"refreshToken":"r2"})"), lost("read-only"),
                            said(std::string(role_answer))}),
      asked +
          R"(write /f {"startUrl":"u","region":"us-east-1","accessToken":"new","expiresAt":"1970-01-01T02:00:00Z","clientId":"c",)"
          R"("clientSecret":"cs","registrationExpiresAt":"1970-01-02T00:00:00Z","refreshToken":"r2"})"
          "\n" +
          std::string(ask_role) + "new\ngot A:s:t:12");
  const std::string refused = R"({"error":"invalid_grant","error_description":"words"})";
  EXPECT_EQ(fetched({sso(), {}},
                    {said(sso_file("1970-01-01T01:10:00Z")), said(refused, 400), said(std::string(role_answer))}),
            asked + std::string(ask_role) + "acc\ngot A:s:t:12");
  EXPECT_EQ(
      fetched({sso(), {}}, {said(sso_file("1970-01-01T01:00:00Z")), said(refused, 400)}),
      asked +
          "unavailable: IAM Identity Center, sso-session corp: the token has expired and cannot be renewed (IAM Identity Center, "
          "sso-session corp: invalid_grant: words); run aws sso login --sso-session corp");
  sso_source legacy = sso();
  legacy.session_name.clear();
  EXPECT_EQ(
      fetched({legacy, {}}, {said(sso_file("1970-01-01T01:00:00Z"))}),
      "read /f\nunavailable: IAM Identity Center at u: the token has expired; run aws sso login with the profile");
}

TEST(credential_fetch, container_agents_are_asked) {
  container_source of;
  of.host = parse_endpoint_url("http://localhost:7").value();
  of.target = "/x?y";
  of.authorization = auth::secret("Basic z");
  const std::string answer = R"({"AccessKeyId":"A","SecretAccessKey":"s","Token":"t"})";
  const std::string ask = "GET http://localhost:7/x?y authorization=Basic z direct\n";
  EXPECT_EQ(fetched({of, {}}, {said(answer)}), ask + "got A:s:t:");
  EXPECT_EQ(fetched({of, {}}, {lost(), {}, lost(), {}, lost()}),
            ask + "pause 1000\n" + ask + "pause 2000\n" + ask +
                "unavailable: container agent at http://localhost:7: connection refused");
  EXPECT_EQ(fetched({of, {}}, {said("moved", 302)}),
            ask + "unavailable: container agent at http://localhost:7: it answers with status 302");
  EXPECT_EQ(fetched({of, {}}, {said(R"({"code":"C","message":"words"})", 400)}),
            ask + "unavailable: container agent at http://localhost:7: C: words");
  EXPECT_EQ(fetched({of, {}}, {said(answer, 404)}),
            ask + "unavailable: container agent at http://localhost:7: it answers with status 404");
  of.token_file = "/f";
  of.host = endpoint_url("agent");
  EXPECT_EQ(fetched({of, {}}, {said("tok\n"), said(answer)}),
            "read /f\nGET https://agent/x?y authorization=tok\ngot A:s:t:");
  for (const char* token : {"", "\n", "a\nb", "a\rb"}) {
    EXPECT_EQ(
        fetched({of, {}}, {said(token)}),
        "read /f\ninvalid_argument: container agent at https://agent: the file of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is empty, or has "
        "more than one line");
  }
  EXPECT_EQ(
      fetched({of, {}}, {lost("no such file")}),
      "read /f\nunavailable: container agent at https://agent: the file of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: no such file");
}

instance_metadata_source metadata(unsigned attempts = 1) {
  instance_metadata_source of;
  of.host = parse_endpoint_url("http://169.254.169.254").value();
  of.attempts = attempts;
  return of;
}

TEST(credential_fetch, metadata_services_are_asked_in_version_2) {
  const std::string host = "http://169.254.169.254/latest/";
  const std::string roles = host + "meta-data/iam/security-credentials/";
  const std::string put = "PUT " + host + "api/token x-aws-ec2-metadata-token-ttl-seconds=21600 direct\n";
  const std::string list = "GET " + roles + " x-aws-ec2-metadata-token=tok direct\n";
  const std::string get = "GET " + roles + "my-role x-aws-ec2-metadata-token=tok direct\n";
  const std::string error = "unavailable: metadata service of EC2 at http://169.254.169.254: ";
  const std::string answer =
      R"({"Code":"Success","AccessKeyId":"A","SecretAccessKey":"s","Token":"t","Expiration":"1970-01-01T00:00:00Z"})";
  const struct {
    std::vector<fetch_result> results;
    std::string expected;
  } rows[] = {
      {{said("tok\n"), said("my-role\n"), said(answer)}, put + list + get + "got A:s:t:"},
      {{lost("time-out")}, put + error + "time-out"},
      {{said("", 403)},
       put + error +
           "it answers a request for a token with status 403; IMDSv2 must be enabled for the instance, with a hop limit of 2 in a "
           "container"},
      {{said("a b")}, put + "decoding: metadata service of EC2 at http://169.254.169.254: its token is malformed"},
      {{said("tok"), said("", 404)}, put + list + error + "the instance has no role; attach an instance profile to it"},
      {{said("tok"), said("", 401)}, put + list + error + "it answers a request for the role's name with status 401"},
      {{said("tok"), said("../x")},
       put + list +
           "decoding: metadata service of EC2 at http://169.254.169.254: the name of the instance's role is malformed"},
      {{said("tok"), said("<html>")},
       put + list +
           "decoding: metadata service of EC2 at http://169.254.169.254: the name of the instance's role is malformed"},
      {{said("tok"), said("my-role\nother"), said("", 404)},
       put + list + get + error + "it answers a request for the role's credentials with status 404"},
      {{said("tok"), said("my-role"), said(R"({"Code":"Failed","Message":"words"})")},
       put + list + get + error + "Failed: words"},
  };
  for (const auto& row : rows) EXPECT_EQ(fetched({metadata(), {}}, row.results), row.expected);
  EXPECT_EQ(fetched({metadata(2), {}}, {lost(), said("tok"), said("", 500), said("my-role"), said(answer)}),
            put + put + list + list + get + "got A:s:t:");
}

/// What each action is told where nothing fails.
fetch_result good_result(const fetch_action& of) {
  const std::string text = text_of(of);
  if (text.starts_with("read /f")) return said(sso_file("1970-01-01T00:30:00Z"));
  if (text.find("WithWebIdentity") != text.npos) return said(sts_answer("AssumeRoleWithWebIdentity", "A"));
  if (text.find("AssumeRole") != text.npos) return said(sts_answer("AssumeRole", "A"));
  if (text.starts_with("run")) return said(R"({"Version":1,"AccessKeyId":"K","SecretAccessKey":"SECRET"})");
  if (text.find("/token ") != text.npos && text.starts_with("POST"))
    return said(R"({"accessToken":"SECRET","expiresIn":3600})");
  if (text.find("portal.sso") != text.npos) return said(std::string(role_answer));
  if (text.ends_with("security-credentials/ x-aws-ec2-metadata-token=SECRET direct")) return said("my-role");
  if (text.find("security-credentials/my-role") != text.npos || text.find("localhost") != text.npos) {
    return said(R"({"AccessKeyId":"A","SecretAccessKey":"SECRET","Token":"t","Expiration":"1970-01-01T02:00:00Z"})");
  }
  return said("SECRET");
}

TEST(credential_fetch, fails_at_every_step_in_turn_with_an_error_and_without_a_secret) {
  web_identity_source web;
  web.token_file = "/w";
  web.role_arn = "a";
  process_source process;
  process.arguments = {"x"};
  container_source container;
  container.host = parse_endpoint_url("http://localhost").value();
  container.target = "/SECRET";
  container.token_file = "/c";
  const base_source bases[] = {keys(), web, process, sso(), container, metadata(3)};
  const auto broken = [](int kind) {
    switch (kind) {
      case 0: return lost();
      case 1: return said("", 200);
      case 2: return said("SECRET <garbage> {\"SECRET\":", 200);
      case 3: return said("SECRET", 500);
      case 4: return said("SECRET", 302);
      default: return said(std::string(70'000, 'S'), 200);
    }
  };
  constexpr int kinds = 6;
  constexpr int actions_max = 60;
  for (const base_source& base : bases) {
    for (int kind = 0; kind < kinds; ++kind) {
      for (int failing = 0;; ++failing) {
        credential_fetch fetch({base, {role("r1"), role("r2")}}, eu_settings());
        fetch_action next = fetch.start(now);
        int actions = 0;
        for (; !std::holds_alternative<fetch_outcome>(next) && actions < actions_max; ++actions) {
          next = fetch.resume(actions >= failing ? broken(kind) : good_result(next), now);
        }
        ASSERT_LT(actions, actions_max) << "no end";
        const auto& outcome = std::get<fetch_outcome>(next);
        if (outcome) {
          ASSERT_EQ(actions, failing) << "succeeded, though an answer was broken";
          break;
        }
        const std::string said_of_it = outcome.error().describe();
        EXPECT_FALSE(said_of_it.empty());
        EXPECT_EQ(said_of_it.find("SECRET"), said_of_it.npos) << said_of_it;
      }
    }
  }
}

}  // namespace
}  // namespace dynamo::aws
