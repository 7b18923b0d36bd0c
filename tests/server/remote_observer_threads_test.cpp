#include <dynamo/database.hpp>
#include <dynamo/decorators/metered.hpp>
#include <dynamo/decorators/observed.hpp>

#include <gtest/gtest.h>
#include <support/wired.hpp>

#include <atomic>
#include <latch>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace dynamo {
namespace {

using testing_support::wire;

constexpr std::string_view creation =
    R"({"TableName":"things","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}],)"
    R"("KeySchema":[{"AttributeName":"k","KeyType":"HASH"}]})";
constexpr std::string_view put = R"({"TableName":"things","Item":{"k":{"S":"a"}},"ReturnConsumedCapacity":"TOTAL"})";

/// What it is told, in texts of its own.
class keeper final : public call_observer {
 public:
  struct attempt {
    attempt_report told;
    std::string host, request_id;
  };

  call_notes call_begins(const request&) noexcept override {
    ++begun;
    return {};
  }
  void attempt_ended(const attempt_report& what, void*) noexcept override {
    const std::scoped_lock lock(mutex_);
    attempts_.push_back({what, std::string(what.host), std::string(what.request_id)});
  }
  void call_ended(const call_report& what, void*) noexcept override {
    ++ended;
    if (what.failure() != nullptr) ++failed;
    for (const table_capacity& each : consumed_by(what)) written += static_cast<unsigned>(each.write);
  }
  std::vector<attempt> attempts() const {
    const std::scoped_lock lock(mutex_);
    return attempts_;
  }

  std::atomic<unsigned> begun{0}, ended{0}, failed{0}, written{0};

 private:
  mutable std::mutex mutex_;
  std::vector<attempt> attempts_;
};

class waiting_sink final : public reply_sink {
 public:
  void complete(result<reply> came) noexcept override {
    answer = std::move(came);
    done.count_down();
  }
  result<reply> answer = fail(errc::internal_server_error, "not told");
  std::latch done{1};
};

/// Each test over HTTP and over HTTPS.
class RemoteObserver : public ::testing::TestWithParam<wire::kind> {
 protected:
  RemoteObserver() {
    const auto made = via.call(request(operation_name::create_table, json::buffer(creation)));
    EXPECT_TRUE(made) << made.error().describe();
  }

  result<database> db = database::in_memory();
  std::shared_ptr<keeper> seen = std::make_shared<keeper>();
  wire via{db->endpoint(), GetParam(), seen};
};
INSTANTIATE_TEST_SUITE_P(, RemoteObserver, ::testing::Values(wire::kind::http, wire::kind::https),
                         [](const auto& each) { return each.param == wire::kind::http ? "Http" : "Https"; });

TEST_P(RemoteObserver, IsToldOfTheWayThere) {
  const auto answer = via.call(request(operation_name::put_item, json::buffer(put)));
  ASSERT_TRUE(answer) << answer.error().describe();
  EXPECT_FALSE(via.call(request(operation_name::get_item, json::buffer(R"({"TableName":"nowhere"})"))));
  const auto attempts = seen->attempts();
  ASSERT_EQ(attempts.size(), 3U);
  const attempt_report& first = attempts[0].told;
  const attempt_report& second = attempts[1].told;
  EXPECT_EQ(first.connection, connection_use::opened);
  EXPECT_GT(first.times.connect.count(), 0);
  EXPECT_EQ(first.times.handshake.count() > 0, GetParam() == wire::kind::https);
  EXPECT_EQ(second.operation, operation_name::put_item);
  EXPECT_EQ(second.connection, connection_use::kept);
  EXPECT_EQ(second.times.connect.count(), 0);
  EXPECT_EQ(second.times.handshake.count(), 0);
  EXPECT_GT(second.times.first_byte.count(), 0);
  EXPECT_GE(second.times.total, second.times.write + second.times.first_byte + second.times.read);
  EXPECT_EQ(second.status, 200U);
  EXPECT_EQ(attempts[1].request_id, answer->request_id);
  EXPECT_EQ(attempts[1].host.find("://"), std::string::npos);
  EXPECT_GT(second.bytes_sent, put.size());
  EXPECT_GT(second.bytes_received, answer->body.size());
  EXPECT_EQ(attempts[2].told.status, 400U);
  EXPECT_EQ(seen->written, 1U);
  EXPECT_EQ(seen->begun, 3U);
  EXPECT_EQ(seen->ended, 3U);
  EXPECT_EQ(seen->failed, 1U);
}

TEST_P(RemoteObserver, IsToldByAllThreads) {
  constexpr unsigned threads = 4, calls = 25;
  {
    std::vector<std::jthread> callers;
    for (unsigned i = 0; i < threads; ++i) {
      callers.emplace_back([&] {
        for (unsigned n = 0; n < calls; ++n) {
          EXPECT_TRUE(via.call(request(operation_name::put_item, json::buffer(put))));
          waiting_sink sink;
          via.start(request(operation_name::put_item, json::buffer(put)), sink);
          sink.done.wait();
          EXPECT_TRUE(sink.answer);
        }
      });
    }
  }
  constexpr unsigned all = 2 * threads * calls + 1;
  EXPECT_EQ(seen->begun, all);
  EXPECT_EQ(seen->ended, all);
  EXPECT_EQ(seen->failed, 0U);
  EXPECT_EQ(seen->attempts().size(), all);
  EXPECT_EQ(seen->written, all - 1);
}

/// Keeps the trace that it was asked under.
class trace_keeper final : public endpoint {
 public:
  result<reply> call(request r) override {
    const std::scoped_lock lock(mutex_);
    if (r.origin) trace_ = r.origin->trace;
    return reply(json::buffer("{}"));
  }
  void start(request r, reply_sink& sink) override { sink.complete(call(std::move(r))); }
  trace_context trace() const {
    const std::scoped_lock lock(mutex_);
    return trace_;
  }

 private:
  mutable std::mutex mutex_;
  trace_context trace_;
};

class tracer final : public call_observer {
 public:
  call_notes call_begins(const request&) noexcept override {
    call_notes notes;
    notes.trace.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    notes.trace.tracestate = "a=b";
    return notes;
  }
};

TEST(RemoteTrace, ASpanOfTheCallerArrivesAtTheEndpointBehindTheServer) {
  const auto far = std::make_shared<trace_keeper>();
  wire via(far, wire::kind::http, std::make_shared<tracer>());
  EXPECT_TRUE(via.call(request(operation_name::list_tables, json::buffer("{}"))));
  EXPECT_EQ(far->trace().traceparent, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  EXPECT_EQ(far->trace().tracestate, "a=b");
}

}  // namespace
}  // namespace dynamo
