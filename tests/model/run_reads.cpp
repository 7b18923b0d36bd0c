#include "legacy_form.hpp"
#include "sequence_runner.hpp"
#include "vector_query.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace dynamo::model {
namespace {

bool sorted_by_number(const std::vector<std::string>& rows, bool descending) {
  const auto number = [](const std::string& row) {
    return std::stoi(testing_support::text_member(testing_support::member(row, "n").value_or(""), "N"));
  };
  return descending ? std::ranges::is_sorted(rows, std::ranges::greater(), number)
                    : std::ranges::is_sorted(rows, std::ranges::less(), number);
}

std::string attributes_to_get(const operation& o) {
  return speaks(o.write, language::legacy_parameters) ? std::string(all_attributes_to_get()) : std::string();
}

}  // namespace

using namespace testing_support;

sequence_runner::problem sequence_runner::get(const operation& o) {
  return differ(
      "GetItem", expected_.get(o.write.at),
      short_form(ask(operation_name::get_item, R"({"TableName":)" + name_of_table(o.write.at.table) + R"(,"Key":)" +
                                                   key_text(o.write.at) + attributes_to_get(o) + "}")));
}

sequence_runner::problem sequence_runner::query(const operation& o) {
  const std::string text = query_text(o);
  if (!expected_.exists(o.write.at.table)) {
    return differ(text, "resource_not_found", short_form(ask(operation_name::query, text + "}")));
  }
  std::vector<std::string> items;
  int examined = 0;
  if (auto failed = read_pages(operation_name::query, text, items, examined)) return failed;
  const reference::range expected = expected_.query(o);
  if (items == expected.items && examined == expected.examined) return std::nullopt;
  return differ(text, std::to_string(expected.examined) + in_lines(expected.items),
                std::to_string(examined) + in_lines(items));
}

sequence_runner::problem sequence_runner::scan(const operation& o) {
  const int table = o.write.at.table;
  std::string text = R"({"TableName":)" + name_of_table(table);
  if (!expected_.exists(table)) {
    return differ(text, "resource_not_found", short_form(ask(operation_name::scan, text + "}")));
  }
  if (page_size(o) != 0) text += R"(,"Limit":)" + std::to_string(page_size(o));
  if (speaks(o.write, language::legacy_parameters)) {
    text += R"(,"ScanFilter":{)" + comparison_text("pk", "NOT_NULL", {}) + "}" + attributes_to_get(o);
  }
  std::vector<std::string> items;
  int examined = 0;
  for (int segment = 0; segment < segments(o); ++segment) {
    const std::string part =
        R"(,"TotalSegments":)" + std::to_string(segments(o)) + R"(,"Segment":)" + std::to_string(segment);
    if (auto failed = read_pages(operation_name::scan, text + part, items, examined)) return failed;
  }
  std::ranges::sort(items);
  return differ(text, in_lines(expected_.scan(table)), in_lines(items));
}

sequence_runner::problem sequence_runner::query_index(const operation& o) {
  if (index_of(o) == nullptr) return std::nullopt;
  const std::string text = index_query_text(o);
  if (!expected_.exists(o.write.at.table)) {
    return differ(text, "resource_not_found", short_form(ask(operation_name::query, text + "}")));
  }
  if (!expected_.has_index(*index_of(o))) {
    return differ(text, "validation", short_form(ask(operation_name::query, text + "}")));
  }
  std::vector<std::string> rows;
  int examined = 0;
  if (auto failed = read_pages(operation_name::query, text, rows, examined)) return failed;
  if (examined != static_cast<int>(rows.size())) return text + ": examined " + std::to_string(examined);
  if (!index_of(o)->sort.empty() && !sorted_by_number(rows, backwards(o)))
    return text + " is not sorted" + in_lines(rows);
  std::ranges::sort(rows);
  return differ(text, in_lines(expected_.query_index(o)), in_lines(rows));
}

sequence_runner::problem sequence_runner::check_indexes(int table) {
  if (!expected_.exists(table)) return std::nullopt;
  const std::vector<std::string> items = expected_.scan(table);
  if (auto failed = compare_indexes(db(), expected_.present_indexes(table), items)) return failed;
  return compare_vector_indexes(db(), expected_.vector_indexes_in(table), items);
}

sequence_runner::problem sequence_runner::read_pages(operation_name op, const std::string& text,
                                                     std::vector<std::string>& items, int& examined) {
  std::string start;
  for (int pages = 0; pages < 200; ++pages) {
    const answer page = ask(op, text + start + "}");
    if (!page.ok) return text + start + ": " + page.to_string();
    for (std::string& item : elements(member(page.body, "Items").value_or("[]"))) items.push_back(std::move(item));
    examined += std::stoi(member(page.body, "ScannedCount").value_or("0"));
    const auto last = member(page.body, "LastEvaluatedKey");
    if (!last) return std::nullopt;
    start = R"(,"ExclusiveStartKey":)" + *last;
  }
  return text + ": the pages do not end";
}

}  // namespace dynamo::model
