// ExecuteTransaction: a TransactGetItems or a TransactWriteItems, for a caller that waits and for one that does not.
#include "operations.hpp"
#include "transaction.hpp"

#include <engine/statements/next_token.hpp>
#include <engine/statements/statement_parameters.hpp>
#include <engine/statements/statement_read.hpp>
#include <engine/statements/statement_write.hpp>

#include <fmt/format.h>
#include <partiql/parse.hpp>

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

namespace dynamo::engine {
namespace {

using parsed_statements = std::vector<partiql::statement>;

std::unexpected<error> fault_in(std::size_t which, std::string_view why) {
  return fail(errc::validation, fmt::format("Validation failed in TransactStatements[{}]: {}", which, why));
}

bool has_returning(const partiql::statement& s) {
  if (const auto* changing = std::get_if<partiql::update>(&s)) return changing->returned != partiql::returning::nothing;
  if (const auto* removing = std::get_if<partiql::remove>(&s)) return removing->returned != partiql::returning::nothing;
  return false;
}

bool reads_an_index(const partiql::statement& s) {
  if (const auto* reading = std::get_if<partiql::select>(&s)) return reading->index.has_value();
  if (const auto* checking = std::get_if<partiql::exists>(&s)) return checking->of.index.has_value();
  return false;
}

result<parsed_statements> parse_statements(const transact_statement_parameters& p) {
  parsed_statements parsed;
  for (std::size_t i = 0; i < p.statements.size(); ++i) {
    auto one = partiql::parse(p.statements[i].text, p.statements[i].values);
    if (!one) {
      const partiql::refusal& refused = one.error();
      if (refused.of_parameter) return std::unexpected(refused.why);
      return fault_in(i, refused.why.message());
    }
    if (has_returning(*one)) return fault_in(i, "RETURNING clause is not supported in ExecuteTransaction.");
    if (reads_an_index(*one)) return fault_in(i, "Reads on indices are not supported within transactions.");
    parsed.push_back(*std::move(one));
  }
  const auto reads = std::ranges::count_if(parsed, is_read);
  if (reads != 0 && static_cast<std::size_t>(reads) != parsed.size()) {
    return fail(errc::validation,
                "ExecuteTransaction API does not support both read and write operations in the same request.");
  }
  return parsed;
}

result<std::unique_ptr<const transact_get_parameters>> to_gets(const engine_core& core, parsed_statements from,
                                                               const transact_statement_parameters& p) {
  auto made = std::make_unique<transact_get_parameters>();
  made->capacity = p.capacity;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto table = core.tables.find(table_of(from[i]));
    if (!table) return table_not_found();
    auto& reading = std::get<partiql::select>(from[i]);
    auto key = find_item_key(reading, table->descriptor.key);
    if (!key) {
      return fault_in(i,
                      "Select statements within ExecuteTransaction must specify the primary key in the where clause.");
    }
    transact_get& get = made->gets.emplace_back();
    get.table = table->descriptor.name;
    get.key = *std::move(key);
    read_columns(reading, get.expressions);
  }
  return made;
}

result<transact_write_parameters> to_writes(const engine_core& core, parsed_statements from,
                                            const transact_statement_parameters& p, write_batch& rows) {
  transact_write_parameters made(rows);
  made.token = p.token;
  made.capacity = p.capacity;
  made.is_of_statements = true;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto table = core.tables.find(table_of(from[i]));
    if (!table) return table_not_found();
    transact_action& action = made.actions.emplace_back(rows);
    action.table = table->descriptor.name;
    action.statement = content_of(p.statements[i]);
    action.capacity = p.capacity;
    action.item_on_failure = p.statements[i].item_on_failure;
    if (auto valid = read_write_statement(std::move(from[i]), table->descriptor.key, action); !valid) {
      return fault_in(i, valid.error().message());
    }
  }
  return made;
}

}  // namespace

result<reply> execute_transaction(engine_core& core, const request& r) {
  const auto p = read_execute_transaction(r);
  if (!p) return std::unexpected(p.error());
  auto parsed = parse_statements(*p);
  if (!parsed) return std::unexpected(parsed.error());
  if (is_read(parsed->front())) {
    auto gets = to_gets(core, *std::move(parsed), *p);
    if (!gets) return std::unexpected(gets.error());
    const auto begun = begin_transaction(core, *std::move(gets));
    if (!begun) return std::unexpected(begun.error());
    return run_to_end(**begun);
  }
  const auto change = std::make_shared<prepared_change>();
  const auto writes = to_writes(core, *std::move(parsed), *p, change->rows);
  if (!writes) return std::unexpected(writes.error());
  return run_transaction(core, *writes, change);
}

void execute_transaction(engine_core& core, const request& r, reply_sink& sink) {
  const auto p = read_execute_transaction(r);
  if (!p) return sink.complete(std::unexpected(p.error()));
  auto parsed = parse_statements(*p);
  if (!parsed) return sink.complete(std::unexpected(parsed.error()));
  if (is_read(parsed->front())) {
    auto gets = to_gets(core, *std::move(parsed), *p);
    if (!gets) return sink.complete(std::unexpected(gets.error()));
    return core.long_reads.start(begin_transaction(core, *std::move(gets)), sink);
  }
  const auto change = std::make_shared<prepared_change>();
  const auto writes = to_writes(core, *std::move(parsed), *p, change->rows);
  if (!writes) return sink.complete(std::unexpected(writes.error()));
  start_transaction(core, *writes, change, sink);
}

}  // namespace dynamo::engine
