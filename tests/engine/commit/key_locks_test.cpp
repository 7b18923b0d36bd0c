// Locks of keys, and the values that are about to be committed.
#include <engine/commit/key_locks.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace dynamo::engine {
namespace {

using change = std::shared_ptr<prepared_change>;

/// The value that the next writer of the key builds on: "nothing", "deleted" or the row.
std::string latest(key_locks& locks, std::string_view key, std::size_t stripe) {
  const auto found = key_locks::guard(locks, stripe).latest(key);
  if (!found) return "nothing";
  return found->row ? std::string(*found->row) : "deleted";
}
std::string latest(key_locks& locks, std::string_view key) { return latest(locks, key, key_locks::stripe_of(key)); }

/// Publishes the change's last operation, which is on `key`.
void publish(key_locks& locks, const change& one, std::string_view key, std::size_t stripe) {
  key_locks::guard held(locks, stripe);
  held.reserve(1);
  const std::size_t operation = one->rows.operations().size() - 1;
  one->visible.push_back({operation, stripe});
  held.publish(one, operation);
  ASSERT_EQ(one->rows.text(one->rows.operations()[operation].key), key);
}
change put(key_locks& locks, std::string_view key, std::string_view row) {
  auto made = std::make_shared<prepared_change>();
  made->rows.put(key, row);
  publish(locks, made, key, key_locks::stripe_of(key));
  return made;
}
change erase(key_locks& locks, std::string_view key) {
  auto made = std::make_shared<prepared_change>();
  made->rows.erase(key);
  publish(locks, made, key, key_locks::stripe_of(key));
  return made;
}

TEST(KeyLocks, AStripeIsOfTheKeyAlone) {
  std::set<std::size_t> seen;
  for (int i = 0; i < 20'000; ++i) {
    const std::string key = "key " + std::to_string(i);
    EXPECT_LT(key_locks::stripe_of(key), key_locks::stripe_count);
    EXPECT_EQ(key_locks::stripe_of(key), key_locks::stripe_of(std::string(key)));
    seen.insert(key_locks::stripe_of(key));
  }
  EXPECT_GT(seen.size(), key_locks::stripe_count * 9 / 10) << "keys are spread over the stripes";
}

TEST(KeyLocks, AKeyIsInATransactionUntilThatIsSettled) {
  key_locks locks;
  const auto in_transaction = [&](std::string_view key) {
    return key_locks::guard(locks, key_locks::stripe_of(key)).is_in_transaction(key);
  };
  EXPECT_FALSE(in_transaction("a"));
  const change single = put(locks, "a", "1");
  EXPECT_FALSE(in_transaction("a"));
  const change transaction = put(locks, "a", "2");
  transaction->is_transaction = true;
  EXPECT_TRUE(in_transaction("a"));
  EXPECT_FALSE(in_transaction("b"));
  const change of_maintenance = erase(locks, "a");
  EXPECT_TRUE(in_transaction("a")) << "whatever was enqueued after it";
  locks.withdraw(*single);
  EXPECT_TRUE(in_transaction("a"));
  locks.withdraw(*transaction);
  EXPECT_FALSE(in_transaction("a"));
}

TEST(KeyLocks, TheNextWriterSeesTheLatestValue) {
  key_locks locks;
  EXPECT_EQ(latest(locks, "a"), "nothing");
  const change first = put(locks, "a", "1");
  EXPECT_EQ(latest(locks, "a"), "1");
  const change second = put(locks, "a", "2");
  EXPECT_EQ(latest(locks, "a"), "2");
  const change third = erase(locks, "a");
  EXPECT_EQ(latest(locks, "a"), "deleted");
  EXPECT_EQ(latest(locks, "b"), "nothing");
}

TEST(KeyLocks, KeysOfOneStripeAreKeptApart) {
  key_locks locks;
  const auto a = std::make_shared<prepared_change>(), b = std::make_shared<prepared_change>();
  a->rows.put(std::string_view("a"), std::string_view("1"));
  publish(locks, a, "a", 7);
  b->rows.put(std::string_view("b"), std::string_view("2"));
  publish(locks, b, "b", 7);
  EXPECT_EQ(latest(locks, "a", 7), "1");
  EXPECT_EQ(latest(locks, "b", 7), "2");
  EXPECT_EQ(latest(locks, "c", 7), "nothing");
  locks.withdraw(*b);
  EXPECT_EQ(latest(locks, "a", 7), "1");
  EXPECT_EQ(latest(locks, "b", 7), "nothing");
}

TEST(KeyLocks, WithdrawingAChangeShowsTheOneBeforeOrNothing) {
  key_locks locks;
  const change first = put(locks, "a", "1"), second = put(locks, "a", "2");
  locks.withdraw(*first);
  EXPECT_EQ(latest(locks, "a"), "2");
  locks.withdraw(*second);
  EXPECT_EQ(latest(locks, "a"), "nothing");
  const change third = put(locks, "a", "3"), fourth = put(locks, "a", "4");
  locks.withdraw(*fourth);
  EXPECT_EQ(latest(locks, "a"), "3");
}

TEST(KeyLocks, WithdrawingTakesAllKeysOfTheChange) {
  key_locks locks;
  const change two = std::make_shared<prepared_change>();
  two->rows.put(std::string_view("a"), std::string_view("1"));
  publish(locks, two, "a", 5);
  two->rows.put(std::string_view("b"), std::string_view("2"));
  publish(locks, two, "b", 9);
  EXPECT_EQ(latest(locks, "a", 5), "1");
  EXPECT_EQ(latest(locks, "b", 9), "2");
  locks.withdraw(*two);
  EXPECT_EQ(latest(locks, "a", 5), "nothing");
  EXPECT_EQ(latest(locks, "b", 9), "nothing");
}

TEST(KeyLocks, AValueLivesAsLongAsSomebodyBuildsOnIt) {
  key_locks locks;
  std::optional<key_locks::guard::pending_value> found;
  std::weak_ptr<prepared_change> life;
  {
    const change only = put(locks, "a", "the row");
    life = only;
    found = key_locks::guard(locks, key_locks::stripe_of("a")).latest("a");
    locks.withdraw(*only);
  }
  ASSERT_FALSE(life.expired());
  EXPECT_EQ(found->row, "the row");
  found.reset();
  EXPECT_TRUE(life.expired());
}

TEST(KeyLocks, AGuardIsFreeAfterItsRelease) {
  key_locks locks;
  key_locks::guard first(locks, 3);
  EXPECT_EQ(first.stripe(), 3u);
  first.release();
  key_locks::guard second(locks, 3);  // would wait for ever
}

// A stripe that is locked twice by one thread would wait for itself.
TEST(KeyLocks, AListTakesEachStripeOnce) {
  const std::vector<std::vector<std::size_t>> cases{{4}, {4, 4}, {9, 4}, {4, 9}, {9, 4, 9, 1, 4, 1}, {0, 1023, 512, 0}};
  key_locks locks;
  for (const auto& stripes : cases) {
    key_locks::guard_list held;
    held.lock(locks, stripes);
    for (const std::size_t stripe : stripes) EXPECT_EQ(held.of(stripe).stripe(), stripe);
    std::set<const key_locks::guard*> guards;
    for (const std::size_t stripe : stripes) guards.insert(&held.of(stripe));
    EXPECT_EQ(guards.size(), std::set<std::size_t>(stripes.begin(), stripes.end()).size());
    held.release();
    for (const std::size_t stripe : stripes) key_locks::guard(locks, stripe);  // all are free
    held.lock(locks, stripes);  // and the list is good for another change
    EXPECT_EQ(held.of(stripes.front()).stripe(), stripes.front());
  }
}

TEST(KeyLocks, AStripeIsUnchangedWhereNothingPendedAndNothingCame) {
  key_locks locks;
  key_locks::moment then;
  const auto is_unchanged = [&](std::string_view key) {
    return key_locks::guard(locks, key_locks::stripe_of(key)).is_unchanged_since(then);
  };
  locks.note(then);
  EXPECT_TRUE(is_unchanged("a"));
  const change pending = put(locks, "a", "1");
  EXPECT_FALSE(is_unchanged("a")) << "it came since";
  EXPECT_TRUE(is_unchanged("b"));
  locks.note(then);
  EXPECT_FALSE(is_unchanged("a")) << "it pends: a read of the store may not find it";
  locks.withdraw(*pending);
  EXPECT_FALSE(is_unchanged("a")) << "it was committed after the moment";
  locks.note(then);
  EXPECT_TRUE(is_unchanged("a"));
  const change erased = erase(locks, "a");
  locks.withdraw(*erased);
  EXPECT_FALSE(is_unchanged("a")) << "it came and was committed since";
}

}  // namespace
}  // namespace dynamo::engine
