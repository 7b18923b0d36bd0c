// A program that writes is killed with SIGKILL; another one looks at what it left.
#include "../support/program.hpp"
#include "../support/scratch_folder.hpp"
#include "../support/seeds.hpp"
#include "verify_crash.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

namespace {

using namespace dynamo::crash;
using dynamo::testing_support::for_each_seed;
using dynamo::testing_support::run_program;

constexpr int rounds = 4;

/// Runs a program, reads lines until there are `lines`, kills it with SIGKILL, and reads what it had written by then. All whole lines,
/// in order; ends early if the program does.
std::vector<std::string> run_and_kill(const std::vector<std::string>& command, std::size_t lines) {
  auto child = run_program(command, dynamo::testing::child_process::piped::output);
  std::vector<std::string> told;
  std::string rest;
  while (child.read_some(rest)) {
    std::size_t end = 0;
    for (; (end = rest.find('\n')) != std::string::npos; rest.erase(0, end + 1)) told.push_back(rest.substr(0, end));
    if (told.size() >= lines) child.send_signal(SIGKILL);
  }
  return told;
}

/// Says what is wrong after one of the rounds, if anything.
std::optional<std::string> write_and_kill(std::mt19937_64& random, const std::string& files, bool indexes = false) {
  const dynamo::testing_support::scratch_folder folder;
  const std::string directory = folder / "db";
  const std::uint64_t seed = random() % 1'000'000'007;
  std::vector<report> reports;
  std::vector<dynamo::model::change> log;
  for (int round = 0; round < rounds; ++round) {
    // 0: killed while it opens, perhaps.
    const std::size_t lines = random() % 8 == 0 ? 0 : random() % 400;
    std::vector<std::string> command{DYNAMO_CRASH_CHILD, directory, std::to_string(seed), std::to_string(round), files};
    if (indexes) command.emplace_back("indexes");
    const auto told = run_and_kill(command, lines);
    reports.push_back(read_report(told));
    if (!reports.back().complaint.empty()) return "the child complains: " + reports.back().complaint;
    if (auto failed = verify(directory, seed, reports, log)) return "round " + std::to_string(round) + ": " + *failed;
  }
  return std::nullopt;
}

TEST(crash, a_killed_process_loses_nothing_acknowledged) {
  for_each_seed(3, [](std::mt19937_64& random) { EXPECT_EQ(write_and_kill(random, "disk").value_or(""), ""); });
}

TEST(crash, a_killed_process_loses_nothing_acknowledged_even_without_syncs) {
  for_each_seed(2, [](std::mt19937_64& random) { EXPECT_EQ(write_and_kill(random, "process").value_or(""), ""); });
}

TEST(crash, a_power_cut_loses_nothing_acknowledged) {
  for_each_seed(4, [](std::mt19937_64& random) { EXPECT_EQ(write_and_kill(random, "dropping").value_or(""), ""); });
}

TEST(crash, a_process_killed_while_a_vector_index_is_filled_leaves_one_that_comes_to_be_as_its_table) {
  for_each_seed(1, [](std::mt19937_64& random) {
    for (const char* files : {"process", "dropping"}) EXPECT_EQ(write_and_kill(random, files, true).value_or(""), "");
  });
}

TEST(crash, a_disk_that_only_pretends_to_sync_is_caught) {
  for_each_seed(2, [](std::mt19937_64& random) { EXPECT_NE(write_and_kill(random, "lying").value_or(""), ""); });
}

}  // namespace
