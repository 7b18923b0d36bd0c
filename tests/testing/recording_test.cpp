#include <dynamo/decorators/recorded.hpp>
#include <dynamo/decorators/replayed.hpp>
#include <dynamo/testing/gtest.hpp>

#include <testing/notes.hpp>

#include <map>
#include <memory>
#include <string>

namespace dynamo::testing {
namespace {

using testing_support::Note;
using testing_support::notes_schema;

class kept_lines final : public recording_sink {
 public:
  bool line(std::string_view text) noexcept override {
    lines += std::string(text) + "\n";
    return true;
  }
  std::string lines;
};

/// A program: what it finds and does, as text.
std::string use(const table<notes_schema>& notes) {
  constexpr auto text = attr<&Note::text>;
  const Note milk{"1", "milk"};
  std::string story;
  const auto tell = [&](const auto& outcome) { story += outcome ? "done; " : outcome.error().describe() + "; "; };
  tell(notes.create_if_absent().run());
  tell(notes.put(milk).run());
  tell(notes.put(milk, only_if(text.not_exists()), on_failure_return_item).run());
  for (int i = 0; i < 2; ++i) {
    const auto found = notes.get("1").run();
    story += found && *found ? (*found)->text : "nothing";
    tell(notes.remove("1").run());
  }
  return story;
}

TEST(Recording, ATypedProgramRunsAgainOnItsRecording) {
  const scoped_database db;
  const auto sink = std::make_shared<kept_lines>();
  const std::string story = use(table<notes_schema>(recorded(db.endpoint(), sink)));
  EXPECT_NE(story.find("milk"), std::string::npos);
  EXPECT_NE(story.find("conditional_check_failed"), std::string::npos);
  EXPECT_NE(story.find("nothing"), std::string::npos);

  const auto replay = replayed::from_text(sink->lines);
  ASSERT_TRUE(ok(replay));
  EXPECT_EQ(use(table<notes_schema>(*replay)), story);
  EXPECT_EQ((*replay)->remaining(), 0U);
}

TEST(Recording, RedactedItemsStillDecodeInAReplay) {
  const scoped_database db;
  const auto sink = std::make_shared<kept_lines>();
  recording_options options;
  options.redacted = {"text"};
  (void)use(table<notes_schema>(recorded(db.endpoint(), sink, options)));
  EXPECT_EQ(sink->lines.find("milk"), std::string::npos) << sink->lines;

  const auto replay = replayed::from_text(sink->lines);
  ASSERT_TRUE(ok(replay));
  EXPECT_NE(use(table<notes_schema>(*replay)).find("[redacted]"), std::string::npos);
  EXPECT_EQ((*replay)->remaining(), 0U);
}

struct Visitor {
  std::string id;
  std::map<std::string, std::string> codes;
  int visits = 0;
};
struct visitors_schema : schema<"visitors", Visitor, partition_key<&Visitor::id>> {};

/// A program whose expressions go inside of `codes`.
std::string use(const table<visitors_schema>& visitors, const std::string& door, const std::string& code) {
  constexpr auto codes = attr<&Visitor::codes>;
  constexpr auto visits = attr<&Visitor::visits>;
  const Visitor anna{"anna", {}, 0};
  std::string story;
  const auto tell = [&](const auto& outcome) { story += outcome ? "done; " : outcome.error().describe() + "; "; };
  tell(visitors.create_if_absent().run());
  tell(visitors.put(anna).run());
  tell(visitors.update("anna", set(codes[door], code), add(visits, 1)).run());
  tell(visitors.update("anna", add(visits, 1), only_if(codes[door] == code)).run());
  tell(visitors.update("anna", add(visits, 1), only_if(codes[door].not_exists())).run());
  tell(visitors.update("anna", remove(codes[door]), only_if(codes[door].begins_with(code) && visits > 0)).run());
  const auto counted = visitors.scan(filter(codes[door].not_exists() && visits >= 2)).count().run();
  story += counted ? std::to_string(*counted) + " found; " : counted.error().describe();
  const auto found = visitors.get("anna").run();
  return story + (found && *found ? std::to_string((*found)->visits) : "nothing");
}

TEST(Recording, ExpressionsThatGoInsideARedactedAttributeReplay) {
  const scoped_database db;
  const auto sink = std::make_shared<kept_lines>();
  recording_options options;
  options.redacted = {"codes"};
  const std::string story = use(table<visitors_schema>(recorded(db.endpoint(), sink, options)), "back door", "4711");
  EXPECT_TRUE(story.starts_with("done; done; done; done; conditional_check_failed")) << story;
  EXPECT_TRUE(story.ends_with("; done; 1 found; 2")) << story;
  for (const char* secret : {"back door", "4711", "begins_with", "not_exists"}) {
    EXPECT_EQ(sink->lines.find(secret), std::string::npos) << secret << " in " << sink->lines;
  }
  for (const bool same : {true, false}) {  // what lies inside is not compared
    const auto replay = replayed::from_text(sink->lines);
    ASSERT_TRUE(ok(replay));
    EXPECT_EQ(use(table<visitors_schema>(*replay), same ? "back door" : "gate", same ? "4711" : "0815"), story);
    EXPECT_EQ((*replay)->remaining(), 0U);
  }
}

}  // namespace
}  // namespace dynamo::testing
