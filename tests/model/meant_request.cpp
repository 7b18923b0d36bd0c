#include "meant_request.hpp"

#include "../support/wire.hpp"

namespace dynamo::model {
namespace {

using namespace testing_support;

operation_name operation_of_statement(std::string_view text) {
  if (text.starts_with("INSERT")) return operation_name::put_item;
  if (text.starts_with("UPDATE")) return operation_name::update_item;
  if (text.starts_with("DELETE")) return operation_name::delete_item;
  return text.starts_with("EXISTS") ? operation_name::transact_write_items : operation_name::query;
}

// The first name in quotes, which JSON has escaped.
std::string table_of_statement(std::string_view text) {
  constexpr std::string_view quote = "\\\"";
  const std::size_t begin = text.find(quote) + quote.size();
  return std::string(text.substr(begin, text.find(quote, begin) - begin));
}

// All of them read, or all of them write.
meant_request meaning_of_statements(const std::vector<std::string>& statements, operation_name reads,
                                    operation_name writes) {
  meant_request meant{reads, {}};
  for (const std::string& one : statements) {
    const std::string text = text_member(one, "Statement");
    if (operation_of_statement(text) != operation_name::query) meant.operation = writes;
    meant.tables.push_back(table_of_statement(text));
  }
  return meant;
}

}  // namespace

meant_request meaning_of(operation_name operation, std::string_view body) {
  meant_request meant{operation, {}};
  switch (operation) {
    case operation_name::execute_statement: {
      const std::string text = text_member(body, "Statement");
      return {operation_of_statement(text), {table_of_statement(text)}};
    }
    case operation_name::batch_execute_statement:
      return meaning_of_statements(elements(member(body, "Statements").value_or("[]")), operation_name::batch_get_item,
                                   operation_name::batch_write_item);
    case operation_name::execute_transaction:
      return meaning_of_statements(elements(member(body, "TransactStatements").value_or("[]")),
                                   operation_name::transact_get_items, operation_name::transact_write_items);
    case operation_name::batch_write_item:
    case operation_name::batch_get_item:
      for_each_member(member(body, "RequestItems").value_or("{}"), [&](std::string_view name, std::string_view items) {
        const std::string list = member(items, "Keys").value_or(std::string(items));
        meant.tables.insert(meant.tables.end(), elements(list).size(), std::string(name));
      });
      return meant;
    case operation_name::transact_write_items:
    case operation_name::transact_get_items:
      for (const std::string& action : elements(member(body, "TransactItems").value_or("[]"))) {
        for_each_member(action, [&](std::string_view, std::string_view of) {
          meant.tables.push_back(text_member(of, "TableName"));
        });
      }
      return meant;
    default: meant.tables.push_back(text_member(body, "TableName")); return meant;
  }
}

}  // namespace dynamo::model
