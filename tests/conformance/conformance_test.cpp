#include "conversation.hpp"

#include <dynamo/database.hpp>

#include <gtest/gtest.h>
#include <support/wired.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The recorded answers of DynamoDB, file by file of corpus/: README.md.
namespace {

using dynamo::operation_name;
using namespace dynamo::conformance;
using dynamo::testing_support::answer;
using dynamo::testing_support::call;

const std::filesystem::path folder = DYNAMO_CONFORMANCE_FOLDER;

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::ifstream from(file);
  EXPECT_TRUE(from) << file;
  std::vector<std::string> lines;
  for (std::string line; std::getline(from, line);) {
    if (!line.empty() && !line.starts_with('#')) lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> files() {
  std::set<std::string> found;
  for (const auto& each : std::filesystem::directory_iterator(folder / "corpus")) {
    if (each.path().extension() == ".jsonl") found.insert(each.path().stem().string());
  }
  return {found.begin(), found.end()};
}

std::vector<conversation> conversations(const std::string& file) {
  std::vector<conversation> read;
  for (const std::string& line : lines_of(folder / "corpus" / (file + ".jsonl")))
    read.push_back(read_conversation(line));
  return read;
}

/// Name of a shared table, and the request that makes it.
std::map<std::string, std::string> shared_tables() {
  using dynamo::testing_support::member;
  std::map<std::string, std::string> read;
  for (const std::string& line : lines_of(folder / "tables.jsonl")) {
    read[content(member(line, "TableName"))] = line;
  }
  return read;
}

/// Conversations that do not hold for this engine yet, and why.
std::map<std::string, std::string> not_yet() {
  std::map<std::string, std::string> read;
  for (const std::string& line : lines_of(folder / "not_yet.txt")) {
    const std::size_t space = line.find(' ');
    read[line.substr(0, space)] = space == std::string::npos ? "" : line.substr(space + 1);
  }
  return read;
}

/// Appended to the file that DYNAMO_TEST_DIFFERENCES names, for the report of tests/peers/aws.
void write_down(const std::string& block) {
  const char* const path = std::getenv("DYNAMO_TEST_DIFFERENCES");
  if (path != nullptr) std::ofstream(path, std::ios::app) << block << "\n\n" << std::flush;
}

/// What was recorded in 2025 and has other words since.
bool is_of_2025(const conversation& c) { return c.era == "2025"; }

/// Not our engine: it has the words of its own day.
bool is_another_server() {
  const char* const wish = std::getenv("DYNAMO_TEST_WIRE");
  return wish != nullptr && std::string_view(wish).find(':') != std::string_view::npos;
}

/// A database, and the shared tables that it has.
struct played_database {
  dynamo::result<dynamo::testing_support::wired_database> opened;
  std::set<std::string> made{};

  explicit played_database(dynamo::error_wording wording)
      : opened(dynamo::testing_support::wired(dynamo::database::in_memory(with(wording)))) {}

  static dynamo::database_options with(dynamo::error_wording wording) {
    dynamo::database_options options;
    options.wording = wording;
    return options;
  }
};

class conformance : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { ASSERT_TRUE(db_.opened) << db_.opened.error().describe(); }

  /// What differs in a conversation, of its first step that does; empty if nothing does.
  std::string play(const conversation& c) {
    if (is_of_2025(c) && !db_of_2025_) db_of_2025_.emplace(dynamo::error_wording::of_2025);
    played_database& db = is_of_2025(c) ? *db_of_2025_ : db_;
    if (!db.opened) return db.opened.error().describe();
    for (const std::string& table : c.tables) {
      if (!db.made.insert(table).second) continue;
      const auto how = shared_.find(table);
      if (how == shared_.end()) return "tables.jsonl has no table " + table;
      const answer done = call(*db.opened->endpoint(), operation_name::create_table, how->second);
      if (!done.ok) return "The table " + table + " cannot be made: " + done.to_string();
    }
    std::string arn;  // of the table that was described last
    for (std::size_t i = 0; i < c.steps.size(); ++i) {
      const step next = with_arn(c.steps[i], arn);
      const answer came = call(*db.opened->endpoint(), next.operation, next.request);
      if (std::string described = table_arn_in(came); !described.empty()) arn = std::move(described);
      const auto differs = difference(next, came);
      if (differs) return "step " + std::to_string(i + 1) + '\n' + *differs;
    }
    return "";
  }

  played_database db_{dynamo::error_wording::of_2026};
  std::optional<played_database> db_of_2025_;
  const std::map<std::string, std::string> shared_ = shared_tables();
};

TEST_P(conformance, answers_are_those_recorded) {
  // AWS is asked for everything.
  const bool all = std::getenv("DYNAMO_TEST_CONFORMANCE_ALL") != nullptr;
  const auto excused = all ? std::map<std::string, std::string>() : not_yet();
  for (const conversation& c : conversations(GetParam())) {
    if (is_of_2025(c) && is_another_server()) continue;
    const std::string differs = play(c);
    const auto excuse = excused.find(c.id);
    if (excuse != excused.end()) {
      EXPECT_FALSE(differs.empty()) << c.id << " holds now: take it out of not_yet.txt";
    } else if (!differs.empty()) {
      ADD_FAILURE() << c.id << " (" << c.why << "), " << differs;
      write_down("== " + c.id + ": " + c.why + "\nsource:   " + c.source + ", " + c.era + '\n' + differs);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(corpus, conformance, ::testing::ValuesIn(files()),
                         [](const auto& file) { return file.param; });

TEST(conformance_corpus, is_whole) {
  const auto shared = shared_tables();
  auto excused = not_yet();
  std::set<std::string> ids;
  std::size_t holding = 0;
  for (const std::string& file : files()) {
    for (const conversation& c : conversations(file)) {
      EXPECT_TRUE(ids.insert(c.id).second) << c.id << " is there twice";
      for (const std::string& table : c.tables) EXPECT_TRUE(shared.contains(table)) << c.id << ": " << table;
      const auto excuse = excused.find(c.id);
      if (excuse == excused.end()) {
        ++holding;
      } else {
        EXPECT_FALSE(excuse->second.empty()) << c.id << " of not_yet.txt has no reason";
        excused.erase(excuse);
      }
    }
  }
  EXPECT_GE(holding, 100u);
  for (const auto& [id, why] : excused) ADD_FAILURE() << id << " of not_yet.txt is no conversation";
}

TEST(conformance_corpus, a_line_that_cannot_be_read_is_refused_with_the_reason) {
  const std::string head = R"({"id":"a","why":"w","source":"s","era":"e",)";
  const auto words_for = [](const std::string& line) -> std::string {
    try {
      (void)read_conversation(line);
      return "read";
    } catch (const std::exception& why) {
      return why.what();
    }
  };
  EXPECT_EQ(words_for(head + R"("steps":[{"operation":"GetItem","request":{},"answer":{}}]})"), "read");
  EXPECT_EQ(words_for("{"), "not JSON: {");
  EXPECT_EQ(words_for(R"({"id":"A"})"), R"(A: an id is made of a-z, 0-9, _ and -, and is not: {"id":"A"})");
  EXPECT_EQ(words_for(R"({"id":"a","steps":[]})"), "a: `why`, `source` and `era` are required");
  EXPECT_EQ(words_for(head + R"("steps":[]})"), "a: no steps");
  EXPECT_EQ(words_for(head + R"("step":[]})"), "a: unknown member step");
  EXPECT_EQ(words_for(head + R"("steps":[{"operation":"Get","request":{},"answer":{}}]})"), "a: unknown operation Get");
  EXPECT_EQ(words_for(head + R"("steps":[{"operation":"GetItem","answer":{}}]})"), "a: a step without a request");
  EXPECT_EQ(words_for(head + R"("steps":[{"operation":"GetItem","request":{}}]})"), "a: a step without an expectation");
  EXPECT_EQ(words_for(head + R"("steps":[{"operation":"GetItem","request":{},"answer":{},"error":{}}]})"),
            "a: a step has one of `answer`, `answer_has` and `error`");
  EXPECT_EQ(words_for(head + R"("steps":[{"operation":"GetItem","request":{},"error":{}}]})"),
            "a: an error has a `type`");
}

TEST(conformance_corpus, an_answer_is_compared_by_what_it_means) {
  struct row {
    const char* answer;
    const char* expected;
    bool wholly;
    bool partly;
  };
  for (const row& r :
       {row{R"({"a":1,"b":[1,"x"]})", R"({ "b": [1, "\u0078"], "a": 1.0 })", true, true},
        row{R"({"a":1,"b":2})", R"({"a":1})", false, true}, row{R"({"a":1})", R"({"b":1})", false, false},
        row{R"({"a":[1,2]})", R"({"a":[1]})", false, false}, row{R"({"a":[1,2]})", R"({"a":[2,1]})", false, false},
        row{R"({"a":"1"})", R"({"a":1})", false, false},
        row{R"({"a":[{"b":1,"c":2}]})", R"({"a":[{"b":1}]})", false, true},
        row{R"({"a":true})", R"({"a":false})", false, false}, row{"{}", "{}", true, true}}) {
    EXPECT_EQ(matches(*to_tree(r.answer), *to_tree(r.expected), false), r.wholly) << r.answer << ' ' << r.expected;
    EXPECT_EQ(matches(*to_tree(r.answer), *to_tree(r.expected), true), r.partly) << r.answer << ' ' << r.expected;
  }
}

TEST(conformance_corpus, a_difference_shows_the_request_what_was_expected_and_what_came) {
  step s;
  s.operation = operation_name::get_item;
  s.request = "{}";
  s.kind = "error";
  s.expected = R"({"type":"ValidationException","message":"no"})";
  EXPECT_EQ(difference(s, {false, dynamo::errc::validation, "no", "{}"}), std::nullopt);
  EXPECT_EQ(
      difference(s, {false, dynamo::errc::validation, "yes", "{}"}),
      "request:  GetItem {}\nexpected: error {\"type\":\"ValidationException\",\"message\":\"no\"}\ngot:      validation: yes");
  EXPECT_NE(difference(s, {false, dynamo::errc::resource_not_found, "no", "{}"}), std::nullopt);
  EXPECT_NE(difference(s, {true, {}, {}, "{}"}), std::nullopt);
  s.expected = R"({"type":"ConditionalCheckFailedException","Item":{"a":{"S":"x"}}})";
  EXPECT_EQ(difference(s, {false, dynamo::errc::conditional_check_failed, "", R"({"Item":{"a":{"S":"x"}}})"}),
            std::nullopt);
  EXPECT_NE(difference(s, {false, dynamo::errc::conditional_check_failed, "", "{}"}), std::nullopt);
  s.kind = "answer";
  s.expected = "{}";
  EXPECT_EQ(difference(s, {true, {}, {}, "{}"}), std::nullopt);
  EXPECT_NE(difference(s, {true, {}, {}, R"({"a":1})"}), std::nullopt);
}

}  // namespace
