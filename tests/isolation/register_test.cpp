// The linearizability checker, tested: small histories written by hand, and random ones that are in order because they were made so.
#include "../support/seeds.hpp"
#include "random_registers.hpp"
#include "register_check.hpp"
#include "written_history.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace {

using namespace dynamo::isolation;
using dynamo::testing_support::for_each_seed;

struct one_case {
  std::string_view title;
  std::string_view history;
  bool holds;
};

// x:=1 writes, x==1 read; both in one line: a conditional write. 0: no item.
constexpr one_case cases[] = {
    {"an empty history", "", true},
    {"one after the other", "0..1 x:=1\n2..3 x==1\n4..5 x:=2\n6..7 x==2", true},
    {"a register begins with nothing", "0..1 x==0", true},
    {"those that overlap may have any order", "0..9 x:=1\n1..2 x==1\n0..9 x:=2\n3..4 x==2\n5..6 x==2", true},
    {"a chain of conditional writes", "0..1 x==0 x:=1\n2..9 x==2 x:=3\n2..9 x==1 x:=2\n10..11 x==3", true},
    {"deleted", "0..1 x:=1\n2..3 x:=0\n4..5 x==0", true},
    {"a failed write", "0..1 failed x:=1\n2..3 x==0", true},
    {"an unknown write that nobody saw", "0.. x:=1\n2..3 x==0", true},
    {"an unknown write, seen late", "0.. x:=1\n2..3 x==0\n4..5 x==1", true},
    {"an unknown conditional write that found something else", "0..1 x:=1\n2.. x==9 x:=2\n4..5 x==1", true},
    {"an unknown deletion, seen", "0..1 x:=1\n2.. x:=0\n3..4 x==1\n5..6 x==0\n7..8 x==0", true},
    {"unknown ones build on unknown ones", "0.. x:=1\n1.. x==1 x:=2\n9..10 x==2", true},
    {"an unknown deletion that builds on an unknown write", "0..1 x==0 x:=1\n2.. x:=2\n3.. x==2 x:=0\n4..5 x==0", true},
    {"two registers do not know of each other", "0..1 x:=1 y:=2\n2..3 x==1\n4..5 y==2", true},

    {"stale", "0..1 x:=1\n2..3 x==0", false},
    {"from the future", "0..1 x==1\n2..3 x:=1", false},
    {"back again", "0..1 x:=1\n2..9 x:=2\n3..4 x==2\n5..6 x==1", false},
    {"a value that nobody wrote", "0..1 x==7", false},
    {"two conditional writes on one value", "0..1 x:=1\n2..9 x==1 x:=2\n2..9 x==1 x:=3", false},
    {"an aborted read", "0..1 failed x:=1\n2..3 x==1", false},
    {"an unknown write that comes and goes", "0..1 x:=1\n2.. x:=2\n3..4 x==2\n5..6 x==1", false},
    {"unknown, but not before it was invoked", "0..1 x==1\n2.. x:=1", false},
    {"an unknown conditional write needs its value too", "0..1 x:=1\n2.. x==9 x:=2\n4..5 x==2", false},
    {"two readers, two orders", "0..9 x:=1\n0..9 x:=2\n1..2 x==1\n3..4 x==2\n5..6 x==1", false},
    {"the second of two registers", "0..1 x:=1 y:=2\n2..3 x==1\n4..5 y==0", false},
};

TEST(register_check, tells_what_is_linearizable) {
  for (const one_case& c : cases) {
    SCOPED_TRACE(c.title);
    const verdict came = check_registers(written_history(c.history));
    EXPECT_EQ(came.what, c.holds ? verdict::kind::holds : verdict::kind::broken) << came.words;
  }
}

TEST(register_check, shows_where_it_ends) {
  const verdict came = check_registers(written_history("0..1 x:=1\n2..3 x==1\n4..5 x==0"));
  EXPECT_EQ(came.words,
            "x is not linearizable. An order as far as there is one:\n"
            "  T0 (client 0, op, 0..1 us: x = 1)\n"
            "  T1 (client 1, op, 2..3 us: x was 1)\n"
            "None of these can come next:\n"
            "  T2 (client 2, op, 4..5 us: x was nothing)\n");
}

TEST(register_check, says_that_it_does_not_know_when_it_meets_its_bound) {
  std::string all;  // writes at once, each of them read at once
  for (int i = 1; i <= 24; ++i) all += "0..9 x:=" + std::to_string(i) + "\n0..9 x==" + std::to_string(i) + "\n";
  EXPECT_TRUE(check_registers(written_history(all)).holds());
  EXPECT_EQ(check_registers(written_history(all), 40).what, verdict::kind::unknown);
}

TEST(register_check, accepts_what_was_made_in_order) {
  for_each_seed(200, [](std::mt19937_64& random) {
    const verdict came = check_registers(random_registers(random, 400, 1 + static_cast<int>(random() % 16)));
    EXPECT_TRUE(came.holds()) << came.words;
  });
}

TEST(register_check, judges_a_long_history_of_one_register_in_a_moment) {
  std::mt19937_64 random(1);
  const history all = random_registers(random, 10'000, 16, 1);
  EXPECT_TRUE(check_registers(all).holds());
}

TEST(history, is_read_as_it_was_written) {
  for_each_seed(20, [](std::mt19937_64& random) {
    history all = random_registers(random, 50, 4);
    all.push_back(written_history("3..4 x+1 y=1,2")[0]);
    std::stringstream text;
    write_history(text, all);
    EXPECT_EQ(read_history(text), all);
  });
}

TEST(history, says_which_line_it_cannot_read) {
  std::stringstream text("{\"client\":1}\n");
  EXPECT_THROW(read_history(text), std::runtime_error);
}

}  // namespace
