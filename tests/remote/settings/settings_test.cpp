#include <remote/settings/settings.hpp>

#include <gtest/gtest.h>
#include <remote/variables.hpp>

#include <string>

namespace dynamo::aws {
namespace {

constexpr std::string_view config_text =
    "[default]\nregion = eu-west-1\n"
    "[profile dev]\nregion = eu-west-2\nservices = local\nendpoint_url = http://all.dev:1\nretry_mode = Adaptive\n"
    "max_attempts = 7\naccount_id_endpoint_mode = disabled\nuse_fips_endpoint = FALSE\nca_bundle = /ca.pem\nsdk_ua_app_id = app\n"
    "[profile lost]\nservices = nowhere\n"
    "[profile dual]\nuse_dualstack_endpoint = true\n"
    "[services local]\ndynamodb =\n  endpoint_url = http://tables.dev:2\nsts =\n  endpoint_url =\n";

result<settings> resolved(const explicit_settings& of_program, variables env, std::string_view config = config_text) {
  const auto files = parse_profiles({"config", config}, {"credentials", std::nullopt});
  return resolve_settings(of_program, with(std::move(env)), files.value());
}

std::string text_of(const std::optional<sourced<std::string>>& one) {
  return one ? one->value + " by " + one->from.text : "-";
}
std::string text_of(const std::optional<sourced<endpoint_url>>& one) {
  return one ? one->value.text() + " by " + one->from.text : "-";
}

TEST(settings, regions_are_looked_up_in_order) {
  explicit_settings of_program;
  of_program.region = "ap-south-1";
  const variables both = {{"AWS_REGION", "us-west-1"}, {"AWS_DEFAULT_REGION", "us-west-2"}};
  const struct {
    const explicit_settings& of_program;
    variables env;
    std::string_view expected;
  } rows[] = {
      {of_program, both, "ap-south-1 by the program"},
      {{}, both, "us-west-1 by AWS_REGION"},
      {{}, {{"AWS_REGION", ""}, {"AWS_DEFAULT_REGION", "us-west-2"}}, "us-west-2 by AWS_DEFAULT_REGION"},
      {{}, {}, "eu-west-1 by profile default (config, line 2)"},
      {{}, {{"AWS_PROFILE", "dev"}}, "eu-west-2 by profile dev (config, line 4)"},
      {{}, {{"AWS_PROFILE", "dual"}}, "-"},
      {{}, {{"AWS_PROFILE", "dual"}, {"AWS_ENDPOINT_URL", "http://x"}}, "us-east-1 by default of custom endpoints"},
      {{}, {{"AWS_PROFILE", "dual"}, {"AWS_ENDPOINT_URL_STS", "http://x"}}, "-"},
      {{}, {{"AWS_PROFILE", "localstack"}}, "us-east-1 by built-in profile localstack"},
      {{}, {{"AWS_PROFILE", "localstack"}, {"AWS_REGION", "local"}}, "local by AWS_REGION"},
  };
  for (const auto& row : rows) {
    const auto got = resolved(row.of_program, row.env);
    ASSERT_TRUE(got.has_value()) << got.error();
    EXPECT_EQ(text_of(got->region), row.expected);
  }
}

TEST(settings, endpoint_urls_are_looked_up_in_aws_s_order) {
  explicit_settings one;
  one.profile = "dev";
  one.endpoint_url = "https://code";
  explicit_settings two = one;
  two.streams_endpoint_url = "https://streams-code";
  const variables all = {{"AWS_PROFILE", "dev"},
                         {"AWS_ENDPOINT_URL", "http://all"},
                         {"AWS_ENDPOINT_URL_DYNAMODB", "http://tables"},
                         {"AWS_ENDPOINT_URL_DYNAMODB_STREAMS", "http://streams"},
                         {"AWS_ENDPOINT_URL_SSO_OIDC", "http://oidc"}};
  variables ignored = all;
  ignored["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  const struct {
    const explicit_settings& of_program;
    variables env;
    std::string_view tables, streams, sts;
  } rows[] = {
      {{}, {}, "-", "-", "-"},
      {one, all, "https://code by the program", "https://code by the program", "http://all by AWS_ENDPOINT_URL"},
      {two, all, "https://code by the program", "https://streams-code by the program",
       "http://all by AWS_ENDPOINT_URL"},
      {{},
       all,
       "http://tables by AWS_ENDPOINT_URL_DYNAMODB",
       "http://streams by AWS_ENDPOINT_URL_DYNAMODB_STREAMS",
       "http://all by AWS_ENDPOINT_URL"},
      {{},
       {{"AWS_PROFILE", "dev"}, {"AWS_ENDPOINT_URL", "http://all"}},
       "http://all by AWS_ENDPOINT_URL",
       "http://all by AWS_ENDPOINT_URL",
       "http://all by AWS_ENDPOINT_URL"},
      {{},
       {{"AWS_PROFILE", "dev"}, {"AWS_ENDPOINT_URL", ""}},
       "http://tables.dev:2 by [services local] (config, line 19)",
       "http://all.dev:1 by profile dev (config, line 6)",
       "http://all.dev:1 by profile dev (config, line 6)"},
      {{}, ignored, "-", "-", "-"},
      {two, ignored, "https://code by the program", "https://streams-code by the program", "-"},
      {{},
       {{"AWS_PROFILE", "localstack"}},
       "http://127.0.0.1:4566 by built-in profile localstack",
       "http://127.0.0.1:4566 by built-in profile localstack",
       "http://127.0.0.1:4566 by built-in profile localstack"},
      {{},
       {{"AWS_PROFILE", "localstack"}, {"AWS_ENDPOINT_URL_DYNAMODB", "http://tables"}},
       "http://tables by AWS_ENDPOINT_URL_DYNAMODB",
       "http://127.0.0.1:4566 by built-in profile localstack",
       "http://127.0.0.1:4566 by built-in profile localstack"},
  };
  for (const auto& row : rows) {
    const auto got = resolved(row.of_program, row.env);
    ASSERT_TRUE(got.has_value()) << got.error();
    EXPECT_EQ(text_of(got->endpoint_url_of(service_id::dynamodb)), row.tables);
    EXPECT_EQ(text_of(got->endpoint_url_of(service_id::dynamodb_streams)), row.streams);
    EXPECT_EQ(text_of(got->endpoint_url_of(service_id::sts)), row.sts);
  }
  EXPECT_EQ(text_of(resolved({}, all)->endpoint_url_of(service_id::sso_oidc)),
            "http://oidc by AWS_ENDPOINT_URL_SSO_OIDC");
}

TEST(settings, the_profile_localstack_of_a_file_wins) {
  const auto got = resolved({}, {{"AWS_PROFILE", "localstack"}},
                            "[profile localstack]\nendpoint_url = http://stack:1\nregion = eu-west-3\n");
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(text_of(got->endpoint_url_of(service_id::dynamodb)),
            "http://stack:1 by profile localstack (config, line 2)");
  EXPECT_EQ(text_of(got->region), "eu-west-3 by profile localstack (config, line 3)");
}

std::string described(const result<settings>& got) {
  if (!got) return got.error().message();
  std::string text;
  for (const described_setting& each : describe(*got))
    text += each.name + " = " + each.value + " by " + each.from + "\n";
  return text;
}

TEST(settings, are_described_with_where_they_are_from) {
  EXPECT_EQ(described(resolved({}, {})),
            "profile = default by default\n"
            "region = eu-west-1 by profile default (config, line 2)\n"
            "FIPS = false by default\n"
            "dual-stack = false by default\n"
            "ignore configured endpoint URLs = false by default\n"
            "account id endpoint mode = preferred by default\n");
  EXPECT_EQ(described(resolved({}, {{"AWS_DEFAULT_PROFILE", "dev"}, {"AWS_USE_DUALSTACK_ENDPOINT", "True"}})),
            "profile = dev by AWS_DEFAULT_PROFILE\n"
            "region = eu-west-2 by profile dev (config, line 4)\n"
            "endpoint URL of dynamodb = http://tables.dev:2 by [services local] (config, line 19)\n"
            "endpoint URL of dynamodb_streams = http://all.dev:1 by profile dev (config, line 6)\n"
            "endpoint URL of sts = http://all.dev:1 by profile dev (config, line 6)\n"
            "endpoint URL of sso = http://all.dev:1 by profile dev (config, line 6)\n"
            "endpoint URL of sso_oidc = http://all.dev:1 by profile dev (config, line 6)\n"
            "FIPS = false by profile dev (config, line 10)\n"
            "dual-stack = true by AWS_USE_DUALSTACK_ENDPOINT\n"
            "ignore configured endpoint URLs = false by default\n"
            "account id endpoint mode = disabled by profile dev (config, line 9)\n"
            "retry mode = adaptive by profile dev (config, line 7)\n"
            "max attempts = 7 by profile dev (config, line 8)\n"
            "CA bundle = /ca.pem by profile dev (config, line 11)\n"
            "app id = app by profile dev (config, line 12)\n");
}

TEST(settings, the_program_wins) {
  explicit_settings of_program;
  of_program.profile = "dev";
  of_program.fips = true;
  of_program.dual_stack = false;
  of_program.account_mode = account_id_endpoint_mode::required;
  of_program.retries = retry_mode::standard;
  of_program.max_attempts = 2;
  of_program.ca_bundle = "/other.pem";
  of_program.app_id = "mine";
  const auto got = resolved(of_program, {{"AWS_PROFILE", "absent"},
                                         {"AWS_USE_FIPS_ENDPOINT", "false"},
                                         {"AWS_USE_DUALSTACK_ENDPOINT", "true"},
                                         {"AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled"},
                                         {"AWS_RETRY_MODE", "adaptive"},
                                         {"AWS_MAX_ATTEMPTS", "9"},
                                         {"AWS_CA_BUNDLE", "/env.pem"},
                                         {"AWS_SDK_UA_APP_ID", "env"}});
  ASSERT_TRUE(got.has_value()) << got.error();
  for (const described_setting& each : describe(*got)) {
    const bool of_files = each.name == "region" || each.name.starts_with("endpoint") || each.name.starts_with("ignore");
    EXPECT_EQ(each.from == "the program", !of_files) << each.name;
  }
  EXPECT_EQ(got->max_attempts->value, 2U);
  EXPECT_EQ(got->account_mode.value, account_id_endpoint_mode::required);
}

TEST(settings, pseudo_regions_stand_for_fips) {
  for (const char* region : {"fips-us-gov-west-1", "us-gov-west-1-fips"}) {
    const auto got = resolved({}, {{"AWS_REGION", region}});
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(got->region->value, "us-gov-west-1");
    EXPECT_TRUE(got->fips.value);
    EXPECT_EQ(got->fips.from.text, "AWS_REGION");
  }
}

TEST(settings, legacy_retries_are_standard_ones) {
  EXPECT_EQ(resolved({}, {{"AWS_RETRY_MODE", "legacy"}})->retries->value, retry_mode::standard);
  EXPECT_EQ(resolved({}, {{"AWS_RETRY_MODE", "ADAPTIVE"}})->retries->value, retry_mode::adaptive);
}

TEST(settings, bad_values_are_errors_with_their_origin) {
  explicit_settings no_attempts;
  no_attempts.max_attempts = 0;
  explicit_settings no_profile;
  no_profile.profile = "gone";
  const struct {
    const explicit_settings& of_program;
    variables env;
    std::string_view message;
  } rows[] = {
      {no_profile,
       {},
       "the program: the profile gone is neither in config nor in credentials (which does not exist); the profiles there are default, "
       "dev, dual, lost"},
      {{},
       {{"AWS_PROFILE", "gone"}},
       "AWS_PROFILE: the profile gone is neither in config nor in credentials (which does not exist); the profiles there are default, "
       "dev, dual, lost"},
      {{},
       {{"AWS_PROFILE", "lost"}},
       "profile lost (config, line 14): there is no section [services nowhere] in config"},
      {{}, {{"AWS_USE_FIPS_ENDPOINT", "yes"}}, "AWS_USE_FIPS_ENDPOINT: the value is not one of true, false"},
      {{},
       {{"AWS_ACCOUNT_ID_ENDPOINT_MODE", "on"}},
       "AWS_ACCOUNT_ID_ENDPOINT_MODE: the value is not one of preferred, disabled, required"},
      {{}, {{"AWS_RETRY_MODE", "x"}}, "AWS_RETRY_MODE: the value is not one of standard, adaptive, legacy"},
      {{}, {{"AWS_MAX_ATTEMPTS", "0"}}, "AWS_MAX_ATTEMPTS: the value is not a number from 1 to 1000"},
      {{}, {{"AWS_MAX_ATTEMPTS", "3.5"}}, "AWS_MAX_ATTEMPTS: the value is not a number from 1 to 1000"},
      {{}, {{"AWS_MAX_ATTEMPTS", "99999999999"}}, "AWS_MAX_ATTEMPTS: the value is not a number from 1 to 1000"},
      {no_attempts, {}, "the program: the value is not a number from 1 to 1000"},
      {{},
       {{"AWS_REGION", "eu west"}},
       "AWS_REGION: the value is no region: a region has letters, digits and hyphens, as eu-west-2"},
      {{},
       {{"AWS_ENDPOINT_URL_DYNAMODB", "localhost:8000"}},
       "AWS_ENDPOINT_URL_DYNAMODB: the endpoint URL must begin with http:// or https://"},
  };
  for (const auto& row : rows) {
    const auto got = resolved(row.of_program, row.env);
    ASSERT_FALSE(got.has_value()) << row.message;
    EXPECT_EQ(got.error().message(), row.message);
    EXPECT_EQ(got.error().code(), errc::invalid_argument);
  }
}

TEST(settings, a_services_section_is_missed_only_where_it_is_needed) {
  EXPECT_TRUE(resolved({}, {{"AWS_PROFILE", "lost"}, {"AWS_ENDPOINT_URL", "http://x"}}).has_value());
  EXPECT_TRUE(resolved({}, {{"AWS_PROFILE", "lost"}, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"}}).has_value());
}

TEST(settings, endpoints_follow_from_them) {
  EXPECT_EQ(resolve_endpoint(*resolved({}, {}), service_id::dynamodb)->url.text(),
            "https://dynamodb.eu-west-1.amazonaws.com");
  EXPECT_EQ(resolve_endpoint(*resolved({}, {}), service_id::dynamodb_streams, "123456789012")->url.text(),
            "https://123456789012.streams-ddb.eu-west-1.amazonaws.com");
  EXPECT_EQ(resolve_endpoint(*resolved({}, {}), service_id::dynamodb, "123456789012", {}, true)->url.text(),
            "https://123456789012.search-ddb.eu-west-1.amazonaws.com");
  const auto local = resolve_endpoint(*resolved({}, {{"AWS_PROFILE", "localstack"}}), service_id::dynamodb);
  EXPECT_EQ(local->url.text(), "http://127.0.0.1:4566");
  EXPECT_EQ(local->signing_region, "us-east-1");
  const auto none = resolve_endpoint(*resolved({}, {{"AWS_PROFILE", "dual"}}), service_id::dynamodb);
  ASSERT_FALSE(none.has_value());
  EXPECT_TRUE(none.error().message().starts_with("No region is known"));
}

TEST(shared_files, are_looked_for) {
  const struct {
    variables env;
    std::string_view config, credentials;
  } rows[] = {
      {{{"HOME", "/h"}}, "/h/.aws/config", "/h/.aws/credentials"},
      {{}, "", ""},
      {{{"HOME", "/h"}, {"AWS_CONFIG_FILE", "c"}, {"AWS_SHARED_CREDENTIALS_FILE", "~/d"}}, "c", "/h/d"},
      {{{"AWS_CONFIG_FILE", "~/c"}, {"AWS_SHARED_CREDENTIALS_FILE", "/d"}}, "", "/d"},
      {{{"HOME", "/h"}, {"AWS_CONFIG_FILE", ""}, {"AWS_SHARED_CREDENTIALS_FILE", "~user/d"}},
       "/h/.aws/config",
       "~user/d"},
  };
  for (const auto& row : rows) {
    const shared_file_paths got = shared_file_paths_of(with(row.env));
    EXPECT_EQ(got.config, row.config);
    EXPECT_EQ(got.credentials, row.credentials);
  }
}

TEST(settings, without_home_and_files_the_message_says_so) {
  const auto files = parse_profiles({"", std::nullopt}, {"", std::nullopt});
  const auto got = resolve_settings({}, with({{"AWS_PROFILE", "p"}}), *files);
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(
      got.error().message(),
      "AWS_PROFILE: the profile p is neither in a config file (HOME is not set) nor in a credentials file (likewise)");
}

}  // namespace
}  // namespace dynamo::aws
