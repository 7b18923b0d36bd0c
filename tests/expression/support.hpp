#pragma once

#include <dynamo/expression/parse.hpp>
#include <dynamo/expression/tree.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/json/canonical.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace dynamo::expression::test {

/// Canonical bytes of DynamoDB JSON that a test writes by hand.
inline std::string canonical_value(std::string_view text) {
  const json::buffer padded(text);
  json::cursor at(padded);
  json::buffer out;
  const auto size = json::canonicalise_value(at, out);
  EXPECT_TRUE(size) << text << ": " << (size ? "" : size.error().message());
  return std::string(out.view());
}

inline json::buffer canonical_item(std::string_view text) {
  const json::buffer padded(text);
  json::cursor at(padded);
  json::buffer out;
  const auto size = json::canonicalise_item(at, out);
  EXPECT_TRUE(size) << text << ": " << (size ? "" : size.error().message());
  return out;
}

/// The placeholders that the tests' expressions use: one value of each type, and two names.
inline placeholders usual() {
  placeholders p;
  const auto value = [&](std::string_view name, std::string_view text) {
    EXPECT_TRUE(p.add_value(name, canonical_value(text)));
  };
  EXPECT_TRUE(p.add_name("#n", "name"));
  EXPECT_TRUE(p.add_name("#dotted", "a.b"));
  value(":s", R"({"S":"text"})");
  value(":t", R"({"S":"te"})");
  value(":n", R"({"N":"3"})");
  value(":one", R"({"N":"1"})");
  value(":b", R"({"B":"AQID"})");
  value(":bool", R"({"BOOL":true})");
  value(":null", R"({"NULL":true})");
  value(":m", R"({"M":{"x":{"N":"1"}}})");
  value(":l", R"({"L":[{"N":"1"},{"S":"two"}]})");
  value(":ss", R"({"SS":["a","b"]})");
  value(":ns", R"({"NS":["1","2"]})");
  value(":bs", R"({"BS":["AQ==","Ag=="]})");
  value(":typeS", R"({"S":"S"})");
  return p;
}

template <class T>
std::string message_of(const result<T>& r) {
  return r ? "(accepted)" : r.error().message();
}

}  // namespace dynamo::expression::test
