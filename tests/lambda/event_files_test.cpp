// The event files are what AWS writes, as its documentation and recorded events have it; what is read from them is looked at here. That
// the example answers each of them is tested beside.
#include <dynamo/lambda.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

struct sample {
  std::int64_t id = 0;
  std::string message;
  std::string entity_type;
};
template <>
struct dynamo::attributes<sample>
    : dynamo::traits<dynamo::rename<&sample::id, "Id">, dynamo::rename<&sample::message, "Message">,
                     dynamo::rename<&sample::entity_type, "EntityType">> {};

namespace dynamo::lambda {
namespace {

std::string text_of(const std::string& name) {
  std::ifstream file(std::string(DYNAMO_LAMBDA_EVENTS) + "/" + name + ".json", std::ios::binary);
  EXPECT_TRUE(file) << name;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

template <class T = sample>
std::vector<change<T>> changes_in(const std::string& name) {
  auto read = read_changes<T>(text_of(name));
  EXPECT_TRUE(read) << name << ": " << read.error().message();
  return read ? std::move(*read) : std::vector<change<T>>();
}

TEST(event_files, each_view_type_has_the_images_that_it_promises) {
  struct row {
    const char* name;
    stream_view view;
    bool keeps_new, keeps_old;
  };
  for (const row& r :
       {row{"keys_only", stream_view::keys_only, false, false}, row{"new_image", stream_view::new_image, true, false},
        row{"old_image", stream_view::old_image, false, true},
        row{"new_and_old_images", stream_view::new_and_old_images, true, true}}) {
    const auto all = changes_in(r.name);
    ASSERT_EQ(all.size(), 3u) << r.name;
    EXPECT_EQ(all[0].kind, change_kind::insert);
    EXPECT_EQ(all[1].kind, change_kind::modify);
    EXPECT_EQ(all[2].kind, change_kind::remove);
    for (const auto& each : all) {
      EXPECT_EQ(each.view, r.view) << r.name;
      EXPECT_EQ(each.key<&sample::id>().value(), 101) << r.name;
      EXPECT_EQ(each.new_image.has_value(), r.keeps_new && each.kind != change_kind::remove) << r.name;
      EXPECT_EQ(each.old_image.has_value(), r.keeps_old && each.kind != change_kind::insert) << r.name;
      EXPECT_EQ(each.new_image.problem(), nullptr) << r.name;
      EXPECT_EQ(each.old_image.problem(), nullptr) << r.name;
      EXPECT_EQ(each.region(), "eu-west-2");
      EXPECT_EQ(each.event_id().size(), 32u);
      EXPECT_FALSE(each.by_ttl);
      EXPECT_TRUE(
          each.stream_arn().starts_with("arn:aws:dynamodb:eu-west-2:123456789012:table/SampleStreamTable/stream/"));
    }
    EXPECT_LT(all[0].sequence_number, all[1].sequence_number) << r.name;
  }
}

TEST(event_files, a_ttl_delete_is_told_from_a_delete) {
  const auto all = changes_in("ttl_delete");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_TRUE(all[0].by_ttl);
  EXPECT_EQ(all[0].old_image->message, "soon forgotten");
  EXPECT_FALSE(all[1].by_ttl);
}

TEST(event_files, times_are_integers_reals_or_absent) {
  using namespace std::chrono_literals;
  const auto all = changes_in("times");
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0].time, instant(1'763'716'353s));
  EXPECT_EQ(all[1].time, instant(1'763'716'353'250ms));
  EXPECT_EQ(all[2].time, instant(1'763'716'353s));
  EXPECT_EQ(all[3].time, std::nullopt);
}

TEST(event_files, what_only_informs_is_absent_where_it_cannot_be_read) {
  using namespace std::chrono_literals;
  const auto all = changes_in("odd_informational");
  ASSERT_EQ(all.size(), 8u);
  const instant at = instant(1'763'716'353'250ms);
  EXPECT_EQ(all[0].time, at + 125us) << "seconds with a fraction";
  EXPECT_EQ(all[1].time, at) << "milliseconds";
  EXPECT_EQ(all[2].time, at + 125us) << "microseconds";
  EXPECT_EQ(all[6].time, at) << "milliseconds, as a double";
  for (const std::size_t none : {3u, 4u, 5u, 7u}) EXPECT_EQ(all[none].time, std::nullopt) << none;
  for (const auto& each : all) EXPECT_EQ(each.size_bytes, 0u);
  EXPECT_EQ(all[3].event_id(), "");
  EXPECT_EQ(all[4].region(), "");
  EXPECT_EQ(all[4].stream_arn(), "");
  EXPECT_EQ(all[4].view, stream_view::none);
  EXPECT_FALSE(all[4].by_ttl);
  EXPECT_EQ(all[7].new_image->id, 8);
}

TEST(event_files, an_array_of_records_and_a_single_one_are_events_too) {
  EXPECT_EQ(changes_in("pipes_array").size(), 3u);
  EXPECT_EQ(changes_in("pipes_array_empty").size(), 0u);
  const auto one = changes_in("single_record");
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].new_image->message, "New item!");
  EXPECT_EQ(one[0].region(), "eu-west-2");
  for (const char* none : {"5", "[1]", "[[]]", R"({"dynamodb":{}})", R"([{"dynamodb":{}}])", "[] []", "{}"}) {
    EXPECT_FALSE(read_changes<sample>(std::string_view(none))) << none;
  }
}

struct everything {
  std::int64_t Id = 0;
  std::string Message, EntityType, Empty;
  dynamo::binary Binary;
  bool Boolean = false;
  std::optional<std::string> Nothing;
  attribute_value List;
  std::map<std::string, attribute_value> Map;
  std::set<std::string> Words;
  std::set<dynamo::number> Numbers;
  std::set<dynamo::binary> Binaries;
  double Real = 0;
};

TEST(event_files, every_attribute_type_is_read) {
  const auto all = changes_in<everything>("every_attribute_type");
  ASSERT_EQ(all.size(), 1u);
  ASSERT_TRUE(all[0].new_image) << all[0].new_image.problem()->message();
  const everything& e = *all[0].new_image;
  EXPECT_EQ(e.Id, 9'007'199'254'740'993) << "beyond what a double can hold";
  EXPECT_EQ(e.Message, "café 😀 \"quoted\"\n");
  EXPECT_EQ(e.Empty, "");
  EXPECT_EQ(e.Binary, to_binary(std::string_view("\0\1\2\xff", 4)));
  EXPECT_TRUE(e.Boolean);
  EXPECT_FALSE(e.Nothing);
  EXPECT_EQ(e.Map.size(), 2u);
  EXPECT_EQ(e.Words, (std::set<std::string>{"a", "b \"quoted\"", "café"}));
  EXPECT_EQ(e.Numbers.size(), 3u);
  EXPECT_TRUE(e.Numbers.contains(number::parse("123456789012345678901234567890.12345678").value()));
  EXPECT_EQ(e.Binaries.size(), 2u);
  EXPECT_EQ(e.Real, 1e25);
  EXPECT_EQ(changes_in<item>("every_attribute_type")[0].new_image->size(), 13u);
}

TEST(event_files, unknown_fields_are_passed_over) {
  const auto all = changes_in("unknown_fields");
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].new_image->id, 5);
}

TEST(event_files, items_that_do_not_fit_say_why) {
  const auto poison = changes_in("poison");
  ASSERT_EQ(poison.size(), 6u);
  ASSERT_NE(poison[2].new_image.problem(), nullptr);
  EXPECT_TRUE(poison[2].new_image.problem()->message().starts_with("attribute `Message`: "))
      << poison[2].new_image.problem()->message();
  EXPECT_EQ(poison[2].key<&sample::id>().value(), 3);
  const auto wrong = changes_in("wrong_items");
  ASSERT_EQ(wrong.size(), 4u);
  EXPECT_TRUE(wrong[0].new_image.problem()->message().starts_with("attribute `EntityType`: is missing"));
  EXPECT_TRUE(wrong[2].new_image.problem()->message().starts_with("attribute `Id`: "))
      << "an id that is too large is no 0";
  EXPECT_FALSE(wrong[2].key<&sample::id>());
}

// A host that dies while it writes, or a file that was cut.
TEST(event_files, a_part_of_an_event_is_an_error_and_nothing_is_handled) {
  const std::string whole = text_of("new_and_old_images");
  std::size_t handled = 0;
  const auto counts = [&](const change<sample>&) { ++handled; };
  const std::size_t end = whole.find_last_of('}');
  for (std::size_t size = 0; size < end; size += 7) {
    const auto made = handle_event<sample>(json::buffer(whole.substr(0, size)), counts);
    ASSERT_FALSE(made) << size;
    EXPECT_EQ(made.error().type, invalid_event);
  }
  EXPECT_EQ(handled, 0u);
}

}  // namespace
}  // namespace dynamo::lambda
