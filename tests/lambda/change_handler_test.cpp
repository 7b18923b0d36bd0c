#include "kept_lines.hpp"

#include <dynamo/lambda.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace dynamo::lambda {
namespace {

struct sample {
  std::int64_t id = 0;
  std::string message;
};

std::string record(int number, int id, std::string_view message) {
  return R"({"eventID":"e","eventName":"INSERT","dynamodb":{"Keys":{"id":{"N":")" + std::to_string(id) +
         R"("}},"NewImage":{"id":{"N":")" + std::to_string(id) + R"("},"message":)" + std::string(message) +
         R"(},"SequenceNumber":"00)" + std::to_string(number) + R"(","StreamViewType":"NEW_IMAGE"}})";
}
std::string ok(int number, int id) { return record(number, id, R"({"S":"fine"})"); }
std::string poison(int number, int id) { return record(number, id, R"({"N":"4711"})"); }
std::string bad(int number, int id) { return record(number, id, R"({"S":"bad"})"); }

json::buffer event(const std::vector<std::string>& records) {
  std::string text = R"({"Records":[)";
  for (const std::string& each : records) {
    if (text.back() != '[') text += ',';
    text += each;
  }
  return json::buffer(text + "]}");
}
std::string failed(const std::vector<std::string>& numbers) {
  std::string text = R"({"batchItemFailures":[)";
  for (const std::string& each : numbers) {
    if (text.back() != '[') text += ',';
    text += R"({"itemIdentifier":")" + each + R"("})";
  }
  return text + "]}";
}

class handling : public ::testing::Test {
 protected:
  handling() { about.request_id = "r-1"; }
  static std::string text(const answer& made) {
    return made ? std::string(made->view()) : made.error().type + ": " + made.error().message;
  }
  /// A handler that refuses "bad", and keeps the numbers of what it was given.
  auto refusing_bad() {
    return [this](const change<sample>& c, const context&) -> result<void> {
      given.push_back(c.sequence_number_text());
      if (c.new_image && c.new_image->message == "bad") return fail(errc::unavailable, "no");
      return {};
    };
  }
  std::string handle(const json::buffer& of, const options& o = {}) {
    return text(handle_event<sample>(of, refusing_bad(), about, o));
  }

  testing::virtual_clock time;
  kept_lines lines;
  logger log{lines, log_level::debug, time};
  context about{log, time, time};
  std::vector<std::string> given;
};

TEST_F(handling, all_changes_are_handed_over_and_none_fails) {
  EXPECT_EQ(handle(event({ok(1, 1), ok(2, 2), ok(3, 1)})), failed({}));
  EXPECT_EQ(given, (std::vector<std::string>{"001", "002", "003"}));
  EXPECT_EQ(lines.all(),
            R"({"timestamp":"2026-01-01T00:00:00.000Z","level":"INFO","requestId":"r-1","message":"changes handled",)"
            R"("changes":3,"failed":0,"microseconds":0})"
            "\n");
}

TEST_F(handling, an_event_without_changes_is_answered) { EXPECT_EQ(handle(event({})), failed({})); }

// The default: what comes after a failure of the same key would overtake it.
TEST_F(handling, after_a_failure_its_key_is_skipped) {
  EXPECT_EQ(handle(event({ok(1, 1), bad(2, 7), ok(3, 1), ok(4, 7), ok(5, 2)})), failed({"002", "004"}));
  EXPECT_EQ(given, (std::vector<std::string>{"001", "002", "003", "005"}));
}

TEST_F(handling, after_a_failure_nothing_more_is_handed_over_if_so_wished) {
  options o;
  o.on_failure = after_failure::stop;
  EXPECT_EQ(handle(event({ok(1, 1), bad(2, 7), ok(3, 1), bad(4, 7)}), o), failed({"002", "003", "004"}));
  EXPECT_EQ(given, (std::vector<std::string>{"001", "002"}));
}

TEST_F(handling, after_a_failure_it_goes_on_if_so_wished) {
  options o;
  o.on_failure = after_failure::go_on;
  EXPECT_EQ(handle(event({bad(1, 7), ok(2, 7), bad(3, 7), ok(4, 1)}), o), failed({"001", "003"}));
  EXPECT_EQ(given.size(), 4u);
}

TEST_F(handling, keys_are_the_same_however_they_are_spelt) {
  std::string spelt = ok(2, 7);
  spelt.replace(spelt.find(R"({"N":"7"})"), 9, R"({ "N" : "7.0" })");
  EXPECT_EQ(handle(event({bad(1, 7), spelt})), failed({"001", "002"}));
}

TEST_F(handling, a_poison_record_is_reported_by_its_number_and_not_handed_over) {
  EXPECT_EQ(handle(event({ok(1, 1), poison(2, 2), ok(3, 3)})), failed({"002"}));
  EXPECT_EQ(given, (std::vector<std::string>{"001", "003"}));
  EXPECT_TRUE(lines.has(R"("level":"WARN","requestId":"r-1","message":"a change does not fit its type",)"
                        R"("sequenceNumber":"002","attribute":"message"})"))
      << lines.all();
}

TEST_F(handling, a_poison_record_is_handed_over_if_so_wished) {
  options o;
  o.on_wrong_image = wrong_image::is_handed_over;
  EXPECT_EQ(handle(event({poison(2, 2)}), o), failed({}));
  EXPECT_EQ(given.size(), 1u);
}

TEST_F(handling, no_log_line_has_a_payload) {
  handle(event({poison(1, 1), poison(2, 2)}));
  (void)handle_event<sample>(json::buffer(R"({"Records":[{"dynamodb":{"NewImage":{"a":{"S":"secret"}}}}]})"),
                             refusing_bad(), about);
  EXPECT_FALSE(lines.has("4711")) << lines.all();
  EXPECT_FALSE(lines.has("secret")) << lines.all();
}

TEST_F(handling, failures_are_logged_in_the_handlers_words) {
  handle(event({bad(1, 1)}));
  EXPECT_TRUE(lines.has(R"("message":"a change failed","sequenceNumber":"001","error":"no"})")) << lines.all();
}

TEST_F(handling, a_flood_of_failures_is_no_flood_of_lines) {
  std::vector<std::string> all;
  for (int i = 0; i < 1'000; ++i) all.push_back(i % 2 == 0 ? bad(i, i) : poison(i, i));
  handle(event(all));
  const std::string text = lines.all();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 101);
  EXPECT_TRUE(lines.has(R"("changes":1000,"failed":1000)"));
}

TEST_F(handling, a_handler_that_throws_fails_its_change_only) {
  const auto throws = [](const change<sample>& c) {
    if (c.new_image->id == 1) throw std::runtime_error("thrown \xff\n");
    if (c.new_image->id == 2) throw 5;
  };
  EXPECT_EQ(text(handle_event<sample>(event({ok(1, 1), ok(2, 2), ok(3, 3)}), throws, about)), failed({"001", "002"}));
  EXPECT_TRUE(lines.has(R"("error":"the handler threw: thrown ?\n")")) << lines.all();
  EXPECT_TRUE(lines.has("what is no std::exception")) << lines.all();
}

TEST_F(handling, a_batch_handler_says_what_failed) {
  const auto refuses = [&](std::span<const change<sample>> all, const context& c) {
    EXPECT_EQ(c.request_id, "r-1");
    failures some;
    for (const auto& each : all) {
      given.push_back(each.sequence_number_text());
      if (each.new_image && each.new_image->message == "bad") some.add(each, error(errc::unavailable, "no"));
    }
    return some;
  };
  EXPECT_EQ(text(handle_event<sample>(event({ok(1, 1), bad(2, 2), poison(3, 3)}), refuses, about)),
            failed({"002", "003"}));
  EXPECT_EQ(given.size(), 3u) << "the poison record too";
  options o;
  o.on_wrong_image = wrong_image::is_handed_over;
  EXPECT_EQ(text(handle_event<sample>(event({poison(3, 3)}), refuses, about, o)), failed({}));
}

TEST_F(handling, a_batch_handler_may_fail_as_a_whole) {
  using batch = std::span<const change<sample>>;
  const auto of = event({ok(1, 1)});
  EXPECT_EQ(text(handle_event<sample>(of, [](batch) {}, about)), failed({}));
  EXPECT_EQ(text(handle_event<sample>(of, [](batch) -> result<void> { return {}; }, about)), failed({}));
  EXPECT_EQ(text(handle_event<sample>(of, [](batch) -> result<failures> { return failures(); }, about)), failed({}));
  EXPECT_EQ(text(handle_event<sample>(
                of, [](batch) -> result<void> { return fail(errc::unavailable, "down"); }, about)),
            "Function.HandlerFailed: unavailable: down");
  EXPECT_EQ(text(handle_event<sample>(
                of, [](batch) -> result<failures> { return fail(errc::unavailable, "down"); }, about)),
            "Function.HandlerFailed: unavailable: down");
  EXPECT_EQ(text(handle_event<sample>(
                of, [](batch) { throw std::runtime_error("thrown"); }, about)),
            "Function.ExceptionThrown: thrown");
  EXPECT_EQ(text(handle_event<sample>(
                of, [](batch) { throw 5; }, about)),
            "Function.ExceptionThrown: an exception that is no std::exception");
}

TEST_F(handling, an_event_of_another_kind_is_an_error_that_names_the_place) {
  EXPECT_EQ(handle(json::buffer(R"({"Records":[{"messageId":"1","body":"x"}]})")),
            "Runtime.InvalidEvent: the change records cannot be read: record 0: has no eventName");
  EXPECT_EQ(handle(json::buffer("")),
            "Runtime.InvalidEvent: the change records cannot be read: the text ends too early at byte 0");
  const std::string second =
      R"({"Records":[)" + ok(1, 1) + R"(,{"eventName":"INSERT","dynamodb":{"Keys":{},"SequenceNumber":7}}]})";
  EXPECT_EQ(handle(json::buffer(second)).substr(0, 95),
            "Runtime.InvalidEvent: the change records cannot be read: record 1: dynamodb.SequenceNumber: a s");
  EXPECT_TRUE(given.empty()) << "nothing of a broken event is handled";
}

std::string unreadable(int number, int id) {
  std::string text = ok(number, id);
  return text.replace(text.find("INSERT"), 6, "RESTORE");
}

TEST_F(handling, a_record_that_cannot_be_read_fails_alone_if_its_number_can_be_read) {
  EXPECT_EQ(handle(event({ok(1, 1), unreadable(2, 7), ok(3, 3), ok(4, 7)})), failed({"002", "004"}));
  EXPECT_EQ(given, (std::vector<std::string>{"001", "003"})) << "the order of its key is kept";
  EXPECT_TRUE(
      lines.has(R"("message":"a change cannot be read","sequenceNumber":"002","error":"the change records cannot )"
                R"(be read: record 1: eventName: `RESTORE` is none of INSERT, MODIFY and REMOVE"})"))
      << lines.all();
  EXPECT_TRUE(lines.has(R"("changes":4,"failed":2)")) << lines.all();
  given.clear();
  options o;
  o.on_failure = after_failure::stop;
  EXPECT_EQ(handle(event({ok(1, 1), unreadable(2, 2), ok(3, 3)}), o), failed({"002", "003"}));
  o.on_failure = after_failure::go_on;
  o.on_wrong_image = wrong_image::is_handed_over;
  EXPECT_EQ(handle(event({unreadable(1, 1), ok(2, 1), unreadable(3, 2)}), o), failed({"001", "003"}));
  EXPECT_EQ(given, (std::vector<std::string>{"001", "002"}));
}

TEST_F(handling, a_batch_handler_gets_the_records_that_can_be_read) {
  std::size_t calls = 0;
  const auto counts = [&](std::span<const change<sample>> all) {
    ++calls;
    for (const auto& each : all) given.push_back(each.sequence_number_text());
  };
  EXPECT_EQ(text(handle_event<sample>(event({unreadable(1, 1), ok(2, 2), unreadable(3, 3)}), counts, about)),
            failed({"001", "003"}));
  EXPECT_EQ(given, std::vector<std::string>{"002"});
  EXPECT_EQ(text(handle_event<sample>(event({unreadable(1, 1)}), counts, about)), failed({"001"}));
  EXPECT_EQ(calls, 1u) << "a batch is not empty";
}

TEST_F(handling, a_text_that_breaks_off_after_an_unreadable_record_is_no_event) {
  std::string text = R"({"Records":[)" + unreadable(1, 1) + "," + ok(2, 2);
  for (; text.size() > 11; text.pop_back()) {
    const auto made = handle_event<sample>(json::buffer(text), refusing_bad(), about);
    ASSERT_FALSE(made) << text;
    EXPECT_EQ(made.error().type, invalid_event);
  }
  EXPECT_TRUE(given.empty());
}

TEST_F(handling, the_handler_may_keep_what_moves_only) {
  const auto handler = [kept = std::make_unique<int>(1), this](const change<sample>&) {
    given.push_back(std::to_string(*kept));
  };
  EXPECT_EQ(text(handle_event<sample>(event({ok(1, 1)}), handler, about)), failed({}));
  EXPECT_EQ(given, std::vector<std::string>{"1"});
}

TEST_F(handling, an_item_of_any_shape_can_be_handled) {
  std::size_t attributes = 0;
  const auto counts = [&](const change<item>& c) { attributes += c.new_image->size(); };
  EXPECT_EQ(text(handle_event<item>(event({ok(1, 1), poison(2, 2)}), counts, about)), failed({}));
  EXPECT_EQ(attributes, 4u);
}

TEST_F(handling, took_less_than_no_time_while_the_clock_was_set_back) {
  const auto slow = [&](const change<sample>&) {
    time.advance(std::chrono::microseconds(2'500));
    time.jump(-std::chrono::hours(1));
  };
  (void)handle_event<sample>(event({ok(1, 1)}), slow, about);
  EXPECT_TRUE(lines.has(R"("microseconds":2500})")) << lines.all();
}

TEST_F(handling, how_long_it_took_is_said) {
  const auto slow = [&](const change<sample>&) { time.advance(std::chrono::microseconds(2'500)); };
  (void)handle_event<sample>(event({ok(1, 1), ok(2, 2)}), slow, about);
  EXPECT_TRUE(lines.has(R"("microseconds":5000})")) << lines.all();
  options o;
  o.log_batches = false;
  kept_lines none;
  const logger quiet(none, log_level::debug, time);
  (void)handle_event<sample>(event({ok(1, 1)}), slow, context(quiet, time, time), o);
  EXPECT_EQ(none.all(), "");
}

}  // namespace
}  // namespace dynamo::lambda

namespace several {
struct user {
  std::int64_t id = 0;
  std::string message;
};
struct order {
  std::int64_t id = 0;
  std::string message;
  double total = 0;
};
using any = std::variant<user, order>;
}  // namespace several
template <>
struct dynamo::told_apart_by<several::any> {
  static constexpr std::string_view attribute = "message";
  static constexpr std::array<std::string_view, 2> values{"user", "order"};
};

namespace dynamo::lambda {
namespace {

TEST_F(handling, several_entity_types_of_one_stream_come_as_a_variant) {
  std::vector<std::size_t> kinds;
  const auto keeps = [&](const change<several::any>& c) { kinds.push_back(c.new_image->index()); };
  const auto of = event({record(1, 1, R"({"S":"user"})"), record(2, 2, R"({"S":"order"},"total":{"N":"9.5"})"),
                         record(3, 3, R"({"S":"neither"})")});
  EXPECT_EQ(text(handle_event<several::any>(of, keeps, about)), failed({"003"}));
  EXPECT_EQ(kinds, (std::vector<std::size_t>{0, 1}));
}

}  // namespace
}  // namespace dynamo::lambda
