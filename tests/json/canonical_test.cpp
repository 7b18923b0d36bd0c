#include <dynamo/json/canonical.hpp>

#include <dynamo/json/writer.hpp>

#include <gtest/gtest.h>

namespace dynamo::json {
namespace {

std::string canonical(std::string_view text) {
  const buffer in(text);
  buffer out;
  cursor reader(in);
  const result<std::size_t> size = canonicalise_item(reader, out);
  return size ? std::string(out.view()) : size.error().message();
}

TEST(canonical_form, sorts_names_and_sets_at_every_level_and_drops_white_space) {
  EXPECT_EQ(canonical(R"({ "b": {"M" : {"z":{"SS":["b", "a"]}, "y":{"NULL":true}}} , "a":{"N":"01.50"}})"),
            R"({"a":{"N":"1.5"},"b":{"M":{"y":{"NULL":true},"z":{"SS":["a","b"]}}}})");
}

}  // namespace
}  // namespace dynamo::json
