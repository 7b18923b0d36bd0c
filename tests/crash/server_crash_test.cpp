// `dynamo serve` is killed while several clients write to it over HTTP; the next one on the same directory, asked over HTTP too, has to
// know everything that was acknowledged.
#ifdef DYNAMO_PROGRAM

#include "../support/program.hpp"
#include "../support/scratch_folder.hpp"
#include "../support/seeds.hpp"
#include "../support/served_program.hpp"
#include "../support/wire.hpp"
#include "clients.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace {

using namespace dynamo::crash;
using namespace dynamo::testing_support;
using dynamo::errc;
using dynamo::operation_name;

constexpr int kills = 5;  // and as many seeds make the whole: 20

std::optional<std::string> begin_table(dynamo::endpoint& db) {
  const answer made = call(db, operation_name::create_table, create_table_text());
  if (made.ok || made.code == errc::resource_in_use) return std::nullopt;
  return "CreateTable: " + made.to_string();
}

/// Says what is wrong after one of the kills, if anything.
std::optional<std::string> serve_and_kill(std::mt19937_64& random) {
  const scratch_folder folder;
  const std::string directory = folder / "db";
  const std::uint64_t seed = random() % 1'000'000'007;
  std::vector<report> reports;
  std::vector<dynamo::model::change> log;
  std::optional<served_program> now(std::in_place, DYNAMO_PROGRAM, directory);
  for (int round = 0; round < kills; ++round) {
    if (auto failed = begin_table(now->db())) return failed;
    const int moment = 1 + static_cast<int>(random() % 400);
    reports.push_back(clients(now->db(), seed, round).work(moment, [&] { now->kill(); }));
    if (!reports.back().complaint.empty()) return "a client complains: " + reports.back().complaint;
    if (!now->was_killed()) return "the server ended by itself";
    // Now and then killed while it begins, too, perhaps.
    if (random() % 4 == 0) run_program({DYNAMO_PROGRAM, "serve", "--port", "0", "--data", directory});
    now.emplace(DYNAMO_PROGRAM, directory);
    if (!now->is_ready()) return "the server says " + now->ready();
    if (auto failed = verify(now->db(), seed, reports, log)) return "kill " + std::to_string(round) + ": " + *failed;
  }
  reports.back().operations.front() += 2;
  if (!verify(now->db(), seed, reports, log)) return "nobody misses two writes that were not made";
  return std::nullopt;
}

TEST(server_crash, a_killed_server_loses_nothing_acknowledged) {
  for_each_seed(4, [](std::mt19937_64& random) { EXPECT_EQ(serve_and_kill(random).value_or(""), ""); });
}

}  // namespace

#endif
