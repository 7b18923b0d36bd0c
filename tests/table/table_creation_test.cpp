#include <table/creation/table_creation.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

/// The steps of create_if_absent() as a table of cases: what came of each step, and which step follows.
namespace dynamo::detail {
namespace {

using namespace std::chrono_literals;
using step = table_creation::step;

std::string described(std::string_view status, std::string_view key = "id") {
  return R"({"Table":{"TableStatus":")" + std::string(status) + R"(","KeySchema":[{"AttributeName":")" +
         std::string(key) + R"(","KeyType":"HASH"}]}})";
}

enum class event { created, described, waited, stopped, no_room };
struct row {
  event happened;
  step follows;
  std::string body = "{}";
  std::optional<error> failure{};
  result<reply> answer() const {
    if (failure) return std::unexpected(*failure);
    return reply(json::buffer(body));
  }
};
struct table_case {
  std::string promise;
  std::vector<row> rows;
  std::chrono::milliseconds waits{0};  ///< in all
  errc problem{};                      ///< of one that gave up
  std::string message{};
  std::chrono::milliseconds deadline = table_creation::wait_max;
};

row created(step follows) { return {event::created, follows}; }
row created(errc code, step follows) { return {event::created, follows, {}, error(code, "no")}; }
row is(std::string_view status, step follows) { return {event::described, follows, described(status)}; }
error no_table() { return {errc::resource_not_found, "no such table"}; }
row gone() { return {event::described, step::wait, {}, no_table()}; }
row waited() { return {event::waited, step::describe}; }

std::vector<table_case> cases() {
  std::vector<table_case> all;
  all.push_back({.promise = "a table that is ACTIVE at once needs no wait",
                 .rows = {created(step::describe), is("ACTIVE", step::done)}});
  all.push_back({.promise = "a table that is there already is used",
                 .rows = {created(errc::resource_in_use, step::describe), is("ACTIVE", step::done)}});
  all.push_back({.promise = "waits double",
                 .rows = {created(step::describe), is("CREATING", step::wait), waited(), is("CREATING", step::wait),
                          waited(), is("UPDATING", step::wait), waited(), is("ACTIVE", step::done)},
                 .waits = 5ms + 10ms + 20ms});
  all.push_back({.promise = "a refused creation is the outcome",
                 .rows = {created(errc::limit_exceeded, step::gave_up)},
                 .problem = errc::limit_exceeded,
                 .message = "no"});
  all.push_back({.promise = "an endpoint that fails in the middle is the outcome",
                 .rows = {created(step::describe),
                          is("CREATING", step::wait),
                          waited(),
                          {event::described, step::gave_up, {}, error(errc::transport, "broke")}},
                 .waits = 5ms,
                 .problem = errc::transport,
                 .message = "broke"});
  all.push_back({.promise = "an answer that is no description is the outcome",
                 .rows = {created(step::describe), {event::described, step::gave_up, R"({"Table":)"}},
                 .problem = errc::decoding});
  all.push_back(
      {.promise = "other keys are told before the table is ACTIVE",
       .rows = {created(errc::resource_in_use, step::describe),
                {event::described, step::gave_up, described("CREATING", "name")}},
       .problem = errc::invalid_argument,
       .message =
           "table t exists with other keys: partition key `name`, no sort key; the schema has partition key `id`, no sort key"});
  all.push_back({.promise = "a wait past the deadline is not begun",
                 .rows = {created(step::describe), is("CREATING", step::wait), waited(), is("CREATING", step::gave_up)},
                 .waits = 5ms,
                 .problem = errc::timed_out,
                 .message = "table t is still CREATING",
                 .deadline = 14ms});
  all.push_back({.promise = "a wait up to the deadline is",
                 .rows = {created(step::describe), is("CREATING", step::wait), waited(), is("CREATING", step::wait)},
                 .waits = 15ms,
                 .deadline = 15ms});
  all.push_back({.promise = "who is asked to stop while it waits is cancelled",
                 .rows = {created(step::describe), is("CREATING", step::wait), {event::stopped, step::gave_up}},
                 .waits = 5ms,
                 .problem = errc::cancelled,
                 .message = "cancelled while waiting for table t"});
  all.push_back({.promise = "a table that is being deleted is made anew when it is gone, whatever its keys were",
                 .rows = {created(errc::resource_in_use, step::describe),
                          {event::described, step::wait, described("DELETING", "name")},
                          waited(),
                          gone(),
                          {event::waited, step::create},
                          created(step::describe),
                          is("ACTIVE", step::done)},
                 .waits = 5ms + 10ms});
  all.push_back({.promise = "a table that is deleted again and again is given up",
                 .rows = {created(step::describe),
                          gone(),
                          {event::waited, step::create},
                          created(step::describe),
                          {event::described, step::gave_up, {}, no_table()}},
                 .waits = 5ms,
                 .problem = errc::timed_out,
                 .message = "table t was deleted, or is not known yet",
                 .deadline = 14ms});
  all.push_back({.promise = "a timer without room ends it",
                 .rows = {created(step::describe), is("DELETING", step::wait), {event::no_room, step::gave_up}},
                 .waits = 5ms,
                 .problem = errc::throttled,
                 .message = "the timer has no room to wait for table t: it is still DELETING"});
  return all;
}

TEST(TableCreation, GoesFromStepToStep) {
  for (const table_case& c : cases()) {
    SCOPED_TRACE(c.promise);
    table_creation::time_point now{};
    table_creation state("t", {{"id"}, {}}, now + c.deadline);
    EXPECT_EQ(state.next(), step::create);
    std::chrono::milliseconds waits{0};
    for (const row& r : c.rows) {
      switch (r.happened) {
        case event::created: state.created(r.answer()); break;
        case event::described: state.described(r.answer(), now); break;
        case event::waited: state.waited(true); break;
        case event::stopped: state.waited(false); break;
        case event::no_room: state.cannot_wait(); break;
      }
      ASSERT_EQ(state.next(), r.follows) << "after row " << &r - c.rows.data();
      if (r.follows == step::wait) {
        waits += state.wait();
        now += state.wait();
      }
    }
    EXPECT_EQ(waits, c.waits);
    if (state.next() != step::gave_up) continue;
    EXPECT_EQ(state.problem().code(), c.problem) << state.problem();
    if (!c.message.empty()) {
      EXPECT_EQ(state.problem().message(), c.message);
    }
  }
}

TEST(TableCreation, EndsWithinFiveMinutesAndWaitsAtMostASecondAtATime) {
  table_creation::time_point now{};
  table_creation state("t", {{"id"}, {}}, now + table_creation::wait_max);
  state.created(reply());
  int polls = 0;
  for (; state.next() != step::gave_up; ++polls) {
    ASSERT_LT(polls, 1'000);
    state.described(reply(json::buffer(described("CREATING"))), now);
    if (state.next() != step::wait) continue;
    EXPECT_LE(state.wait(), 1s);
    now += state.wait();
    state.waited(true);
  }
  EXPECT_EQ(state.problem().code(), errc::timed_out);
  EXPECT_LE(now - table_creation::time_point(), 5min);
  EXPECT_GT(now - table_creation::time_point(), 5min - 1s);
}

}  // namespace
}  // namespace dynamo::detail
