#include <cli/doctor_report.hpp>
#include <gtest/gtest.h>
#include <remote/variables.hpp>
#include <support/http_service.hpp>
#include <support/program.hpp>
#include <support/scratch_folder.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::cli {
namespace {

using namespace std::chrono_literals;
using testing_support::asked;
using testing_support::http_answer;
using testing_support::http_service;

constexpr instant now{24h};

aws::configuration configured(aws::variables env) {
  env.try_emplace("AWS_CONFIG_FILE", "/dev/null");
  env.try_emplace("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
  return aws::load_configuration({}, {}, aws::with(std::move(env))).value();
}

aws::shared_credentials temporary() {
  auth::credentials of("ASIAEXAMPLEEXAMPLE01", "sEcReT", "sEcReT");
  of.account_id = "123456789012";
  of.expires = now + 90min;
  return std::make_shared<const auth::credentials>(std::move(of));
}

TEST(doctor_report, says_what_applies_and_where_it_is_from) {
  const aws::configuration found = configured({{"AWS_REGION", "eu-west-2"},
                                               {"AWS_ACCESS_KEY_ID", "ASIAEXAMPLEEXAMPLE01"},
                                               {"AWS_SECRET_ACCESS_KEY", "sEcReT"},
                                               {"HTTPS_PROXY", "http://user:sEcReT@proxy.example:1"}});
  const doctor_findings findings{found, temporary(), now, {}};
  EXPECT_TRUE(has_credentials(findings));
  EXPECT_EQ(
      doctor_report(findings),
      "Settings\n"
      "  profile                          default    (default)\n"
      "  region                           eu-west-2  (AWS_REGION)\n"
      "  FIPS                             false      (default)\n"
      "  dual-stack                       false      (default)\n"
      "  ignore configured endpoint URLs  false      (default)\n"
      "  account id endpoint mode         preferred  (default)\n"
      "\n"
      "Credentials\n"
      "  no     the program: it gives none\n"
      "  yes    environment variables: keys with the id ASIA************LE01\n"
      "  -      web identity: an earlier source decides\n"
      "  -      profile default: an earlier source decides\n"
      "  -      container agent: an earlier source decides\n"
      "  -      metadata service of EC2: an earlier source decides\n"
      "\n"
      "  access key id  ASIA************LE01\n"
      "  kind           temporary\n"
      "  expires        1970-01-02T01:30:00Z, in 1 h 30 min\n"
      "  account        123456789012\n"
      "\n"
      "Endpoints\n"
      "  DynamoDB          https://123456789012.ddb.eu-west-2.amazonaws.com, signed for eu-west-2; through the proxy of HTTPS_PROXY\n"
      "  DynamoDB Streams  https://123456789012.streams-ddb.eu-west-2.amazonaws.com, signed for eu-west-2; through the proxy of HTTPS_PROXY\n");
}

TEST(doctor_report, says_what_is_missing) {
  const aws::configuration nothing = configured({{"AWS_EC2_METADATA_DISABLED", "true"}});
  const doctor_findings none{nothing, result<aws::shared_credentials>(fail(nothing.plan.source.error())), now, {}};
  EXPECT_FALSE(has_credentials(none));
  const std::string text = doctor_report(none);
  EXPECT_NE(text.find("\n  no     metadata service of EC2: AWS_EC2_METADATA_DISABLED is true\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("\n  error: No credentials for AWS are configured."), std::string::npos) << text;
  EXPECT_NE(text.find("\n  DynamoDB          error: No region is known"), std::string::npos) << text;
}

TEST(doctor_report, says_what_is_wrong) {
  const aws::configuration wrong = configured({{"AWS_ACCESS_KEY_ID", "K"}});
  const doctor_findings halves{wrong, {}, now, {}};
  EXPECT_FALSE(has_credentials(halves));
  EXPECT_NE(doctor_report(halves).find("\n  wrong  environment variables: AWS_SECRET_ACCESS_KEY: it is not set"),
            std::string::npos)
      << doctor_report(halves);
  const aws::configuration agent = configured({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/x"}});
  const doctor_findings failed{agent, result<aws::shared_credentials>(fail(errc::unavailable, "it is gone")), now, {}};
  EXPECT_FALSE(has_credentials(failed));
  EXPECT_NE(doctor_report(failed).find("\n  fails  container agent: container agent at http://127.0.0.1:1\n"),
            std::string::npos);
  EXPECT_NE(doctor_report(failed).find("\n  error: it is gone\n"), std::string::npos);
}

TEST(doctor_report, of_sources_that_were_not_asked) {
  const aws::configuration agent = configured({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/x"}});
  const doctor_findings unasked{agent, {}, now, {}};
  EXPECT_TRUE(has_credentials(unasked));
  EXPECT_NE(doctor_report(unasked).find("\n  not asked for (--offline)\n"), std::string::npos);
  const aws::configuration nothing = configured({});
  const doctor_findings unknown{nothing, {}, now, {}};
  EXPECT_FALSE(has_credentials(unknown));
  EXPECT_NE(doctor_report(unknown).find("only asking tells whether there is a metadata service"), std::string::npos);
}

/// The program, in a home of its own.
struct dynamo_doctor : ::testing::Test {
  const testing_support::scratch_folder home;
  std::vector<std::string> variables{"HOME=" + (home / ""), "AWS_EC2_METADATA_DISABLED=true"};

  dynamo_doctor() {
    std::filesystem::create_directory(home / ".aws");
    std::ofstream(home / ".aws/config")
        << "[profile dev]\nregion = eu-west-2\n[profile run]\nregion = eu-west-3\n"
           "credential_process = echo '{\"Version\":1,\"AccessKeyId\":\"RUN\",\"SecretAccessKey\":\"sEcReT\"}'\n";
    std::ofstream(home / ".aws/credentials") << "[dev]\naws_access_key_id = DEV\naws_secret_access_key = sEcReT\n";
  }
  struct ended {
    std::string text;
    int status;
  };
  ended run(std::vector<std::string> words) {
    words.insert(words.begin(), {DYNAMO_PROGRAM, "doctor"});
    auto program = testing_support::run_program(words, testing::child_process::piped::both, variables);
    std::string text = program.read_all();
    EXPECT_EQ(text.find("sEcReT"), std::string::npos) << text;
    return {std::move(text), program.wait().status()};
  }
};

TEST_F(dynamo_doctor, ends_with_0_when_there_are_credentials) {
  const ended got = run({"--profile", "dev"});
  EXPECT_EQ(got.status, 0) << got.text;
  EXPECT_NE(got.text.find("  region                           eu-west-2  (profile dev (" + (home / "/.aws/config") +
                          ", line 2))\n"),
            std::string::npos)
      << got.text;
  EXPECT_NE(got.text.find("  access key id  DEV\n"), std::string::npos) << got.text;
  EXPECT_NE(got.text.find("https://dynamodb.eu-west-2.amazonaws.com, signed for eu-west-2"), std::string::npos)
      << got.text;
}

TEST_F(dynamo_doctor, ends_with_1_when_there_are_none) {
  const ended got = run({"--region", "eu-west-2", "--endpoint-url", "http://127.0.0.1:8000"});
  EXPECT_EQ(got.status, 1);
  EXPECT_NE(got.text.find("error: No credentials for AWS are configured"), std::string::npos) << got.text;
  EXPECT_NE(got.text.find("  DynamoDB Streams  http://127.0.0.1:8000, signed for eu-west-2\n"), std::string::npos)
      << got.text;
  const ended wrong = run({"--profile", "none"});
  EXPECT_EQ(wrong.status, 1);
  EXPECT_TRUE(wrong.text.starts_with("dynamo: the program: the profile none is neither in ")) << wrong.text;
}

TEST_F(dynamo_doctor, fetches_unless_it_is_told_not_to) {
  http_service agent([](const asked&) {
    return http_answer(200, R"({"AccessKeyId":"AGENT","SecretAccessKey":"sEcReT","Token":"sEcReT","AccountId":"12"})");
  });
  variables.push_back("AWS_CONTAINER_CREDENTIALS_FULL_URI=" + agent.url() + "/sEcReT");
  const ended offline = run({"--offline"});
  EXPECT_EQ(offline.status, 0) << offline.text;
  EXPECT_EQ(agent.requests().size(), 0u);
  const ended got = run({});
  EXPECT_EQ(got.status, 0) << got.text;
  EXPECT_NE(got.text.find("  access key id  AGENT\n  kind           temporary\n"), std::string::npos) << got.text;
  EXPECT_EQ(agent.requests().size(), 1u);
  agent.answer_by([](const asked&) { return http_answer(403, "sEcReT"); });
  const ended refused = run({});
  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(refused.text.find("it answers with status 403"), std::string::npos) << refused.text;
  EXPECT_EQ(run({"--profile", "run"}).status, 0);
}

TEST_F(dynamo_doctor, makes_one_signed_call_when_it_is_asked_to) {
  http_service database([](const asked&) { return http_answer(200, R"({"TableNames":[]})"); });
  const ended got = run({"--profile", "dev", "--endpoint-url", database.url(), "--call"});
  EXPECT_EQ(got.status, 0) << got.text;
  EXPECT_NE(got.text.find("\nCall\n  ListTables  answered in "), std::string::npos) << got.text;
  ASSERT_EQ(database.requests().size(), 1u);
  EXPECT_NE(database.requests()[0].field("Authorization").find("Credential=DEV/"), std::string::npos);
  database.answer_by([](const asked&) {
    return http_answer(400, R"({"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"Who?"})");
  });
  const ended refused = run({"--profile", "dev", "--endpoint-url", database.url(), "--call"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(refused.text.find("  ListTables  error: "), std::string::npos) << refused.text;
  EXPECT_NE(refused.text.find("Who?"), std::string::npos) << refused.text;
  EXPECT_NE(run({"--call", "--offline"}).text.find("excludes"), std::string::npos);
}

}  // namespace
}  // namespace dynamo::cli
