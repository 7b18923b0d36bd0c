#include <remote/endpoints/endpoint_rules.hpp>

#include <gtest/gtest.h>
#include <remote/endpoints/partition.hpp>

#include <array>
#include <ostream>

namespace dynamo::aws {
namespace {

enum class refusal : std::uint8_t {
  none,
  no_region,
  no_account,
  bad_account,
  fips_with_url,
  dual_stack_with_url,
  dual_stack_url,
  fips_with_local,
  dual_stack_with_local,
  required_with_fips,
  required_without_hosts,
};

/// What our message begins with.
std::string_view begins(refusal why) {
  switch (why) {
    case refusal::none: break;
    case refusal::no_region: return "No region is known; set AWS_REGION";
    case refusal::no_account: return "The account id endpoint mode is required, but no account id is known";
    case refusal::bad_account: return "The account id of the credentials is not valid";
    case refusal::fips_with_url: return "FIPS endpoints and a custom endpoint URL exclude each other";
    case refusal::dual_stack_with_url: return "Dual-stack endpoints and a custom endpoint URL exclude each other";
    case refusal::dual_stack_url: return "The endpoint URL https://dynamodb.";
    case refusal::fips_with_local: return "The region local has no FIPS endpoint";
    case refusal::dual_stack_with_local: return "The region local has no dual-stack endpoint";
    case refusal::required_with_fips: return "The account id endpoint mode is required, but DynamoDB's FIPS endpoints";
    case refusal::required_without_hosts: return "The account id endpoint mode is required, but the region ";
  }
  return "nothing";
}

struct published_case {
  service_id service;
  std::string_view region, flags;
  account_id_endpoint_mode mode;
  std::optional<std::string_view> account_id;
  std::array<std::string_view, 2> arns;
  std::string_view custom, url;
  refusal why;
};

std::ostream& operator<<(std::ostream& out, const published_case& c) {
  return out << (c.service == service_id::dynamodb ? "dynamodb " : "streams ") << c.region << " [" << c.flags
             << "] mode " << static_cast<int>(c.mode) << " account " << c.account_id.value_or("-") << " arns "
             << c.arns[0] << " " << c.arns[1] << " custom " << c.custom;
}

namespace published {

constexpr service_id tables = service_id::dynamodb;
constexpr service_id streams = service_id::dynamodb_streams;
constexpr std::optional<std::string_view> none_known;
using enum account_id_endpoint_mode;
using enum refusal;

constexpr published_case cases[] = {
#include "published_cases.inc"
};

}  // namespace published

bool has(std::string_view flags, char flag) { return flags.find(flag) != flags.npos; }

TEST(endpoint_rules, answer_as_aws_publishes) {
  for (const published_case& c : published::cases) {
    if (c.service == service_id::dynamodb_streams && c.region == "local") continue;  // ours differs: see below
    endpoint_parameters asked;
    asked.service = c.service;
    asked.region = c.region;
    asked.fips = has(c.flags, 'f');
    asked.dual_stack = has(c.flags, 'd');
    asked.vector_search = has(c.flags, 's');
    asked.account_mode = c.mode;
    asked.account_id = c.account_id;
    asked.resource_arns = c.arns;
    if (!c.custom.empty()) asked.custom = parse_endpoint_url(c.custom).value();
    const auto got = resolve_endpoint(asked);
    if (c.why != refusal::none) {
      ASSERT_FALSE(got.has_value()) << c;
      EXPECT_TRUE(got.error().message().starts_with(begins(c.why))) << c << ": " << got.error().message();
      EXPECT_EQ(got.error().code(), errc::invalid_argument);
      continue;
    }
    ASSERT_TRUE(got.has_value()) << c << ": " << got.error();
    EXPECT_EQ(got->url.text(), c.url) << c;
    EXPECT_EQ(got->signing_region, c.region == "local" && c.custom.empty() ? "us-east-1" : c.region) << c;
    EXPECT_EQ(got->of_account, c.custom.empty() && c.url.find("ddb") != c.url.npos) << c;
  }
}

endpoint_parameters asked_of(service_id service, std::string_view region, std::string_view flags = {}) {
  endpoint_parameters asked;
  asked.service = service;
  asked.region = region;
  asked.fips = has(flags, 'f');
  asked.dual_stack = has(flags, 'd');
  return asked;
}

TEST(endpoint_rules, services_that_give_credentials) {
  const struct {
    service_id service;
    std::string_view region, flags, url;
  } rows[] = {
      {service_id::sts, "eu-west-2", "", "https://sts.eu-west-2.amazonaws.com"},
      {service_id::sts, "eu-west-2", "f", "https://sts-fips.eu-west-2.amazonaws.com"},
      {service_id::sts, "eu-west-2", "d", "https://sts.eu-west-2.api.aws"},
      {service_id::sts, "eu-west-2", "fd", "https://sts-fips.eu-west-2.api.aws"},
      {service_id::sts, "us-gov-west-1", "f", "https://sts.us-gov-west-1.amazonaws.com"},
      {service_id::sts, "us-gov-west-1", "fd", "https://sts-fips.us-gov-west-1.api.aws"},
      {service_id::sts, "cn-north-1", "", "https://sts.cn-north-1.amazonaws.com.cn"},
      {service_id::sso, "us-east-1", "", "https://portal.sso.us-east-1.amazonaws.com"},
      {service_id::sso, "us-east-1", "f", "https://portal.sso-fips.us-east-1.amazonaws.com"},
      {service_id::sso, "us-gov-east-1", "f", "https://portal.sso.us-gov-east-1.amazonaws.com"},
      {service_id::sso_oidc, "us-east-1", "fd", "https://oidc-fips.us-east-1.api.aws"},
      {service_id::sso_oidc, "cn-north-1", "d", "https://oidc.cn-north-1.api.amazonwebservices.com.cn"},
  };
  for (const auto& row : rows) {
    endpoint_parameters asked = asked_of(row.service, row.region, row.flags);
    asked.account_id = "111111111111";
    const auto got = resolve_endpoint(asked);
    ASSERT_TRUE(got.has_value()) << got.error();
    EXPECT_EQ(got->url.text(), row.url);
  }
}

TEST(endpoint_rules, streams_of_the_region_local_are_where_its_tables_are) {
  const auto got = resolve_endpoint(asked_of(service_id::dynamodb_streams, "local"));
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->url.text(), "http://localhost:8000");
  EXPECT_EQ(got->signing_region, "us-east-1");
}

TEST(endpoint_rules, a_region_must_fit_in_the_name_of_a_host) {
  for (const std::string_view region : {"eu west", "eu-west-1\n", "-eu", "eu-", "a.b", "evil.example/", "\xc3\xa9"}) {
    const auto got = resolve_endpoint(asked_of(service_id::dynamodb, region));
    ASSERT_FALSE(got.has_value()) << region;
    EXPECT_EQ(got.error().message(), "The region is not valid: a region has letters, digits and hyphens, as eu-west-2");
  }
}

TEST(endpoint_rules, hosts_have_small_letters) {
  const auto got = resolve_endpoint(asked_of(service_id::dynamodb, "EU-west-2"));
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->url.host, "dynamodb.eu-west-2.amazonaws.com");
  EXPECT_EQ(got->signing_region, "EU-west-2");
}

TEST(endpoint_rules, arns_that_do_not_fit_are_passed_over) {
  for (const std::string_view arn :
       {"", "users", "arn:aws:dynamodb:eu-west-2", "arn:aws:dynamodb:eu-west-2:1",
        "arn:aws:dynamodb:eu-west-2:1:", "arn::dynamodb:eu-west-2:1:table/t", "urn:aws:dynamodb:eu-west-2:1:table/t",
        "arn:aws:dynamodb:eu-west-1:1:table/t", "arn:aws:s3:eu-west-2:1:table/t", "arn:aws:dynamodb:eu-west-2::table/t",
        "arn:aws:dynamodb:eu-west-2:a.b:table/t"}) {
    endpoint_parameters asked = asked_of(service_id::dynamodb, "eu-west-2");
    const std::string_view arns[] = {arn, "arn:aws:dynamodb:eu-west-2:222222222222:table/t"};
    asked.resource_arns = std::span(arns, 1);
    EXPECT_EQ(resolve_endpoint(asked)->url.host, "dynamodb.eu-west-2.amazonaws.com") << arn;
    asked.resource_arns = arns;
    EXPECT_EQ(resolve_endpoint(asked)->url.host, "222222222222.ddb.eu-west-2.amazonaws.com") << arn;
  }
}

TEST(partitions, regions_belong_to) {
  const struct {
    std::string_view region, partition;
  } rows[] = {
      {"us-east-1", "aws"},
      {"mx-central-1", "aws"},
      {"il-central-1", "aws"},
      {"us-new-12", "aws"},
      {"aws-global", "aws"},
      {"cn-north-1", "aws-cn"},
      {"cn-new-2", "aws-cn"},
      {"aws-cn-global", "aws-cn"},
      {"us-gov-east-1", "aws-us-gov"},
      {"aws-us-gov-global", "aws-us-gov"},
      {"us-iso-west-1", "aws-iso"},
      {"aws-iso-global", "aws-iso"},
      {"us-isob-east-1", "aws-iso-b"},
      {"aws-iso-b-global", "aws-iso-b"},
      {"eu-isoe-west-1", "aws-iso-e"},
      {"us-isof-south-1", "aws-iso-f"},
      {"eusc-de-east-1", "aws-eusc"},
      {"eusc-fr-east-1", "aws"},
      {"local", "aws"},
      {"", "aws"},
      {"moon-1", "aws"},
      {"cn-north", "aws"},
      {"cn--1", "aws"},
      {"cn-north-", "aws"},
      {"cn-north-1a", "aws"},
      {"us-gov-", "aws"},
  };
  for (const auto& row : rows) EXPECT_EQ(partition_of(row.region).name, row.partition) << row.region;
}

}  // namespace
}  // namespace dynamo::aws
