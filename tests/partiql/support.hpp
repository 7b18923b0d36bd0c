#pragma once

#include <dynamo/json/buffer.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/json/cursor.hpp>

#include <gtest/gtest.h>
#include <partiql/parse.hpp>
#include <partiql/print.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace dynamo::partiql::test {

using bound = std::vector<result<std::string>>;

/// The value of a `?`, as an operation reads it from a request: canonical, or what is wrong with it.
inline result<std::string> parameter(std::string_view text) {
  const json::buffer padded(text);
  json::cursor at(padded);
  json::buffer out;
  if (auto size = json::canonicalise_value(at, out); !size) return fail(size.error());
  return std::string(out.view());
}

inline bound parameters(const std::vector<std::string>& texts) {
  bound made;
  for (const std::string& text : texts) made.push_back(parameter(text));
  return made;
}

/// What the statement is once it is parsed, written in the one way of print(); or why it was refused.
inline std::string meaning_of(std::string_view text, const bound& values = {}) {
  const auto parsed = parse(text, values);
  if (!parsed) return parsed.error().why.message();
  const auto written = print(*parsed);
  if (!written) return "(not printable)";
  std::string made = written->text;
  for (const std::string& value : written->parameters) made.append(" ? ").append(value);
  return made;
}

}  // namespace dynamo::partiql::test
