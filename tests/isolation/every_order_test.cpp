// Both judges beside one that cannot be wrong: small random histories, of which every order is tried.
#include "../support/seeds.hpp"
#include "list_append_check.hpp"
#include "register_check.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <sstream>

namespace {

using namespace dynamo::isolation;
using dynamo::testing_support::for_each_seed;

using lists = std::map<std::string, std::vector<std::int64_t>>;
using chance = std::mt19937_64;
using does = dynamo::isolation::access;  // unistd.h has another one

/// Whether the operations, in this order, would have been told what they were told.
bool could_be(const history& all, const std::vector<std::size_t>& order) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = i + 1; j < order.size(); ++j) {
      if (all[order[j]].completed < all[order[i]].invoked) return false;
    }
  }
  lists now;
  std::int64_t value = 0;  // of the only register
  for (const std::size_t which : order) {
    for (const does& a : all[which].does) {
      if (a.what == does::kind::append) now[a.item].push_back(a.value);
      if (a.what == does::kind::list && now[a.item] != a.seen) return false;
      if (a.what == does::kind::write) value = a.value;
      if (a.what == does::kind::read && value != a.value) return false;
    }
  }
  return true;
}

// Operations of unknown outcome may be left out.
bool has_an_order(const history& all) {
  for (unsigned left_out = 0; left_out < 1u << all.size(); ++left_out) {
    std::vector<std::size_t> order;
    bool may_be_left_out = true;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool out = (left_out >> i & 1u) != 0;
      const auto came = all[i].came;
      may_be_left_out =
          may_be_left_out && (came == operation::outcome::unknown || out == (came != operation::outcome::ok));
      if (!out) order.push_back(i);
    }
    if (!may_be_left_out) continue;
    do {
      if (could_be(all, order)) return true;
    } while (std::ranges::next_permutation(order).found);
  }
  return false;
}

/// Some operations on two lists, which see any versions of any orders of what was appended; at the end all is read.
history anything(chance& random) {
  history all;
  lists last;
  const std::size_t count = 2 + random() % 3;
  std::int64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    operation o;
    o.client = static_cast<int>(i);
    o.name = "op";
    o.invoked = static_cast<std::int64_t>(random() % 8);
    o.completed = o.invoked + 1 + static_cast<std::int64_t>(random() % 6);
    const auto fate = random() % 10;
    o.came = fate == 0 ? operation::outcome::failed : fate == 1 ? operation::outcome::unknown : operation::outcome::ok;
    if (fate == 1) o.completed = operation::never;
    for (const char* item : {"x", "y"}) {
      if (random() % 2 == 0) o.does.push_back({does::kind::list, item, 0, {}});
    }
    for (const char* item : {"x", "y"}) {
      if (random() % 2 == 0) continue;
      o.does.push_back({does::kind::append, item, ++value, {}});
      const bool is_there = fate > 1 || (fate == 1 && random() % 2 == 0) || random() % 8 == 0;
      if (is_there) last[item].push_back(value);
    }
    all.push_back(o);
  }
  for (auto& [item, list] : last) std::ranges::shuffle(list, random);
  for (operation& o : all) {
    for (does& a : o.does) {
      const auto& whole = last[a.item];
      if (a.what == does::kind::list)
        a.seen.assign(whole.begin(), whole.begin() + static_cast<int>(random() % (whole.size() + 1)));
    }
  }
  operation reads{99, "op", 100, 101, operation::outcome::ok, {}};
  for (const char* item : {"x", "y"}) reads.does.push_back({does::kind::list, item, 0, last[item]});
  all.push_back(reads);
  return all;
}

/// Some operations on one register, which read anything that is ever written.
history anything_of_a_register(chance& random) {
  history all;
  const std::size_t count = 2 + random() % 5;
  std::int64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    operation o;
    o.client = static_cast<int>(i);
    o.name = "op";
    o.invoked = static_cast<std::int64_t>(random() % 12);
    o.completed = o.invoked + 1 + static_cast<std::int64_t>(random() % 8);
    const auto fate = random() % 10;
    o.came = fate == 0 ? operation::outcome::failed : fate < 4 ? operation::outcome::unknown : operation::outcome::ok;
    if (o.came == operation::outcome::unknown) o.completed = operation::never;
    const auto what = random() % 3;
    if (what != 0) o.does.push_back({does::kind::read, "x", static_cast<std::int64_t>(random() % (count - 1)), {}});
    if (what != 1) o.does.push_back({does::kind::write, "x", random() % 4 == 0 ? 0 : ++value, {}});
    all.push_back(o);
  }
  return all;
}

template <class Make, class Judge>
void expect_the_same(Make make, Judge judge) {
  int in_order = 0, tried = 0;
  for_each_seed(10'000, [&](chance& random) {
    const history all = make(random);
    const verdict came = judge(all);
    ++tried;
    in_order += came.holds() ? 1 : 0;
    std::stringstream text;
    write_history(text, all);
    EXPECT_EQ(came.holds(), has_an_order(all)) << text.str() << came.words;
  });
  std::cout << in_order << " of " << tried << " are in order\n";
}

TEST(list_append, agrees_with_the_trial_of_every_order) {
  expect_the_same(anything, [](const history& all) { return check_lists(all); });
}

TEST(register_check, agrees_with_the_trial_of_every_order) {
  expect_the_same(anything_of_a_register, [](const history& all) { return check_registers(all); });
}

}  // namespace
