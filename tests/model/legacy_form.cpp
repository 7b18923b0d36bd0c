#include "legacy_form.hpp"

#include "operands.hpp"
#include "vectors.hpp"

namespace dynamo::model {
namespace {

std::string listed(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& one : all) text += (text.empty() ? "" : ",") + one;
  return text;
}

// Numbers of conditions and changes are those of item_write.cpp.
std::optional<std::string> expected_of(const item_write& w) {
  const std::string n = number_value(number_of(w)), g = number_value(greater_number_of(w));
  const std::string s = string_value(text_of(w)), m = string_value(first_member_of(w));
  switch (w.condition) {
    case 0: return "";
    case 1: return comparison_text("pk", "NOT_NULL", {});
    case 2: return R"("pk":{"Exists":false})";
    case 3: return R"("n":{"Value":)" + n + "}";
    case 4: return comparison_text("n", "LT", {n});
    case 6: return comparison_text("s", "BEGINS_WITH", {s});
    case 7: return comparison_text("t", "CONTAINS", {m});
    case 9: return comparison_text("n", "BETWEEN", {n, g});
    case 11: return comparison_text("n", "IN", {n, g});
    case 12: return comparison_text("n", "NE", {n});
    case 14: return comparison_text("n", "GT", {n}) + "," + comparison_text("s", "EQ", {s});
    case 15: return comparison_text("t", "NOT_CONTAINS", {m});
    case 16: return comparison_text("n", "GE", {n}) + "," + comparison_text("s", "BEGINS_WITH", {s});
    default: return std::nullopt;  // one attribute twice, NOT, size()
  }
}

std::string update_text(std::string_view attribute, std::string_view action, const std::string& value) {
  std::string text = '"' + std::string(attribute) + R"(":{"Action":")" + std::string(action) + '"';
  if (!value.empty()) text += R"(,"Value":)" + value;
  return text + "}";
}

std::optional<std::vector<std::string>> updates_of(const item_write& w) {
  const std::string n = number_value(number_of(w)), t = members_value(w);
  const std::string put_n = R"("n":{"Value":)" + n + "}";
  switch (w.change) {
    case 0: return std::vector<std::string>();
    case 1: return std::vector{put_n};
    case 3: return std::vector{update_text("n", "ADD", number_value(-number_of(w)))};
    case 4: return std::vector{update_text("n", "ADD", n)};
    case 5: return std::vector{put_n, update_text("s", "DELETE", "")};
    case 6: return std::vector{update_text("t", "ADD", t)};
    case 7: return std::vector{put_n, update_text("t", "DELETE", t)};
    case 8:
      return std::vector{update_text("s", "PUT", string_value(text_of(w))), update_text("n", "DELETE", ""),
                         update_text("t", "ADD", t)};
    case 9: return std::vector{update_text("n", "DELETE", ""), update_text("s", "DELETE", "")};
    case 10: return std::vector{update_text("t", "DELETE", t)};
    default: return std::nullopt;  // ADD counts what is missing as 0, `n = n + :vn` does not
  }
}

}  // namespace

std::string comparison_text(std::string_view attribute, std::string_view comparison,
                            const std::vector<std::string>& values) {
  std::string text = '"' + std::string(attribute) + R"(":{"ComparisonOperator":")" + std::string(comparison) + '"';
  if (!values.empty()) text += R"(,"AttributeValueList":[)" + listed(values) + "]";
  return text + "}";
}

std::optional<std::string> legacy_members_of(const item_write& w) {
  const auto expected = expected_of(w);
  if (!expected) return std::nullopt;
  std::string members = R"(,"Expected":{)" + *expected + "}";
  if (w.condition == 14) members += R"(,"ConditionalOperator":"OR")";
  if (w.what != item_write::kind::update) return members;
  auto updates = updates_of(w);
  if (!updates) return std::nullopt;
  if (changed_element(w.vector)) return std::nullopt;
  if (sets_vector(w.vector)) updates->push_back(update_text("v", "PUT", vector_value(w.vector)));
  if (removes_vector(w.vector)) updates->push_back(update_text("v", "DELETE", ""));
  if (!w.stamp.empty()) updates->push_back(R"("w":{"Value":)" + string_value(w.stamp) + "}");
  return members + R"(,"AttributeUpdates":{)" + listed(*updates) + "}";
}

std::string_view all_attributes_to_get() { return R"(,"AttributesToGet":["pk","sk","n","s","t","v","w"])"; }

}  // namespace dynamo::model
