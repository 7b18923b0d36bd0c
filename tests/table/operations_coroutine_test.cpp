#include "canned_endpoint.hpp"
#include "shop.hpp"

#include <dynamo/asio.hpp>
#include <dynamo/database.hpp>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

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

class coroutine : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db_) << db_.error().describe();
    table_.emplace(*db_);
  }
  dynamo::result<dynamo::database> db_ = dynamo::database::in_memory();
  std::optional<dynamo::table<accounts>> table_;
};

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
      set(tags, list_append(tags, "a tag that is long enough to live on the heap")), remove(counts),
      only_if(state == status::open && attempts.in(0u, 1u, 2u)), dynamo::return_new);
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
TEST_F(coroutine, every_call_can_be_awaited) { run(everything(*table_)); }

TEST_F(coroutine, a_call_takes_a_callback_as_well) {
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
TEST_F(coroutine, a_hundred_thousand_pages_answered_at_once_do_not_deepen_the_stack) {
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
TEST_F(coroutine, an_argument_that_cannot_be_encoded_is_the_outcome) { run(refused(*table_)); }

}  // namespace
