// Testing code that uses tables: the function under test names no endpoint, the test gives it a database of its own, a clock that
// the test moves, and a bad day. With GoogleTest or Catch2 the fixtures in <dynamo/testing/gtest.hpp> and catch2.hpp are all of this.
#include <dynamo/base/clock.hpp>
#include <dynamo/decorators/retrying.hpp>
#include <dynamo/table.hpp>
#include <dynamo/testing/sandbox.hpp>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

// ---- The program: a lock on a document, which expires. ----

struct Lock {
  std::string document, owner;
  std::int64_t expires_at = 0;  // seconds since 1970
};
struct locks_schema : dynamo::schema<"locks", Lock, dynamo::partition_key<&Lock::document>> {};
inline constexpr auto owner = dynamo::attr<&Lock::owner>;
inline constexpr auto expires_at = dynamo::attr<&Lock::expires_at>;

/// True if the lock is `who`'s for the next hour; false if another's has not expired. `locks` names no endpoint: in production
/// the program has set one with dynamo::set_default_endpoint().
dynamo::result<bool> acquire(const dynamo::table<locks_schema>& locks, const std::string& document,
                             const std::string& who, const dynamo::clock& clock) {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(clock.now().time_since_epoch()).count();
  const Lock mine{.document = document, .owner = who, .expires_at = now + 3600};
  const auto free = owner.not_exists() || owner == who || expires_at < now;
  const auto put = locks.put(mine, dynamo::only_if(free)).run();
  if (put) return true;
  if (put.error().conditional_check_failed()) return false;
  return std::unexpected(put.error());
}

// ---- Its tests. ----

void check(bool held, const char* what) {
  std::cout << (held ? "ok      " : "FAILED  ") << what << '\n';
  if (!held) std::exit(1);
}

int main() {
  const dynamo::table<locks_schema> locks;  // on whatever is the default when a call is made

  {
    dynamo::testing::sandbox box;  // an empty in-memory database is the default now
    check(locks.create_if_absent().run().has_value(), "the table is there");
    check(acquire(locks, "plan.txt", "ann", box.time) == true, "a free document is locked");
    check(acquire(locks, "plan.txt", "bob", box.time) == false, "another one has to wait");
    box.time.advance(std::chrono::minutes(61));
    check(acquire(locks, "plan.txt", "bob", box.time) == true, "an hour later, which took no time, he gets it");
  }

  {
    dynamo::testing::sandbox box;  // another database: nothing of the first test is in it
    check(locks.create_if_absent().run().has_value(), "the table is there again, and empty");
    box.faults->add(dynamo::fault_rule(dynamo::fault::lost_reply).on(dynamo::operation_name::put_item).at_call(1));
    const auto unsure = acquire(locks, "plan.txt", "ann", box.time);
    check(!unsure && unsure.error().outcome_unknown(), "a lost reply is reported, not guessed");
    check(acquire(locks, "plan.txt", "ann", box.time) == true, "asking again is safe: the lock is hers in any case");
  }

  {
    dynamo::testing::sandbox box;
    // The program's own arrangement, retries included, with the faults behind it and waits that take no time.
    box.database.route_through(
        dynamo::retrying(dynamo::faulty(box.database.endpoint(), box.faults, box.time), {}, box.time));
    check(locks.create_if_absent().run().has_value(), "a third database");
    box.faults->add(dynamo::fault_rule(dynamo::fault::throttle).on(dynamo::operation_name::put_item).at_calls(1, 3));
    check(acquire(locks, "plan.txt", "ann", box.time) == true, "three throttles later the lock is hers");
    check(box.faults->dealt(dynamo::fault::throttle) == 3, "and three throttles were dealt out");
  }

  check(!acquire(locks, "plan.txt", "ann", dynamo::system_clock()), "outside of the tests nothing was set up");
}
