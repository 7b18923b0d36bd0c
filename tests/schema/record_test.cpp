#include "support.hpp"

#include <gtest/gtest.h>

#include <random>

namespace shop {

enum class status { open, shipped };
struct address {
  std::string street;
  int house_number = 0;
};
struct order {
  std::string customer_id;
  std::uint64_t number = 0;
  status state = status::open;
  std::optional<std::string> note;
  std::vector<std::string> tags;
  address deliver_to;
  std::map<std::string, int> counts;
  std::set<std::string> labels;
  double weight = 0;
  bool gift = false;
  std::chrono::sys_seconds placed_at{};
};

struct renamed {
  std::string user_id;
  std::string nickname;
  int points = 7;
  int cached = 3;
  std::vector<int> scores;
};

struct base {
  int id = 1;
};
class with_constructor : public base {
 public:
  explicit with_constructor(int x = 0) : secret(x) {}
  int secret;
  int shown = 2;
};

struct over_aligned {
  std::int8_t a = 'a';
  alignas(32) int b = 2;
  std::int8_t c = 'c';
};

struct with_array {
  int id = 0;
  std::array<std::string, 2> pair{};
};

struct quoted {
  int x = 1;
};

}  // namespace shop

template <>
struct dynamo::attributes<shop::renamed>
    : dynamo::traits<dynamo::rename<&shop::renamed::user_id, "UserId">, dynamo::omit_empty<&shop::renamed::nickname>,
                     dynamo::defaulted<&shop::renamed::points>, dynamo::transient<&shop::renamed::cached>,
                     dynamo::omit_empty<&shop::renamed::scores>> {};
template <>
struct dynamo::fields_of<shop::with_constructor>
    : dynamo::fields<&shop::with_constructor::shown, &shop::with_constructor::secret, &shop::with_constructor::id> {};
template <>
struct dynamo::fields_of<shop::with_array> : dynamo::fields<&shop::with_array::id, &shop::with_array::pair> {};
template <>
struct dynamo::attributes<shop::quoted> : dynamo::traits<dynamo::rename<&shop::quoted::x, "a \"name\"">> {};

namespace dynamo::test {
namespace {

shop::order example() {
  shop::order o;
  o.customer_id = "alice";
  o.number = 7;
  o.state = shop::status::shipped;
  o.tags = {"b", "a"};
  o.deliver_to = {"High Street", 12};
  o.counts = {{"x", 1}};
  o.labels = {"new"};
  o.weight = 1.5;
  o.placed_at = std::chrono::sys_seconds(std::chrono::seconds(5));
  return o;
}

constexpr std::string_view example_text =
    R"({"M":{"counts":{"M":{"x":{"N":"1"}}},"customer_id":{"S":"alice"},"deliver_to":{"M":{"house_number":{"N":"12"},)"
    R"("street":{"S":"High Street"}}},"gift":{"BOOL":false},"labels":{"SS":["new"]},"number":{"N":"7"},)"
    R"("placed_at":{"N":"5"},"state":{"S":"shipped"},"tags":{"L":[{"S":"b"},{"S":"a"}]},"weight":{"N":"1.5"}}})";

TEST(record, a_struct_is_written_with_its_names_sorted_and_empty_optionals_left_out) {
  EXPECT_EQ(stored_as(example()), example_text);
}

TEST(record, a_struct_is_read_back) {
  const result<shop::order> read = read_as<shop::order>(example_text);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(stored_as(*read), example_text);
  EXPECT_EQ(read->deliver_to.house_number, 12);
  EXPECT_EQ(read->note, std::nullopt);
}

TEST(record, attributes_are_read_in_any_order_and_unknown_ones_are_passed_over) {
  std::vector<std::string> members = {
      R"("customer_id":{"S":"alice"})",
      R"("number":{"N":"7"})",
      R"("state":{"S":"open"})",
      R"("note":{"NULL":true})",
      R"("tags":{"L":[]})",
      R"("counts":{"M":{}})",
      R"("weight":{"N":"0"})",
      R"("gift":{"BOOL":true})",
      R"("placed_at":{"N":"0"})",
      R"("deliver_to":{"M":{"street":{"S":"s"},"zip":{"S":"1"},"house_number":{"N":"1"}}})",
      R"("unknown":{"M":{"deep":{"L":[{"NS":["1"]}]}}})"};
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 50; ++round) {
    std::shuffle(members.begin(), members.end(), random);
    std::string text = "{\"M\":{";
    for (const std::string& member : members) text += (text.back() == '{' ? "" : ",") + member;
    const result<shop::order> read = read_as<shop::order>(text + "}}");
    ASSERT_TRUE(read) << text << ": " << read.error().message();
    EXPECT_TRUE(read->gift);
    EXPECT_EQ(read->deliver_to.street, "s");
  }
}

TEST(record, a_missing_required_attribute_is_named_with_its_path) {
  std::string text(example_text);
  text.erase(text.find(R"("house_number")"), std::string_view(R"("house_number":{"N":"12"},)").size());
  const result<shop::order> read = read_as<shop::order>(text);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), errc::decoding);
  EXPECT_EQ(
      read.error().message(),
      "attribute `deliver_to.house_number`: is missing, and the member it is read into is not optional; for items that were written "
      "without it, make the member a std::optional, or give it a default by dynamo::defaulted");
}

TEST(record, a_value_that_does_not_fit_is_named_with_its_path) {
  std::string text(example_text);
  text.replace(text.find(R"({"S":"a"})"), 9, R"({"N":"1"})");
  EXPECT_EQ(problem_reading<shop::order>(text), "attribute `tags[1]`: expected a value of type S, found one of type N");
  shop::order o = example();
  o.weight = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(stored_as(o).starts_with("error: attribute `weight`: "));
}

TEST(record, traits_rename_omit_default_and_skip) {
  EXPECT_EQ(stored_as(shop::renamed{"u", "", 1, 2, {}}), R"({"M":{"UserId":{"S":"u"},"points":{"N":"1"}}})");
  EXPECT_EQ(stored_as(shop::renamed{"u", "n", 1, 2, {4}}),
            R"({"M":{"UserId":{"S":"u"},"nickname":{"S":"n"},"points":{"N":"1"},"scores":{"L":[{"N":"4"}]}}})");
  const result<shop::renamed> read = read_as<shop::renamed>(R"({"M":{"UserId":{"S":"u"},"cached":{"N":"9"}}})");
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->points, 7);
  EXPECT_EQ(read->cached, 3);
  EXPECT_EQ(
      problem_reading<shop::renamed>(R"({"M":{"user_id":{"S":"u"}}})"),
      "attribute `UserId`: is missing, and the member it is read into is not optional; for items that were written "
      "without it, make the member a std::optional, or give it a default by dynamo::defaulted");
  static_assert(attribute_name<&shop::renamed::user_id> == "UserId");
  EXPECT_EQ(stored_as(shop::quoted{}), R"({"M":{"a \"name\"":{"N":"1"}}})");
}

TEST(record, structs_that_cannot_be_taken_apart_list_their_members) {
  EXPECT_EQ(stored_as(shop::with_constructor(5)), R"({"M":{"id":{"N":"1"},"secret":{"N":"5"},"shown":{"N":"2"}}})");
  EXPECT_EQ(read_as<shop::with_constructor>(R"({"M":{"id":{"N":"3"},"secret":{"N":"4"},"shown":{"N":"2"}}})")->id, 3);
  EXPECT_EQ(stored_as(shop::with_array{1, {"a", "b"}}), R"({"M":{"id":{"N":"1"},"pair":{"L":[{"S":"a"},{"S":"b"}]}}})");
}

TEST(record, members_with_an_alignment_of_their_own_are_found) {
  EXPECT_EQ(stored_as(shop::over_aligned{}), R"({"M":{"a":{"N":"97"},"b":{"N":"2"},"c":{"N":"99"}}})");
}

TEST(record, the_computed_offsets_are_those_of_the_compiler) {
  shop::order o;
  const auto& record = detail::record_of<shop::order>;
  const auto at = [&](std::string_view name) -> const void* {
    return reinterpret_cast<const char*>(&o) + detail::find_field(record, name)->offset;
  };
  EXPECT_EQ(at("customer_id"), &o.customer_id);
  EXPECT_EQ(at("number"), &o.number);
  EXPECT_EQ(at("state"), &o.state);
  EXPECT_EQ(at("gift"), &o.gift);
  EXPECT_EQ(at("placed_at"), &o.placed_at);
  EXPECT_EQ(detail::find_field(record, "nowhere"), nullptr);
}

TEST(record, structs_of_a_function_have_names_too) {
  struct local {
    int here = 4;
    std::string there;
  };
  EXPECT_EQ(stored_as(local{}), R"({"M":{"here":{"N":"4"},"there":{"S":""}}})");
}

}  // namespace
}  // namespace dynamo::test
