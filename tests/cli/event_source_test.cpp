// `dynamo event-source` as a process. That changes arrive is the walk's to show (tests/infrastructure/walk).
#include <gtest/gtest.h>
#include <support/program.hpp>
#include <support/scratch_folder.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <sys/stat.h>

namespace dynamo {
namespace {

using testing::child_process;
using testing_support::run_program;
using testing_support::scratch_folder;

constexpr const char* nobody = "http://127.0.0.1:1";

/// With credentials of its own and nothing of this machine's.
child_process run_mapping(const scratch_folder& home, std::vector<std::string> flags,
                          std::vector<std::string> more = {}) {
  std::vector<std::string> words{DYNAMO_PROGRAM, "event-source"};
  words.insert(words.end(), flags.begin(), flags.end());
  std::vector<std::string> variables{"HOME=" + (home / ""), "AWS_EC2_METADATA_DISABLED=true"};
  variables.insert(variables.end(), more.begin(), more.end());
  return run_program(std::move(words), child_process::piped::both, std::move(variables));
}
const std::vector<std::string> keys{"AWS_ACCESS_KEY_ID=any", "AWS_SECRET_ACCESS_KEY=sEcReT"};

/// A function that never asks for an event, and says so.
std::string idle_function(const scratch_folder& folder) {
  const std::string path = folder / "idle";
  std::FILE* const file = std::fopen(path.c_str(), "w");
  if (file == nullptr) std::abort();
  std::fputs("#!/bin/sh\necho \"idle with $WISH\"\nexec sleep 1000\n", file);
  std::fclose(file);
  if (::chmod(path.c_str(), 0755) != 0) std::abort();
  return path;
}

TEST(dynamo_event_source, shows_the_functions_log_waits_for_the_endpoint_and_ends_when_told_to) {
  const scratch_folder folder;
  for (const int number : {SIGTERM, SIGINT}) {
    auto p = run_mapping(
        folder, {"--table", "t", "--function", idle_function(folder), "--endpoint-url", nobody, "--env", "WISH=sleep"},
        keys);
    std::string seen;
    bool idle = false, waits = false;
    while (!idle || !waits) {
      const std::string line = p.line();
      ASSERT_FALSE(line.empty()) << seen;
      seen += line + "\n";
      idle = idle || line == "idle with sleep";
      waits = waits || line.find("Cannot connect to 127.0.0.1:1") != std::string::npos;
    }
    EXPECT_TRUE(seen.starts_with("dynamo: changes of t go to ") || seen.starts_with("idle")) << seen;
    p.send_signal(number);
    seen += p.read_all();
    EXPECT_NE(seen.find("dynamo: 0 changes handled and 0 given up, in 0 invocations, of which 0 failed\n"),
              std::string::npos)
        << seen;
    EXPECT_EQ(seen.find("sEcReT"), std::string::npos);
    EXPECT_EQ(p.wait().status(), 0);
  }
}

TEST(dynamo_event_source, says_why_it_cannot_begin) {
  const scratch_folder folder;
  const std::string idle = idle_function(folder);
  const struct {
    std::vector<std::string> flags;
    std::vector<std::string> variables;
    const char* says;
  } rows[] = {
      {{"--table", "t", "--function", folder / "none", "--endpoint-url", nobody}, keys, "/none` cannot be started"},
      {{"--table", "t", "--function", idle, "--endpoint-url", nobody}, {}, "No credentials for AWS are configured"},
      {{"--table", "t", "--function", idle}, keys, "No region is known"},
      {{"--table", "t", "--function", idle, "--endpoint-url", "nonsense:"},
       keys,
       "the endpoint URL must begin with http:// or https://"},
      {{"--table", "t", "--function", idle, "--endpoint-url", nobody, "--failures", folder / "no/file"},
       keys,
       "no/file"},
  };
  for (const auto& row : rows) {
    auto p = run_mapping(folder, row.flags, row.variables);
    const std::string said = p.read_all();
    EXPECT_NE(said.find(row.says), std::string::npos) << said;
    EXPECT_EQ(said.find("sEcReT"), std::string::npos);
    EXPECT_EQ(p.wait().status(), 1) << row.says;
  }
}

TEST(dynamo_event_source, a_table_that_is_not_there_ends_it) {
  const scratch_folder folder;
  auto server = run_program({DYNAMO_PROGRAM, "serve", "--port", "0"});
  const std::string port = std::to_string(testing_support::port_in(server.line()));
  auto p = run_mapping(
      folder, {"--table", "nowhere", "--function", idle_function(folder), "--endpoint-url", "http://127.0.0.1:" + port},
      keys);
  const std::string said = p.read_all();
  EXPECT_NE(said.find("Table: nowhere not found"), std::string::npos) << said;
  EXPECT_EQ(p.wait().status(), 1);
}

}  // namespace
}  // namespace dynamo
