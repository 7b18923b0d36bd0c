#include "canned_endpoint.hpp"
#include "engine_fixture.hpp"
#include "places.hpp"
#include "shop.hpp"

#include <dynamo/asio.hpp>
#include <dynamo/base/random.hpp>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <array>

/// The same calls with co_await. Run under g++'s address sanitizer too: g++ 12 frees some temporaries twice beside co_await, and
/// none of what an application is led to write here may be of that kind.
namespace {

using namespace shop;
namespace asio = boost::asio;

struct accounts
    : dynamo::schema<"accounts", order, dynamo::partition_key<&order::customer_id>, dynamo::sort_key<&order::number>> {
};

/// Runs a coroutine on a loop of its own, and passes on what it threw.
template <class Coroutine>
void run(Coroutine&& coroutine) {
  asio::io_context loop(1);
  std::exception_ptr thrown;
  asio::co_spawn(loop, std::forward<Coroutine>(coroutine), [&](std::exception_ptr e) { thrown = e; });
  loop.run();
  if (thrown) std::rethrow_exception(thrown);
}

constexpr const char* long_name = "a customer whose name is too long to be stored inside of a std::string";

class coroutine : public dynamo::test::engine_fixture {
 protected:
  void SetUp() override {
    engine_fixture::SetUp();
    table_.emplace(*db_);
  }
  std::optional<dynamo::table<accounts>> table_;
};
RUN_AT_ONCE_AND_LATE(coroutine);

order numbered(std::uint64_t at) {
  order made;
  made.customer_id = long_name;
  made.number = at;
  return made;
}
/// What g++ 12 would destroy twice in the statement with co_await is made in the one before it.
asio::awaitable<void> temporaries(dynamo::table<accounts> table) {
  dynamo::operation<void> put = table.put(numbered(7));
  auto done = co_await std::move(put);
  EXPECT_TRUE(done.has_value());
  const std::array two{numbered(8), numbered(9)};
  auto written = co_await table.batch_put(two);
  EXPECT_TRUE(written && written->complete());
  dynamo::operation<void> removed = table.remove(numbered(8));
  auto gone = co_await std::move(removed);
  EXPECT_TRUE(gone.has_value());
  auto found = co_await table.get({long_name, 9u});
  EXPECT_TRUE(found && *found && (*found)->customer_id == long_name);
}

asio::awaitable<void> everything(dynamo::table<accounts> table) {
  auto created = co_await table.create_if_absent();
  EXPECT_TRUE(created.has_value());

  order first;
  first.customer_id = long_name;
  first.number = 7;
  first.note = "leave it at the door, please, and ring the bell twice before you go";
  auto put =
      co_await table.put(first, only_if(customer.not_exists() && note.not_exists()), dynamo::on_failure_return_item);
  EXPECT_TRUE(put.has_value()) << put.error().describe();
  auto again = co_await table.put(first, only_if(customer.not_exists()), dynamo::on_failure_return_item);
  EXPECT_FALSE(again.has_value());

  auto found = co_await table.get({long_name, 7u}, dynamo::consistent_read);
  EXPECT_TRUE(found.has_value() && found->has_value());

  auto updated = co_await table.update(
      {long_name, 7u}, set(state, status::shipped), set(note, "another note that is long enough for the heap"),
      add(attempts, 1u), add(labels, "a label that is long enough to live on the heap", "another one of these"),
      set(tags, list_append(tags, "a tag that is long enough to live on the heap")),
      dynamo::raw_update("REMOVE counts"), only_if(state == status::open && attempts.in(0u, 1u, 2u)),
      dynamo::return_new);
  EXPECT_FALSE(updated.has_value());  // counts is required, and was removed: the reply does not fit
  order second = first;
  second.number = 8;
  auto put_second = co_await table.put(second);
  EXPECT_TRUE(put_second.has_value());

  int pages = 0;
  auto stream =
      table
          .query(long_name, number >= 8u,
                 filter(note.begins_with("leave it") || state.in(status::open, status::shipped)), dynamo::page_size(1))
          .page_stream();
  for (;;) {
    auto page = co_await stream.next();
    if (!page || !*page) break;
    ++pages;
  }
  EXPECT_GE(pages, 1);

  auto items = table.query(long_name, number.between(8u, 9u), dynamo::order_by::descending).item_stream();
  int count = 0;
  for (;;) {
    auto one = co_await items.next();
    EXPECT_TRUE(one.has_value()) << one.error().describe();
    if (!one || !*one) break;
    ++count;
  }
  EXPECT_EQ(count, 1);

  auto counted = co_await table
                     .scan(filter(dynamo::raw("number > :n AND customer_id = :c", dynamo::bind(":n", 7),
                                              dynamo::bind(":c", long_name))))
                     .count();
  EXPECT_TRUE(counted.has_value()) << counted.error().describe();
  EXPECT_EQ(counted.value_or(0), 1u);
  auto the_one = co_await table.query(long_name, number == 8u).one();
  EXPECT_TRUE(the_one.has_value() && the_one->has_value());
  auto detailed = co_await table.remove({long_name, 8u}, dynamo::return_old).with_details();
  EXPECT_TRUE(detailed.has_value());
  auto missing = co_await table.get({long_name, 8u});
  EXPECT_TRUE(missing.has_value() && !missing->has_value());
}
/// In a coroutine, but not beside co_await.
asio::awaitable<void> temporaries_that_are_not_awaited(dynamo::table<accounts> table) {
  constexpr auto deliver_to = dynamo::attr<&order::deliver_to>;
  auto put = table.put(numbered(7), only_if(deliver_to != address{long_name, 1} || customer.not_exists())).run();
  EXPECT_TRUE(put.has_value());
  auto done = table.update(numbered(7), set(deliver_to, address{long_name, 1}), only_if(customer.exists())).run();
  EXPECT_TRUE(done.has_value());
  dynamo::operation call = table.update({long_name, 7u}, set(deliver_to, address{long_name, 2}),
                                        only_if(deliver_to == address{long_name, 1} && customer.exists()));
  auto updated = co_await std::move(call);
  EXPECT_TRUE(updated.has_value());
  const address moved{long_name, 2};
  auto removed = co_await table.remove({long_name, 7u}, only_if(deliver_to == moved));
  EXPECT_TRUE(removed.has_value());
  order named = numbered(8);
  auto again = co_await table.put(named, only_if(deliver_to != moved));
  EXPECT_TRUE(again.has_value());
  EXPECT_EQ(named.customer_id, long_name);
  auto raw = co_await table.update(named, dynamo::raw_update("SET deliver_to = :a", dynamo::bind(":a", moved)),
                                   dynamo::return_new);
  EXPECT_TRUE(raw.has_value());
}
TEST_P(coroutine, temporaries_in_calls_that_are_run_or_named_before_are_harmless) {
  ASSERT_TRUE(table_->create_if_absent().run());
  run(temporaries_that_are_not_awaited(*table_));
}
TEST_P(coroutine, takes_operations_that_were_made_from_temporaries_before) {
  ASSERT_TRUE(table_->create_if_absent().run());
  run(temporaries(*table_));
}

TEST_P(coroutine, every_call_can_be_awaited) { run(everything(*table_)); }

/// `catch_up` lets global indexes show what was written.
template <class CatchUp>
asio::awaitable<void> batches_and_indexes(dynamo::table<places::schema> table, CatchUp catch_up) {
  using namespace places;
  auto created = co_await table.create_if_absent();
  EXPECT_TRUE(created.has_value()) << created.error().describe();
  std::vector<place> all;
  for (int i = 0; i < 120; ++i) {
    place& p = all.emplace_back();
    p.country = "a country whose name is too long to be stored inside of a std::string";
    p.id = std::to_string(i);
    p.city = i % 2 == 0 ? "Lund" : "Umeå";
    p.street = "a street that is long enough to live on the heap";
    p.house = static_cast<std::uint32_t>(i);
  }
  auto written = co_await table.batch_put(all, dynamo::batch_policy().parallel(3));
  EXPECT_TRUE(written.has_value() && written->complete().has_value());
  catch_up();
  auto found = co_await table.batch_get(all, dynamo::consistent_read).with_details();
  EXPECT_TRUE(found.has_value());
  if (!found) co_return;
  EXPECT_TRUE(found->value.complete().has_value());
  EXPECT_EQ(found->value.items.size(), all.size());
  EXPECT_EQ(found->value.items[77].value()->house, 77u);

  auto rows = table
                  .query(by_address{}, dynamo::partition(all[0].country, "Lund"), places::street == *all[0].street,
                         house >= 60u)
                  .item_stream();
  int count = 0;
  for (;;) {
    auto one = co_await rows.next();
    EXPECT_TRUE(one.has_value()) << one.error().describe();
    if (!one || !*one) break;
    ++count;
  }
  EXPECT_EQ(count, 30);
  auto cards = co_await table.query(by_city{}, "Lund").as<card>().page();
  EXPECT_TRUE(cards.has_value());

  auto pages = table.scan(dynamo::parallel(4), dynamo::page_size(7)).page_stream();
  std::size_t scanned = 0;
  for (;;) {
    auto page = co_await pages.next();
    EXPECT_TRUE(page.has_value()) << page.error().describe();
    if (!page || !*page) break;
    scanned += (*page)->items.size();
  }
  EXPECT_EQ(scanned, all.size());
  auto removed = co_await table.batch_remove(all);
  EXPECT_TRUE(removed.has_value() && removed->complete().has_value());
  catch_up();
  auto left = co_await table.scan(by_city{}, dynamo::parallel(3)).count();
  EXPECT_EQ(left.value_or(1), 0u);
}
TEST_P(coroutine, batches_indexes_and_merged_scans_can_be_awaited) {
  run(batches_and_indexes(dynamo::table<places::schema>(*db_), [this] { catch_up(); }));
}

asio::awaitable<void> wait_for_a_batch(dynamo::table<shop::users> people, dynamo::batch_policy policy) {
  std::vector<shop::user> all(60);
  for (std::size_t i = 0; i < all.size(); ++i) all[i].email = std::to_string(i);
  auto written = co_await people.batch_put(all, policy);
  EXPECT_TRUE(written.has_value() && written->complete().has_value());
  EXPECT_EQ(written->effort.retries, 2u);
}
TEST(coroutine_on_its_own, a_batch_waits_on_the_timer_and_goes_on_from_there) {
  auto wire = std::make_shared<dynamo::test::canned_endpoint>();
  wire->answer(dynamo::error(dynamo::errc::throttled, "slow down"));
  wire->answer("{}");
  wire->answer(dynamo::error(dynamo::errc::throttled, "slow down"));
  dynamo::testing::virtual_clock time;
  asio::io_context loop(1);
  bool done = false;
  asio::co_spawn(
      loop,
      wait_for_a_batch(dynamo::table<shop::users>(wire), dynamo::batch_policy().on(time, dynamo::system_random())),
      [&](const std::exception_ptr& e) {
        EXPECT_FALSE(e);
        done = true;
      });
  for (int i = 0; i < 1'000 && !done; ++i) {
    loop.poll();
    loop.restart();
    time.advance_to_next();
  }
  EXPECT_TRUE(done);
  EXPECT_EQ(wire->requests.size(), 5u);
}

TEST_P(coroutine, a_call_takes_a_callback_as_well) {
  asio::io_context loop(1);
  std::optional<dynamo::result<void>> outcome;
  table_->create_if_absent()(asio::bind_executor(loop, [&](dynamo::result<void> created) { outcome = created; }));
  loop.run();
  ASSERT_TRUE(outcome.has_value());
  EXPECT_TRUE(outcome->has_value());
}

asio::awaitable<void> many_pages(dynamo::table<shop::users> people, int pages) {
  auto counted = co_await people.scan().count();
  EXPECT_EQ(counted.value(), static_cast<std::uint64_t>(pages));
  auto items = people.scan().item_stream();
  auto nothing = co_await items.next();
  EXPECT_TRUE(nothing.has_value() && !nothing->has_value());
}
TEST(coroutine_on_its_own, a_hundred_thousand_pages_answered_at_once_do_not_deepen_the_stack) {
  auto wire = std::make_shared<dynamo::test::canned_endpoint>();
  constexpr int pages = 100'000;
  for (int i = 1; i < pages; ++i)
    wire->answer(R"({"Count":1,"ScannedCount":1,"LastEvaluatedKey":{"email":{"S":"x"}}})");
  wire->answer(R"({"Count":1,"ScannedCount":1})");
  for (int i = 1; i < pages; ++i)
    wire->answer(R"({"Count":0,"Items":[],"ScannedCount":1,"LastEvaluatedKey":{"email":{"S":"x"}}})");
  wire->answer(R"({"Count":0,"Items":[],"ScannedCount":1})");
  run(many_pages(dynamo::table<shop::users>(wire), pages));
  EXPECT_EQ(wire->requests.size(), 2u * pages);
}

asio::awaitable<void> refused(dynamo::table<accounts> table) {
  auto found = co_await table.get({long_name, -1});
  EXPECT_FALSE(found.has_value());
}
TEST_P(coroutine, an_argument_that_cannot_be_encoded_is_the_outcome) { run(refused(*table_)); }

}  // namespace
