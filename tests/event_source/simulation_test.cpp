#include "simulated_function.hpp"

#include <dynamo/base/log.hpp>
#include <dynamo/database.hpp>
#include <dynamo/decorators/faulty.hpp>
#include <dynamo/event_source/run.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <event_source/mapping/worker.hpp>
#include <gtest/gtest.h>
#include <support/seeds.hpp>
#include <support/wire.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <random>
#include <string>

namespace dynamo::test {
namespace {

using namespace std::chrono_literals;
using event_source::settings;

class drawn_bits final : public random_source {
 public:
  explicit drawn_bits(std::uint64_t seed) : random_(seed) {}
  std::uint64_t next() noexcept override { return random_(); }

 private:
  std::mt19937_64 random_;
};

/// A table whose stream is handed to a function by a mapping, all of it on one clock and from one seed: writers, handler, endpoint
/// and host misbehave at random.
class simulation {
 public:
  explicit simulation(std::mt19937_64& random) : random_(random), bits_(random()) {
    database_options in;
    in.time = &time_;
    in.random = &bits_;
    database_ = database::in_memory(in)->endpoint();
    create_table();
    streams_change_ = one_in(3);
    draw_temper();
    draw_settings();
    draw_faults();
  }

  void run() {
    const int changes = 3 + static_cast<int>(random_() % 15);
    const double death = one_in(2) ? 0.0 : 0.06;
    begin_worker();
    for (int steps = 0; function_->done.size() + function_->aside.size() == 0 || !all_dealt_with(changes); ++steps) {
      if (steps == 5'000) return fail_stuck(changes);
      if (written_ < changes && is_on_ && one_in(4)) write();
      if (streams_change_) change_streams();
      if (written_ < changes && one_in(200)) time_.advance(16min);  // iterators expire
      if (one_in(200)) time_.jump(std::chrono::hours(random_() % (20 * 365 * 24)) - std::chrono::hours(10 * 365 * 24));
      // A worker that begins anew cannot know how old a record is whose time a clock that was set contradicts: some worker must live for a while.
      if (steps < 2'500 && happens(death)) begin_worker();
      const result<bool> more = worker_->step();
      ASSERT_TRUE(more) << more.error().describe();
      ASSERT_TRUE(*more) << "the mapping ended";
      if (::testing::Test::HasFailure()) return;
    }
    verify();
    stop();
  }

 private:
  bool one_in(unsigned n) { return random_() % n == 0; }
  bool happens(double probability) { return std::uniform_real_distribution<>()(random_) < probability; }

  void create_table() {
    put(operation_name::create_table,
        R"({"TableName":"things","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],)"
        R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST",)"
        R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}})");
    is_on_ = true;
  }
  /// The stream is turned off, or on, or the table is made anew: the mapping goes on with the next stream.
  void change_streams() {
    knows_its_stream_ = knows_its_stream_ || !function_->times_handed_over.empty();
    if (!knows_its_stream_) return;
    if (one_in(is_on_ ? 60 : 15)) {
      put(operation_name::update_table,
          std::string(R"({"TableName":"things","StreamSpecification":)") +
              (is_on_ ? R"({"StreamEnabled":false}})" : R"({"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}})"));
      is_on_ = !is_on_;
    } else if (one_in(150)) {
      put(operation_name::delete_table, R"({"TableName":"things"})");
      create_table();
    }
  }

  void draw_temper() {
    temper t;
    t.poison_throws = one_in(2);
    if (!one_in(4)) {
      t.error = t.partial = t.timeout = t.death = t.garbage = 0.08;
      t.not_executed = 0.05;
    }
    quiet_ = t.quiet();
    function_ = std::make_shared<simulated_function>(random_, time_, t);
  }
  void draw_settings() {
    settings& how = options_.how;
    how.batch_size = 1 + random_() % 9;
    how.batching_window = one_in(3) ? 5s : 0s;
    how.bisect_on_error = one_in(2);
    if (one_in(4)) {
      how.record_age_max = 60s;
    } else {
      how.retries_max = static_cast<std::uint32_t>(random_() % 4);
      const std::size_t splits = how.bisect_on_error ? how.batch_size : 0;
      function_->handed_over_max = static_cast<int>(*how.retries_max + 1 + splits);
    }
    options_.name = "simulated";
    options_.long_poll = 0ms;
    options_.time = &time_;
    options_.wall = &time_;
    options_.random = &bits_;
  }
  void draw_faults() {
    plan_ = std::make_shared<fault_plan>(random_());
    if (one_in(2)) {
      plan_->add(fault_rule(fault::throttle).with_probability(0.05));
      plan_->add(fault_rule(fault::internal_error).with_probability(0.02));
      plan_->add(fault_rule(fault::lost_request).with_probability(0.02));
      plan_->add(fault_rule(fault::lost_reply).with_probability(0.03));
    }
    faulty_ = faulty(database_, plan_, time_);
  }

  /// The one before, if there was one, dies wherever it is.
  void begin_worker() {
    worker_.reset();
    function_->another_worker();
    event_source::source_options options = options_;
    options.stop = stop_.get_token();
    options.on_failure = std::make_shared<aside_of>(*function_);
    worker_.emplace(faulty_, "things", function_, std::move(options));
  }

  class aside_of final : public event_source::failure_destination {
   public:
    explicit aside_of(simulated_function& f) : function_(f) {}
    result<void> take(const event_source::failure& what, std::span<const event_source::event_record> records) override {
      function_.take_failure(what, records);
      return {};
    }

   private:
    simulated_function& function_;
  };

  void put(operation_name op, const std::string& body) {
    const auto done = testing_support::call(*database_, op, body);
    ASSERT_TRUE(done.ok) << done.message;
  }
  void write() {
    ++written_;
    const bool poison = one_in(8);
    if (poison) poisons_.insert(written_);
    put(operation_name::put_item, R"({"TableName":"things","Item":{"id":{"S":")" + std::to_string(random_() % 3) +
                                      R"("},"v":{"N":")" + std::to_string(written_) + R"("})" +
                                      (poison ? R"(,"poison":{"BOOL":true})" : "") + "}}");
  }

  bool all_dealt_with(int changes) const {
    if (written_ < changes) return false;
    for (int number = 1; number <= changes; ++number) {
      if (!function_->dealt_with(number)) return false;
    }
    return true;
  }
  void fail_stuck(int changes) {
    std::string missing;
    for (int number = 1; number <= changes; ++number) {
      if (!function_->dealt_with(number)) missing += " " + std::to_string(number);
    }
    ADD_FAILURE() << "after 5,000 steps these of " << written_
                  << " changes have neither been handled nor given up:" << missing;
  }
  void verify() {
    const settings& how = options_.how;
    for (const int poison : poisons_) EXPECT_FALSE(function_->done.contains(poison)) << poison;
    if (quiet_ && how.bisect_on_error && how.retries_max) {
      EXPECT_EQ(function_->healthy_given_up, 0);
    }
  }
  /// It ends in peace, and one that begins again finds nothing to do.
  void stop() {
    plan_->pause();
    stop_.request_stop();
    for (int steps = 0;; ++steps) {
      ASSERT_LT(steps, 10);
      const result<bool> more = worker_->step();
      ASSERT_TRUE(more) << more.error().describe();
      if (!*more) break;
    }
    stop_ = std::stop_source();
    begin_worker();
    for (int steps = 0; steps < 12; ++steps) ASSERT_TRUE(worker_->step());
    EXPECT_TRUE(function_->times_handed_over.empty());
  }

  std::mt19937_64& random_;
  drawn_bits bits_;
  testing::virtual_clock time_;
  std::shared_ptr<endpoint> database_;
  std::shared_ptr<endpoint> faulty_;
  std::shared_ptr<fault_plan> plan_;
  std::shared_ptr<simulated_function> function_;
  event_source::source_options options_;
  std::stop_source stop_;
  std::optional<event_source::worker> worker_;
  std::set<int> poisons_;
  int written_ = 0;
  bool quiet_ = false;
  bool is_on_ = false;
  bool streams_change_ = false;
  bool knows_its_stream_ = false;  // the mapping: it hands records over
};

TEST(simulation, every_change_comes_at_least_once_in_order_and_poison_is_given_up) {
  set_log_sink({});
  testing_support::for_each_seed(10'000, [](std::mt19937_64& random) { simulation(random).run(); });
}

}  // namespace
}  // namespace dynamo::test
