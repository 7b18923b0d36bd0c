// Whether the demo would notice that the function missed something.

#include "samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <unistd.h>

namespace demo {
namespace {

constexpr std::int64_t items = 40;

using lines = std::vector<std::string>;

/// What a function sees that misses nothing: by item, so that a line more or less is easily made.
lines complete() {
  const sample_plan plan(items);
  lines all;
  int number = 100;
  for (std::int64_t id = 1; id <= items; ++id) {
    for (const std::string& name : plan.changes_of(id)) {
      if (id != plan.poison()) all.push_back(std::to_string(id) + " " + std::to_string(++number) + " " + name);
    }
  }
  return all;
}

bool accepted(const lines& seen) {
  std::string path = "/tmp/dynamo_seen_XXXXXX";
  const int file = mkstemp(path.data());
  if (file < 0) std::abort();
  close(file);
  std::ofstream out(path);
  for (const std::string& line : seen) out << line << '\n';
  out.close();
  const bool right = seen_changes::read(path).are_all_of(sample_plan(items));
  std::remove(path.c_str());
  return right;
}

TEST(SeenChanges, AreAllOfThePlanWhetherOrNotSomeComeTwice) {
  lines seen = complete();
  EXPECT_TRUE(accepted(seen));
  seen.insert(seen.end(), seen.begin(), seen.begin() + 20);
  EXPECT_TRUE(accepted(seen));
}

TEST(SeenChanges, AMissingChangeIsNoticed) {
  for (std::size_t i = 0; i < complete().size(); ++i) {
    lines seen = complete();
    seen.erase(seen.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(accepted(seen)) << complete()[i];
  }
}

TEST(SeenChanges, ChangesOfAnItemInAnotherOrderAreNoticed) {
  lines seen = complete();
  const auto at = std::ranges::find_if(seen, [](const std::string& line) { return line.ends_with("MODIFY"); });
  ASSERT_NE(at, seen.end());
  std::iter_swap(at, at - 1);
  EXPECT_FALSE(accepted(seen));
}

TEST(SeenChanges, TheRecordThatIsGivenUpMustNotHaveBeenHandled) {
  lines seen = complete();
  seen.push_back(std::to_string(sample_plan(items).poison()) + " 99 INSERT");
  EXPECT_FALSE(accepted(seen));
}

TEST(SeenChanges, AnItemThatNobodyWroteIsNoticed) {
  lines seen = complete();
  seen.push_back("41 99 INSERT");
  EXPECT_FALSE(accepted(seen));
}

}  // namespace
}  // namespace demo
