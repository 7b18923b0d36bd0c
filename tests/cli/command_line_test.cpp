#include <cli/command_line.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::cli {
namespace {

command read(std::vector<const char*> words) {
  words.insert(words.begin(), "dynamo");
  return read_command_line(static_cast<int>(words.size()), words.data());
}

TEST(command_line, serve_without_flags_is_for_this_machine_and_in_memory) {
  const command got = read({"serve"});
  ASSERT_EQ(got.what, command::kind::serve) << got.text;
  EXPECT_EQ(got.serve.host, "127.0.0.1");
  EXPECT_EQ(got.serve.port, 8000);
  EXPECT_EQ(got.serve.data, "");
  EXPECT_FALSE(got.serve.enforce_throughput);
  EXPECT_EQ(got.serve.wording, 2026u);
}

TEST(command_line, every_flag_of_serve_is_read) {
  const command got = read({"serve",     "--port",
                            "0",         "--host",
                            "0.0.0.0",   "--data",
                            "some dir",  "--region",
                            "eu-west-1", "--threads",
                            "3",         "--connections",
                            "10",        "--allow-origin",
                            "http://a",  "--allow-origin",
                            "http://b",  "--enforce-throughput",
                            "--wording", "2025"});
  ASSERT_EQ(got.what, command::kind::serve) << got.text;
  EXPECT_EQ(got.serve.port, 0);
  EXPECT_EQ(got.serve.host, "0.0.0.0");
  EXPECT_EQ(got.serve.data, "some dir");
  EXPECT_EQ(got.serve.region, "eu-west-1");
  EXPECT_EQ(got.serve.threads, 3u);
  EXPECT_EQ(got.serve.connections_max, 10u);
  EXPECT_EQ(got.serve.allowed_origins, (std::vector<std::string>{"http://a", "http://b"}));
  EXPECT_TRUE(got.serve.enforce_throughput);
  EXPECT_EQ(got.serve.wording, 2025u);
  EXPECT_NE(read({"serve", "--wording", "2024"}).what, command::kind::serve);
}

TEST(command_line, every_flag_of_doctor_is_read) {
  const command got =
      read({"doctor", "--profile", "dev", "--region", "eu-west-1", "--endpoint-url", "http://a:1", "--offline"});
  ASSERT_EQ(got.what, command::kind::doctor) << got.text;
  EXPECT_EQ(got.doctor.profile, "dev");
  EXPECT_EQ(got.doctor.region, "eu-west-1");
  EXPECT_EQ(got.doctor.endpoint_url, "http://a:1");
  EXPECT_TRUE(got.doctor.offline);
  const command plain = read({"doctor"});
  ASSERT_EQ(plain.what, command::kind::doctor) << plain.text;
  EXPECT_EQ(plain.doctor.profile + plain.doctor.region + plain.doctor.endpoint_url, "");
  EXPECT_FALSE(plain.doctor.offline);
}

TEST(command_line, every_flag_of_event_source_is_read) {
  const command got = read({"event-source",
                            "--table",
                            "SampleStreamTable",
                            "--function",
                            "build/bootstrap",
                            "--env",
                            "A=1",
                            "--env",
                            "B=x=y",
                            "--region",
                            "eu-west-1",
                            "--profile",
                            "dev",
                            "--endpoint-url",
                            "http://a:1",
                            "--from",
                            "latest",
                            "--batch-size",
                            "10000",
                            "--retries",
                            "0",
                            "--bisect",
                            "--failures",
                            "failed.jsonl",
                            "--time-limit",
                            "900"});
  ASSERT_EQ(got.what, command::kind::event_source) << got.text;
  const event_source_settings& s = got.event_source;
  EXPECT_EQ(s.table, "SampleStreamTable");
  EXPECT_EQ(s.function, "build/bootstrap");
  EXPECT_EQ(s.environment, (std::vector<std::pair<std::string, std::string>>{{"A", "1"}, {"B", "x=y"}}));
  EXPECT_EQ(s.region, "eu-west-1");
  EXPECT_EQ(s.profile, "dev");
  EXPECT_EQ(s.endpoint_url, "http://a:1");
  EXPECT_TRUE(s.from_latest);
  EXPECT_EQ(s.batch_size, 10'000u);
  EXPECT_EQ(s.retries_max, 0u);
  EXPECT_TRUE(s.bisect_on_error);
  EXPECT_EQ(s.failures, "failed.jsonl");
  EXPECT_EQ(s.time_limit, std::chrono::seconds(900));
}

TEST(command_line, event_source_without_flags_is_as_lambda_has_it) {
  const command got = read({"event-source", "--table", "t", "--function", "f"});
  ASSERT_EQ(got.what, command::kind::event_source) << got.text;
  const event_source_settings& s = got.event_source;
  EXPECT_EQ(s.profile + s.region + s.endpoint_url + s.failures, "");
  EXPECT_TRUE(s.environment.empty());
  EXPECT_FALSE(s.from_latest);
  EXPECT_EQ(s.batch_size, 100u);
  EXPECT_EQ(s.retries_max, std::nullopt);
  EXPECT_FALSE(s.bisect_on_error);
  EXPECT_EQ(s.time_limit, std::chrono::seconds(3));
}

TEST(command_line, what_only_prints) {
  for (const std::vector<const char*>& words :
       std::vector<std::vector<const char*>>{{"help"}, {"help", "serve"}, {"--help"}, {"serve", "--help"}}) {
    const command got = read(words);
    EXPECT_EQ(got.what, command::kind::print);
    EXPECT_NE(got.text.find(words.front() == std::string("--help") ? "serve" : "--port"), std::string::npos)
        << got.text;
  }
  EXPECT_TRUE(read({"--version"}).text.starts_with("dynamo "));
}

TEST(command_line, what_is_refused_says_why) {
  const struct {
    std::vector<const char*> words;
    const char* says;
  } rows[] = {
      {{}, "Missing command; see `dynamo --help`"},
      {{"server"}, "server"},
      {{"serve", "--prot", "1"}, "--prot"},
      {{"serve", "--port", "70000"}, "70000"},
      {{"serve", "--port", "x"}, "x"},
      {{"serve", "--threads", "17"}, "17"},
      {{"serve", "here"}, "here"},
      {{"serve", "--data", ""}, "--data"},
      {{"serve", "--host", ""}, "--host"},
      {{"serve", "--region", ""}, "--region"},
      {{"serve", "--region", "eu west"}, "--region"},
      {{"serve", "--port"}, "dynamo help"},
      {{"doctor", "--profile", ""}, "--profile is empty"},
      {{"doctor", "--region", ""}, "--region is empty"},
      {{"doctor", "--endpoint-url", ""}, "--endpoint-url is empty"},
      {{"doctor", "--port", "1"}, "--port"},
      {{"event-source", "--table", "t"}, "--function"},
      {{"event-source", "--function", "f"}, "--table"},
      {{"event-source", "--table", "", "--function", "f"}, "--table is empty"},
      {{"event-source", "--table", "t", "--function", "f", "--env", "=x"}, "--env is NAME=VALUE"},
      {{"event-source", "--table", "t", "--function", "f", "--env", "x"}, "--env is NAME=VALUE"},
      {{"event-source", "--table", "t", "--function", "f", "--batch-size", "0"}, "--batch-size"},
      {{"event-source", "--table", "t", "--function", "f", "--batch-size", "10001"}, "--batch-size"},
      {{"event-source", "--table", "t", "--function", "f", "--retries", "-1"}, "--retries"},
      {{"event-source", "--table", "t", "--function", "f", "--time-limit", "901"}, "--time-limit"},
      {{"event-source", "--table", "t", "--function", "f", "--from", "here"}, "here"},
      {{"event-source", "--table", "t", "--function", "f", "--failures", ""}, "--failures is empty"},
  };
  for (const auto& row : rows) {
    const command got = read(row.words);
    EXPECT_EQ(got.what, command::kind::refuse) << row.says;
    EXPECT_NE(got.text.find(row.says), std::string::npos) << got.text;
  }
}

}  // namespace
}  // namespace dynamo::cli
