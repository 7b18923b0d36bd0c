#include "statement_batch.hpp"

#include "point_read.hpp"
#include "statement.hpp"
#include "write_list.hpp"

#include <engine/statements/statement_read.hpp>
#include <engine/statements/statement_write.hpp>

#include <partiql/parse.hpp>

#include <algorithm>
#include <utility>
#include <variant>

namespace dynamo::engine {

result<std::unique_ptr<statement_batch>> statement_batch::make(engine_core& core, batch_statement_parameters p) {
  std::unique_ptr<statement_batch> made(new statement_batch(core, std::move(p)));
  const auto& statements = made->p_.statements;
  made->members_.resize(statements.size());
  bool reads = false;
  bool writes = false;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    auto parsed = partiql::parse(statements[i].text, statements[i].values);
    if (!parsed) {
      made->refuse(i, parsed.error().why);
      continue;
    }
    (is_read(*parsed) ? reads : writes) = true;
    member& of = made->members_[i];
    of.table = table_of(*parsed);
    of.parsed = *std::move(parsed);
  }
  if (reads && writes) {
    // DynamoDB's own words are known of ExecuteTransaction only.
    return fail(errc::validation,
                "BatchExecuteStatement API does not support both read and write operations in the same request.");
  }
  made->reads_ = !writes;
  return made;
}

void statement_batch::refuse(std::size_t which, const error& why) {
  member& of = members_[which];
  of.response = batch_statement_error(why, of.table);
  of.has_failed = true;
  of.is_settled = true;
}

void statement_batch::read(std::size_t which) {
  auto response = read_item(which);
  if (!response) return refuse(which, response.error());
  members_[which].response = *std::move(response);
  members_[which].is_settled = true;
}

result<json::buffer> statement_batch::read_item(std::size_t which) {
  member& of = members_[which];
  auto& reading = std::get<partiql::select>(*of.parsed);
  const auto table = core_.tables.find(of.table);
  if (!table) return table_not_found();
  auto key = find_item_key(reading, table->descriptor.key);
  if (!key) {
    return fail(errc::validation,
                "Select statements within BatchExecuteStatement must specify the primary key in the where clause.");
  }
  get_parameters get{.table = of.table,
                     .key = *std::move(key),
                     .consistent = p_.statements[which].consistent,
                     .capacity = p_.capacity,
                     .expressions = {}};
  read_columns(reading, get.expressions);
  batch_item_response response(get);
  auto consumed = read_point(core_, table->descriptor, get, key_use::condition, response);
  if (!consumed) return std::unexpected(consumed.error());
  of.consumed = *std::move(consumed);
  return std::move(response).finish();
}

bool statement_batch::begin(std::size_t which, reply_sink* sink) {
  queue_slot slot(*core_.commits);
  member& of = members_[which];
  of.change = std::make_shared<prepared_change>();
  auto write = read_statement_write(core_, *std::move(of.parsed), of.change->rows);
  if (!write) {
    refuse(which, write.error());
    return false;
  }
  of.write.emplace(*std::move(write));
  of.write->capacity = p_.capacity;
  of.change->sink = sink;
  write_list list(core_, of.change);
  list.add(*of.write);
  // Once it is queued another thread may settle it: nothing of the member is touched after that.
  auto known = enqueue_list(list, *of.change, slot, [&] {
    const item_write& item = list.items().front();
    of.consumed = item.consumed();
    of.change->answer_error = item.refusal;
    if (!item.refusal) of.change->answer = reply(batch_statement_response(*of.write, item.outcome()));
  });
  if (!known) return true;
  settle(which, *std::move(known));
  return false;
}

void statement_batch::settle(std::size_t which, result<reply> came) {
  if (!came) return refuse(which, came.error());
  members_[which].response = std::move(came->body);
  members_[which].is_settled = true;
}

void statement_batch::leave(std::size_t which) {
  refuse(which, error(errc::throttled, "The commit queue is full; try again"));
}

result<reply> statement_batch::answer() {
  batch_totals totals;
  std::vector<json::buffer> responses;
  responses.reserve(members_.size());
  for (member& of : members_) {
    if (!of.has_failed) totals.add(of.table, of.consumed);
    responses.push_back(std::move(of.response));
  }
  return reply(totals.finish(responses, p_.capacity));
}

}  // namespace dynamo::engine
