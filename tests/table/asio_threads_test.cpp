// Loops that end before their calls do, completion tokens of every kind, and codecs that throw.
#include <dynamo/asio.hpp>
#include <dynamo/database.hpp>
#include <dynamo/table.hpp>
#include <dynamo/testing/gtest.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>
#include <support/wired.hpp>

#include <condition_variable>
#include <deque>
#include <latch>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace {

namespace asio = boost::asio;
using namespace dynamo;

struct row {
  std::string id;
  std::int64_t n = 0;
};
struct rows_schema : schema<"rows", row, partition_key<&row::id>> {};

/// Takes calls and completes them when a test says so, on the test's thread.
class holding final : public endpoint {
 public:
  result<reply> call(request) override { return fail(errc::not_supported, "only start()"); }
  void start(request, reply_sink& to) override {
    const std::scoped_lock lock(mutex_);
    held_.push_back(&to);
    came_.notify_all();
  }
  void wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [&] { return held_.size() >= count; });
  }
  /// Tells how many there were.
  std::size_t complete_all(std::string_view body = "{}") {
    std::deque<reply_sink*> all;
    {
      const std::scoped_lock lock(mutex_);
      all.swap(held_);
    }
    for (reply_sink* to : all) to->complete(reply(json::buffer(body)));
    return all.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::deque<reply_sink*> held_;
};

/// Notices that a handler or a coroutine's frame is destroyed.
class witness {
 public:
  explicit witness(bool& gone) : gone_(&gone) {}
  witness(witness&& other) noexcept : gone_(std::exchange(other.gone_, nullptr)) {}
  witness& operator=(witness&&) = delete;
  ~witness() {
    if (gone_ != nullptr) *gone_ = true;
  }

 private:
  bool* gone_;
};

asio::awaitable<void> wait_for_ever(table<rows_schema> rows, bool& gone, bool& went_on) {
  const witness here(gone);
  const auto found = co_await rows.get("a");
  went_on = true;
}

TEST(asio_loop, that_ended_with_calls_under_way_was_used_after_it_was_freed) {
  const auto via = std::make_shared<holding>();
  const table<rows_schema> rows{std::shared_ptr<endpoint>(via)};
  bool gone = false, went_on = false, handler_gone = false;
  {
    asio::io_context loop;
    asio::co_spawn(loop, wait_for_ever(rows, gone, went_on), asio::detached);
    rows.get("b")(asio::bind_executor(loop, [w = witness(handler_gone)](const auto&) { FAIL() << "called"; }));
    loop.poll();
    via->wait_for(2);
    EXPECT_FALSE(gone);
  }
  EXPECT_TRUE(gone);
  EXPECT_TRUE(handler_gone);
  via->complete_all();
  EXPECT_FALSE(went_on);
}

TEST(asio_loop, that_was_stopped_keeps_its_calls_until_it_runs_again) {
  const auto via = std::make_shared<holding>();
  const table<rows_schema> rows{std::shared_ptr<endpoint>(via)};
  asio::io_context loop;
  int called = 0;
  rows.get("b")(asio::bind_executor(loop, [&](const result<std::optional<row>>& r) { called += r ? 1 : 0; }));
  loop.stop();
  via->complete_all();
  EXPECT_EQ(called, 0);
  loop.restart();
  loop.run();
  EXPECT_EQ(called, 1);
}

TEST(asio_loop, that_ends_while_its_calls_are_completed_elsewhere) {
  for (int round = 0; round < 300; ++round) {
    const auto via = std::make_shared<holding>();
    const table<rows_schema> rows{std::shared_ptr<endpoint>(via)};
    auto loop = std::make_unique<asio::io_context>();
    for (int i = 0; i < 4; ++i) rows.get("b")(asio::bind_executor(*loop, [](const auto&) {}));
    std::thread completes([&] { via->complete_all(); });
    if (round % 2 == 0) loop->poll();
    loop.reset();
    completes.join();
  }
}

TEST(asio_loop, whose_write_was_under_way_commits_it_all_the_same) {
  const auto db = database::in_memory();
  const table<rows_schema> rows{*db};
  ASSERT_TRUE(ok(rows.create_if_absent().run()));
  const row one{"a", 1};
  {
    asio::io_context loop;
    rows.put(one)(asio::bind_executor(loop, [](const auto&) {}));
  }
  const row other{"b", 1};
  ASSERT_TRUE(ok(rows.put(other).run()));  // after it in the queue
  EXPECT_TRUE(rows.get("a").run().value());
}

TEST(asio_loop, that_ended_in_a_batch_freed_it_with_its_requests_under_way) {
  const auto via = std::make_shared<holding>();
  const table<rows_schema> rows{std::shared_ptr<endpoint>(via)};
  std::vector<row> many(60);
  for (std::size_t i = 0; i < many.size(); ++i) many[i].id = std::to_string(i);
  {
    asio::io_context loop;
    rows.batch_put(many)(asio::bind_executor(loop, [](const auto&) { FAIL() << "called"; }));
  }
  std::size_t requests = 0;  // the batch goes on to its end, although nobody waits for it any more
  while (const std::size_t some = via->complete_all()) requests += some;
  EXPECT_EQ(requests, 3u);
}

TEST(asio_loop, that_ended_in_calls_of_several_requests_goes_without_them) {
  const auto via = std::make_shared<holding>();
  const table<rows_schema> rows{std::shared_ptr<endpoint>(via)};
  {
    asio::io_context loop;
    const auto never = [](const auto&) { FAIL() << "called"; };
    rows.create_if_absent()(asio::bind_executor(loop, never));
    rows.scan(parallel(3)).count()(asio::bind_executor(loop, never));
    rows.query("a").one()(asio::bind_executor(loop, never));
    auto pages = rows.scan(parallel(3)).page_stream();
    pages.next()(asio::bind_executor(loop, never));
    auto items = rows.query("a").item_stream();
    items.next()(asio::bind_executor(loop, never));
  }
  std::size_t requests = 0;
  while (const std::size_t some = via->complete_all()) requests += some;
  EXPECT_GE(requests, 5u);
}

TEST(asio_loop, whose_last_handle_goes_in_the_handler) {
  for (int round = 0; round < 100; ++round) {
    asio::io_context loop(1);
    auto work = asio::make_work_guard(loop);
    std::thread runs([&] { loop.run(); });
    {
      auto db =
          std::make_shared<result<testing_support::wired_database>>(testing_support::wired(database::in_memory()));
      auto rows = std::make_shared<table<rows_schema>>(**db);
      ASSERT_TRUE(ok(rows->create_if_absent().run()));
      const row one{"a", round};
      auto put = rows->put(one);
      auto get = rows->get("a");
      rows.reset();
      db.reset();  // the operations hold it now
      std::move(put)(asio::bind_executor(loop, [](const auto&) {}));
      std::move(get)(asio::bind_executor(loop, [](const auto&) {}));
    }
    work.reset();
    runs.join();
  }
}

// ---- tokens -----------------------------------------------------------------------------------------------------

class own_token {
 public:
  std::latch* told = nullptr;
};

}  // namespace

template <class R>
class boost::asio::async_result<own_token, void(R)> {
 public:
  template <class Initiation, class... Arguments>
  static int initiate(Initiation&& initiation, const own_token& token, Arguments&&... arguments) {
    std::forward<Initiation>(initiation)([told = token.told](R) { told->count_down(); },
                                         std::forward<Arguments>(arguments)...);
    return 42;
  }
};

namespace {

inline constexpr auto named = asio::use_awaitable;
inline constexpr asio::as_tuple_t<asio::use_awaitable_t<>> named_tuple(asio::use_awaitable);

class asio_tokens : public dynamo::testing::database_test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(ok(rows.create_if_absent().run()));
    const row one{"a", 5};
    ASSERT_TRUE(ok(rows.put(one).run()));
  }
  table<rows_schema> rows;
};

asio::awaitable<void> await_with_every_token(table<rows_schema> rows) {
  auto by_default = co_await rows.get("a");
  EXPECT_EQ(by_default.value()->n, 5);
  auto plainly = co_await rows.get("a")(asio::use_awaitable);
  EXPECT_EQ(plainly.value()->n, 5);
  auto by_name = co_await rows.get("a")(named);
  EXPECT_EQ(by_name.value()->n, 5);
  asio::use_awaitable_t<> variable;
  auto by_variable = co_await rows.get("a")(variable);
  EXPECT_EQ(by_variable.value()->n, 5);
  auto [tuple] = co_await rows.get("a")(named_tuple);
  EXPECT_EQ(tuple.value()->n, 5);
  auto deferred = co_await rows.get("a")(asio::deferred);
  EXPECT_EQ(deferred.value()->n, 5);
}

TEST_F(asio_tokens, in_coroutines) {
  asio::io_context loop;
  std::exception_ptr thrown;
  asio::co_spawn(loop, await_with_every_token(rows), [&](std::exception_ptr e) { thrown = e; });
  loop.run();
  if (thrown) std::rethrow_exception(thrown);
}

TEST_F(asio_tokens, outside_of_them) {
  asio::thread_pool pool(1);
  const auto by_future = asio::use_future;
  EXPECT_EQ(rows.get("a")(by_future).get().value()->n, 5);
  EXPECT_EQ(rows.get("a")(asio::use_future).get().value()->n, 5);
  rows.get("a")(asio::detached);
  const auto later = asio::detached;
  rows.get("a")(later);
  rows.get("a")(
      asio::bind_executor(asio::make_strand(pool), [](result<std::optional<row>> r) { EXPECT_EQ(r.value()->n, 5); }));
  const auto handler = [](const result<std::optional<row>>& r) { EXPECT_EQ(r.value()->n, 5); };
  asio::io_context loop;
  rows.get("a")(asio::bind_executor(loop, handler));
  auto made = rows.get("a")(asio::deferred);
  bool called = false;
  std::move(made)(asio::bind_executor(loop, [&](result<std::optional<row>> r) { called = r.value()->n == 5; }));
  loop.run();
  EXPECT_TRUE(called);
  pool.join();
}

TEST_F(asio_tokens, of_the_users_own) {
  std::latch told(3);  // on a thread of the system's executor
  const own_token constant{&told};
  own_token variable{&told};
  EXPECT_EQ(rows.get("a")(constant), 42);
  EXPECT_EQ(rows.get("a")(variable), 42);
  EXPECT_EQ(rows.get("a")(own_token{&told}), 42);
  told.wait();
}

// ---- what has no endpoint ---------------------------------------------------------------------------------------

template <class T>
void expect_no_endpoint(const result<T>& outcome) {
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), errc::invalid_argument);
  EXPECT_TRUE(outcome.error().message().starts_with("There is no endpoint")) << outcome.error().message();
}
void expect_all_refused(const table<rows_schema>& rows) {
  const row one{"a", 1};
  expect_no_endpoint(rows.put(one).run());
  expect_no_endpoint(rows.get("a").run());
  expect_no_endpoint(rows.remove("a").run());
  expect_no_endpoint(rows.create_if_absent().run());
  expect_no_endpoint(rows.verify().run());
  expect_no_endpoint(rows.query("a").count().run());
  for (const auto& page : rows.scan().pages()) expect_no_endpoint(page);
  const auto batch = rows.batch_put(std::vector<row>{one}).run();
  EXPECT_FALSE(batch && batch->complete());
  EXPECT_EQ(rows.name(), rows.name());
}

extern table<rows_schema> defined_below;
/// What a static object's constructor sees of a table that is initialised after it.
const bool used_too_early = [] {
  expect_all_refused(defined_below);
  return true;
}();
table<rows_schema> defined_below(std::shared_ptr<endpoint>(std::make_shared<holding>()));

TEST(asio_misuse, of_tables_without_an_endpoint_crashed) {
  EXPECT_TRUE(used_too_early);
  table<rows_schema> first(std::shared_ptr<endpoint>(std::make_shared<holding>()));
  const table<rows_schema> second = std::move(first);
  expect_all_refused(first);  // NOLINT(bugprone-use-after-move): on purpose
  expect_all_refused(table<rows_schema>(std::shared_ptr<endpoint>()));
  auto db = database::in_memory();
  ASSERT_TRUE(db);
  const database other = *std::move(db);
  expect_all_refused(table<rows_schema>(*db));  // NOLINT(bugprone-use-after-move)
}

TEST(asio_misuse, of_an_awaited_operation_twice_crashed) {
  const dynamo::testing::scoped_database db;
  const table<rows_schema> rows;
  ASSERT_TRUE(ok(rows.create_if_absent().run()));
  auto get = rows.get("a");
  asio::io_context loop;
  int right = 0;
  for (int i = 0; i < 2; ++i) {
    std::move(get)(asio::bind_executor(
        loop, [&, i](const result<std::optional<row>>& r) { right += r.has_value() == (i == 0) ? 1 : 0; }));
  }
  loop.run();
  EXPECT_EQ(right, 2);
}

TEST(asio_misuse, of_null_texts_crashed) {
  const dynamo::testing::scoped_database db;
  const table<rows_schema> rows;
  ASSERT_TRUE(ok(rows.create_if_absent().run()));
  const char* const nothing = nullptr;
  for (const auto& outcome : {rows.get(nothing).run().has_value(), rows.remove(nothing).run().has_value(),
                              rows.query(nothing).count().run().has_value()}) {
    EXPECT_FALSE(outcome);
  }
  const auto got = rows.get(nothing).run();
  EXPECT_EQ(got.error().code(), errc::invalid_argument);
  EXPECT_NE(got.error().message().find("null pointer"), std::string::npos) << got.error().message();
}

// ---- codecs that throw ------------------------------------------------------------------------------------------

struct moody {
  std::string text;
};

}  // namespace

template <>
struct dynamo::codec<moody> : dynamo::codec_via<moody, std::string> {
  static std::string to_stored(const moody& m) { return m.text; }
  static dynamo::result<moody> from_stored(const std::string&) { throw std::runtime_error("not today"); }
};

namespace {

struct mood {
  std::string id;
  moody now;
};
struct moods_schema : schema<"moods", mood, partition_key<&mood::id>> {};

TEST(asio_codec, that_threw_left_the_loop_and_its_caller_waited_for_ever) {
  dynamo::testing::scoped_database db;
  table<moods_schema> moods;
  ASSERT_TRUE(ok(moods.create_if_absent().run()));
  const mood one{"a", {"good"}};
  ASSERT_TRUE(ok(moods.put(one).run()));
  asio::io_context loop;
  std::optional<error> told;
  asio::co_spawn(
      loop,
      [&]() -> asio::awaitable<void> {
        auto got = co_await moods.get("a");
        if (!got) told = got.error();
      },
      asio::detached);
  loop.run();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->code(), errc::decoding);
  EXPECT_NE(told->message().find("not today"), std::string::npos) << told->message();
}

}  // namespace
