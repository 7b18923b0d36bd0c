#include <dynamo/decorators/metered.hpp>

#include <dynamo/testing/virtual_clock.hpp>

#include <decorators/scripted_endpoint.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace dynamo {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;
using testing::virtual_clock;
using testing_support::kept_outcome;
using testing_support::outcome_of;
using testing_support::scripted_endpoint;

TEST(LatencyHistogram, AnswersAreRightToAQuarter) {
  for (const microseconds::rep us : {0, 1, 3, 4, 5, 7, 8, 9, 100, 1'000, 12'345, 999'999, 60'000'000}) {
    latency_histogram one;
    one.add(microseconds(us));
    one.add(1h);
    const auto bound = one.percentile(0.5).count();
    EXPECT_GE(bound, us);
    EXPECT_LE(bound, us + us / 4);
  }
}

TEST(LatencyHistogram, KnowsMeanLongestAndPercentiles) {
  latency_histogram times;
  EXPECT_EQ(times.percentile(0.99), 0us);
  EXPECT_EQ(times.mean(), 0us);
  for (int i = 1; i <= 1000; ++i) times.add(microseconds(i));
  EXPECT_EQ(times.count(), 1000U);
  EXPECT_EQ(times.mean(), 500us);
  EXPECT_EQ(times.longest(), 1000us);
  EXPECT_NEAR(static_cast<double>(times.percentile(0.5).count()), 500, 125);
  EXPECT_EQ(times.percentile(1), 1000us);
  times.add(-5us);
  EXPECT_EQ(times.percentile(0), 0us);
  latency_histogram slow;
  slow.add(24h * 365);
  EXPECT_GT(slow.percentile(0.5), 1h);
}

class Metered : public ::testing::TestWithParam<bool> {
 protected:
  void make(operation_name operation, std::string_view body) {
    (void)outcome_of(*via, request(operation, json::buffer(body)), GetParam(), time);
  }
  /// "PutItem t: 2 calls, 1 failed, 3 attempts, 0.0 r, 2.0 w" for each row.
  std::vector<std::string> rows() const {
    std::vector<std::string> lines;
    for (const call_statistics& row : metrics->snapshot()) {
      lines.push_back(std::string(to_string(row.operation)) + " " + row.table + ": " + std::to_string(row.calls) +
                      " calls, " + std::to_string(row.failed()) + " failed, " + std::to_string(row.attempts) +
                      " attempts, " + std::to_string(row.read_units).substr(0, 3) + " r, " +
                      std::to_string(row.write_units).substr(0, 3) + " w");
    }
    return lines;
  }

  virtual_clock time;
  std::shared_ptr<scripted_endpoint> inner = std::make_shared<scripted_endpoint>();
  std::shared_ptr<call_metrics> metrics = std::make_shared<call_metrics>();
  std::shared_ptr<endpoint> via = metered(inner, metrics, time);
};
INSTANTIATE_TEST_SUITE_P(, Metered, ::testing::Bool(),
                         [](const auto& way) { return way.param ? "Started" : "Blocking"; });

TEST_P(Metered, CountsByOperationAndTable) {
  make(operation_name::put_item, R"({"TableName":"a"})");
  make(operation_name::put_item, R"({"TableName":"a"})");
  make(operation_name::put_item, R"({"TableName":"b"})");
  make(operation_name::get_item, R"({"TableName":"a"})");
  make(operation_name::list_tables, "{}");
  EXPECT_EQ(rows(), (std::vector<std::string>{
                        "GetItem a: 1 calls, 0 failed, 1 attempts, 0.0 r, 0.0 w",
                        "ListTables : 1 calls, 0 failed, 1 attempts, 0.0 r, 0.0 w",
                        "PutItem a: 2 calls, 0 failed, 2 attempts, 0.0 r, 0.0 w",
                        "PutItem b: 1 calls, 0 failed, 1 attempts, 0.0 r, 0.0 w",
                    }));
  metrics->reset();
  EXPECT_TRUE(rows().empty());
}

TEST_P(Metered, CountsErrorsByCodeAndEveryAttempt) {
  inner->answer(error({.code = errc::throttled, .attempts = 4}));
  inner->answer(error(errc::throttled, ""));
  inner->answer(error(errc::validation, ""));
  for (int i = 0; i < 4; ++i) make(operation_name::put_item, R"({"TableName":"a"})");
  const auto all = metrics->snapshot();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].calls, 4U);
  EXPECT_EQ(all[0].attempts, 7U);
  EXPECT_EQ(all[0].errors, (std::vector<std::pair<errc, std::uint64_t>>{{errc::throttled, 2}, {errc::validation, 1}}));
}

TEST_P(Metered, AttributesCapacityToReadsAndWritesAndToTheirTables) {
  const std::string one = R"({"ConsumedCapacity":{"TableName":"a","CapacityUnits":1.5}})";
  const std::string two =
      R"({"ConsumedCapacity":[{"TableName":"a","CapacityUnits":2},{"TableName":"b","CapacityUnits":3}]})";
  const std::string asked = R"("ReturnConsumedCapacity":"TOTAL"})";
  inner->answer(one);
  make(operation_name::query, R"({"TableName":"a",)" + asked);
  inner->answer(one);
  make(operation_name::update_item, R"({"TableName":"a",)" + asked);
  inner->answer(two);
  make(operation_name::batch_get_item, R"({"RequestItems":{"a":{},"b":{}},)" + asked);
  inner->answer(two);
  make(operation_name::batch_write_item, R"({"RequestItems":{"a":[],"b":[]},)" + asked);
  inner->answer(
      R"({"ConsumedCapacity":[{"TableName":"a","CapacityUnits":5,"ReadCapacityUnits":1,"WriteCapacityUnits":4}]})");
  make(operation_name::transact_write_items, R"({"TransactItems":[{"Put":{"TableName":"a"}}],)" + asked);
  EXPECT_EQ(rows(), (std::vector<std::string>{
                        "BatchGetItem a: 1 calls, 0 failed, 1 attempts, 2.0 r, 0.0 w",
                        "BatchGetItem b: 1 calls, 0 failed, 1 attempts, 3.0 r, 0.0 w",
                        "BatchWriteItem a: 1 calls, 0 failed, 1 attempts, 0.0 r, 2.0 w",
                        "BatchWriteItem b: 1 calls, 0 failed, 1 attempts, 0.0 r, 3.0 w",
                        "Query a: 1 calls, 0 failed, 1 attempts, 1.5 r, 0.0 w",
                        "TransactWriteItems a: 1 calls, 0 failed, 1 attempts, 1.0 r, 4.0 w",
                        "UpdateItem a: 1 calls, 0 failed, 1 attempts, 0.0 r, 1.5 w",
                    }));
}

TEST_P(Metered, CountsTheBytesOfVectorIndexesByTheirTable) {
  const std::string asked = R"("ReturnConsumedCapacity":"INDEXES"})";
  inner->answer(R"({"ConsumedCapacity":{"VectorSearchRequestBytes":41714.0},"SearchResults":[]})");
  make(operation_name::search_vectors, R"({"TableName":"a","IndexName":"near",)" + asked);
  inner->answer(
      R"({"ConsumedCapacity":{"TableName":"a","CapacityUnits":5.0,"Table":{"CapacityUnits":5.0},)"
      R"("VectorIndexes":{"near":{"VectorWriteRequestBytes":4125.0},"far":{"VectorWriteRequestBytes":1024.0}}}})");
  make(operation_name::put_item, R"({"TableName":"a",)" + asked);
  EXPECT_EQ(rows(), (std::vector<std::string>{
                        "PutItem a: 1 calls, 0 failed, 1 attempts, 0.0 r, 5.0 w",
                        "SearchVectors a: 1 calls, 0 failed, 1 attempts, 0.0 r, 0.0 w",
                    }))
      << "the bytes are no units, and the search is one of its table";
  const std::vector<table_totals> totals = metrics->totals();
  ASSERT_EQ(totals.size(), 1u);
  EXPECT_EQ(totals[0].vector_search_bytes, 41'714);
  EXPECT_EQ(totals[0].vector_write_bytes, 5'149);
  const std::string report = metrics->report();
  EXPECT_NE(report.find("5.0 write units, 5149 bytes of vector writes\n"), std::string::npos) << report;
  EXPECT_NE(report.find(", 41714 bytes of vector searches\n"), std::string::npos) << report;
}

TEST_P(Metered, AsksWritesForCapacityByIndexWhereThatIsWanted) {
  via = metered(inner, metrics, capacity_counted::by_index, time);
  make(operation_name::put_item, R"({"TableName":"a"})");
  EXPECT_EQ(inner->requests().back().body, R"({"TableName":"a","ReturnConsumedCapacity":"INDEXES"})");
  make(operation_name::query, R"({"TableName":"a"})");
  EXPECT_EQ(inner->requests().back().body, R"({"TableName":"a","ReturnConsumedCapacity":"TOTAL"})");
}

TEST_P(Metered, WithoutAskingForCapacityTheReplyIsNotRead) {
  inner->answer(R"({"ConsumedCapacity":{"TableName":"a","CapacityUnits":1.5}})");
  make(operation_name::query, R"({"TableName":"a"})");
  EXPECT_EQ(metrics->snapshot().at(0).read_units, 0);
}

TEST_P(Metered, AsksForCapacityItselfWhereAllIsCounted) {
  via = metered(inner, metrics, capacity_counted::always, time);
  inner->answer(R"({"ConsumedCapacity":{"TableName":"a","CapacityUnits":1.5}})");
  make(operation_name::query, R"({"TableName":"a"})");
  EXPECT_EQ(inner->requests().back().body, R"({"TableName":"a","ReturnConsumedCapacity":"TOTAL"})");
  EXPECT_EQ(metrics->snapshot().at(0).read_units, 1.5);
  inner->answer(R"({"ConsumedCapacity":{"TableName":"a","CapacityUnits":2}})");
  make(operation_name::put_item, R"({"TableName":"a","ReturnConsumedCapacity":"INDEXES"})");
  EXPECT_EQ(inner->requests().back().body, R"({"TableName":"a","ReturnConsumedCapacity":"INDEXES"})");
  EXPECT_EQ(metrics->totals().at(0).write_units, 2);
  make(operation_name::describe_table, R"({"TableName":"a"})");
  EXPECT_EQ(inner->requests().back().body, R"({"TableName":"a"})");
}

TEST_P(Metered, AddsUpByTable) {
  inner->answer(R"({"ConsumedCapacity":{"TableName":"b","CapacityUnits":1.5}})");
  make(operation_name::query, R"({"TableName":"b","ReturnConsumedCapacity":"TOTAL"})");
  inner->answer(R"({"ConsumedCapacity":{"TableName":"b","CapacityUnits":4}})");
  make(operation_name::put_item, R"({"TableName":"b","ReturnConsumedCapacity":"TOTAL"})");
  inner->answer(error(errc::throttled, ""));
  make(operation_name::put_item, R"({"TableName":"b"})");
  make(operation_name::get_item, R"({"TableName":"a"})");
  const std::vector<table_totals> all = metrics->totals();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].table, "a");
  EXPECT_EQ(all[0].calls, 1U);
  EXPECT_EQ(all[1].table, "b");
  EXPECT_EQ(all[1].calls, 3U);
  EXPECT_EQ(all[1].failed, 1U);
  EXPECT_EQ(all[1].read_units, 1.5);
  EXPECT_EQ(all[1].write_units, 4);
  metrics->reset();
  EXPECT_TRUE(metrics->totals().empty());
}

TEST_P(Metered, TablesBeyondTheLimitAreCountedTogether) {
  for (std::size_t i = 0; i < call_metrics::rows_max + 10; ++i) {
    make(operation_name::get_item, R"({"TableName":"t)" + std::to_string(i) + "\"}");
  }
  const auto all = metrics->snapshot();
  EXPECT_EQ(all.size(), call_metrics::rows_max + 1);
  EXPECT_EQ(all[0].table, "(others)");
  EXPECT_EQ(all[0].calls, 10U);
}

TEST_P(Metered, ReportsALineForEachRow) {
  inner->answer(error(errc::throttled, ""));
  make(operation_name::put_item, R"({"TableName":"a"})");
  make(operation_name::list_tables, "{}");
  EXPECT_EQ(metrics->report(),
            "ListTables -: 1 calls, 1 attempts, mean 0.000 ms, 50% 0.000, 99% 0.000, longest 0.000\n"
            "PutItem a: 1 calls, 1 attempts, mean 0.000 ms, 50% 0.000, 99% 0.000, longest 0.000, 1 x throttled\n");
  std::vector<std::string> lines;
  set_log_sink([&](log_level level, std::string_view line) {
    EXPECT_EQ(level, log_level::debug);
    lines.emplace_back(line);
  });
  metrics->log_stats(log_level::debug);
  set_log_sink({});
  EXPECT_EQ(lines.size(), 2U);
}

/// Takes a second of virtual time.
class slow_endpoint final : public endpoint {
 public:
  explicit slow_endpoint(virtual_clock& time) : time_(time) {}
  result<reply> call(request) override {
    time_.advance(1s);
    return reply(json::buffer("{}"));
  }
  void start(request r, reply_sink& sink) override { sink.complete(call(std::move(r))); }

 private:
  virtual_clock& time_;
};

TEST_P(Metered, MeasuresHowLongCallsTake) {
  via = metered(std::make_shared<slow_endpoint>(time), metrics, time);
  make(operation_name::list_tables, "{}");
  EXPECT_EQ(metrics->snapshot().at(0).latency.longest(), 1s);
}

}  // namespace
}  // namespace dynamo
