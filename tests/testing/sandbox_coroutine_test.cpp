#include <dynamo/asio.hpp>
#include <dynamo/decorators/rate_limited.hpp>
#include <dynamo/decorators/retrying.hpp>
#include <dynamo/remote/default_endpoint.hpp>
#include <dynamo/testing/gtest.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <testing/notes.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace dynamo::testing {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing_support::Note;
using testing_support::notes_schema;

const Note milk{"1", "a note that is too long to be stored inside of a std::string, which address sanitizers like"};

class CoroutineSandbox : public database_test {
 protected:
  /// Runs the loop. When nothing in it can go on, time passes; when nobody waits for that either, a thread of the database has
  /// the call, which it may complete, or let wait for the time to pass: CreateTable, and the DescribeTable after it.
  void run_until(const bool& done) {
    while (!done) {
      loop.restart();
      if (loop.poll() == 0 && !time.advance_to_next()) loop.run_one_for(1ms);
    }
  }

  asio::io_context loop;
};

asio::awaitable<void> keep_a_note(table<notes_schema> notes, bool& done) {
  const auto created = co_await notes.create_if_absent();
  EXPECT_TRUE(ok(created));
  const auto put = co_await notes.put(milk).with_details();
  EXPECT_TRUE(ok(put));
  EXPECT_EQ(put ? put->details.attempts : put.error().attempts(), 4U);
  const auto found = co_await notes.get("1");
  EXPECT_TRUE(ok(found) && *found && **found == milk);
  done = true;
}

TEST_F(CoroutineSandbox, ACoroutineIsSuspendedWhileDecoratorsWait) {
  faults->add(fault_rule(fault::throttle).on(operation_name::put_item).at_calls(1, 3))
      .add(fault_rule(fault::delay).lasting(10min));
  bool done = false;
  const auto via = rate_limited(retrying(default_endpoint(), {}, time), rate_limits(1), time);
  const instant before = time.now();
  asio::co_spawn(loop, keep_a_note(table<notes_schema>(via), done), asio::detached);
  run_until(done);
  EXPECT_GE(time.now() - before, 60min);  // six requests, at the least, of which each was delayed
}

TEST_F(CoroutineSandbox, CancellingACallEndsItsWait) {
  const table<notes_schema> notes(retrying(default_endpoint(), {}, time));
  faults->add(fault_rule(fault::throttle));
  asio::cancellation_signal cancel;
  std::optional<errc> outcome;
  bool done = false;
  notes.get("1")(asio::bind_cancellation_slot(cancel.slot(),
                                              asio::bind_executor(loop, [&](const result<std::optional<Note>>& found) {
                                                outcome = found ? std::nullopt : std::optional(found.error().code());
                                                done = true;
                                              })));
  EXPECT_EQ(time.waiting(), 1U);
  cancel.emit(asio::cancellation_type::terminal);
  EXPECT_EQ(time.waiting(), 0U);
  run_until(done);
  EXPECT_EQ(outcome, errc::cancelled);
}

}  // namespace
}  // namespace dynamo::testing
