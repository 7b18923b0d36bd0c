// One caller, random operations, an endpoint and a reference side by side. DYNAMO_MODEL_REPLAY=<file> runs what a failure printed.
#include "../support/seeds.hpp"
#include "run_sequence.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

using namespace dynamo::model;
using dynamo::testing_support::for_each_seed;

constexpr std::size_t length = 300;

sequence random_sequence(std::mt19937_64& random, bool with_crashes) {
  sequence all;
  for (int table = 0; table < static_cast<int>(shapes.size()); ++table) {
    operation create;
    create.what = operation::kind::create;
    create.write.at.table = table;
    create.extra = table;  // two of three with a stream
    all.push_back(create);
  }
  for (const int table : {0, 2}) {  // that have more vector indexes than they are made with
    if (random() % 2 != 0) continue;
    operation add;
    add.what = operation::kind::add_vector_index;
    add.write.at.table = table;
    add.extra = 400;  // the last of them, and no crash
    all.push_back(add);
  }
  while (all.size() < length) all.push_back(random_operation(random, with_crashes));
  return all;
}

void expect_agreement(const sequence& all, const run_options& how, unsigned* throttled = nullptr) {
  const auto failed = run(all, how, throttled);
  if (!failed) return;
  std::cerr << *failed << '\n';  // shrinking may take longer than the test has
  const sequence least = shrink(all, [&](const sequence& fewer) { return run(fewer, how).has_value(); });
  ADD_FAILURE() << *failed << "\nas few operations as fail (a file for DYNAMO_MODEL_REPLAY):\n"
                << to_text(least) << run(least, how).value_or("(not every time)");
}

TEST(model, one_caller_in_memory_gets_what_the_reference_says) {
  for_each_seed(135, [](std::mt19937_64& random) {
    const sequence all = random_sequence(random, false);
    expect_agreement(all, {.kind = storage::kind::memory, .vectors = static_cast<run_options::room>(random() % 3)});
  });
}

TEST(model, one_caller_on_a_disk_that_crashes_gets_what_the_reference_says) {
  for_each_seed(20, [](std::mt19937_64& random) {
    expect_agreement(random_sequence(random, true), {.kind = storage::kind::disk});
  });
}

TEST(model, one_caller_over_http_gets_what_the_reference_says) {
  for_each_seed(40, [](std::mt19937_64& random) {
    expect_agreement(random_sequence(random, false), {.kind = storage::kind::memory_over_http});
  });
}

TEST(model, one_caller_over_http_gets_what_the_reference_says_though_the_server_loses_its_power) {
  for_each_seed(10, [](std::mt19937_64& random) {
    expect_agreement(random_sequence(random, true), {.kind = storage::kind::disk_over_http});
  });
}

// A request that is throttled leaves no trace; it is throttled when nothing is left, and only then.
TEST(model, one_caller_of_tables_with_little_throughput_gets_what_the_reference_says) {
  unsigned throttled = 0;
  for_each_seed(60, [&](std::mt19937_64& random) {
    expect_agreement(random_sequence(random, false), {.kind = storage::kind::memory, .throughput = true}, &throttled);
  });
  EXPECT_GT(throttled, 0U);
}

TEST(model, one_caller_of_tables_with_little_throughput_over_http_and_on_a_disk_that_crashes) {
  unsigned throttled = 0;
  for_each_seed(8, [&](std::mt19937_64& random) {
    for (const auto kind : {storage::kind::memory_over_http, storage::kind::disk}) {
      expect_agreement(random_sequence(random, kind == storage::kind::disk), {.kind = kind, .throughput = true},
                       &throttled);
    }
  });
  EXPECT_GT(throttled, 0U);
}

TEST(model, a_printed_sequence_can_be_read_again) {
  std::mt19937_64 random(1);
  const sequence all = random_sequence(random, true);
  const auto again = sequence_from(to_text(all));
  ASSERT_TRUE(again);
  EXPECT_EQ(to_text(*again), to_text(all));
  EXPECT_FALSE(sequence_from("1 2 three"));
}

TEST(model, a_failing_sequence_shrinks_to_what_fails) {
  std::mt19937_64 random(1);
  const sequence all = random_sequence(random, false);
  const auto drops = [](const sequence& s) {
    return std::ranges::count(s, operation::kind::query, &operation::what) >= 1 &&
           std::ranges::count(s, operation::kind::scan, &operation::what) >= 2;
  };
  ASSERT_TRUE(drops(all));
  EXPECT_EQ(shrink(all, drops).size(), 3u);
}

TEST(model, the_sequence_that_was_asked_for_agrees) {
  const char* path = std::getenv("DYNAMO_MODEL_REPLAY");
  if (path == nullptr) GTEST_SKIP() << "DYNAMO_MODEL_REPLAY names no file";
  std::ifstream in(path);
  const auto all = sequence_from(std::string(std::istreambuf_iterator<char>(in), {}));
  ASSERT_TRUE(all) << "not a printed sequence: " << path;
  for (const auto kind :
       {storage::kind::memory, storage::kind::disk, storage::kind::memory_over_http, storage::kind::disk_over_http}) {
    for (const bool throughput : {false, true}) {
      EXPECT_EQ(run(*all, {.kind = kind, .throughput = throughput}).value_or(""), "");
    }
  }
}

}  // namespace
