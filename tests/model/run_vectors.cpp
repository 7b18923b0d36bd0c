// Searches of vector indexes, and tables that get them and lose them.
#include "../support/index_rows.hpp"
#include "sequence_runner.hpp"
#include "vector_query.hpp"

#include <algorithm>
#include <random>

namespace dynamo::model {

using namespace testing_support;

// Results with equal scores are in the order of Scan, which also has to show the items that the reference has.
sequence_runner::problem sequence_runner::search(const operation& o) {
  const int table = o.write.at.table;
  const vector_query wanted = search_of(o);
  const std::string text = search_text(wanted);
  const answer came = ask(operation_name::search_vectors, text);
  if (!expected_.exists(table)) return differ(text, "resource_not_found", short_form(came));
  if (!expected_.has_vector_index(*wanted.index) || is_refused(wanted)) {
    return differ(text, "validation", short_form(came));
  }
  if (!came.ok) return text + ": " + came.to_string();
  std::string trouble;
  const auto scanned = scan_all(db(), shapes[static_cast<std::size_t>(table)].name, "", trouble);
  if (!trouble.empty()) return trouble;
  auto items = scanned;
  std::ranges::sort(items);
  if (auto failed = differ("Scan", in_lines(expected_.scan(table)), in_lines(items))) return failed;
  return differ(text, in_lines(nearest(wanted, scanned)), in_lines(search_results(came.body)));
}

sequence_runner::problem sequence_runner::change_vector_index(const operation& o, bool add) {
  const int table = o.write.at.table;
  const auto all = vector_indexes_of(table);
  const vector_index_shape& index = *all[static_cast<std::size_t>(o.extra / 400) % all.size()];
  const std::string update = add ? R"("AttributeDefinitions":[)" + vector_index_definitions_text(index) +
                                       R"(],"VectorIndexUpdates":[{"Create":)" + vector_index_text(index) + "}]"
                                 : R"("VectorIndexUpdates":[{"Delete":{"IndexName":)" + in_quotes(index.name) + "}}]";
  const std::string text = R"({"TableName":)" + name_of_table(table) + "," + update + "}";
  const answer came = ask(operation_name::update_table, text);
  if (!expected_.exists(table)) return differ(text, "resource_not_found", short_form(came));
  if (add && !with_vector_indexes_) return differ(text, "validation", short_form(came));
  if (expected_.has_vector_index(index) == add) {
    return differ(text, add ? "validation" : "resource_not_found", short_form(came));
  }
  if (!came.ok) return text + ": " + came.to_string();
  if (!add) {
    expected_.remove_vector_index(index);
    return std::nullopt;
  }
  expected_.add_vector_index(index);
  if (auto failed = write_while_filling(o)) return failed;
  return wait_for(text, operation_name::describe_table, R"({"TableName":)" + name_of_table(table) + "}",
                  [&](const std::string& body) {
                    const std::string described = member(body, "Table").value_or("");
                    bool there = false, active = text_member(described, "TableStatus") == "ACTIVE";
                    for (const std::string& one : elements(member(described, "VectorIndexes").value_or("[]"))) {
                      if (text_member(one, "IndexName") == index.name) there = true;
                      if (text_member(one, "IndexStatus") != "ACTIVE") active = false;
                    }
                    return there && active;
                  });
}

// It is refused until the index is filled.
sequence_runner::problem sequence_runner::search_what_may_be_filling(const operation& o) {
  const std::string text = search_text(search_of(o));
  const answer came = ask(operation_name::search_vectors, text);
  const bool is_filling = came.message.starts_with("Cannot search backfilling vector index");
  return came.code == errc::validation && is_filling ? std::nullopt : search(o);
}

// What is written to the table while its older items are read; one in three times the database ends meanwhile, on a disk in one of three ways.
sequence_runner::problem sequence_runner::write_while_filling(const operation& o) {
  constexpr std::array ends{operation::kind::reopen, operation::kind::crash, operation::kind::crash_torn};
  std::mt19937_64 random(static_cast<std::uint64_t>(o.extra));
  const auto write_some = [&]() -> problem {
    for (std::uint64_t left = random() % 4; left > 0; --left) {
      item_write w = random_write(random, static_cast<int>(shapes.size()), places);
      w.at = {o.write.at.table, w.at.partition, 0};
      if (shapes[static_cast<std::size_t>(w.at.table)].sort_type != '\0')
        w.at.sort = static_cast<int>(random() % places);
      if (auto failed = write(w)) return failed;
    }
    return std::nullopt;
  };
  if (auto failed = write_some()) return failed;
  if (auto failed = search_what_may_be_filling(o)) return failed;
  if (o.extra % 3 != 0) return std::nullopt;
  operation end = o;
  end.what = ends[static_cast<std::size_t>(o.extra / 3) % ends.size()];
  if (auto failed = reopen(end)) return failed;
  return write_some();
}

// A write that is told what it takes of vector indexes: items are small, so that each row that changes is a kilobyte.
sequence_runner::problem sequence_runner::ask_bytes(const item_write& w) {
  std::string text = body_of(w);
  text.back() = ',';
  text += R"("ReturnConsumedCapacity":"INDEXES"})";
  const std::string before = expected_.item_at(w.at);
  const std::string expected = expected_.write(w);
  answer came = ask(dynamo::model::name_of(w), text);
  if (!came.ok) return differ(text, expected, short_form(came));
  std::string rest;
  for_each_member(came.body, [&](std::string_view name, std::string_view value) {
    if (name != "ConsumedCapacity")
      rest += (rest.empty() ? "\"" : ",\"") + std::string(name) + "\":" + std::string(value);
  });
  if (auto failed = differ(text, expected, "{" + rest + "}")) return failed;
  std::vector<std::string> told;
  const std::string consumed = member(came.body, "ConsumedCapacity").value_or("{}");
  for_each_member(member(consumed, "VectorIndexes").value_or("{}"), [&](std::string_view name, std::string_view bytes) {
    told.push_back(std::string(name) + " " + member(bytes, "VectorWriteRequestBytes").value_or("?"));
  });
  std::ranges::sort(told);
  const auto bytes = vector_write_bytes(expected_.vector_indexes_in(w.at.table), before, expected_.item_at(w.at));
  return differ("VectorIndexes consumed by " + text, in_lines(bytes), in_lines(told));
}

}  // namespace dynamo::model
