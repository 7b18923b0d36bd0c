#include <dynamo/json/canonical.hpp>
#include <dynamo/json/writer.hpp>

#include <gtest/gtest.h>

#include <string>

namespace dynamo::json {
namespace {

const buffer& stored() {
  static const buffer text{
      R"({"\"":{"S":"quote"},"B":{"B":"YWI="},"a":{"L":[{"S":"]}"},{"M":{"b":{"S":"inner"}}}]},"b":{"S":"line\nnext"},)"
      R"("c":{"BOOL":true},"d":{"NULL":true},"e":{"N":"-1.5"},"f":{"SS":["{","}"]},"g":{"NS":["1","2"]},"h":{"BS":["","YQ=="]},)"
      R"("i":{"M":{}},"ü":{"BOOL":false}})"};
  return text;
}

TEST(canonical_item, finds_an_attribute_by_its_unescaped_name) {
  struct {
    const char* name;
    const char* value;
  } const cases[] = {
      {"\"", R"({"S":"quote"})"},
      {"B", R"({"B":"YWI="})"},
      {"a", R"({"L":[{"S":"]}"},{"M":{"b":{"S":"inner"}}}]})"},
      {"b", R"({"S":"line\nnext"})"},
      {"c", R"({"BOOL":true})"},
      {"f", R"({"SS":["{","}"]})"},
      {"i", R"({"M":{}})"},
      {"ü", R"({"BOOL":false})"},
  };
  for (const auto& [name, value] : cases) EXPECT_EQ(find_attribute(stored().view(), name), value) << name;
  for (const char* name : {"", "A", "aa", "inner", "j", "S", "zzz", "üü", "\\\""}) {
    EXPECT_FALSE(find_attribute(stored().view(), name)) << name;
  }
  EXPECT_FALSE(find_attribute(buffer{"{}"}.view(), "a"));
}

TEST(canonical_value, tells_its_type) {
  const attribute_type types[] = {attribute_type::S,    attribute_type::B,   attribute_type::L, attribute_type::S,
                                  attribute_type::BOOL, attribute_type::NUL, attribute_type::N, attribute_type::SS,
                                  attribute_type::NS,   attribute_type::BS,  attribute_type::M, attribute_type::BOOL};
  std::size_t i = 0;
  for (const auto& [name, value] : read_item(stored().view())) {
    EXPECT_EQ(type_of(*find_attribute(stored().view(), name)), types[i]) << name;
    EXPECT_EQ(value.type(), types[i++]) << name;
  }
}

TEST(canonical_value, gives_its_scalar_content) {
  std::string scratch;
  const auto value = [](const char* name) { return *find_attribute(stored().view(), name); };
  EXPECT_EQ(raw_scalar(value("b")), "line\\nnext");
  EXPECT_EQ(scalar(value("b"), scratch), "line\nnext");
  EXPECT_EQ(scalar(value("\""), scratch), "quote");
  EXPECT_EQ(raw_scalar(value("B")), "YWI=");
  EXPECT_EQ(scalar(value("B"), scratch), "ab");
  EXPECT_EQ(scalar(value("e"), scratch), "-1.5");
}

TEST(canonical_item, becomes_a_tree_and_the_same_bytes_again) {
  const item tree = read_item(stored().view());
  EXPECT_EQ(tree.at("b"), attribute_value("line\nnext"));
  EXPECT_EQ(tree.at("B"), attribute_value(to_binary("ab")));
  EXPECT_EQ(tree.at("c"), attribute_value(true));
  EXPECT_EQ(tree.at("e"), attribute_value(*number::parse("-1.5")));
  EXPECT_EQ(tree.at("f"), attribute_value(string_set({"{", "}"})));
  EXPECT_EQ(tree.at("h"), attribute_value(binary_set({to_binary(""), to_binary("a")})));
  EXPECT_EQ(tree.at("i"), attribute_value(attribute_value::map{}));
  buffer again;
  write_item(again, tree);
  EXPECT_EQ(again.view(), stored().view());
  EXPECT_EQ(size_of_item(stored().view()), size_of(tree));
}

}  // namespace
}  // namespace dynamo::json
