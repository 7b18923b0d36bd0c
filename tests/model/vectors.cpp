#include "vectors.hpp"

#include "../support/wire.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace dynamo::model {
namespace {

using namespace testing_support;

constexpr std::array<std::string_view, 14> good_vectors{
    R"({"N":"0"},{"N":"0"},{"N":"0"})",        R"({"N":"1"},{"N":"0"},{"N":"0"})",
    R"({"N":"0"},{"N":"1"},{"N":"0"})",        R"({"N":"1"},{"N":"1"},{"N":"1"})",
    R"({"N":"2"},{"N":"2"},{"N":"2"})",        R"({"N":"-1"},{"N":"0"},{"N":"0"})",
    R"({"N":"0.5"},{"N":"-2"},{"N":"3"})",     R"({"N":"0.25"},{"N":"0.25"},{"N":"-0.5"})",
    R"({"N":"3"},{"N":"0"},{"N":"4"})",        R"({"N":"-3"},{"N":"2"},{"N":"1"})",
    R"({"N":"1"},{"N":"2"},{"N":"3"})",        R"({"N":"0"},{"N":"0"},{"N":"-2"})",
    R"({"N":"100"},{"N":"-0.125"},{"N":"7"})", R"({"N":"0.1234567890123"},{"N":"1"},{"N":"0"})"};
constexpr std::array<std::string_view, 6> bad_values{
    R"({"L":[]})",
    R"({"L":[{"N":"1"},{"N":"2"}]})",
    R"({"L":[{"N":"1"},{"N":"2"},{"N":"3"},{"N":"4"}]})",
    R"({"L":[{"N":"1"},{"S":"2"},{"N":"3"}]})",
    R"({"S":"1 2 3"})",
    R"({"L":[{"N":"1"},{"N":"1000000000000000000000000000000000000000"},{"N":"3"}]})"};
constexpr std::array<int, 3> element_positions{0, 2, 3};  // the last makes a vector longer

constexpr int good = static_cast<int>(good_vectors.size());
constexpr int removal = good + static_cast<int>(bad_values.size()) + 1;

std::string list_of(const std::vector<std::string>& all) {
  std::string text = R"({"L":[)";
  for (std::size_t i = 0; i < all.size(); ++i) text += (i == 0 ? "" : ",") + all[i];
  return text + "]}";
}

}  // namespace

std::optional<floats> vector_in(std::string_view value) {
  const auto list = member(value, "L");
  const auto all = elements(list.value_or("[]"));
  if (all.size() != dimensions) return std::nullopt;
  floats found{};
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::string digits = text_member(all[i], "N");
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), found[i]);
    if (digits.empty() || read.ec != std::errc()) return std::nullopt;
  }
  return found;
}

std::string vector_text(const floats& vector) {
  std::vector<std::string> all;
  for (const float one : vector) {
    std::array<char, 64> room{};
    const auto end = std::to_chars(room.data(), room.data() + room.size(), one, std::chars_format::fixed);
    all.push_back(R"({"N":")" + std::string(room.data(), end.ptr) + "\"}");
  }
  return list_of(all);
}

int random_vector_change(std::mt19937_64& random, bool of_update) {
  const auto draw = [&](std::size_t n) { return static_cast<int>(random() % n); };
  const int dice = draw(40);
  if (dice < 16) return 0;
  if (dice == 16) return 1 + good + draw(bad_values.size());
  if (of_update && dice < 19) return removal;
  if (of_update && dice < 22) return removal + 1 + draw(element_positions.size());
  return 1 + draw(good_vectors.size());
}

bool sets_vector(int change) { return change > 0 && change < removal; }
bool removes_vector(int change) { return change == removal; }
std::optional<int> changed_element(int change) {
  if (change <= removal) return std::nullopt;
  return element_positions[static_cast<std::size_t>(change - removal - 1) % element_positions.size()];
}

std::string vector_value(int change) {
  const auto at = static_cast<std::size_t>(change - 1);
  if (at < good_vectors.size()) return R"({"L":[)" + std::string(good_vectors[at]) + "]}";
  return std::string(bad_values[at - good_vectors.size()]);
}

std::optional<std::string> with_element(const std::string& value, int position, const std::string& element) {
  const auto list = member(value, "L");
  if (!list) return std::nullopt;
  auto all = elements(*list);
  const auto at = static_cast<std::size_t>(position);
  if (at < all.size()) {
    all[at] = element;
  } else {
    all.push_back(element);
  }
  return list_of(all);
}

std::string search_vector(int which) {
  return "[" + std::string(good_vectors[static_cast<std::size_t>(which) % good_vectors.size()]) + "]";
}

std::string short_search_vector() { return R"([{"N":"1"},{"N":"2"}])"; }

}  // namespace dynamo::model
