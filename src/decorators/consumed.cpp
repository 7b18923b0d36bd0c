#include <decorators/consumed.hpp>

#include <dynamo/json/cursor.hpp>
#include <dynamo/protocol/operation.hpp>
#include <dynamo/protocol/operation_facts.hpp>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace dynamo {
namespace {

using json::cursor;
using json::token;

void add_table(std::vector<std::string>& tables, std::string_view name) {
  // arn:aws:dynamodb:eu-west-1:123456789012:table/users/index/by_email or .../stream/2026-01-01T00:00:00.000
  if (const auto at = name.find(":table/"); at != std::string_view::npos) {
    name.remove_prefix(at + 7);
    name = name.substr(0, name.find('/'));
  }
  if (!name.empty() && std::ranges::find(tables, name) == tables.end()) tables.emplace_back(name);
}

void read_table_name(cursor& at, std::vector<std::string>& tables) {
  if (at.peek() == token::string) {
    add_table(tables, at.read_string());
  } else {
    at.skip();
  }
}

/// [{"Put":{"TableName":...}}, ...]
void read_actions(cursor& at, std::vector<std::string>& tables) {
  if (at.peek() != token::array) return void(at.skip());
  std::string_view name;
  at.begin_array();
  while (at.next_element()) {
    if (at.peek() != token::object) return at.fail("not an action");
    at.begin_object();
    while (at.next_name(name)) {
      if (at.peek() != token::object) return at.fail("not an action");
      at.begin_object();
      while (at.next_name(name)) {
        if (name == "TableName") {
          read_table_name(at, tables);
        } else {
          at.skip();
        }
      }
    }
  }
}

double read_units(cursor& at) {
  double units = 0;
  if (at.peek() != token::number) {
    at.skip();
    return units;
  }
  const std::string_view digits = at.read_number();
  std::from_chars(digits.data(), digits.data() + digits.size(), units);
  return units;
}

/// {"near":{"VectorWriteRequestBytes":1024.0},...}: the sum.
double read_vector_writes(cursor& at) {
  double sum = 0;
  std::string_view name;
  if (at.peek() != token::object) {
    at.skip();
    return sum;
  }
  at.begin_object();
  while (at.next_name(name)) {
    if (at.peek() != token::object) {
      at.skip();
      continue;
    }
    at.begin_object();
    while (at.next_name(name)) {
      if (name == "VectorWriteRequestBytes") {
        sum += read_units(at);
      } else {
        at.skip();
      }
    }
  }
  return sum;
}

/// {"TableName":"t","CapacityUnits":1.5,"ReadCapacityUnits":0.5,"WriteCapacityUnits":1.0,"Table":{...},"VectorIndexes":{...},...}, or of a
/// search {"VectorSearchRequestBytes":9.0}
table_capacity read_one(cursor& at, capacity_kind kind) {
  table_capacity one;
  double total = 0;
  bool apart = false;
  std::string_view name;
  std::vector<std::string> table;
  at.begin_object();
  while (at.next_name(name)) {
    if (name == "TableName") {
      read_table_name(at, table);
    } else if (name == "CapacityUnits") {
      total = read_units(at);
    } else if (name == "ReadCapacityUnits") {
      one.read = read_units(at);
      apart = true;
    } else if (name == "WriteCapacityUnits") {
      one.write = read_units(at);
      apart = true;
    } else if (name == "VectorSearchRequestBytes") {
      one.vector_search_bytes = read_units(at);
    } else if (name == "VectorIndexes") {
      one.vector_write_bytes = read_vector_writes(at);
    } else {
      at.skip();
    }
  }
  if (!table.empty()) one.table = std::move(table.front());
  if (!apart) (kind == capacity_kind::write ? one.write : one.read) = total;
  return one;
}

bool starts_with_select(std::string_view statement) {
  const auto first = statement.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return false;
  constexpr std::string_view word = "select";
  return std::ranges::equal(statement.substr(first, word.size()), word,
                            [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

/// Whether the PartiQL statement of a request, or the first of several, reads.
bool first_statement_reads(cursor at) {
  std::string_view name;
  if (at.peek() != token::object) return false;
  at.begin_object();
  while (at.next_name(name)) {
    if (name == "Statement" && at.peek() == token::string) return starts_with_select(at.read_string());
    if ((name == "Statements" || name == "TransactStatements") && at.peek() == token::array) {
      at.begin_array();
      if (!at.next_element() || at.peek() != token::object) return false;
      return first_statement_reads(at);
    }
    at.skip();
  }
  return false;
}

}  // namespace

capacity_kind capacity_of(const request& r) {
  switch (facts_of(r.operation).capacity) {
    case capacity_rule::none: return capacity_kind::none;
    case capacity_rule::read: return capacity_kind::read;
    case capacity_rule::write: return capacity_kind::write;
    case capacity_rule::by_statement: break;
  }
  return first_statement_reads(cursor(r.body)) ? capacity_kind::read : capacity_kind::write;
}

std::vector<std::string> tables_of(operation_name, const json::buffer& body) {
  std::vector<std::string> tables;
  cursor at(body);
  std::string_view name;
  if (at.peek() != token::object) return tables;
  at.begin_object();
  while (at.next_name(name)) {
    if (name == "TableName" || name == "StreamArn" || name == "ResourceArn" || name == "TableArn") {
      read_table_name(at, tables);
      break;  // one table, and its items need not be read
    }
    if (name == "RequestItems" && at.peek() == token::object) {
      at.begin_object();
      while (at.next_name(name)) {
        add_table(tables, name);
        at.skip();
      }
    } else if (name == "TransactItems") {
      read_actions(at, tables);
    } else {
      at.skip();
    }
  }
  if (!at.ok()) tables.clear();
  return tables;
}

std::vector<table_capacity> consumed_in(const json::buffer& reply_body, capacity_kind kind) {
  std::vector<table_capacity> consumed;
  cursor at(reply_body);
  std::string_view name;
  if (at.peek() != token::object) return consumed;
  at.begin_object();
  while (at.next_name(name)) {
    if (name != "ConsumedCapacity") {
      at.skip();
    } else if (at.peek() == token::object) {
      consumed.push_back(read_one(at, kind));
    } else if (at.peek() == token::array) {
      at.begin_array();
      while (at.next_element()) {
        if (at.peek() != token::object) {
          at.fail("not a capacity");
        } else {
          consumed.push_back(read_one(at, kind));
        }
      }
    } else {
      at.skip();
    }
  }
  if (!at.ok()) consumed.clear();
  return consumed;
}

bool asks_for_capacity(const request& r) {
  constexpr std::string_view member = "\"ReturnConsumedCapacity\"";
  const std::string_view text = r.body.view();
  if (text.find(member) == std::string_view::npos) return false;
  // As we write it.
  if ((text.ends_with(R"(,"ReturnConsumedCapacity":"TOTAL"})") ||
       text.ends_with(R"(,"ReturnConsumedCapacity":"INDEXES"})")) &&
      text.front() == '{') {
    return true;
  }
  // An attribute of an item may have that name too.
  cursor at(r.body);
  std::string_view name;
  if (at.peek() != token::object) return false;
  at.begin_object();
  while (at.next_name(name)) {
    if (name == "ReturnConsumedCapacity") return true;
    at.skip();
  }
  return false;
}

void ask_for_capacity(request& r, bool by_index) {
  const std::string_view text = r.body.view();
  if (asks_for_capacity(r) || text.size() < 2 || text.front() != '{' || text.back() != '}') return;
  if (text[text.find_last_not_of(" \t\r\n", text.size() - 2)] == '{' && text.size() > 2)
    return;  // "{ }", which none of ours is
  detail::request_details(r, by_index && capacity_of(r) == capacity_kind::write);
}

}  // namespace dynamo
