#include <remote/credentials/credential_plan.hpp>

#include <gtest/gtest.h>
#include <remote/credentials/profile_source.hpp>
#include <remote/variables.hpp>

namespace dynamo::aws {
namespace {

/// A source in one line, with its secrets: what a test compares.
struct text_of_base {
  std::string operator()(const static_source& of) const {
    const auth::credentials& c = of.value;
    std::string text = "keys " + c.access_key_id + ":" + std::string(c.secret_access_key.reveal());
    if (!c.session_token.empty()) text += " token " + std::string(c.session_token.reveal());
    if (!c.account_id.empty()) text += " account " + c.account_id;
    if (c.expires) text += " until " + std::to_string(c.expires->time_since_epoch().count() / 1'000'000);
    return text;
  }
  std::string operator()(const web_identity_source& of) const {
    return "web identity " + of.token_file + " " + of.role_arn + " " + of.session_name;
  }
  std::string operator()(const process_source& of) const {
    std::string text = "process";
    for (const std::string& each : of.arguments) text += " [" + each + "]";
    return text + of.account_id;
  }
  std::string operator()(const sso_source& of) const {
    return "sso " + of.session_name + " " + of.start_url + " " + of.region + " " + of.account_id + " " + of.role_name +
           " " + of.token_file;
  }
  std::string operator()(const container_source& of) const {
    return "container " + of.host.text() + of.target + " " + of.token_file + " " +
           std::string(of.authorization.reveal());
  }
  std::string operator()(const instance_metadata_source& of) const {
    return "metadata " + of.host.text() + " " + std::to_string(of.timeout.count()) + "s " + std::to_string(of.attempts);
  }
};

std::string text_of(const credential_source& of) {
  std::string text = std::visit(text_of_base(), of.base);
  for (const assumed_role& role : of.roles) {
    text += "; role " + role.role_arn + " " + role.session_name + " " + role.external_id;
    if (role.duration) text += " " + std::to_string(role.duration->count()) + "s";
  }
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

struct planning {
  std::string config{};
  variables env{};
  std::string credentials{};
  std::string profile_of_program{};
  std::optional<auth::credentials> of_program{};
};

credential_plan planned(planning by) {
  by.env.try_emplace("HOME", "/h");
  const auto files = parse_profiles({"config", by.config}, {"credentials", by.credentials}).value();
  explicit_settings of_program;
  if (!by.profile_of_program.empty()) of_program.profile = by.profile_of_program;
  const environment env = with(by.env);
  const settings of = resolve_settings(of_program, env, files).value();
  return plan_credentials(by.of_program, of, env, files);
}

/// The source, or the message of the error.
std::string source_of(const planning& by) {
  const credential_plan plan = planned(by);
  return plan.source ? text_of(*plan.source) : plan.source.error().message();
}

const variables no_ec2 = {{"AWS_EC2_METADATA_DISABLED", "true"}};
const variables env_keys = {{"AWS_ACCESS_KEY_ID", "E"}, {"AWS_SECRET_ACCESS_KEY", "e"}};

variables both(variables a, const variables& b) {
  a.insert(b.begin(), b.end());
  return a;
}

TEST(credential_plan, takes_the_first_source_that_is_configured) {
  const std::string config =
      "[default]\naws_access_key_id=D\naws_secret_access_key=d\n[profile p]\naws_access_key_id=P\naws_secret_access_key=p";
  const variables web = {
      {"AWS_WEB_IDENTITY_TOKEN_FILE", "/t"}, {"AWS_ROLE_ARN", "arn:r"}, {"AWS_ROLE_SESSION_NAME", "s"}};
  const variables ecs = {{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x?y"}};
  const variables named = {{"AWS_PROFILE", "p"}};
  const struct {
    planning by;
    std::string_view source;
  } rows[] = {
      {{config, both(env_keys, web), "", "p", auth::credentials("X", "x")}, "keys X:x"},
      {{config, both(env_keys, web)}, "keys E:e"},
      {{config, both(env_keys, named)}, "keys E:e"},
      {{config, both(env_keys, web), "", "p"}, "keys P:p"},
      {{config, both(web, named)}, "web identity /t arn:r s"},
      {{config, both(ecs, named)}, "keys P:p"},
      {{config, ecs}, "keys D:d"},
      {{"", ecs}, "container http://169.254.170.2/v2/x?y"},
      {{"", both(ecs, web)}, "web identity /t arn:r s"},
      {{}, "metadata http://169.254.169.254 1s 1"},
      {{"[default]\nregion=x"}, "metadata http://169.254.169.254 1s 1"},
      {{config, {}, "[default]\naws_access_key_id=C\naws_secret_access_key=c\naws_session_token=t\naws_account_id=1"},
       "keys C:c token t account 1"},
      {{"", {{"AWS_PROFILE", "localstack"}}}, "keys test:test account 000000000000"},
      {{"[profile localstack]\naws_access_key_id=L\naws_secret_access_key=l", {{"AWS_PROFILE", "localstack"}}},
       "keys L:l"},
      {{"", both(env_keys, {{"AWS_PROFILE", "localstack"}})}, "keys E:e"},
  };
  for (const auto& row : rows) EXPECT_EQ(source_of(row.by), row.source);
}

TEST(credential_plan, says_of_each_source_what_became_of_it) {
  const auto said = [](const planning& by) {
    std::string text;
    for (const considered_source& each : planned(by).considered) {
      text += each.name + "|" + std::to_string(static_cast<int>(each.verdict)) + "|" + each.why + "\n";
    }
    return text;
  };
  EXPECT_EQ(said({"[profile p]\ncredential_process = /bin/x --secret s", {{"AWS_PROFILE", "p"}}}),
            "the program|1|it gives none\n"
            "environment variables|1|AWS_ACCESS_KEY_ID is not set\n"
            "web identity|1|AWS_WEB_IDENTITY_TOKEN_FILE is not set\n"
            "profile p|0|process /bin/x\n"
            "container agent|3|an earlier source decides\n"
            "metadata service of EC2|3|an earlier source decides\n");
  EXPECT_EQ(
      said({"", {{"AWS_ACCESS_KEY_ID", "E"}}}),
      "the program|1|it gives none\n"
      "environment variables|2|AWS_SECRET_ACCESS_KEY: it is not set, though AWS_ACCESS_KEY_ID is; set both or none\n"
      "web identity|3|an earlier source decides\n"
      "profile default|3|an earlier source decides\n"
      "container agent|3|an earlier source decides\n"
      "metadata service of EC2|3|an earlier source decides\n");
}

TEST(credential_plan, without_any_source_the_error_says_where_it_looked) {
  const auto plan = planned({"[default]\nregion = x", no_ec2});
  ASSERT_FALSE(plan.source.has_value());
  EXPECT_EQ(plan.source.error().code(), errc::unavailable);
  EXPECT_EQ(
      plan.source.error().message(),
      "No credentials for AWS are configured. Looked at: the program (it gives none); environment variables (AWS_ACCESS_KEY_ID is "
      "not set); web identity (AWS_WEB_IDENTITY_TOKEN_FILE is not set); profile default (it has no credentials); container agent "
      "(neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set); metadata service of EC2 "
      "(AWS_EC2_METADATA_DISABLED is true). Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or work without AWS: "
      "dynamo::database::open(\"./data\") or dynamo::database::in_memory()");
  EXPECT_NE(source_of({"", no_ec2}).find("profile default (it is neither in config nor in credentials)"),
            std::string::npos);
}

TEST(credential_plan, a_last_resort_that_does_not_answer_is_one_of_many_places) {
  const error no_answer(errc::unavailable, "metadata service of EC2 at http://169.254.169.254: time-out");
  const error told = explain_failure(planned({}), no_answer);
  EXPECT_EQ(told.code(), errc::unavailable);
  EXPECT_TRUE(
      told.message().starts_with("No credentials for AWS are configured. Looked at: the program (it gives none); "));
  EXPECT_NE(
      told.message().find(
          "metadata service of EC2 (metadata service of EC2 at http://169.254.169.254: time-out). Set AWS_ACCESS_KEY_ID"),
      std::string::npos);
  const error malformed(errc::decoding, "its token is malformed");
  EXPECT_EQ(explain_failure(planned({}), malformed).message(), malformed.message());
  EXPECT_EQ(explain_failure(planned({"", {{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"}}}), no_answer).message(),
            no_answer.message());
}

TEST(credential_plan, environment_variables) {
  const struct {
    variables env;
    std::string_view source;
  } rows[] = {
      {both(env_keys, {{"AWS_SESSION_TOKEN", "t"}, {"AWS_SECURITY_TOKEN", "old"}, {"AWS_ACCOUNT_ID", "1"}}),
       "keys E:e token t account 1"},
      {both(env_keys, {{"AWS_SECURITY_TOKEN", "old"}, {"AWS_CREDENTIAL_EXPIRATION", "1970-01-02T00:00:00Z"}}),
       "keys E:e token old until 86400"},
      {both(env_keys, {{"AWS_CREDENTIAL_EXPIRATION", "soon"}}),
       "AWS_CREDENTIAL_EXPIRATION: the value is no time such as 2026-11-27T12:00:00Z"},
      {{{"AWS_ACCESS_KEY_ID", "E"}, {"AWS_SECRET_ACCESS_KEY", "e\n"}},
       "AWS_SECRET_ACCESS_KEY: the value has white space, control characters or letters beyond ASCII; copy it again, without a line feed at "
       "its end"},
      {{{"AWS_ACCESS_KEY_ID", " E"}, {"AWS_SECRET_ACCESS_KEY", "e"}},
       "AWS_ACCESS_KEY_ID: the value has white space, control characters or letters beyond ASCII; copy it again, without a line feed at its "
       "end"},
      {both(env_keys, {{"AWS_SECURITY_TOKEN", "a b"}}),
       "AWS_SECURITY_TOKEN: the value has white space, control characters or letters beyond ASCII; copy it again, without a line feed at "
       "its end"},
      {{{"AWS_WEB_IDENTITY_TOKEN_FILE", "/t"}},
       "AWS_ROLE_ARN: it is not set, though AWS_WEB_IDENTITY_TOKEN_FILE is; set both or none"},
      {{{"AWS_WEB_IDENTITY_TOKEN_FILE", "/t"}, {"AWS_ROLE_ARN", "r"}}, "web identity /t r"},
      {{{"AWS_SECRET_ACCESS_KEY", "e"}}, "metadata http://169.254.169.254 1s 1"},
  };
  for (const auto& row : rows) EXPECT_EQ(source_of({"", row.env}), row.source);
}

TEST(credential_plan, container_agents) {
  constexpr std::string_view refused =
      "AWS_CONTAINER_CREDENTIALS_FULL_URI: credentials are not asked for over plain HTTP from another machine; use https://, a loopback "
      "address, 169.254.170.2, 169.254.170.23 or [fd00:ec2::23]";
  const struct {
    std::string_view uri, source;
  } rows[] = {
      {"https://any.example/x", "container https://any.example/x"},
      {"http://localhost:1234/x/?a=b/", "container http://localhost:1234/x/?a=b/"},
      {"http://localhost", "container http://localhost/"},
      {"http://localhost?a", "container http://localhost/?a"},
      {"http://127.0.0.1/x", "container http://127.0.0.1/x"},
      {"http://127.9.9.9:80/x", "container http://127.9.9.9/x"},
      {"http://[::1]:8/x", "container http://[::1]:8/x"},
      {"http://169.254.170.2/x", "container http://169.254.170.2/x"},
      {"http://169.254.170.23/v1/credentials", "container http://169.254.170.23/v1/credentials"},
      {"http://[fd00:ec2::23]/v1/credentials", "container http://[fd00:ec2::23]/v1/credentials"},
      {"http://169.254.169.254/x", refused},
      {"http://example.com/x", refused},
      {"http://127.0.0.1.example.com/x", refused},
      {"http://127.0.0/x", refused},
      {"http://localhost.example.com/x", refused},
      {"http://localhost#@evil",
       "AWS_CONTAINER_CREDENTIALS_FULL_URI: the URI has a fragment; remove what begins with '#'"},
      {"http://user@localhost/",
       "AWS_CONTAINER_CREDENTIALS_FULL_URI: the endpoint URL has a user name; remove what stands before '@'"},
      {"localhost/x", "AWS_CONTAINER_CREDENTIALS_FULL_URI: the endpoint URL must begin with http:// or https://"},
      {"http://localhost/a b",
       "AWS_CONTAINER_CREDENTIALS_FULL_URI: the value has white space, control characters or letters beyond ASCII; copy it again, without a "
       "line feed at its end"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(source_of({"", {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", std::string(row.uri)}}}), row.source);
  }
  const variables relative = {{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"},
                              {"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://evil.example"},
                              {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc"}};
  EXPECT_EQ(source_of({"", relative}), "container http://169.254.170.2/x  Basic abc");
  EXPECT_EQ(source_of({"", both({{"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/f"}}, relative)}),
            "container http://169.254.170.2/x /f");
  EXPECT_EQ(
      source_of({"", both({{"AWS_CONTAINER_AUTHORIZATION_TOKEN", "a\r\nb"}}, relative)}),
      "AWS_CONTAINER_AUTHORIZATION_TOKEN: the value has a line feed or another control character; set it without");
  EXPECT_EQ(source_of({"", {{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "@evil.example/"}}}),
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: the value does not begin with '/'");
}

TEST(credential_plan, metadata_services) {
  const struct {
    planning by;
    std::string_view source;
  } rows[] = {
      {{"", {{"AWS_EC2_METADATA_DISABLED", "false"}}}, "metadata http://169.254.169.254 1s 1"},
      {{"", {{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ipv6"}}}, "metadata http://[fd00:ec2::254] 1s 1"},
      {{"[default]\nec2_metadata_service_endpoint_mode = IPv6"}, "metadata http://[fd00:ec2::254] 1s 1"},
      {{"[default]\nec2_metadata_service_endpoint_mode = IPv6", {{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://x:1/"}}},
       "metadata http://x:1 1s 1"},
      {{"[default]\nmetadata_service_timeout = 5\nmetadata_service_num_attempts = 3",
        {{"AWS_METADATA_SERVICE_TIMEOUT", "2"}}},
       "metadata http://169.254.169.254 2s 3"},
      {{"", {{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "x"}}},
       "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE or ec2_metadata_service_endpoint_mode: the value is not one of IPv4, IPv6"},
      {{"", {{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "x"}}},
       "AWS_EC2_METADATA_SERVICE_ENDPOINT or ec2_metadata_service_endpoint: the endpoint URL must begin with http:// or https://"},
      {{"", {{"AWS_METADATA_SERVICE_TIMEOUT", "0"}}},
       "AWS_METADATA_SERVICE_TIMEOUT or metadata_service_timeout: the value is not a number from 1 to 60"},
      {{"", {{"AWS_METADATA_SERVICE_NUM_ATTEMPTS", "x"}}},
       "AWS_METADATA_SERVICE_NUM_ATTEMPTS or metadata_service_num_attempts: the value is not a number from 1 to 10"},
  };
  for (const auto& row : rows) EXPECT_EQ(source_of(row.by), row.source);
}

/// The default profile of this text.
std::string of_profile(std::string_view lines, variables env = no_ec2) {
  return source_of({"[default]\n" + std::string(lines), std::move(env)});
}

TEST(credential_plan, roles_of_profiles) {
  const std::string keys_b = "[profile b]\naws_access_key_id=B\naws_secret_access_key=b\n";
  const std::string role_a = "role_arn=arn:a\nsource_profile=b\n";
  const struct {
    std::string lines;
    std::string_view source;
  } rows[] = {
      {role_a + keys_b, "keys B:b; role arn:a"},
      {role_a + "role_session_name=s\nexternal_id=e\nduration_seconds=900\n" + keys_b, "keys B:b; role arn:a s e 900s"},
      {role_a + "aws_access_key_id=X\naws_secret_access_key=x\n" + keys_b, "keys B:b; role arn:a"},
      {"role_arn=arn:a\nsource_profile=default\naws_access_key_id=X\naws_secret_access_key=x", "keys X:x; role arn:a"},
      {role_a +
           "[profile b]\nrole_arn=arn:b\nsource_profile=c\n[profile c]\naws_access_key_id=C\naws_secret_access_key=c",
       "keys C:c; role arn:b  ; role arn:a"},
      {role_a + keys_b + "role_arn=arn:b\nsource_profile=c\n", "keys B:b; role arn:a"},
      {role_a + "[profile b]\nrole_arn=arn:b\nweb_identity_token_file=/t\nrole_session_name=s",
       "web identity /t arn:b s; role arn:a"},
      {role_a + "[profile b]\ncredential_process=x y", "process [x] [y]; role arn:a"},
      {"role_arn=arn:a\nsource_profile=b\n[profile b]\nsso_start_url=u\nsso_region=r\nsso_account_id=1\nsso_role_name=n\n",
       "sso  u r 1 n /h/.aws/sso/cache/51e69892ab49df85c6230ccc57f8e1d1606caccc.json; role arn:a"},
      {"role_arn=arn:a\nweb_identity_token_file=~/t\n", "web identity /h/t arn:a"},

      {"role_arn=arn:a",
       "profile default (config, line 1): its role_arn needs credentials to assume the role with; add source_profile or "
       "credential_source"},
      {role_a + "credential_source=Environment\n" + keys_b,
       "profile default (config, line 1): it has source_profile and credential_source; remove one of them"},
      {role_a, "profile default (config, line 1): its source_profile b is neither in config nor in credentials"},
      {role_a + "[profile b]\nregion=x",
       "profile b (config, line 4): it has no credentials, but is the source_profile of default; add keys, a role, SSO or a process"},
      {role_a + "[profile b]\naws_access_key_id=B",
       "profile b (config, line 4): it has no aws_secret_access_key, only the other half of the pair; add it"},
      {role_a + "[profile b]\naws_secret_access_key=B",
       "profile b (config, line 4): it has no aws_access_key_id, only the other half of the pair; add it"},
      {role_a + "[profile b]\nrole_arn=arn:b\nsource_profile=default",
       "profile b (config, line 4): source_profile leads in a loop: default -> b -> default"},
      {role_a + "aws_access_key_id=X\naws_secret_access_key=x\n[profile b]\nrole_arn=arn:b\nsource_profile=default",
       "profile b (config, line 6): source_profile leads in a loop: default -> b -> default"},
      {"role_arn=arn:a\nsource_profile=default",
       "profile default (config, line 1): it is its own source_profile, but has no keys; add aws_access_key_id and aws_secret_access_key"},
      {"web_identity_token_file=/t",
       "profile default (config, line 1): its web_identity_token_file needs a role; add role_arn"},
      {role_a + "duration_seconds=899\n" + keys_b,
       "profile default (config, line 1): its duration_seconds is not a number from 900 to 43200"},
      {role_a + "mfa_serial=arn:m\n" + keys_b,
       "profile default (config, line 1): its role wants a code of a device (mfa_serial), which only a person can type. Run aws configure "
       "export-credentials --profile default --format env in a shell, and start the program with the variables that it prints"},
  };
  for (const auto& row : rows) EXPECT_EQ(of_profile(row.lines), row.source);
}

TEST(credential_plan, named_sources_of_profiles) {
  const std::string role = "role_arn=arn:a\ncredential_source=";
  const struct {
    std::string_view name;
    variables env;
    std::string_view source;
  } rows[] = {
      {"Ec2InstanceMetadata", {}, "metadata http://169.254.169.254 1s 1; role arn:a"},
      {"EcsContainer",
       {{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"}},
       "container http://169.254.170.2/x  ; role arn:a"},
      {"Ec2InstanceMetadata", no_ec2,
       "profile default (config, line 1): its credential_source is Ec2InstanceMetadata, but AWS_EC2_METADATA_DISABLED is true"},
      {"EcsContainer",
       {},
       "profile default (config, line 1): its credential_source is EcsContainer, but neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor "
       "AWS_CONTAINER_CREDENTIALS_FULL_URI is set"},
      {"Environment",
       {},
       "profile default (config, line 1): its credential_source is Environment, but AWS_ACCESS_KEY_ID is not set"},
      {"environment",
       {},
       "profile default (config, line 1): its credential_source is not one of Environment, EcsContainer, Ec2InstanceMetadata"},
  };
  for (const auto& row : rows) EXPECT_EQ(of_profile(role + std::string(row.name), row.env), row.source);
  EXPECT_EQ(source_of({"[profile p]\n" + role + "Environment", env_keys, "", "p"}), "keys E:e; role arn:a");
}

TEST(credential_plan, chains_of_roles_are_bounded) {
  const auto chain = [](std::size_t roles) {
    std::string text = "role_arn=arn:0\nsource_profile=p1\n";
    for (std::size_t i = 1; i < roles; ++i) {
      text += "[profile p" + std::to_string(i) + "]\nrole_arn=arn:" + std::to_string(i) + "\nsource_profile=p" +
              std::to_string(i + 1) + "\n";
    }
    return text + "[profile p" + std::to_string(roles) + "]\naws_access_key_id=K\naws_secret_access_key=k\n";
  };
  EXPECT_TRUE(of_profile(chain(roles_max)).starts_with("keys K:k; role arn:15"));
  EXPECT_EQ(
      of_profile(chain(roles_max + 1)),
      "profile p16 (config, line 49): more than 16 roles are to be assumed on top of each other; shorten the chain");
}

TEST(credential_plan, other_sources_of_profiles) {
  const std::string session = "[sso-session s]\nsso_start_url=https://u\nsso_region=eu-west-1\n";
  const std::string of_session = "sso_session=s\nsso_account_id=1\nsso_role_name=n\n";
  const struct {
    std::string lines;
    std::string_view source;
  } rows[] = {
      {of_session + session,
       "sso s https://u eu-west-1 1 n /h/.aws/sso/cache/a0f1490a20d0211c997b44bc357e1972deab8ae3.json"},
      {of_session + "sso_region=eu-west-1\naws_access_key_id=K\naws_secret_access_key=k\n" + session,
       "sso s https://u eu-west-1 1 n /h/.aws/sso/cache/a0f1490a20d0211c997b44bc357e1972deab8ae3.json"},
      {of_session, "profile default (config, line 1): there is no section [sso-session s] in config"},
      {of_session + "[sso-session s]\nsso_region=r\n",
       "profile default (config, line 5): IAM Identity Center (SSO) needs sso_start_url; add it, or run aws configure sso"},
      {of_session + "sso_region=eu-west-2\n" + session,
       "profile default (config, line 1): its sso_region differs from that of [sso-session s]; remove one of them"},
      {"sso_account_id=1\nsso_start_url=u\nsso_region=r",
       "profile default (config, line 1): IAM Identity Center (SSO) needs sso_role_name; add it, or run aws configure sso"},
      {"credential_process = \"/my tools/x\" --a 'b c' d\\ e\naws_account_id=7",
       "process [/my tools/x] [--a] [b c] [d e]7"},
      {"credential_process = x 'y",
       "profile default (config, line 1): its credential_process cannot be split into arguments; close its quotes"},
      {"aws_access_key_id=K\naws_secret_access_key=k\ncredential_process=x", "process [x]"},
      {"aws_access_key_id=K\naws_secret_access_key=k k",
       "config, line 3: aws_secret_access_key: the value has white space, control characters or letters beyond ASCII; copy it again, without a "
       "line feed at its end"},
      {"login_session = arn:x",
       "profile default (config, line 1): it signs in by aws login (login_session), which this library does not do. Run aws configure "
       "export-credentials --profile default --format env in a shell, and start the program with the variables that it prints"},
  };
  for (const auto& row : rows) EXPECT_EQ(of_profile(row.lines), row.source);
  EXPECT_TRUE(of_profile("sso_session=s\n" + session, {}).starts_with("metadata"));  // a session for tokens only
  EXPECT_EQ(
      of_profile(of_session + session, both(no_ec2, {{"HOME", ""}})),
      "profile default (config, line 1): the token of IAM Identity Center is in ~/.aws/sso/cache, but HOME is not set");
}

TEST(credential_plan, keys_of_both_files) {
  const std::string of_config = "[default]\naws_access_key_id=C\naws_secret_access_key=c\naws_session_token=t\n";
  const std::string keys = "[default]\naws_access_key_id=K\naws_secret_access_key=k\n";
  EXPECT_EQ(source_of({of_config + "credential_process=x", {}, keys}), "keys K:k");
  EXPECT_EQ(source_of({of_config, {}, keys}), "keys K:k") << "the token belongs to other keys";
  EXPECT_EQ(source_of({of_config, {}, keys + "aws_security_token=u"}), "keys K:k token u");
  EXPECT_EQ(source_of({of_config, {}, "[default]\naws_account_id=1"}), "keys C:c token t account 1");
}

TEST(credential_plan, descriptions_have_no_secrets) {
  const variables ecs = {{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/SECRET"},
                         {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "SECRET"}};
  for (const planning& by :
       {planning{"",
                 {{"AWS_ACCESS_KEY_ID", "E"}, {"AWS_SECRET_ACCESS_KEY", "SECRET"}, {"AWS_SESSION_TOKEN", "SECRET"}}},
        planning{"", ecs}, planning{"[default]\ncredential_process=x SECRET"}}) {
    const credential_plan plan = planned(by);
    ASSERT_TRUE(plan.source.has_value());
    EXPECT_EQ(describe(*plan.source).find("SECRET"), std::string::npos);
    for (const considered_source& each : plan.considered) EXPECT_EQ(each.why.find("SECRET"), std::string::npos);
  }
}

TEST(credential_plan, ids_of_keys_are_shown_by_their_ends) {
  EXPECT_EQ(masked_key_id("AKIAIOSFODNN7EXAMPLE"), "AKIA************MPLE");
  EXPECT_EQ(masked_key_id("123456789"), "1234*6789");
  EXPECT_EQ(masked_key_id("test"), "test");
}

TEST(credential_plan, keys_of_the_program_that_no_field_can_carry_are_refused) {
  const variables none;
  for (const auto& keys :
       {auth::credentials("AK\r\nX: y", "s"), auth::credentials("AK", "sEcReT \n"),
        auth::credentials("AK", "s", "to ken"), auth::credentials("", "s"), auth::credentials("AK", "")}) {
    explicit_settings given;
    given.region = "eu-west-1";
    const profile_set files;
    const settings of = resolve_settings(given, with(none), files).value();
    const credential_plan plan = plan_credentials(keys, of, with(none), files);
    ASSERT_FALSE(plan.source);
    EXPECT_EQ(plan.source.error().code(), errc::invalid_argument);
    EXPECT_TRUE(plan.source.error().message().starts_with("The program's ")) << plan.source.error();
    EXPECT_EQ(plan.source.error().message().find("sEcReT"), std::string::npos);
    EXPECT_EQ(plan.considered[0].verdict, source_verdict::invalid);
  }
}

}  // namespace
}  // namespace dynamo::aws
