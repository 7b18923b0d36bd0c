#include <dynamo/decorators/recorded.hpp>

#include <dynamo/base/log.hpp>
#include <dynamo/decorators/replayed.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <decorators/scripted_endpoint.hpp>
#include <gtest/gtest.h>
#include <support/scratch_folder.hpp>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace dynamo {
namespace {

using testing::virtual_clock;
using testing_support::outcome_of;
using testing_support::scripted_endpoint;

const std::string header = R"({"recording":"dynamo_table","version":2,"redacted":[]})";
const std::string header_1 = R"({"recording":"dynamo_table","version":1,"redacted":[]})";  // had no closing line

class kept_lines final : public recording_sink {
 public:
  bool line(std::string_view text) noexcept override {
    if (full) return false;
    lines.emplace_back(text);
    return true;
  }
  std::string text() const {
    std::string all;
    for (const std::string& each : lines) all += each + "\n";
    return all;
  }
  std::vector<std::string> lines;
  bool full = false;
};

request get(std::string_view id) {
  json::buffer body(R"({"TableName":"t","Key":{"id":{"S":")");
  body.append(id);
  body.append(R"("}}})");
  return {operation_name::get_item, std::move(body)};
}

class Recorded : public ::testing::TestWithParam<bool> {
 protected:
  result<reply> outcome(endpoint& via, request r) { return outcome_of(via, std::move(r), GetParam(), time); }

  virtual_clock time;
  std::shared_ptr<scripted_endpoint> inner = std::make_shared<scripted_endpoint>();
  std::shared_ptr<kept_lines> sink = std::make_shared<kept_lines>();
};
INSTANTIATE_TEST_SUITE_P(, Recorded, ::testing::Bool(),
                         [](const auto& way) { return way.param ? "Started" : "Blocking"; });

TEST_P(Recorded, WritesALineForEachCall) {
  const auto via = recorded(inner, sink);
  inner->answer("{ \"Item\": {} }");
  inner->answer(error({.code = errc::throttled,
                       .message = "slow",
                       .type = "x#Throttling",
                       .request_id = "R1",
                       .body = "{ \"message\": \"slow\" }",
                       .attempts = 2,
                       .outcome_unknown = true}));
  EXPECT_EQ(outcome(*via, get("1"))->body.view(), "{ \"Item\": {} }");
  EXPECT_EQ(outcome(*via, get("2")).error().code(), errc::throttled);
  EXPECT_EQ(
      sink->lines,
      (std::vector<std::string>{
          header,
          R"({"operation":"GetItem","request":{"TableName":"t","Key":{"id":{"S":"1"}}},"reply":{"Item":{}},"attempts":1})",
          R"({"operation":"GetItem","request":{"TableName":"t","Key":{"id":{"S":"2"}}},)"
          R"("error":{"code":"throttled","type":"x#Throttling","message":"slow","body":{"message":"slow"},"outcome_unknown":true},)"
          R"("request_id":"R1","attempts":2})"}));
}

TEST_P(Recorded, SaysNothingOfWhoAsked) {
  const auto via = recorded(inner, sink);
  request r = get("1");
  auto origin = std::make_shared<request_origin>();
  origin->principal = "AKIAPRINCIPAL";
  origin->trace_id = "Root=TRACE";
  r.origin = origin;
  ASSERT_TRUE(outcome(*via, std::move(r)));
  EXPECT_EQ(sink->text().find("AKIAPRINCIPAL"), std::string::npos);
  EXPECT_EQ(sink->text().find("TRACE"), std::string::npos);
}

TEST_P(Recorded, KeepsRedactedValuesOutOfRequestsRepliesAndErrors) {
  recording_options options;
  options.redacted = {"pin"};
  const auto via = recorded(inner, sink, options);
  const auto put = [] { return request(operation_name::put_item, json::buffer(R"({"Item":{"pin":{"S":"secret"}}})")); };
  inner->answer(R"({"Attributes":{"pin":{"S":"secret"}}})");
  inner->answer(
      error({.code = errc::validation, .message = "secret is wrong", .body = R"({"message":"secret is wrong"})"}));
  inner->answer(error({.code = errc::conditional_check_failed,
                       .message = "The conditional request failed",
                       .body = R"({"Item":{"pin":{"S":"secret"}},"message":"The conditional request failed"})"}));
  EXPECT_EQ(outcome(*via, put())->body.view(), R"({"Attributes":{"pin":{"S":"secret"}}})");  // the caller gets it all
  EXPECT_EQ(outcome(*via, put()).error().message(), "secret is wrong");
  EXPECT_FALSE(outcome(*via, put()));
  EXPECT_EQ(sink->lines.size(), 4U);
  EXPECT_EQ(sink->text().find("secret"), std::string::npos) << sink->text();
  EXPECT_NE(sink->text().find("The conditional request failed"), std::string::npos);
}

TEST_P(Recorded, EndsAtItsLimitAndWhenItCannotBeWritten) {
  std::vector<std::string> logged;
  set_log_sink([&](log_level, std::string_view line) { logged.emplace_back(line); });
  recording_options options;
  options.bytes_max = header.size() + 150;
  const auto small = recorded(inner, sink, options);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(outcome(*small, get("1")));
  EXPECT_EQ(sink->lines.size(), 3U);  // with the closing one
  const auto failing = recorded(inner, sink);
  sink->full = true;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(outcome(*failing, get("1")));
  set_log_sink({});
  EXPECT_EQ(logged.size(), 2U);
}

TEST_P(Recorded, AReplayAnswersEqualRequestsInOrder) {
  {
    const auto via = recorded(inner, sink);
    inner->answer(R"({"n":1})");
    inner->answer(R"({"n":2})");
    inner->answer(error({.code = errc::validation, .message = "no", .type = "a#V", .request_id = "R", .attempts = 3}));
    for (const char* id : {"1", "2", "1"}) (void)outcome(*via, get(id));
  }
  const auto replay = replayed::from_text(sink->text());
  ASSERT_TRUE(replay) << replay.error().describe();
  endpoint& via = **replay;
  EXPECT_EQ((*replay)->remaining(), 3U);
  EXPECT_EQ(outcome(via, get("2"))->body.view(), R"({"n":2})");
  EXPECT_EQ(outcome(via, get("1"))->body.view(), R"({"n":1})");
  const auto failed = outcome(via, get("1"));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().describe(), "validation: no (request R) after 3 attempts");
  EXPECT_EQ(failed.error().detail().type, "a#V");
  EXPECT_EQ((*replay)->remaining(), 0U);
}

TEST_P(Recorded, ARequestThatWasNotRecordedIsAClearError) {
  const auto replay = replayed::from_text(
      header_1 + "\n" + R"({"operation":"GetItem","request":{"TableName":"t"},"reply":{},"attempts":1})");
  ASSERT_TRUE(replay);
  const auto answer = outcome(**replay, get("secret"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(
      answer.error().describe(),
      "unavailable: The recording has no answer left for this GetItem to t: 1 other requests of the operation and "
      "1 in all are left in it");
  EXPECT_FALSE(answer.error().retryable());
}

TEST_P(Recorded, AReplayComparesWithoutWhiteSpaceTokensAndRedactedValues) {
  const auto replay = replayed::from_text(
      R"({"recording":"dynamo_table","version":1,"redacted":["pin"]})"
      "\n"
      R"({"operation":"PutItem","request":{"Item":{"pin":{"S":"[redacted]"}},"ClientRequestToken":"a"},"reply":{},"attempts":1})"
      "\n");
  ASSERT_TRUE(replay);
  const std::string same = R"({ "Item" : {"pin":{"S":"other"}},"ClientRequestToken":"b"})";
  EXPECT_TRUE(outcome(**replay, {operation_name::put_item, json::buffer(same)}));
}

TEST_P(Recorded, ARecordingGoesThroughAFile) {
  const testing_support::scratch_folder folder;
  const std::string path = folder / "calls.jsonl";
  {
    const auto file = recording_file(path);
    ASSERT_TRUE(file);
    const auto via = recorded(inner, *file);
    inner->answer(R"({"n":1})");
    (void)outcome(*via, get("1"));
  }
  const auto replay = replayed::from_file(path);
  ASSERT_TRUE(replay) << replay.error().describe();
  EXPECT_EQ(outcome(**replay, get("1"))->body.view(), R"({"n":1})");
  EXPECT_EQ(replayed::from_file(folder / "other").error().code(), errc::storage);
  EXPECT_EQ(recording_file(folder / "no/such/folder").error().code(), errc::storage);
}

TEST(Replayed, RefusesWhatIsNoRecordingAndSaysTheLine) {
  struct {
    std::string text;
    errc code;
    std::string words;
  } const cases[] = {
      {"", errc::decoding, "Line 1"},
      {"{}", errc::decoding, "Line 1"},
      {"nonsense\n", errc::decoding, "Line 1"},
      {R"({"recording":"other","version":1})", errc::decoding, "Line 1"},
      {R"({"recording":"dynamo_table","version":3})", errc::not_supported, "version 3"},
      {header + "\n{}\n", errc::decoding, "Line 2"},
      {header + "\n" + R"({"operation":"GetItem","request":{}})", errc::decoding, "Line 2"},
      {header + "\n" + R"({"operation":"NoSuch","request":{},"reply":{}})", errc::decoding, "Line 2"},
      {header + "\n" + R"({"operation":"GetItem","request":{},"reply":{},"error":{}})", errc::decoding, "Line 2"},
      {header + "\n" + R"({"operation":"GetItem","request":{},"reply":{}} x)", errc::decoding, "Line 2"},
      {header + "\n\n", errc::decoding, "Line 2"},
  };
  for (const auto& each : cases) {
    const auto replay = replayed::from_text(each.text);
    ASSERT_FALSE(replay) << each.text;
    EXPECT_EQ(replay.error().code(), each.code) << each.text;
    EXPECT_NE(replay.error().message().find(each.words), std::string::npos) << replay.error().message();
  }
  EXPECT_TRUE(replayed::from_text(header_1));
}

TEST(Replayed, ARecordingCutAtAnyByteIsNoticed) {
  const auto sink = std::make_shared<kept_lines>();
  {
    const auto via = recorded(std::make_shared<scripted_endpoint>(), sink);
    for (const char* id : {"1", "2", "3"}) ASSERT_TRUE(via->call(get(id)));
  }
  const std::string whole = sink->text();
  ASSERT_EQ(sink->lines.back(), R"({"exchanges":3})");
  ASSERT_TRUE(replayed::from_text(whole));
  for (std::size_t length = 0; length + 1 < whole.size(); ++length) {  // the last byte only ends the closing line
    EXPECT_FALSE(replayed::from_text(std::string_view(whole).substr(0, length))) << length;
  }
}

TEST(Replayed, ARecordingWithoutALineInItsMiddleOrWithMoreAfterItsEndIsNoticed) {
  const auto sink = std::make_shared<kept_lines>();
  {
    const auto via = recorded(std::make_shared<scripted_endpoint>(), sink);
    for (const char* id : {"1", "2", "3"}) ASSERT_TRUE(via->call(get(id)));
  }
  const auto more = replayed::from_text(sink->text() + sink->lines[1] + "\n");
  ASSERT_FALSE(more);
  EXPECT_NE(more.error().message().find("Line 6: trailing data"), std::string::npos) << more.error().message();
  sink->lines.erase(sink->lines.begin() + 2);
  const auto fewer = replayed::from_text(sink->text());
  ASSERT_FALSE(fewer);
  EXPECT_EQ(fewer.error().code(), errc::decoding);
  EXPECT_NE(fewer.error().message().find("has 2 exchanges, and its closing line says 3"), std::string::npos)
      << fewer.error().message();
}

TEST(Replayed, ARecordingThatEndedAtItsLimitHasItsClosingLineWithinTheLimit) {
  set_log_sink([](log_level, std::string_view) {});
  for (std::uint64_t limit = header.size(); limit < header.size() + 400; ++limit) {
    const auto sink = std::make_shared<kept_lines>();
    recording_options options;
    options.bytes_max = limit;
    {
      const auto via = recorded(std::make_shared<scripted_endpoint>(), sink, options);
      for (int i = 0; i < 5; ++i) ASSERT_TRUE(via->call(get("1")));
    }
    EXPECT_LE(sink->text().size(), limit);
    EXPECT_TRUE(sink->lines.empty() || replayed::from_text(sink->text())) << limit;
  }
  set_log_sink({});
}

}  // namespace
}  // namespace dynamo
