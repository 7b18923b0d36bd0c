#include "fake_stream.hpp"

#include <dynamo/asio.hpp>
#include <dynamo/database.hpp>
#include <dynamo/streams.hpp>
#include <dynamo/table.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <map>

/// The same readers with co_await. Run under g++'s address sanitizer too: none of what an application is led to write here may be of
/// the kind that g++ 12 frees twice.
namespace {

using namespace dynamo::streams;
using dynamo::test::person;
namespace asio = boost::asio;

struct people : dynamo::schema<"people", person, dynamo::partition_key<&person::id>> {};
inline constexpr auto id = dynamo::attr<&person::id>;

constexpr const char* long_name = "a person whose name is too long to be stored inside of a std::string, number ";

/// Runs coroutines on a loop of their own, and passes on what they threw.
template <class... Coroutines>
void run(asio::io_context& loop, Coroutines&&... coroutines) {
  std::exception_ptr thrown;
  (asio::co_spawn(loop, std::forward<Coroutines>(coroutines),
                  [&](std::exception_ptr e) {
                    if (e) thrown = e;
                  }),
   ...);
  loop.run();
  if (thrown) std::rethrow_exception(thrown);
}

asio::awaitable<void> write(dynamo::table<people> table, int writes) {
  for (int i = 0; i < writes; ++i) {
    person one;
    one.id = long_name + std::to_string(i % 17);
    one.age = i;
    if (i % 5 == 4) {
      auto removed = co_await table.remove(one);
      EXPECT_TRUE(removed.has_value());
    } else {
      auto put = co_await table.put(one);
      EXPECT_TRUE(put.has_value());
    }
  }
  person last;
  last.id = "the end";
  auto put = co_await table.put(last);
  EXPECT_TRUE(put.has_value());
}

using copy = std::map<std::string, int>;
bool take_in(const dynamo::change<person>& change, copy& to) {
  if (change.kind == dynamo::change_kind::remove) {
    to.erase(change.key(id).value());
  } else {
    to[change.new_image->id] = change.new_image->age;
  }
  return to.contains("the end");
}

asio::awaitable<void> follow_batches(dynamo::database db, copy& to) {
  auto reader =
      read<person>(db, "people", from_oldest, batch_size(10), dynamo::streams::long_poll(std::chrono::seconds(5)));
  for (bool done = false; !done;) {
    auto batch = co_await reader.next();
    EXPECT_TRUE(batch.has_value()) << batch.error().describe();
    if (!batch || !*batch) break;
    for (const auto& change : **batch) done = take_in(change, to);
  }
}
asio::awaitable<void> follow_changes(dynamo::database db, copy& to) {
  dynamo::stream_position position("");
  bool done = false;
  {
    auto changes = read<person>(db, "people", from_oldest).change_stream();
    for (int i = 0; i < 20 && !done; ++i) {
      auto change = co_await changes.next();
      EXPECT_TRUE(change.has_value() && change->has_value());
      if (!change || !*change) co_return;
      done = take_in(**change, to);
    }
    position = changes.position();
  }
  auto changes = read<person>(db, "people", after(position)).change_stream();
  while (!done) {
    auto change = co_await changes.next();
    EXPECT_TRUE(change.has_value() && change->has_value());
    if (!change || !*change) co_return;
    done = take_in(**change, to);
  }
}

TEST(reader_coroutine, readers_follow_a_writer_on_the_same_thread_and_end_equal) {
  auto db = dynamo::database::in_memory();
  ASSERT_TRUE(db);
  dynamo::table<people> table(*db);
  ASSERT_TRUE(table.create_if_absent(dynamo::stream_view::new_and_old_images).run());
  asio::io_context loop(1);
  copy by_batch, by_change, stored;
  run(loop, follow_batches(*db, by_batch), follow_changes(*db, by_change), write(table, 300));
  for (auto item : table.scan().items()) stored[item->id] = item->age;
  EXPECT_EQ(by_batch, stored);
  EXPECT_EQ(by_change, stored);
}

/// Runs what waits at once, on the loop.
class impatient_timer final : public dynamo::timer {
 public:
  explicit impatient_timer(asio::io_context& loop) : loop_(loop) {}
  std::size_t waits = 0;
  std::chrono::steady_clock::time_point steady_now() const noexcept override { return now_; }
  dynamo::timer_ticket after(std::chrono::microseconds wait, std::shared_ptr<dynamo::timer_task> task) override {
    now_ += wait;
    asio::post(loop_, [task = std::move(task)] { task->run(); });
    return {now_, ++waits};
  }
  bool cancel(dynamo::timer_ticket) noexcept override { return false; }
  bool wait(std::chrono::microseconds, const std::stop_token&) override { return false; }

 private:
  asio::io_context& loop_;
  std::chrono::steady_clock::time_point now_{std::chrono::hours(1)};
};

asio::awaitable<void> read_two(std::shared_ptr<dynamo::test::fake_stream> wire, impatient_timer& time) {
  auto reader = read<person>(wire, "people", from_oldest, wait_by(time));
  auto first = co_await reader.next();
  EXPECT_EQ((*first)->changes.at(0).new_image->age, 1);
  auto second = co_await reader.next();
  EXPECT_EQ((*second)->changes.at(0).new_image->age, 2);
}
TEST(reader_coroutine, a_service_that_does_not_wait_is_polled_by_the_timer) {
  auto wire = std::make_shared<dynamo::test::fake_stream>();
  wire->shards["A"].numbers = {1};
  asio::io_context loop(1);
  impatient_timer time(loop);
  wire->before = [&](dynamo::operation_name) {
    if (time.waits == 1'000) wire->shards["A"].numbers = {1, 2};
  };
  run(loop, read_two(wire, time));
  EXPECT_EQ(time.waits, 1'000u);
}

asio::awaitable<void> read_all(std::shared_ptr<dynamo::test::fake_stream> wire, std::size_t& count) {
  auto reader = read<person>(wire, "people", from_oldest, until_caught_up, batch_size(1));
  for (;;) {
    auto batch = co_await reader.next();
    EXPECT_TRUE(batch.has_value()) << batch.error().describe();
    if (!batch || !*batch) break;
    count += (*batch)->size();
  }
}
TEST(reader_coroutine, many_empty_pages_answered_at_once_do_not_deepen_the_stack) {
  auto wire = std::make_shared<dynamo::test::fake_stream>();
  constexpr int shards = 2'000;
  for (int i = 0; i < shards; ++i) {
    auto& one = wire->shards["S" + std::to_string(100'000 + i)];
    one.closed = i + 1 < shards;
    one.empty_pages = one.closed ? 20 : 0;
    if (i > 0) one.parent = "S" + std::to_string(100'000 + i - 1);
  }
  wire->shards["S" + std::to_string(100'000 + shards - 1)].numbers = {7};
  std::size_t count = 0;
  asio::io_context loop(1);
  run(loop, read_all(wire, count));
  EXPECT_EQ(count, 1u);
  EXPECT_GE(wire->count(dynamo::operation_name::get_records), 20u * (shards - 1));
}

asio::awaitable<void> fails(std::shared_ptr<dynamo::test::fake_stream> wire) {
  auto reader = read<person>(wire, "people", after(dynamo::stream_position("nonsense")));
  auto batch = co_await reader.next();
  EXPECT_FALSE(batch.has_value());
  EXPECT_EQ(batch.error().code(), dynamo::errc::invalid_argument);
}
TEST(reader_coroutine, what_cannot_be_begun_is_the_outcome) {
  auto wire = std::make_shared<dynamo::test::fake_stream>();
  wire->shards["A"];
  asio::io_context loop(1);
  run(loop, fails(wire));
}

}  // namespace
