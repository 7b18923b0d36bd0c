// Histories of clients that work at once, recorded and judged: short ones. `./dev test isolation` makes long ones.
#include "../support/seeds.hpp"
#include "list_append_check.hpp"
#include "places.hpp"
#include "recorder.hpp"
#include "register_check.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace dynamo::isolation;
using dynamo::model::storage;
using dynamo::testing_support::for_each_seed;

template <class Place>
void expect_in_order(Place& on, recording how, int crashes_wanted = 0) {
  ASSERT_EQ(on.open().value_or(""), "");
  const recorded came = recorder(on, how).run();
  ASSERT_EQ(came.complaint, "");
  EXPECT_GE(came.crashes, crashes_wanted);
  EXPECT_GE(came.all.size(), static_cast<std::size_t>(how.operations / 2));
  const verdict registers = check_registers(came.all);
  EXPECT_TRUE(registers.holds()) << registers.words;
  const verdict lists = check_lists(came.all);
  EXPECT_TRUE(lists.holds()) << lists.words;
}

recording drawn(std::mt19937_64& random) {
  recording how;
  how.seed = random() % 1'000'000'007;
  how.clients = 8 + static_cast<int>(random() % 25);
  how.lost_one_in = 50;
  how.how.slots = 1 + random() % 4;
  how.how.transactions = random() % 4 != 0;
  return how;
}

TEST(isolation, clients_of_a_database_in_memory_are_alone) {
  for_each_seed(10, [](std::mt19937_64& random) {
    in_process on(storage::kind::memory);
    expect_in_order(on, drawn(random));
  });
}

TEST(isolation, clients_of_a_database_on_disk_are_alone_when_the_power_is_cut_too) {
  for_each_seed(8, [](std::mt19937_64& random) {
    in_process on(storage::kind::disk, random());
    recording how = drawn(random);
    how.crashes = 3;
    how.crash_every = how.operations / 5;
    expect_in_order(on, how, how.crashes);
  });
}

TEST(isolation, clients_over_http_are_alone) {
  for_each_seed(4, [](std::mt19937_64& random) {
    in_process on(storage::kind::memory_over_http);
    expect_in_order(on, drawn(random));
  });
}

#ifdef DYNAMO_PROGRAM
TEST(isolation, clients_of_a_server_that_is_killed_are_alone) {
  for_each_seed(2, [](std::mt19937_64& random) {
    in_a_program on(DYNAMO_PROGRAM);
    recording how = drawn(random);
    how.crashes = 1;
    how.crash_every = how.operations / 3;
    expect_in_order(on, how, how.crashes);
  });
}
#endif

}  // namespace
