// Vector indexes on a disk that fails, and power that goes: rows of an index and items are there together, or neither is.
#include "../vector_fixture.hpp"
#include "core_fixture.hpp"

#include <set>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using enum operation_name;
using disk_fault = dynamo::testing::disk_fault;

class vectors_on_a_disk : public on_simulated_disk<vector_fixture> {
 protected:
  static constexpr int docs = 30;

  // "pk:score" of every item that has a vector, by what Scan shows.
  std::set<std::string> implied() {
    std::set<std::string> all;
    for (const std::string& item :
         elements(member(call(scan, R"({"TableName":"docs"})").body, "Items").value_or("[]"))) {
      const std::string vector = member(item, "v").value_or("");
      if (vector.empty()) continue;
      const auto first = elements(member(vector, "L").value_or("[]")).front();
      all.insert(text_member(member(item, "pk").value_or(""), "S") + ":" + text_member(first, "N"));
    }
    return all;
  }
  std::set<std::string> searched() {
    std::set<std::string> all;
    const std::string text = found(search({0, 0, 0}, 100)) + " ";
    for (std::size_t from = 0; from + 1 < text.size();) {
      const auto blank = text.find(' ', from);
      all.insert(text.substr(from, blank - from));
      from = blank + 1;
    }
    return all;
  }
  void fill_on_core() {
    core_->wake_maintenance();
    for (int steps = 0; description().find("Backfilling") != std::string::npos; ++steps) {
      ASSERT_LT(steps, 100'000);
      if (!time_.advance_to_next()) std::this_thread::yield();
    }
  }
};

TEST_F(vectors_on_a_disk, have_a_row_for_each_item_wherever_the_power_goes) {
  for (unsigned passing = 0; passing < 40; ++passing) {
    begin_anew();
    make_docs(index());
    for (int i = 1; i <= docs / 2; ++i) put_doc(std::to_string(i), floats{static_cast<float>(i), 0, 0});
    disk_fault fault;
    fault.passing = passing;
    disk_->fail(fault);
    for (int i = docs / 4; i <= docs; ++i) {  // whatever the disk answers
      (void)put_doc(std::to_string(i), floats{static_cast<float>(100 + i), 0, 0});
      (void)call(delete_item, R"({"TableName":"docs","Key":{"pk":{"S":")" + std::to_string(i / 5) + "\"}}}");
    }
    disk_->crash_with_torn_tail(passing);
    reopen();
    EXPECT_EQ(searched(), implied()) << "when " << passing << " writes of the disk had succeeded";
    if (HasFailure()) return;
  }
}

TEST_F(vectors_on_a_disk, are_filled_to_the_end_wherever_the_power_goes) {
  for (unsigned passing = 0; passing < 24; passing += 2) {
    begin_anew();
    make_docs("");
    for (int i = 1; i <= docs; ++i) put_doc(std::to_string(i), floats{static_cast<float>(i), 0, 0});
    disk_fault fault;
    fault.passing = passing;
    disk_->fail(fault);
    (void)call(update_table, add_index(index()));
    core_->wake_maintenance();
    for (int i = 0; i < 5; ++i) {
      (void)time_.advance_to_next();
      (void)put_doc(std::to_string(i + 1), floats{static_cast<float>(50 + i), 0, 0});
    }
    disk_->crash_with_torn_tail(passing);
    reopen();
    if (shown(description(), "near") == "-") must(update_table, add_index(index()));
    fill_on_core();
    EXPECT_EQ(searched(), implied()) << "when " << passing << " writes of the disk had succeeded";
    if (HasFailure()) return;
  }
}

}  // namespace
