#include <dynamo/protocol/detail/may_be_repeated.hpp>

#include <dynamo/json/cursor.hpp>
#include <dynamo/protocol/operation_facts.hpp>

namespace dynamo {
namespace {

bool is_transaction(operation_name operation) noexcept {
  return operation == operation_name::transact_write_items || operation == operation_name::execute_transaction;
}

bool has_request_token(const json::buffer& body) {
  json::cursor at(body);
  if (at.peek() != json::token::object) return false;
  bool found = false;
  std::string_view name;
  at.begin_object();
  while (at.next_name(name)) {
    if (name == "ClientRequestToken" && at.peek() == json::token::string) {
      found = !at.read_string().empty();
    } else {
      at.skip();
    }
  }
  return found && at.ok();
}

}  // namespace

bool may_be_repeated(const request& r) {
  if (r.repeats == repeatable::yes || facts_of(r.operation).effect == operation_effect::reads) return true;
  return is_transaction(r.operation) && has_request_token(r.body);
}

}  // namespace dynamo
