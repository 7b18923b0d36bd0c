#include "sequence_runner.hpp"

#include <chrono>
#include <thread>

namespace dynamo::model {

using namespace testing_support;

sequence_runner::problem sequence_runner::create(int table, bool with_stream) {
  const answer came = ask(operation_name::create_table, create_table_text(table, with_stream, with_vector_indexes_));
  if (expected_.exists(table)) return differ("CreateTable", "resource_in_use", short_form(came));
  if (!came.ok) return "CreateTable: " + came.to_string();
  expected_.create(table, with_vector_indexes_);
  if (with_stream) note_stream(table, came);
  return std::nullopt;
}

sequence_runner::problem sequence_runner::drop(int table) {
  const answer came = ask(operation_name::delete_table, R"({"TableName":)" + name_of_table(table) + "}");
  if (!expected_.exists(table)) return differ("DeleteTable", "resource_not_found", short_form(came));
  if (!came.ok) return "DeleteTable: " + came.to_string();
  expected_.drop(table);
  return std::nullopt;
}

sequence_runner::problem sequence_runner::set_stream(int table, bool on) {
  const std::string specification =
      on ? R"({"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"})" : R"({"StreamEnabled":false})";
  const answer came = ask(operation_name::update_table, R"({"TableName":)" + name_of_table(table) +
                                                            R"(,"StreamSpecification":)" + specification + "}");
  if (!expected_.exists(table)) return differ("UpdateTable", "resource_not_found", short_form(came));
  if (expected_.has_stream(table) == on) return differ("UpdateTable", "validation", short_form(came));
  if (!came.ok) return "UpdateTable: " + came.to_string();
  if (on) {
    note_stream(table, came);
  } else {
    expected_.close_stream(table);
  }
  return std::nullopt;
}

void sequence_runner::note_stream(int table, const answer& came) {
  expected_.open_stream(table, text_member(member(came.body, "TableDescription").value_or(""), "LatestStreamArn"));
}

sequence_runner::problem sequence_runner::change_index(const operation& o, bool add) {
  const index_shape* const index = index_of(o);
  if (index == nullptr || !index->global) return std::nullopt;
  const int table = o.write.at.table;
  const std::string name = in_quotes(index->name);
  const std::string update = add ? R"("AttributeDefinitions":[)" + index_definitions_text(*index) +
                                       R"(],"GlobalSecondaryIndexUpdates":[{"Create":)" + index_text(*index) + "}]"
                                 : R"("GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":)" + name + "}}]";
  const std::string text = R"({"TableName":)" + name_of_table(table) + "," + update + "}";
  const answer came = ask(operation_name::update_table, text);
  if (!expected_.exists(table)) return differ(text, "resource_not_found", short_form(came));
  if (expected_.has_index(*index) == add) {
    return differ(text, add ? "validation" : "resource_not_found", short_form(came));
  }
  if (!came.ok) return text + ": " + came.to_string();
  if (add) {
    expected_.add_index(*index);
  } else {
    expected_.remove_index(*index);
  }
  return wait_for(
      text, operation_name::describe_table, R"({"TableName":)" + name_of_table(table) + "}",
      [&](const std::string& body) {
        const std::string described = member(body, "Table").value_or("");
        bool there = false, active = text_member(described, "TableStatus") == "ACTIVE";
        for (const std::string& one : elements(member(described, "GlobalSecondaryIndexes").value_or("[]"))) {
          if (text_member(one, "IndexName") == index->name) there = true;
          if (text_member(one, "IndexStatus") != "ACTIVE") active = false;
        }
        return there == add && active;
      });
}

sequence_runner::problem sequence_runner::set_expiry(int table, bool on) {
  const std::string text = R"({"TableName":)" + name_of_table(table) +
                           R"(,"TimeToLiveSpecification":{"AttributeName":"e","Enabled":)" + (on ? "true" : "false") +
                           "}}";
  const answer came = ask(operation_name::update_time_to_live, text);
  if (!expected_.exists(table)) return differ(text, "resource_not_found", short_form(came));
  if (expected_.expires(table) == on) return differ(text, "validation", short_form(came));
  if (!came.ok) return text + ": " + came.to_string();
  expected_.set_expires(table, on);
  return wait_for(text, operation_name::describe_time_to_live, R"({"TableName":)" + name_of_table(table) + "}",
                  [&](const std::string& body) {
                    return text_member(member(body, "TimeToLiveDescription").value_or(""), "TimeToLiveStatus") ==
                           (on ? "ENABLED" : "DISABLED");
                  });
}

sequence_runner::problem sequence_runner::list_tables() {
  std::string names;
  for (const std::string& name : expected_.table_names()) names += (names.empty() ? "" : ",") + in_quotes(name);
  return differ("ListTables", R"({"TableNames":[)" + names + "]}", ask(operation_name::list_tables, "{}").to_string());
}

// Asks again until the description fits. Maintenance works on the machine's timer meanwhile.
sequence_runner::problem sequence_runner::wait_for(const std::string& what, operation_name op, const std::string& body,
                                                   const std::function<bool(const std::string&)>& fits) {
  constexpr int soon = 10, asked_max = 20'000;
  for (int asked = 0; asked < asked_max; ++asked) {
    const answer came = ask(op, body);
    if (!came.ok) return what + ": " + came.to_string();
    if (fits(came.body)) return std::nullopt;
    if (asked < soon) {
      std::this_thread::yield();
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  return what + " does not come about";
}

}  // namespace dynamo::model
