#include <dynamo/decorators/faulty.hpp>
#include <dynamo/decorators/hedged.hpp>
#include <dynamo/decorators/metered.hpp>
#include <dynamo/decorators/rate_limited.hpp>
#include <dynamo/decorators/recorded.hpp>
#include <dynamo/decorators/replayed.hpp>
#include <dynamo/decorators/retrying.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace dynamo {
namespace {

/// Completes when it is told to, as an endpoint with a thread of its own does.
class waiting_endpoint final : public endpoint {
 public:
  result<reply> call(request) override { return fail(errc::not_supported, "not part of the test"); }
  void start(request, reply_sink& sink) override { sink_ = &sink; }
  void answer(result<reply> outcome) { std::exchange(sink_, nullptr)->complete(std::move(outcome)); }

 private:
  reply_sink* sink_ = nullptr;
};

/// Notes how many others hold the endpoint when the outcome is told.
class counting_sink final : public reply_sink {
 public:
  explicit counting_sink(const std::shared_ptr<waiting_endpoint>& watched) : watched_(watched) {}
  void complete(result<reply>) noexcept override { owners = watched_.use_count(); }
  long owners = 0;

 private:
  const std::shared_ptr<waiting_endpoint>& watched_;
};

class no_lines final : public recording_sink {
 public:
  bool line(std::string_view) noexcept override { return true; }
};

// The receiver of the outcome may drop the last handle of a database at once. A decorator that still held it then would destroy it
// later on the database's own thread, which waits for itself.
TEST(StartedCall, HoldsNothingOfTheEndpointAnyMoreWhenTheOutcomeIsTold) {
  testing::virtual_clock time;
  const auto faults = [](fault what) {
    auto plan = std::make_shared<fault_plan>(1);
    plan->add(fault_rule(what).lasting(std::chrono::seconds(1)));
    return plan;
  };
  using decorate = std::function<std::shared_ptr<endpoint>(std::shared_ptr<endpoint>)>;
  const std::pair<std::string, decorate> cases[] = {
      {"retrying", [&](auto inner) { return retrying(inner, {}, time); }},
      {"retrying, adaptive", [&](auto inner) { return retrying(inner, retry_settings::adaptive(), time); }},
      {"rate_limited", [&](auto inner) { return rate_limited(inner, rate_limits(1), time); }},
      {"metered", [&](auto inner) { return metered(inner, std::make_shared<call_metrics>(), time); }},
      {"recorded", [&](auto inner) { return recorded(inner, std::make_shared<no_lines>()); }},
      {"lost reply", [&](auto inner) { return faulty(inner, faults(fault::lost_reply), time); }},
      {"delay", [&](auto inner) { return faulty(inner, faults(fault::delay), time); }},
      {"all",
       [&](auto inner) {
         return retrying(metered(faulty(inner, faults(fault::delay), time), std::make_shared<call_metrics>()), {},
                         time);
       }},
  };
  for (const auto& [name, decorated] : cases) {
    const auto inner = std::make_shared<waiting_endpoint>();
    counting_sink outcome(inner);
    auto via = decorated(inner);
    via->start(request(operation_name::get_item, json::buffer(R"({"TableName":"t"})")), outcome);
    via.reset();
    while (time.advance_to_next()) {
    }
    inner->answer(reply(json::buffer("{}")));
    EXPECT_EQ(outcome.owners, 1) << name;
  }
}

TEST(StartedCall, ThatIsRetriedHoldsNothingEither) {
  testing::virtual_clock time;
  const auto inner = std::make_shared<waiting_endpoint>();
  counting_sink outcome(inner);
  auto via = retrying(inner, {}, time);
  via->start(request(operation_name::get_item, json::buffer("{}")), outcome);
  via.reset();
  inner->answer(fail(errc::throttled, "slow down"));
  while (time.advance_to_next()) {
  }
  inner->answer(fail(errc::validation, "no"));
  EXPECT_EQ(outcome.owners, 1);
}

/// Tells its outcome inside of start(), and uses nothing of its own afterwards.
class prompt_endpoint final : public endpoint {
 public:
  explicit prompt_endpoint(unsigned failures) : failures_(failures) {}
  result<reply> call(request) override {
    if (failures_ == 0) return reply(json::buffer("{}"));
    --failures_;
    return fail(errc::throttled, "slow down");
  }
  void start(request r, reply_sink& sink) override { sink.complete(call(std::move(r))); }

 private:
  unsigned failures_;
};

/// Holds the only handle, and drops it when the outcome comes.
class dropping_sink final : public reply_sink {
 public:
  explicit dropping_sink(std::shared_ptr<endpoint> only) : only_(std::move(only)) {}
  void complete(result<reply>) noexcept override {
    only_.reset();
    ++told;
  }
  void start(request r) { only_->start(std::move(r), *this); }
  int told = 0;

 private:
  std::shared_ptr<endpoint> only_;
};

TEST(StartedCall, MayDestroyItsEndpointBeforeStartReturns) {
  testing::virtual_clock time;
  const auto faults = [](fault what) {
    auto plan = std::make_shared<fault_plan>(1);
    plan->add(fault_rule(what).lasting(std::chrono::seconds(1)));
    return plan;
  };
  rate_limits refused(0.001);
  refused.on_excess = rate_limits::excess::refused;
  using decorate = std::function<std::shared_ptr<endpoint>(std::shared_ptr<endpoint>)>;
  const std::pair<std::string, decorate> cases[] = {
      {"retrying", [&](auto inner) { return retrying(inner, {}, time); }},
      {"retrying, adaptive", [&](auto inner) { return retrying(inner, retry_settings::adaptive(), time); }},
      {"rate_limited", [&](auto inner) { return rate_limited(inner, rate_limits(1), time); }},
      {"hedged", [&](auto inner) { return hedged(inner, hedge_settings(std::chrono::milliseconds(1)), time); }},
      {"rate_limited, refused",
       [&](auto inner) {
         auto via = rate_limited(inner, refused, time);
         (void)via->call(request(operation_name::get_item, json::buffer(R"({"TableName":"t"})")));
         return via;
       }},
      {"rate_limited, waits",
       [&](auto inner) {
         auto via = rate_limited(inner, rate_limits(1), time);
         (void)via->call(request(operation_name::get_item, json::buffer(R"({"TableName":"t"})")));
         return via;
       }},
      {"metered", [&](auto inner) { return metered(inner, std::make_shared<call_metrics>(), time); }},
      {"recorded", [&](auto inner) { return recorded(inner, std::make_shared<no_lines>()); }},
      {"replayed",
       [&](auto) {
         return std::shared_ptr<endpoint>(
             *replayed::from_text(R"({"recording":"dynamo_table","version":1,"redacted":[]})"));
       }},
      {"throttle", [&](auto inner) { return faulty(inner, faults(fault::throttle), time); }},
      {"lost request", [&](auto inner) { return faulty(inner, faults(fault::lost_request), time); }},
      {"lost reply", [&](auto inner) { return faulty(inner, faults(fault::lost_reply), time); }},
      {"delay", [&](auto inner) { return faulty(inner, faults(fault::delay), time); }},
      {"absent", [](auto) { return or_absent(nullptr); }},
      {"all",
       [&](auto inner) {
         return retrying(
             rate_limited(metered(recorded(faulty(inner, faults(fault::delay), time), std::make_shared<no_lines>()),
                                  std::make_shared<call_metrics>()),
                          rate_limits(10), time),
             {}, time);
       }},
  };
  for (const unsigned failures : {0u, 2u}) {
    for (const auto& [name, decorated] : cases) {
      dropping_sink outcome(decorated(std::make_shared<prompt_endpoint>(failures)));
      outcome.start(request(operation_name::get_item, json::buffer(R"({"TableName":"t"})"), repeatable::yes));
      while (outcome.told == 0 && time.advance_to_next()) {
      }
      EXPECT_EQ(outcome.told, 1) << name;
    }
  }
}

}  // namespace
}  // namespace dynamo
