#include <dynamo/decorators/recorded.hpp>
#include <dynamo/decorators/replayed.hpp>
#include <dynamo/testing/gtest.hpp>

#include <testing/notes.hpp>

#include <memory>
#include <string>

namespace dynamo::testing {
namespace {

using testing_support::Note;
using testing_support::notes_schema;

class kept_lines final : public line_sink {
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

}  // namespace
}  // namespace dynamo::testing
