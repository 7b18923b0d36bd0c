#include <engine/throughput/throughput_limits.hpp>

#include <dynamo/protocol/service_error.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace dynamo;
using namespace dynamo::engine;
using namespace std::chrono_literals;

table_descriptor provisioned_table(std::uint32_t id, std::uint64_t units) {
  table_descriptor table;
  table.id = id;
  table.name = "things";
  table.created = dynamo::testing::virtual_clock().now();
  table.provisioned = true;
  table.read_units = table.write_units = units;
  for (const bool global : {true, false}) {
    index_descriptor index;
    index.id = id + (global ? 1 : 2);
    index.name = global ? "global" : "local";
    index.global = global;
    if (global) index.read_units = index.write_units = units;
    table.indexes.push_back(index);
  }
  return table;
}

class throughput_kept : public ::testing::Test {
 protected:
  bool admits(const metered& what, capacity_use kind = capacity_use::write) {
    return limits_.check(kind, what).has_value();
  }
  void charge(const metered& what, const consumed_capacity& units) { limits_.charge(capacity_use::write, what, units); }

  dynamo::testing::virtual_clock time_;
  throughput_limits limits_{time_, "eu-west-2"};
};

TEST_F(throughput_kept, of_a_table_and_of_each_global_index_apart_and_of_a_local_one_with_its_table) {
  const table_descriptor table = provisioned_table(1, 10);
  const metered global{.table = table, .index = &table.indexes[0]};
  const metered local{.table = table, .index = &table.indexes[1]};
  charge({table}, {1, {{"global", 10}}, {{"local", 3}}});
  EXPECT_TRUE(admits({table}));
  EXPECT_FALSE(admits(global));
  EXPECT_FALSE(limits_.check_indexes(table, {1, {{"global", 1}}, {}}));
  EXPECT_TRUE(limits_.check_indexes(table, {1, {{"global", 0}}, {}}));
  charge({table}, {0, {}, {{"local", 6}}});
  EXPECT_FALSE(admits({table}));
  EXPECT_FALSE(admits(local));
  EXPECT_TRUE(admits({table}, capacity_use::read)) << "reads are another capacity";
  const auto refused = limits_.check(capacity_use::write, global);
  EXPECT_EQ(throttling_reasons(refused.error())[0].resource,
            "arn:aws:dynamodb:eu-west-2:000000000000:table/things/index/global");
}

TEST_F(throughput_kept, by_id_over_the_versions_of_a_table_and_anew_for_another_table_of_its_name) {
  charge({provisioned_table(1, 10)}, {10, {}, {}});
  EXPECT_FALSE(admits({provisioned_table(1, 10)}));
  EXPECT_FALSE(admits({provisioned_table(1, 20)})) << "more capacity comes with time";
  EXPECT_TRUE(admits({provisioned_table(11, 10)}));
  time_.advance(1s);
  charge({provisioned_table(1, 20)}, {15, {}, {}});
  EXPECT_TRUE(admits({provisioned_table(1, 20)}));
}

TEST_F(throughput_kept, of_a_partition_key_whatever_its_table_has_left) {
  const table_descriptor table = provisioned_table(1, 5000);
  const metered hot{.table = table, .partition = 77};
  charge(hot, {1000, {}, {}});
  EXPECT_FALSE(admits(hot));
  EXPECT_TRUE(admits({.table = table, .partition = 78}));
  EXPECT_TRUE(admits({.table = table, .index = &table.indexes[0], .partition = 77})) << "another key of the same hash";
  EXPECT_EQ(throttling_reasons(limits_.check(capacity_use::write, hot).error())[0].reason,
            "TableWriteKeyRangeThroughputExceeded");
  time_.jump(24h);
  EXPECT_FALSE(admits(hot)) << "setting the clock gives nothing";
  time_.advance(1100ms);
  EXPECT_TRUE(admits(hot));
}

TEST_F(throughput_kept, twice_for_a_transaction) {
  const table_descriptor table = provisioned_table(1, 10);
  limits_.charge(capacity_use::write, {table}, {5, {}, {}}, 2);
  EXPECT_FALSE(admits({table}));
}

TEST_F(throughput_kept, of_so_many_tables_and_no_more) {
  table_descriptor table;
  table.name = "t";
  for (std::uint32_t id = 1; id < throughput_limits::meters_max + 100; ++id) {
    table.id = id;
    EXPECT_TRUE(admits({table}));
    if (limits_.meters() == throughput_limits::meters_max && id > throughput_limits::meters_max + 2) break;
  }
  EXPECT_EQ(limits_.meters(), throughput_limits::meters_max);
}

}  // namespace
