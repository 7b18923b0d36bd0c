// uses: partiql
// A statement that the parser accepts is the same statement after printing and parsing. The parameters are always these few: the first
// byte says how many of them.
#include "require.hpp"

#include <partiql/parse.hpp>
#include <partiql/print.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace dynamo;

std::vector<result<std::string>> some_parameters(std::size_t count) {
  static constexpr std::array<std::string_view, 5> values = {R"({"S":"x"})", R"({"N":"1"})", R"({"BS":["AQ=="]})",
                                                             R"({"M":{"a":{"L":[{"B":""}]}}})", R"({"SS":["a","b"]})"};
  std::vector<result<std::string>> made;
  for (std::size_t i = 0; i < count; ++i) made.emplace_back(std::string(values[i % values.size()]));
  if (count > values.size()) made.back() = fail(errc::validation, "a value at fault");
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
  const auto parsed = partiql::parse(text, some_parameters(data[0] & 7U));
  if (!parsed) {
    DYNAMO_REQUIRE(parsed.error().why.code() == errc::validation && !parsed.error().why.message().empty());
    return 0;
  }
  const auto printed = partiql::print(*parsed);
  DYNAMO_REQUIRE(printed);
  std::vector<result<std::string>> parameters;
  for (const std::string& value : printed->parameters) parameters.emplace_back(value);
  const auto again = partiql::parse(printed->text, parameters);
  // Quotes and parentheses can make a long statement too long, or too deep.
  if (!again && (text.size() > 2000 || printed->text.size() > 8192)) return 0;
  DYNAMO_REQUIRE(again && *again == *parsed);
  return 0;
}
