#include "canned_endpoint.hpp"
#include "kept.hpp"
#include "shop.hpp"

#include <dynamo/asio.hpp>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <mutex>
#include <thread>

/// Pages that are asked for ahead.
namespace {

using namespace shop;
using namespace std::chrono_literals;
using dynamo::errc;
using dynamo::prefetch;
using dynamo::test::canned_endpoint;
using dynamo::test::kept;
namespace asio = boost::asio;

std::string page_of(int first, int last, bool more) {
  std::string items;
  for (int n = first; n <= last; ++n) {
    items += (n == first ? R"({"age":{"N":")" : R"(,{"age":{"N":")") + std::to_string(n) + R"("},"email":{"S":"u)" +
             std::to_string(n) + R"("}})";
  }
  const std::string count = std::to_string(last - first + 1);
  return R"({"Count":)" + count + R"(,"Items":[)" + items + "]" +
         (more ? R"(,"LastEvaluatedKey":{"email":{"S":"u)" + std::to_string(last) + R"("}})" : "") +
         R"(,"ScannedCount":)" + count + "}";
}

/// Answers what is called at once, and what is started when it is told to.
class holding_endpoint final : public canned_endpoint {
 public:
  void start(dynamo::request r, dynamo::reply_sink& sink) override {
    const std::scoped_lock lock(mutex_);
    held_.emplace_back(std::move(r), &sink);
  }
  std::size_t held() {
    const std::scoped_lock lock(mutex_);
    return held_.size();
  }
  bool told_to_stop() {
    const std::scoped_lock lock(mutex_);
    return !held_.empty() && held_.front().first.stop.stop_requested();
  }
  void release() {
    std::unique_lock lock(mutex_);
    auto [r, sink] = std::move(held_.front());
    held_.pop_front();
    lock.unlock();
    const bool stopped = r.stop.stop_requested();
    sink->complete(stopped ? dynamo::fail(errc::cancelled, "stopped") : call(std::move(r)));
  }

 private:
  std::mutex mutex_;
  std::deque<std::pair<dynamo::request, dynamo::reply_sink*>> held_;
};

using kept_page = kept<dynamo::result<std::optional<dynamo::page<user>>>>;

class prefetching : public ::testing::Test {
 protected:
  std::shared_ptr<canned_endpoint> wire = std::make_shared<canned_endpoint>();
  dynamo::table<shop::users> people{wire};
  std::shared_ptr<holding_endpoint> holding = std::make_shared<holding_endpoint>();
  dynamo::table<shop::users> held{holding};
};

TEST_F(prefetching, asks_for_nothing_before_the_first_pull_and_then_for_one_page_ahead) {
  for (const auto& text : {page_of(1, 2, true), page_of(3, 4, true), page_of(5, 6, true), page_of(7, 7, false)})
    wire->answer(text);
  auto pages = people.scan(prefetch).page_stream();
  EXPECT_EQ(wire->requests.size(), 0u);
  for (std::size_t n = 1; n <= 4; ++n) {
    const auto page = pages.next().run();
    ASSERT_TRUE(page && *page);
    EXPECT_EQ((*page)->items.front().age, static_cast<int>(2 * n - 1));
    EXPECT_EQ(wire->requests.size(), std::min<std::size_t>(n + 1, 4));
  }
  EXPECT_EQ(pages.next().run()->has_value(), false);
  EXPECT_EQ(wire->requests.size(), 4u);
}

TEST_F(prefetching, is_asked_for) {
  wire->answer(page_of(1, 2, true));
  auto pages = people.scan().page_stream();
  ASSERT_TRUE(pages.next().run());
  EXPECT_EQ(wire->requests.size(), 1u);
}

TEST_F(prefetching, asks_for_no_page_that_nobody_wants) {
  const auto requests_of = [&](auto read) {
    wire = std::make_shared<canned_endpoint>();
    people = dynamo::table<shop::users>(wire);
    for (int n = 0; n < 3; ++n) wire->answer(page_of(1, 2, true));
    read();
    return wire->requests.size();
  };
  EXPECT_EQ(requests_of([&] { (void)people.scan(prefetch).page().run(); }), 1u);
  EXPECT_EQ(requests_of([&] { (void)people.scan(prefetch).first().run(); }), 1u);
  EXPECT_EQ(requests_of([&] { (void)people.scan(prefetch).one().run(); }), 1u);
  EXPECT_EQ(requests_of([&] { (void)people.scan(prefetch).count().run(); }), 4u);
  EXPECT_EQ(requests_of([&] {
              for (const auto& one : people.scan(prefetch, dynamo::item_limit(2)).items()) (void)one;
            }),
            1u);
  EXPECT_EQ(requests_of([&] {
              for (const auto& one : people.scan(prefetch, dynamo::page_limit(2)).pages()) (void)one;
            }),
            2u);
}

TEST_F(prefetching, a_page_that_failed_ahead_is_told_where_it_is_wanted_and_asked_for_again) {
  wire->answer(page_of(1, 2, true));
  wire->answer(dynamo::error(errc::throttled, "slow down"));
  auto pages = people.scan(prefetch).page_stream();
  ASSERT_TRUE(pages.next().run());
  const auto failed = pages.next().run();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), errc::throttled);
  wire->answer(page_of(3, 3, false));
  const auto again = pages.next().run();
  ASSERT_TRUE(again && *again);
  EXPECT_EQ((*again)->items.front().age, 3);
}

TEST_F(prefetching, that_is_given_up_is_stopped_and_waits_for_nothing) {
  holding->answer(page_of(1, 2, true));
  {
    auto pages = held.scan(prefetch).page_stream();
    ASSERT_TRUE(pages.next().run());
    EXPECT_EQ(holding->held(), 1u);
    EXPECT_FALSE(holding->told_to_stop());
  }
  EXPECT_TRUE(holding->told_to_stop());
  holding->release();  // answers to nobody
}

TEST_F(prefetching, a_blocked_caller_waits_for_what_is_on_its_way) {
  holding->answer(page_of(1, 2, true));
  auto pages = held.scan(prefetch).page_stream();
  ASSERT_TRUE(pages.next().run());
  holding->answer(page_of(3, 3, false));
  std::thread later([&] { holding->release(); });
  const auto page = pages.next().run();
  later.join();
  ASSERT_TRUE(page && *page) << page.error().describe();
  EXPECT_EQ((*page)->items.front().age, 3);
}

TEST_F(prefetching, a_blocked_caller_waits_no_longer_than_it_wants) {
  for (const bool stops : {false, true}) {
    holding = std::make_shared<holding_endpoint>();
    holding->answer(page_of(1, 2, true));
    auto pages = dynamo::table<shop::users>(holding).scan(prefetch).page_stream();
    ASSERT_TRUE(pages.next().run());
    std::stop_source stop;
    std::thread stopper([&] {
      if (stops) stop.request_stop();
    });
    const auto late = stops ? pages.next().until_stopped(stop.get_token()).run() : pages.next().within(1ms).run();
    stopper.join();
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code(), stops ? errc::cancelled : errc::timed_out);
    EXPECT_TRUE(holding->told_to_stop());
    holding->answer(page_of(3, 3, false));
    const auto again = pages.next().run();  // by a request of its own
    ASSERT_TRUE(again && *again) << again.error().describe();
    EXPECT_EQ((*again)->items.front().age, 3);
    holding->release();
  }
}

TEST_F(prefetching, a_caller_that_does_not_block_is_told_when_it_has_come) {
  holding->answer(page_of(1, 2, true));
  auto pages = held.scan(prefetch).page_stream();
  ASSERT_TRUE(pages.next().run());
  asio::io_context loop;
  const auto work = asio::make_work_guard(loop);
  std::thread runs([&] { loop.run(); });
  kept_page page;
  std::stop_source never;
  pages.next().within(1h).until_stopped(never.get_token())(asio::bind_executor(loop, page.callback()));
  EXPECT_FALSE(page.has_come());
  holding->answer(page_of(3, 3, false));
  holding->release();
  const auto came = page.wait();
  ASSERT_TRUE(came && *came);
  EXPECT_EQ((*came)->items.front().age, 3);
  loop.stop();
  runs.join();
}

TEST_F(prefetching, a_caller_that_does_not_block_waits_no_longer_than_it_wants) {
  asio::io_context loop;
  const auto work = asio::make_work_guard(loop);
  std::thread runs([&] { loop.run(); });
  enum class way { deadline, stop, stopped_before };
  for (const way how : {way::deadline, way::stop, way::stopped_before}) {
    holding = std::make_shared<holding_endpoint>();
    holding->answer(page_of(1, 2, true));
    auto pages = dynamo::table<shop::users>(holding).scan(prefetch).page_stream();
    ASSERT_TRUE(pages.next().run());
    kept_page page;
    std::stop_source stop;
    if (how == way::stopped_before) stop.request_stop();
    if (how == way::deadline) {
      pages.next().within(2ms)(asio::bind_executor(loop, page.callback()));
    } else {
      pages.next().until_stopped(stop.get_token())(asio::bind_executor(loop, page.callback()));
    }
    if (how == way::stop) stop.request_stop();
    const auto late = page.wait();
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code(), how == way::deadline ? errc::timed_out : errc::cancelled);
    EXPECT_TRUE(holding->told_to_stop());
    holding->answer(page_of(3, 3, false));
    const auto again = pages.next().run();
    ASSERT_TRUE(again && *again) << again.error().describe();
    holding->release();
  }
  loop.stop();
  runs.join();
}

}  // namespace
