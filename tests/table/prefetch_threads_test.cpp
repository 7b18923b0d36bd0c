#include "elsewhere.hpp"
#include "kept.hpp"
#include "shop.hpp"

#include <dynamo/asio.hpp>
#include <dynamo/database.hpp>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <support/wired.hpp>

#include <thread>

/// Pages that are asked for ahead and come from other threads, some inside start() and some when nobody waits any more.
namespace {

using namespace shop;
using dynamo::errc;
using dynamo::page_size;
using dynamo::prefetch;
using dynamo::test::elsewhere;
using dynamo::test::kept;
namespace asio = boost::asio;

using kept_page = kept<dynamo::result<std::optional<dynamo::page<user>>>>;

class prefetching_threads : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db_) << db_.error().describe();
    const dynamo::table<shop::users> users(*db_);
    ASSERT_TRUE(users.create_if_absent().run());
    std::vector<user> all;
    for (int i = 0; i < count; ++i) all.push_back({"u" + std::to_string(i), i});
    ASSERT_TRUE(users.batch_put(all).run()->complete());
  }
  static constexpr int count = 60;
  static constexpr int never = std::numeric_limits<int>::max();
  static constexpr int sum = count * (count - 1) / 2;
  dynamo::result<dynamo::testing_support::wired_database> db_ =
      dynamo::testing_support::wired(dynamo::database::in_memory());
};

TEST_F(prefetching_threads, find_every_item_once) {
  for (const bool other_threads : {false, true}) {
    const dynamo::table<shop::users> users(other_threads ? std::make_shared<elsewhere>(db_->endpoint(), never)
                                                         : db_->endpoint());
    int found = 0, total = 0;
    for (const auto& one : users.scan(prefetch, page_size(3), dynamo::filter(age != 7)).items()) {
      ASSERT_TRUE(one) << one.error().describe();
      ++found;
      total += one->age;
    }
    EXPECT_EQ(found, count - 1);
    EXPECT_EQ(total, sum - 7);
    found = 0;
    for (const auto& page : users.scan(prefetch, page_size(7)).pages()) {
      ASSERT_TRUE(page) << page.error().describe();
      found += static_cast<int>(page->items.size());
    }
    EXPECT_EQ(found, count);
  }
}

asio::awaitable<void> add_up(const dynamo::table<shop::users>& users, int& total) {
  auto items = users.scan(prefetch, page_size(3)).item_stream();
  for (;;) {
    const auto one = co_await items.next();
    EXPECT_TRUE(one.has_value());
    if (!one || !*one) co_return;
    total += (*one)->age;
  }
}

TEST_F(prefetching_threads, find_every_item_once_in_coroutines) {
  for (const bool other_threads : {false, true}) {
    const dynamo::table<shop::users> users(other_threads ? std::make_shared<elsewhere>(db_->endpoint(), never)
                                                         : db_->endpoint());
    asio::io_context loop(1);
    int totals[3] = {};
    for (int& total : totals) asio::co_spawn(loop, add_up(users, total), asio::detached);
    loop.run();
    for (const int total : totals) EXPECT_EQ(total, sum);
  }
}

TEST_F(prefetching_threads, given_up_leave_their_endpoint_to_its_owner) {
  for (int i = 0; i < 60; ++i) {
    const dynamo::table<shop::users> users(std::make_shared<elsewhere>(db_->endpoint(), never));
    auto stream = users.scan(prefetch, page_size(1)).page_stream();
    for (int pages = i % 4; pages != 0; --pages) EXPECT_TRUE(stream.next().run());
  }
}

TEST_F(prefetching_threads, are_stopped_while_their_page_comes) {
  const dynamo::table<shop::users> users(std::make_shared<elsewhere>(db_->endpoint(), never));
  for (int i = 0; i < 60; ++i) {
    auto stream = users.scan(prefetch, page_size(1)).page_stream();
    EXPECT_TRUE(stream.next().run());
    std::stop_source stop;
    std::thread stopper([&] { stop.request_stop(); });
    const auto either = stream.next().until_stopped(stop.get_token()).run();
    EXPECT_TRUE(either || either.error().code() == errc::cancelled);
    kept_page page;
    asio::io_context loop(1);
    std::stop_source again;
    stream.next().until_stopped(again.get_token())(asio::bind_executor(loop, page.callback()));
    again.request_stop();
    loop.run();
    const auto second = page.wait();
    EXPECT_TRUE(second || second.error().code() == errc::cancelled);
    stopper.join();
  }
}

}  // namespace
