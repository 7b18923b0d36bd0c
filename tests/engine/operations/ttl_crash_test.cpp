// Expiry on a disk that fails, and power that goes: what was enabled is finished by the next process, and every item is deleted once.
#include "../ttl_fixture.hpp"
#include "core_fixture.hpp"

#include <engine/storage/key_space.hpp>

#include <map>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using namespace std::chrono_literals;
using disk_fault = dynamo::testing::disk_fault;
using strings = std::vector<std::string>;

class ttl_on_a_disk : public on_simulated_disk<ttl_fixture> {
 protected:
  static constexpr int due = 12, later = 3;

  void prepare() {
    make_marks();
    arn_ = make_table();
    for (int i = 0; i < due; ++i) put_until("due" + std::to_string(i), in(1s));
    for (int i = 0; i < later; ++i) put_until("later" + std::to_string(i), in(24h * 365));
  }
  /// Whatever the disk answers.
  void enable_and_sweep() {
    (void)set_ttl(true);
    core_->wake_maintenance();
    for (int i = 0; i < 3; ++i) {
      time_.advance(i == 1 ? std::chrono::microseconds(1min) : 10ms);
      (void)call(operation_name::put_item, R"({"TableName":"marks","Item":{"pk":{"S":"m"}}})");
    }
  }
  /// As the next process does it.
  void go_on() {
    if (described().find("DISABLED") != std::string::npos) {
      ASSERT_TRUE(set_ttl(true).ok);
    }
    core_->wake_maintenance();
    finish();
    pass(1min);
  }
  void expect_each_deleted_once(const std::string& when) {
    EXPECT_EQ(keys(), strings({"later0", "later1", "later2"})) << when;
    EXPECT_NE(described().find("ENABLED"), std::string::npos) << when;
    std::map<std::string, int> deleted;
    for (const seen_record& record : page(iterator(arn_), R"(,"Limit":1000)").records) {
      if (is_by_service(record)) ++deleted[record.keys];
    }
    EXPECT_EQ(deleted.size(), static_cast<std::size_t>(due)) << when;
    for (const auto& [key, times] : deleted) EXPECT_EQ(times, 1) << key << ' ' << when;
    // The rows of those that are left, and no more.
    json::buffer begin;
    const std::uint32_t id = core_->tables.find("things")->descriptor.enabled_ttl()->id;
    engine::append_expiry_prefix(begin, core_->rows->prefix(), id);
    int rows = 0;
    const std::string end = engine::after_prefix(begin.view());
    for (auto at = core_->rows->range(begin.view(), end, engine::direction::forward); at->valid(); at->next()) ++rows;
    EXPECT_EQ(rows, later) << when;
  }
};

TEST_F(ttl_on_a_disk, deletes_each_item_once_wherever_the_power_goes) {
  for (unsigned passing = 0; passing < 40; ++passing) {
    begin_anew();
    prepare();
    disk_fault fault;
    fault.passing = passing;
    disk_->fail(fault);
    enable_and_sweep();
    disk_->crash_with_torn_tail(passing);
    reopen();
    go_on();
    expect_each_deleted_once("when " + std::to_string(passing) + " writes of the disk had succeeded");
    if (HasFailure()) return;
  }
}

}  // namespace
