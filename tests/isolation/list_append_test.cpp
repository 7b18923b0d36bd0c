// The list-append checker, tested: small histories written by hand, of which it must name each anomaly, and others that are in order.
#include "list_append_check.hpp"
#include "written_history.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <ostream>
#include <string>
#include <vector>

namespace {

using namespace dynamo::isolation;

struct one_case {
  std::string_view title;
  std::string_view history;
  std::string_view anomaly;  ///< the beginning of its name; nothing: the history is in order
};

// A line an operation: from..to, or from.. if its outcome is unknown; `failed`; what it did: x+1 appends 1 to x, x=1,2 read x.
constexpr one_case cases[] = {
    {"an empty history", "", ""},
    {"one after the other", "0..1 x+1\n2..3 x=1\n4..5 x+2\n6..7 x=1,2", ""},
    {"a read of what is not there", "0..1 x=\n2..3 x+1", ""},
    {"those that overlap may have any order", "0..9 x+1\n1..8 x=\n2..7 x=1\n10..11 x=1", ""},
    {"a read may come before a write that began earlier", "0..9 x+1\n1..2 x=\n10..11 x=1", ""},
    {"touching in time is no order", "0..1 x+1\n1..2 x=\n3..4 x=1", ""},
    {"an unknown write that nobody saw", "0.. x+1\n5..6 x=", ""},
    {"an unknown write, seen late", "0.. x+1\n5..6 x=\n7..8 x=1", ""},
    {"an unknown write that took effect between two reads", "0.. x+1 y+1\n1..2 x= y=\n3..4 x=1 y=1", ""},
    {"a failed write that nobody saw", "0..1 failed x+1\n2..3 x=", ""},
    {"transactions over two lists", "0..1 x+1 y+1\n2..3 x=1 y=1\n4..5 x+2 y+2\n6..7 x=1,2 y=1,2", ""},
    {"a conditional append, last of its list", "0..1 x+1\n2..3 x=1 x+2", ""},
    {"what a write returned", "0..1 x+1 x=1\n2..3 x+2 x=1,2", ""},
    {"two appends in one operation", "0..1 x+1 x+2\n2..3 x=1,2", ""},
    {"two lists, each with appends that nobody read", "0..1 x+1\n0..1 x+2\n0..1 y+1\n", ""},
    {"of several conditional appends one, and nobody read it", "0..1 x+1\n2..3 x=1 y+1\n2..3 x=1 y+2", ""},

    {"G0: two transactions, two orders", "0..9 x+1 y+1\n0..9 x+2 y+2\n10..11 x=1,2\n10..11 y=2,1", "G0 "},
    {"G0: one in the middle of another", "0..9 x+1 x+3\n0..9 x+2\n10..11 x=1,2,3", "G0 "},
    {"G1a: a failed append was read", "0..1 failed x+1\n2..3 x=1", "G1a"},
    {"G1b: the middle of an operation was read", "0..9 x+1 x+2\n1..8 x=1\n10..11 x=1,2", "G1b"},
    {"G1c: each read the other's append", "0..9 x+1 y=1\n0..9 y+1 x=1", "G1c"},
    {"G1c: read before it was overwritten by an earlier one", "0..9 x+1 y+1\n0..9 x=1 y+2\n10..11 y=2,1", "G1c"},
    {"read skew: one of two lists of a transaction", "0..9 x+1 y+1\n0..9 x=1 y=\n10..11 x=1 y=1", "G-single"},
    {"read skew over three", "0..9 x+1\n0..9 x=1 y+1\n0..9 y=1 x=\n10..11 x=1 y=1", "G-single"},
    {"lost update: both read one version", "0..9 x= x+1\n0..9 x= x+2\n10..11 x=1,2", "lost update"},
    {"lost update that nobody read", "0..1 x+1\n2..9 x=1 x+2\n2..9 x=1 x+3", "lost update"},
    {"lost update: the list is another one afterwards", "0..9 x+1\n0..9 x+2\n10..11 x=2",
     "G-single (read skew), real time"},
    {"G2: write skew", "0..9 x= y+1\n0..9 y= x+1\n10..11 x=1 y=1", "G2"},
    {"G2: two readers see two writers in two orders", "0..9 x+1\n0..9 y+1\n0..9 x=1 y=\n0..9 x= y=1\n10..11 x=1 y=1",
     "G2"},
    {"real time: a read before an acknowledged append", "0..1 x+1\n2..3 x=\n4..5 x=1",
     "G-single (read skew), real time"},
    {"real time: a read goes back", "0..9 x+1\n1..2 x=1\n3..4 x=", "G-single (read skew), real time"},
    {"real time: an append before an earlier one", "0..1 x+1\n2..3 x+2\n4..5 x=2,1", "G0 (dirty write), real time"},
    {"real time: read before it was written", "0..1 x=1\n2..3 x+1", "G1c (circular information flow), real time"},
    {"real time over two lists", "0..1 x+1\n2..3 y+1\n0..9 x= y=1\n10..11 x=1", "G-single (read skew), real time"},
    {"real time: a snapshot of long ago, twice", "0..1 x+1\n2..3 y+1\n4..9 x= y=\n10..11 x=1 y=1",
     "G-single (read skew), real time"},
    {"real time: an acknowledged append is gone", "0..1 x+1\n2..3 x=1\n4..5 x+2\n6..7 x=1",
     "G-single (read skew), real time"},
    {"a transaction of unknown outcome, half of it", "0.. x+1 y+1\n5..6 x=1 y=", "G-single"},
    {"half of it, and the clock tells", "0.. x+1 y+1\n5..6 x=1\n7..8 y=", "G-single (read skew), real time"},
    {"what unknown operations read counts when they are seen", "0..1 x+1\n2.. x= y+1\n3..4 y=1", "G-single"},

    {"a phantom", "0..1 x=7", "phantom"},
    {"an element twice", "0..1 x+1\n2..3 x=1,1", "duplicate"},
    {"two lists for one", "0..9 x+1\n0..9 x+2\n10..11 x=1\n10..11 x=2", "incompatible"},
    {"its own append is not there", "0..1 x+1 x=", "internal"},
    {"its own append, before it was made", "0..9 x=1 x+1", "internal"},
    {"its own append is not the last", "0..9 x+1 x=1,2\n0..9 x+2", "internal"},
    {"one number for two appends", "0..1 x+1\n2..3 x+1", "no history"},
};

std::string text_of(const std::vector<anomaly>& found) {
  std::string text;
  for (const anomaly& one : found) text += one.name + ": " + one.words;
  return text;
}

TEST(list_append, names_what_is_wrong_and_nothing_else) {
  for (const one_case& c : cases) {
    SCOPED_TRACE(c.title);
    const auto found = find_anomalies(written_history(c.history));
    if (c.anomaly.empty()) {
      EXPECT_EQ(text_of(found), "");
      continue;
    }
    EXPECT_TRUE(std::ranges::any_of(found, [&](const anomaly& one) { return one.name.starts_with(c.anomaly); }))
        << text_of(found);
  }
}

TEST(list_append, tells_a_cycle_in_words) {
  const auto found = find_anomalies(written_history("0..9 x+1 y+1\n0..9 x=1 y=\n10..11 x=1 y=1"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].name, "G-single (read skew)");
  EXPECT_EQ(found[0].words,
            "a cycle:\n"
            "  T1 comes before T0: T1 read y without 1, which T0 appended (rw)\n"
            "  T0 comes before T1: T1 read x with 1 of T0 as its last element (wr)\n"
            "where\n"
            "  T1 (client 1, op, 0..9 us: x was [1], y was [])\n"
            "  T0 (client 0, op, 0..9 us: x += 1, y += 1)\n");
}

TEST(list_append, judges_a_long_history_in_a_moment) {
  history all;
  std::vector<std::int64_t> list;
  std::string item;
  for (std::int64_t i = 0; i < 50'000; ++i) {
    if (i % 50 == 0) item = "list" + std::to_string(i), list.clear();
    operation o;
    o.client = static_cast<int>(i % 32);
    o.invoked = 100 * i, o.completed = 100 * i + 3000, o.came = operation::outcome::ok;
    list.push_back(i + 1);
    o.does = {{access::kind::append, item, i + 1, {}}, {access::kind::list, item, 0, list}};
    all.push_back(o);
  }
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(check_lists(all).holds());
  all[23'456].does[1].seen.erase(all[23'456].does[1].seen.begin());
  EXPECT_EQ(check_lists(all).what, verdict::kind::broken);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::cout << took.count() << " s for both\n";
  EXPECT_EQ(check_lists(all, 1000).what, verdict::kind::unknown);
}

}  // namespace
