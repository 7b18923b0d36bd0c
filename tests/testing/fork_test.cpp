// A child of fork() holds copies of a database, a server and the like, but none of their threads. What it does with them must harm neither
// it nor its parent. Children say what they found by their exit status; one that hangs is ended by its alarm.
#include "notes.hpp"

#include <dynamo/database.hpp>
#include <dynamo/event_source/function_host.hpp>
#include <dynamo/http/client.hpp>
#include <dynamo/server.hpp>
#include <dynamo/testing/gtest.hpp>

#include <support/forked_child.hpp>
#include <support/http_client.hpp>
#include <support/scratch_folder.hpp>

#include <cstdlib>
#include <functional>
#include <latch>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace dynamo;
using testing_support::Note;
using testing_support::notes_schema;
using testing_support::require;
using testing_support::scratch_folder;
using testing_support::status_of_child;

constexpr int exited_by_itself = 17;

result<void> put(table<notes_schema>& to, std::string id, std::string text) {
  const Note one{std::move(id), std::move(text)};
  return to.put(one).run();
}

/// A database whose threads have all begun: the committer's, the readers', RocksDB's.
class forked : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    auto opened = GetParam() ? database::open(folder_ / "db") : database::in_memory();
    ASSERT_TRUE(opened) << opened.error().describe();
    db_ = *std::move(opened);
    notes_.emplace(*db_);
    ASSERT_TRUE(ok(notes_->create_if_absent().run()));
    class counting final : public reply_sink {
     public:
      void complete(result<reply>) noexcept override { done.count_down(); }
      std::latch done{2};
    } sink;
    json::buffer body(R"({"TableName":"notes","Item":{"id":{"S":"first"},"text":{"S":"1"}}})");
    db_->endpoint()->start(request(operation_name::put_item, body.copy()), sink);
    db_->endpoint()->start(request(operation_name::update_table, json::buffer(R"({"TableName":"none"})")), sink);
    sink.done.wait();
  }
  void TearDown() override {
    // The parent is unharmed: it writes, closes, and what it wrote is there.
    ASSERT_TRUE(ok(put(*notes_, "after", "2")));
    if (!GetParam()) return;
    notes_.reset();
    db_.reset();
    const auto again = database::open(folder_ / "db");
    ASSERT_TRUE(again) << again.error().describe();
    table<notes_schema> found{*again};
    EXPECT_TRUE(found.get("first").run().value());
    EXPECT_TRUE(found.get("after").run().value());
  }

  scratch_folder folder_;
  std::optional<database> db_;
  std::optional<table<notes_schema>> notes_;
};

INSTANTIATE_TEST_SUITE_P(of, forked, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "on_disk" : "in_memory"; });

TEST_P(forked, a_child_that_used_the_database_hung_or_lost_its_parents_writes) {
  EXPECT_EQ(status_of_child([&] {
              const auto written = put(*notes_, "child", "1");
              require(!written && written.error().code() == errc::invalid_argument, 1);
              require(written.error().message().starts_with("This database was opened before fork()"), 2);
              const auto got = notes_->get("first").run();
              require(!got && got.error().code() == errc::invalid_argument, 3);
              class once final : public reply_sink {
               public:
                void complete(result<reply> r) noexcept override { outcome.emplace(std::move(r)); }
                std::optional<result<reply>> outcome;
              } sink;
              db_->endpoint()->start(request(operation_name::list_tables, json::buffer("{}")), sink);
              require(sink.outcome && !*sink.outcome, 4);
            }),
            0);
  EXPECT_FALSE(notes_->get("child").run().value());
}

TEST_P(forked, a_child_that_destroys_the_database_closed_its_parents) {
  EXPECT_EQ(status_of_child([&] {
              notes_.reset();
              db_.reset();
            }),
            0);
}

TEST_P(forked, a_child_that_calls_exit_hung) {
  EXPECT_EQ(status_of_child([&] { std::exit(exited_by_itself); }), exited_by_itself);
  EXPECT_EQ(status_of_child([&] {
              notes_.reset();
              db_.reset();
              std::exit(exited_by_itself);
            }),
            exited_by_itself);
}

TEST_P(forked, a_child_is_told_that_it_cannot_open_another) {
  EXPECT_EQ(status_of_child([&] {
              for (const auto& opened :
                   {database::open(folder_ / "another"), database::in_memory(), database::open(folder_ / "db")}) {
                require(!opened && opened.error().code() == errc::invalid_argument, 1);
                require(opened.error().message().find("before fork()") != std::string::npos, 2);
              }
            }),
            0);
}

TEST_P(forked, while_another_thread_writes) {
  std::jthread writer([&](const std::stop_token& stop) {
    for (int i = 0; !stop.stop_requested(); ++i) EXPECT_TRUE(ok(put(*notes_, std::to_string(i % 10), "x")));
  });
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(status_of_child([&] {
                if (notes_->get("first").run()) ::_exit(1);
                std::exit(exited_by_itself);
              }),
              exited_by_itself);
  }
}

class forked_death : public dynamo::testing::database_test {};

TEST_F(forked_death, expect_exit_works_with_the_fixture) {
  table<notes_schema> notes;
  ASSERT_TRUE(ok(notes.create_if_absent().run()));
  for (const char* style : {"fast", "threadsafe"}) {
    GTEST_FLAG_SET(death_test_style, style);
    EXPECT_EXIT(std::exit(3), ::testing::ExitedWithCode(3), "");
    EXPECT_EXIT(
        {
          std::fputs("said\n", stderr);
          std::exit(4);
        },
        ::testing::ExitedWithCode(4), "said");
  }
  EXPECT_TRUE(ok(put(notes, "a", "b")));
}

TEST(forked_objects, a_server_and_its_client_stay_with_the_parent) {
  const auto db = database::in_memory();
  std::optional<server> on(*server::start(db->endpoint()));
  http::client to("127.0.0.1", on->port());
  ASSERT_EQ(to.send("GET", "/")->status, 200u);
  EXPECT_EQ(status_of_child([&] {
              const auto got = to.send("GET", "/");
              require(!got && got.error().code() == errc::invalid_argument, 1);
              on->stop(std::chrono::seconds(1));
              on.reset();
              std::exit(exited_by_itself);
            }),
            exited_by_itself);
  EXPECT_EQ(to.send("GET", "/")->status, 200u);
}

TEST(forked_objects, a_child_has_a_timer_of_its_own) {
  class ringing final : public timer_task {
   public:
    void run() noexcept override { rang.count_down(); }
    std::latch rang{1};
  };
  timer& before = system_timer();
  const auto first = std::make_shared<ringing>();
  ASSERT_TRUE(before.after(std::chrono::microseconds(1), first));
  first->rang.wait();
  EXPECT_EQ(status_of_child([&] {
              const auto task = std::make_shared<ringing>();
              require(!before.after(std::chrono::microseconds(1), task), 1);
              require(static_cast<bool>(system_timer().after(std::chrono::microseconds(1), task)), 2);
              task->rang.wait();
            }),
            0);
}

TEST(forked_objects, a_function_host_stays_with_the_parent) {
  event_source::host_options how;
  how.program = "/bin/cat";  // which never asks for an invocation
  std::shared_ptr<event_source::function_host> host = *event_source::function_host::start(how);
  EXPECT_EQ(status_of_child([&] {
              class once final : public event_source::outcome_sink {
               public:
                void complete(event_source::outcome o) noexcept override { got = o.what; }
                std::optional<event_source::outcome::kind> got;
              } sink;
              host->invoke({}, sink);
              require(sink.got == event_source::outcome::kind::not_executed, 1);
              host->stop(std::chrono::milliseconds(1));
              host.reset();
              std::exit(exited_by_itself);
            }),
            exited_by_itself);
}

}  // namespace
