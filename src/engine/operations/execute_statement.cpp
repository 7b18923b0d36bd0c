// ExecuteStatement, for a caller that waits and for one that does not.
#include "operations.hpp"
#include "page_read.hpp"
#include "point_read.hpp"
#include "statement.hpp"
#include "write_list.hpp"

#include <engine/responses/item_response.hpp>
#include <engine/responses/statement_response.hpp>
#include <engine/statements/next_token.hpp>
#include <engine/statements/prepared_read.hpp>
#include <engine/statements/statement_read.hpp>
#include <engine/statements/statement_write.hpp>

#include <partiql/parse.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace dynamo::engine {
namespace {

/// One page of a SELECT that is not a point read.
class statement_page final : public page_read {
 public:
  statement_page(const engine_core& core, range_parameters p, page_plan plan, std::uint64_t statement,
                 std::size_t first_range, statement_access access)
      : page_read(core, std::move(p), std::move(plan)),
        statement_(statement),
        first_range_(first_range),
        access_(access) {}

 private:
  reply write(page_writer&& page) override {
    std::string token;
    if (!page.last_key().empty()) {
      token = to_text({statement_, static_cast<std::uint32_t>(first_range_ + range()), std::string(page.last_key())});
    }
    reply made = std::move(page).finish_statement(token);
    made.access = access_;
    return made;
  }

  const std::uint64_t statement_;
  const std::size_t first_range_;
  const statement_access access_;
};

/// A read that is done already, or one in slices.
using begun_select = result<std::variant<reply, std::unique_ptr<long_read>>>;

// A read of one item has one page, so a token is another statement's.
result<void> check_no_token(const execute_statement_parameters& p) {
  if (!p.next_token) return {};
  return fail(errc::validation,
              next_token_from(*p.next_token) ? "NextToken does not match request" : "Invalid NextToken");
}

result<reply> read_one_item(const engine_core& core, const table_descriptor& table, json::buffer key,
                            expression_parameters columns, const execute_statement_parameters& p) {
  if (auto valid = check_no_token(p); !valid) return std::unexpected(valid.error());
  const get_parameters get{.table = table.name,
                           .key = std::move(key),
                           .consistent = p.consistent,
                           .capacity = p.capacity,
                           .expressions = std::move(columns)};
  item_response response(get, item_response::form::items);
  const auto consumed = read_point(core, table, get, key_use::condition, response);
  if (!consumed) return std::unexpected(consumed.error());
  reply made = std::move(response).finish(*consumed);
  made.access = statement_access::whole_key;
  return made;
}

// Nothing: the statement has to be parsed.
std::optional<result<reply>> read_prepared(const engine_core& core, const execute_statement_parameters& p) {
  const prepared_read* const read = find_prepared_read(p);
  if (read == nullptr) return std::nullopt;
  const auto table = core.tables.find(read->table);
  if (!table) return std::nullopt;
  auto key = prepared_key(*read, p, table->descriptor.key);
  if (!key) return std::nullopt;
  return read_one_item(core, table->descriptor, *std::move(key), read->columns, p);
}

begun_select begin_select(const engine_core& core, partiql::select from, std::string_view table_name,
                          const execute_statement_parameters& p) {
  auto table = core.tables.find(table_name);
  if (!table) return table_not_found();
  if (auto key = find_item_key(from, table->descriptor.key)) {
    expression_parameters columns;
    read_columns(from, columns);
    auto read = read_one_item(core, table->descriptor, *std::move(key), std::move(columns), p);
    if (!read) return std::unexpected(read.error());
    return *std::move(read);
  }
  auto plan = plan_select(std::move(from), p, table->descriptor, core.rows->prefix());
  if (!plan) return std::unexpected(plan.error());
  const auto what = choose_select(plan->rows);
  if (!what) return std::unexpected(what.error());
  auto begin = plan->ranges.begin() + static_cast<std::ptrdiff_t>(plan->first);
  page_plan pages{
      .table = std::move(table),
      .target = plan->target,
      .what = *what,
      .range = std::move(*begin),
      .way = plan->way,
      .partition = {},
      .more = std::vector<key_range>(std::make_move_iterator(begin + 1), std::make_move_iterator(plan->ranges.end()))};
  if (plan->is_keyed) pages.partition = partition_hash(pages.range.from, core.rows->prefix());
  if (auto admitted = check_throughput(core, pages); !admitted) return std::unexpected(admitted.error());
  return std::make_unique<statement_page>(core, std::move(plan->rows), std::move(pages), digest_of(p), plan->first,
                                          plan->is_keyed ? statement_access::partitions : statement_access::full_scan);
}

// The answer is complete before the change is in the queue: from then on another thread may give it away.
auto statement_enqueuer(engine_core& core, const write_parameters& p, const std::shared_ptr<prepared_change>& change) {
  return [&core, &p, &change](queue_slot& slot) {
    write_list list(core, change);
    list.add(p);
    return enqueue_list(list, *change, slot, [&] {
      const item_write& item = list.items().front();
      change->answer_error = item.refusal;
      if (item.refusal) return;
      change->answer = reply(statement_write_response(p, item.outcome()));
      change->answer.access = statement_access::whole_key;
    });
  };
}

result<write_parameters> read_single_write(const engine_core& core, partiql::statement from,
                                           const execute_statement_parameters& p, write_batch& rows) {
  auto write = read_statement_write(core, std::move(from), rows);
  if (!write) return write;
  write->item_on_failure = p.item_on_failure;
  write->capacity = p.capacity;
  return write;
}

}  // namespace

result<reply> execute_statement(engine_core& core, const request& r) {
  const auto p = read_execute_statement(r);
  if (!p) return std::unexpected(p.error());
  if (auto read = read_prepared(core, *p)) return *std::move(read);
  auto parsed = partiql::parse(p->text, p->values);
  if (!parsed) return std::unexpected(parsed.error().why);
  if (auto* reading = std::get_if<partiql::select>(&*parsed)) {
    const std::string table(table_of(*parsed));
    auto begun = begin_select(core, std::move(*reading), table, *p);
    if (!begun) return std::unexpected(begun.error());
    if (auto* known = std::get_if<reply>(&*begun)) return std::move(*known);
    return run_to_end(*std::get<std::unique_ptr<long_read>>(*begun));
  }
  const auto change = std::make_shared<prepared_change>();
  const auto write = read_single_write(core, *std::move(parsed), *p, change->rows);
  if (!write) return std::unexpected(write.error());
  return run_write(core, *change, statement_enqueuer(core, *write, change));
}

void execute_statement(engine_core& core, const request& r, reply_sink& sink) {
  const auto p = read_execute_statement(r);
  if (!p) return sink.complete(std::unexpected(p.error()));
  if (auto read = read_prepared(core, *p)) return sink.complete(*std::move(read));
  auto parsed = partiql::parse(p->text, p->values);
  if (!parsed) return sink.complete(std::unexpected(parsed.error().why));
  if (auto* reading = std::get_if<partiql::select>(&*parsed)) {
    const std::string table(table_of(*parsed));
    auto begun = begin_select(core, std::move(*reading), table, *p);
    if (!begun) return sink.complete(std::unexpected(begun.error()));
    if (auto* known = std::get_if<reply>(&*begun)) return sink.complete(std::move(*known));
    return core.long_reads.start(std::get<std::unique_ptr<long_read>>(*std::move(begun)), sink);
  }
  const auto change = std::make_shared<prepared_change>();
  const auto write = read_single_write(core, *std::move(parsed), *p, change->rows);
  if (!write) return sink.complete(std::unexpected(write.error()));
  start_write(core, *change, sink, statement_enqueuer(core, *write, change));
}

}  // namespace dynamo::engine
