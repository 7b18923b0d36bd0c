// TransactWriteItems, for a caller that waits and for one that does not.
#include "operations.hpp"
#include "transaction.hpp"
#include "write_list.hpp"

#include <dynamo/protocol/service_error.hpp>
#include <engine/parameters/transact_write_parameters.hpp>
#include <engine/responses/transact_responses.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace dynamo::engine {
namespace {

cancellation_reason reason_of(const item_write& item) {
  if (!item.refusal) return {"None", {}, {}};
  const error& why = *item.refusal;
  switch (why.code()) {
    case errc::conditional_check_failed:
      return {"ConditionalCheckFailed", why.message(), std::string(item.item_found())};
    case errc::duplicate_item: return {"DuplicateItem", why.message(), {}};
    case errc::transaction_conflict: return {"TransactionConflict", why.message() + '.', {}};
    case errc::item_collection_too_large: return {"ItemCollectionSizeLimitExceeded", "Collection size exceeded.", {}};
    case errc::throttled: return throttled_reason(why);
    default: return {"ValidationError", why.message(), {}};
  }
}

/// A TransactWriteItems that was read, on its way to the commit queue.
class transaction {
 public:
  transaction(engine_core& core, const transact_write_parameters& p, std::shared_ptr<prepared_change> change)
      : p_(p), change_(std::move(change)), list_(core, change_, write_list::kind::transaction) {
    list_.reserve(p.actions.size());
    for (const transact_action& action : p.actions) list_.add(action);
    if (!p.token) return;
    list_.set_token(request_token(core, p));
    if (core.forgetting->note_token()) core.maintenance->wake();
  }

  std::optional<result<reply>> enqueue(queue_slot& slot) {
    return enqueue_list(list_, *change_, slot, [this] { set_answer(); });
  }

 private:
  void set_answer() {
    change_->answer_error.reset();
    if (list_.is_refused()) {
      std::vector<cancellation_reason> reasons;
      for (const item_write& item : list_.items()) reasons.push_back(reason_of(item));
      change_->answer_error = transaction_canceled(reasons);
      return;
    }
    transaction_totals totals;
    if (p_.capacity != capacity_report::none || p_.item_collections) {
      for (const item_write& item : list_.items()) add_to(totals, item);
    }
    const auto split = list_.is_replay() ? units_split::read : units_split::write;
    const auto responses = p_.is_of_statements ? with_responses::yes : with_responses::no;
    change_->answer = reply(transact_write_response(totals, p_.capacity, split, responses));
  }
  void add_to(transaction_totals& totals, const item_write& item) const {
    const std::string& table = item.parameters().table;
    if (item.has_key()) totals.add(table, item.consumed());
    if (!p_.item_collections || list_.is_replay() || is_check(item)) return;
    const write_outcome came = item.outcome();
    if (!came.item_collection.empty()) totals.add_collection(table, came.item_collection.view());
  }
  static bool is_check(const item_write& item) {
    return item.parameters().operation == operation_name::transact_write_items;
  }

  const transact_write_parameters& p_;
  const std::shared_ptr<prepared_change> change_;
  write_list list_;
};

auto transaction_enqueuer(engine_core& core, const transact_write_parameters& p,
                          const std::shared_ptr<prepared_change>& change) {
  return [&core, &p, &change](queue_slot& slot) { return transaction(core, p, change).enqueue(slot); };
}

}  // namespace

result<reply> run_transaction(engine_core& core, const transact_write_parameters& p,
                              const std::shared_ptr<prepared_change>& change) {
  return run_write(core, *change, transaction_enqueuer(core, p, change));
}

void start_transaction(engine_core& core, const transact_write_parameters& p,
                       const std::shared_ptr<prepared_change>& change, reply_sink& sink) {
  start_write(core, *change, sink, transaction_enqueuer(core, p, change));
}

result<reply> transact_write_items(engine_core& core, const request& r) {
  const auto change = std::make_shared<prepared_change>();
  const auto parameters = read_transact_write_items(r, change->rows, core.options.wording);
  if (!parameters) return std::unexpected(parameters.error());
  return run_transaction(core, *parameters, change);
}

void transact_write_items(engine_core& core, const request& r, reply_sink& sink) {
  const auto change = std::make_shared<prepared_change>();
  const auto parameters = read_transact_write_items(r, change->rows, core.options.wording);
  if (!parameters) return sink.complete(std::unexpected(parameters.error()));
  start_transaction(core, *parameters, change, sink);
}

}  // namespace dynamo::engine
