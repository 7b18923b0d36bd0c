#include <engine/throughput/capacity_meter.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace dynamo::engine;
using namespace std::chrono_literals;
using std::chrono::microseconds;

constexpr capacity_limit provisioned(double units) {
  return {.how = capacity_limit::mode::provisioned, .units = units, .maximum = 0};
}
constexpr capacity_limit on_demand(double units, double maximum = 0) {
  return {.how = capacity_limit::mode::on_demand, .units = units, .maximum = maximum};
}
constexpr exceeded nothing = exceeded::nothing;

// One request after the other, each at its time: how it is answered, and what it takes if it is admitted.
struct request {
  microseconds at;
  double takes;
  exceeded answer = nothing;
};
void play(capacity_limit limit, const std::vector<request>& requests, const std::string& what) {
  capacity_meter meter(limit, 0us);
  for (const request& one : requests) {
    meter.advance(limit, one.at);
    const exceeded answer = meter.check();
    EXPECT_EQ(answer, one.answer) << what << " at " << one.at.count() << " us, with " << meter.tokens();
    if (answer == nothing) meter.charge(one.takes);
  }
}

TEST(capacity_meter, of_provisioned_capacity) {
  constexpr exceeded refused = exceeded::provisioned;
  play(provisioned(2), {{0s, 1}, {0s, 1}, {0s, 1, refused}, {500ms, 1}, {500ms, 1, refused}, {1s, 1}},
       "begins with a second, and is filled");
  play(provisioned(1), {{0s, 5}, {4s, 1, refused}, {4s + 1us, 1}, {4s + 1us, 1, refused}},
       "a large item goes below zero, and is worked off first");
  play(provisioned(10), {{100s, 1010}, {100s, 1, refused}, {101s, 10}}, "gathers what was not used");
  play(provisioned(10), {{1h, 3000}, {1h, 1, refused}}, "gathers 300 seconds at the most");
  play(provisioned(10), {{1h, 2999.5}, {1h, 1}, {1h, 1, refused}}, "a fraction is left of 300 seconds");
  play(provisioned(1), {{10s, 11}, {5s, 1, refused}, {5s, 1, refused}, {6s, 1}},
       "a clock that was set back fills nothing, and goes on from there");
}

TEST(capacity_meter, of_capacity_on_demand) {
  constexpr exceeded refused = exceeded::key_range;
  play(on_demand(4000), {{0s, 4000}, {0s, 1, refused}, {500ms, 2000}, {500ms, 1, refused}, {1s, 1}},
       "a new table begins with what it is given");
  play(on_demand(4000), {{1h, 4000}, {1h, 1, refused}}, "gathers nothing");
  // 3,000 in a second of the first half hour: 6,000 after it. Then 6,000, so 12,000.
  play(on_demand(4000),
       {{10min, 3000}, {29min, 4000}, {29min, 1, refused}, {31min, 1}, {32min, 8000}, {32min, 1, refused}},
       "a second may consume twice the peak before");
  play(on_demand(4000),
       {{10min, 4000},
        {31min, 1},
        {32min, 8000},
        {62min, 1},
        {63min, 16000},
        {63min, 1, refused},
        {94min, 1},
        {95min, 32000},
        {125min, 1},
        {126min, 40000},
        {126min, 1, exceeded::account}},
       "doubles every 30 minutes, up to the quota");
  play(on_demand(4000), {{10min, 4000}, {31min, 1}, {20h, 8000}, {20h, 1, refused}}, "a peak does not fall");
  play(on_demand(4000, 10), {{0s, 10}, {0s, 1, exceeded::on_demand_maximum}, {1s, 1}}, "a maximum");
  play(on_demand(4000, 5000), {{0s, 4000}, {0s, 1, refused}}, "a maximum above what the table has grown to");
  play(on_demand(4000), {{10s, 4000}, {5s, 1, refused}, {5s, 1, refused}, {6s, 4000}}, "a clock that was set back");
}

TEST(capacity_meter, another_limit_holds_from_then_on) {
  capacity_meter meter(provisioned(1), 0us);
  meter.charge(11);
  meter.advance(provisioned(100), 50ms);
  EXPECT_EQ(meter.check(), exceeded::provisioned) << "debts stay";
  meter.advance(provisioned(100), 101ms);
  EXPECT_EQ(meter.check(), nothing);
  meter.advance(provisioned(100), 1h);
  EXPECT_EQ(meter.tokens(), 30'000);
  meter.advance(provisioned(10), 1h);
  EXPECT_EQ(meter.tokens(), 3'000) << "what was gathered is cut to the smaller room";

  meter.advance(on_demand(4000), 1h);
  EXPECT_EQ(meter.tokens(), 3'000);
  EXPECT_EQ(meter.rate(), 4000);
  meter.advance(provisioned(10'000), 2h);
  EXPECT_EQ(meter.tokens(), 3'000'000);
  meter.advance(on_demand(4000), 2h);
  EXPECT_EQ(meter.rate(), 10'000) << "as much as was provisioned";
}

}  // namespace
