// The clock by which records grow old: what it makes of a wall clock that is set, and of what another process noted.
#include <engine/storage/age_clock.hpp>

#include <gtest/gtest.h>

#include <string>

namespace dynamo::engine {
namespace {

using namespace std::chrono_literals;

/// A machine's clock, whose wall and count are set apart.
class machine_clock final : public clock {
 public:
  instant now() const noexcept override { return wall; }
  std::chrono::microseconds elapsed() const noexcept override { return counted; }
  std::string_view boot_id() const noexcept override { return boot; }
  void pass(std::chrono::microseconds time) {
    wall += time;
    counted += time;
  }

  instant wall{1'000h};
  std::chrono::microseconds counted = 5h;
  std::string boot = "first boot";
};

TEST(AgeClock, ShowsTheWallClocksTimeUntilThatIsSet) {
  machine_clock machine;
  const age_clock ages(machine);
  EXPECT_EQ(ages.now(), instant(1'000h));
  machine.pass(3h);
  EXPECT_EQ(ages.now(), instant(1'003h));
  EXPECT_EQ(ages.offset(), 0us);
  EXPECT_EQ(ages.elapsed(), 8h);
  EXPECT_EQ(ages.boot_id(), "first boot");
}

TEST(AgeClock, PassesOnWhenTheWallClockIsSet) {
  for (const std::chrono::microseconds by : {-10'000h, -1h, 1h, 10'000h}) {
    machine_clock machine;
    const age_clock ages(machine);
    machine.wall += by;
    EXPECT_EQ(ages.now(), instant(1'000h));
    EXPECT_EQ(ages.offset(), by);
    machine.pass(1min);
    EXPECT_EQ(ages.now(), instant(1'000h + 1min));
    EXPECT_EQ(ages.offset(), by);
  }
}

TEST(AgeClock, ReadingIsWhatTheNextProcessGoesOnFrom) {
  machine_clock machine;
  const age_clock ages(machine);
  machine.pass(1h);
  machine.wall += 7h;
  const stored_clock noted = ages.reading();
  EXPECT_EQ(noted.age, instant(1'001h));
  EXPECT_EQ(noted.offset, 7h);
  EXPECT_EQ(noted.elapsed, 6h);
  EXPECT_EQ(noted.boot_id, "first boot");
}

TEST(AgeClock, CountsOnInTheSameBootWhateverTheWallClockShows) {
  machine_clock machine;
  const stored_clock noted = age_clock(machine).reading();
  machine.pass(2h);
  machine.wall -= 500h;  // between two processes
  age_clock next(machine);
  next.resume(noted);
  EXPECT_TRUE(next.is_of_this_boot(noted));
  EXPECT_EQ(next.now(), instant(1'002h));
  machine.pass(1h);
  EXPECT_EQ(next.now(), instant(1'003h));
  EXPECT_EQ(next.offset(), -500h);
}

TEST(AgeClock, AfterARestartOfTheMachineTheWallClockIsBelievedButNeverBack) {
  struct {
    std::chrono::microseconds offset;  // of the wall clock, as it was noted
    instant wall;                      // after the restart
    instant shown;
  } const cases[] = {
      {0h, instant(1'010h), instant(1'010h)},  {0h, instant(990h), instant(1'000h)},
      {3h, instant(1'010h), instant(1'007h)},  {3h, instant(1'001h), instant(1'000h)},
      {-3h, instant(1'010h), instant(1'013h)},
  };
  for (const auto& c : cases) {
    const stored_clock noted{.offset = c.offset, .age = instant(1'000h), .elapsed = 5h, .boot_id = "first boot"};
    machine_clock machine;
    machine.boot = "second boot";
    machine.counted = 1min;
    machine.wall = c.wall;
    age_clock next(machine);
    EXPECT_FALSE(next.is_of_this_boot(noted));
    next.resume(noted);
    EXPECT_EQ(next.now(), c.shown);
    machine.pass(1h);
    EXPECT_EQ(next.now(), c.shown + 1h);
  }
}

TEST(AgeClock, KnowsTheBootByItsNameAndItsCount) {
  const machine_clock machine;  // has counted 5 hours
  const age_clock ages(machine);
  const auto noted = [](std::string boot, std::chrono::microseconds counted) {
    return stored_clock{.offset = 0us, .age = instant(), .elapsed = counted, .boot_id = std::move(boot)};
  };
  EXPECT_TRUE(ages.is_of_this_boot(noted("first boot", 5h)));
  EXPECT_TRUE(ages.is_of_this_boot(noted("first boot", 0h)));
  EXPECT_FALSE(ages.is_of_this_boot(noted("first boot", 5h + 1us))) << "it has not counted so far yet";
  EXPECT_FALSE(ages.is_of_this_boot(noted("another boot", 1h)));
  EXPECT_FALSE(ages.is_of_this_boot(noted("", 1h)));
}

TEST(AgeClock, WithoutANameOfTheBootNothingIsOfThisOne) {
  machine_clock machine;
  machine.boot.clear();
  const age_clock ages(machine);
  EXPECT_FALSE(ages.is_of_this_boot(ages.reading()));
}

}  // namespace
}  // namespace dynamo::engine
