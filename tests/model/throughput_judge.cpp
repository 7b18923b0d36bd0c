#include "throughput_judge.hpp"

#include "../support/wire.hpp"
#include "indexes.hpp"
#include "things.hpp"

#include <dynamo/protocol/service_error.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::model {
namespace {

using namespace testing_support;
using std::chrono::microseconds;

constexpr std::string_view asks_for_capacity = R"("ReturnConsumedCapacity":"INDEXES",)";
constexpr std::string_view throttled_code = "ProvisionedThroughputExceeded";

std::string with_capacity(std::string_view body) {
  return "{" + std::string(asks_for_capacity) + std::string(body.substr(1));
}

json::buffer without_capacity(std::string_view body) {
  std::string rest;
  for_each_member(body, [&](std::string_view name, std::string_view value) {
    if (name == "ConsumedCapacity") return;
    rest += (rest.empty() ? "\"" : ",\"") + std::string(name) + "\":" + std::string(value);
  });
  return json::buffer("{" + rest + "}");
}

std::string units_text(throughput_levels::units given) {
  return R"("ProvisionedThroughput":{"ReadCapacityUnits":)" + std::to_string(given.read) + R"(,"WriteCapacityUnits":)" +
         std::to_string(given.write) + "}";
}

void insert_after(std::string& text, const std::string& what, const std::string& more) {
  if (const auto at = text.find(what); at != std::string::npos) text.insert(at + what.size(), more);
}

double units_in(std::string_view object) { return std::stod(member(object, "CapacityUnits").value_or("0")); }

std::vector<const index_shape*> indexes_named(const std::string& table, bool global) {
  std::vector<const index_shape*> found;
  for (const index_shape& index : indexes) {
    if (index.global == global && shapes[static_cast<std::size_t>(index.table)].name == table) found.push_back(&index);
  }
  return found;
}

// "things/index/by_g" is "things/by_g" here.
std::string resource_in(const std::string& arn) {
  std::string name = arn.substr(arn.find(":table/") + 7);
  if (const auto at = name.find("/index/"); at != std::string::npos) name.erase(at, 6);
  return name;
}

use use_of(operation_name operation) {
  switch (operation) {
    case operation_name::put_item:
    case operation_name::update_item:
    case operation_name::delete_item:
    case operation_name::batch_write_item:
    case operation_name::transact_write_items: return use::write;
    default: return use::read;
  }
}

}  // namespace

result<reply> throughput_judge::call(request r) {
  switch (r.operation) {
    case operation_name::create_table:
    case operation_name::delete_table:
    case operation_name::update_table: return change_tables(std::move(r));
    case operation_name::put_item:
    case operation_name::update_item:
    case operation_name::delete_item:
    case operation_name::get_item:
    case operation_name::query:
    case operation_name::scan:
    case operation_name::batch_write_item:
    case operation_name::batch_get_item:
    case operation_name::transact_write_items:
    case operation_name::transact_get_items:
    case operation_name::execute_statement:
    case operation_name::batch_execute_statement:
    case operation_name::execute_transaction: return consume(std::move(r));
    default: return on_.db().call(std::move(r));
  }
}

void throughput_judge::idle(microseconds time) {
  on_.pass(time);
  levels_.pass(time);
  passed_ += time;
}

// They are made with little, and an index that is added later has as much as one that was there.
result<reply> throughput_judge::change_tables(request r) {
  std::string body(r.body.view());
  const std::string table = text_member(body, "TableName");
  const throughput_levels::units given{1 + static_cast<int>(made_count_ % 3),
                                       1 + static_cast<int>(made_count_ / 2 % 4)};
  const throughput_levels::units of_index{1, 2};
  const bool creates = r.operation == operation_name::create_table;
  if (creates) {
    const std::string on_demand = R"("BillingMode":"PAY_PER_REQUEST")";
    body.replace(body.find(on_demand), on_demand.size(), units_text(given));
  }
  const bool adds = body.find(R"("Create":)") != std::string::npos;
  std::vector<std::string> touched;
  for (const index_shape* index : indexes_named(table, true)) {
    const std::string named = R"("IndexName":")" + std::string(index->name) + '"';
    if (body.find(named) == std::string::npos) continue;
    touched.push_back(table + "/" + std::string(index->name));
    if (creates || adds) insert_after(body, named, "," + units_text(of_index));
  }
  auto came = on_.db().call(request(r.operation, json::buffer(body)));
  if (!came) return came;
  if (r.operation == operation_name::delete_table) levels_.end(table);
  if (creates) {
    ++made_count_;
    made_[table] = passed_;
    levels_.begin(table, given, microseconds(0));
  }
  for (const std::string& index : touched) {
    if (creates || adds) {
      levels_.begin(index, of_index, passed_ - made_[table]);
    } else {
      levels_.end(index);
    }
  }
  return came;
}

result<reply> throughput_judge::consume(request r) {
  constexpr int attempts_max = 1'000;
  const std::string_view asked = r.body.view();
  const bool is_asked = member(asked, "ReturnConsumedCapacity").has_value();
  const std::string body = is_asked ? std::string(asked) : with_capacity(asked);
  const meant_request meant = meaning_of(r.operation, body);
  wait_for_room(meant);
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    auto came = on_.db().call(request(r.operation, json::buffer(body)));
    if (judge(meant, body, came) == outcome::throttled) {
      ++throttled_;
      if (problem_) return came;
      continue;
    }
    if (came && r.operation == operation_name::batch_execute_statement) {
      charge_failed_statements(meant, body, came->body.view());
    }
    if (came && !is_asked) came->body = without_capacity(came->body.view());
    return came;
  }
  return fail(errc::throttled, "throttled " + std::to_string(attempts_max) + " times: " + body);
}

// A batch is not to be done in part: the order of its changes would be another one.
void throughput_judge::wait_for_room(const meant_request& meant) {
  const bool reads = meant.operation == operation_name::batch_get_item;
  if (meant.operation != operation_name::batch_write_item && !reads) return;
  microseconds longest{0};
  for (const std::string& table : meant.tables) {
    if (!levels_.has(table)) continue;
    const auto before_last = static_cast<double>(std::ranges::count(meant.tables, table)) - 1;
    if (reads) {
      longest = std::max(longest, levels_.until(table, use::read, before_last * 0.5));
      continue;
    }
    const auto local = static_cast<double>(indexes_named(table, false).size());
    longest = std::max(longest, levels_.until(table, use::write, before_last * (1 + 2 * local)));
    for (const std::string& index : indexes_of(table)) {
      longest = std::max(longest, levels_.until(index, use::write, before_last * 2));
    }
  }
  idle(longest);
}

throughput_judge::outcome throughput_judge::judge(const meant_request& meant, const std::string& body,
                                                  const result<reply>& came) {
  if (came) {
    if (member(came->body.view(), "UnprocessedItems").value_or("{}") != "{}" ||
        member(came->body.view(), "UnprocessedKeys").value_or("{}") != "{}") {
      problem_ = "a batch was done in part though there was room for it: " + body;
    }
    charge_reported(meant.operation, came->body.view());
    return outcome::done;
  }
  const error& why = came.error();
  if (why.code() == errc::throttled) {
    for (const throttling_reason& reason : throttling_reasons(why)) {
      const auto how = reason.reason.find("Read") != std::string::npos ? use::read : use::write;
      expect_refused({resource_in(reason.resource)}, how, body);
      wait_until_admitted({resource_in(reason.resource)}, how);
      return outcome::throttled;
    }
    problem_ = "throttled without a reason: " + body;
    return outcome::done;
  }
  const auto reasons = cancellation_reasons(why);
  if (std::ranges::find(reasons, throttled_code, &cancellation_reason::code) != reasons.end()) {
    std::vector<std::string> all;
    for (const std::string& table : meant.tables) {
      all.push_back(table);
      if (meant.operation == operation_name::transact_get_items) continue;
      for (const std::string& index : indexes_of(table)) all.push_back(index);
    }
    expect_refused(all, use_of(meant.operation), body);
    wait_until_admitted(all, use_of(meant.operation));
    return outcome::throttled;
  }
  charge_failed(meant, why);
  return outcome::done;
}

void throughput_judge::charge_reported(operation_name operation, std::string_view reply_body) {
  const std::string consumed = member(reply_body, "ConsumedCapacity").value_or("[]");
  if (consumed.starts_with('{')) return charge_one(operation, consumed);
  for (const std::string& one : elements(consumed)) charge_one(operation, one);
}

// Local indexes have their table's throughput. A transaction that comes again reads, and is not asked whether it may.
void throughput_judge::charge_one(operation_name operation, std::string_view consumed) {
  const std::string table = text_member(consumed, "TableName");
  const bool is_replay =
      operation == operation_name::transact_write_items && member(consumed, "ReadCapacityUnits").has_value();
  const use how = is_replay ? use::read : use_of(operation);
  const auto take = [&](const std::string& of, double units) {
    if (units == 0) return;
    if (!is_replay) expect_admitted(of, how);
    levels_.charge(of, how, units);
  };
  double of_table = units_in(member(consumed, "Table").value_or("{}"));
  for_each_member(member(consumed, "LocalSecondaryIndexes").value_or("{}"),
                  [&](std::string_view, std::string_view units) { of_table += units_in(units); });
  take(table, of_table);
  for_each_member(
      member(consumed, "GlobalSecondaryIndexes").value_or("{}"),
      [&](std::string_view name, std::string_view units) { take(table + "/" + std::string(name), units_in(units)); });
}

// What was refused for another reason does not say what it took. All items are smaller than 1 KB; a row that moves is two writes.
void throughput_judge::charge_failed(const meant_request& meant, const error& why) {
  const bool was_decided = why.code() == errc::conditional_check_failed || why.code() == errc::duplicate_item ||
                           why.code() == errc::validation;
  if (meant.operation == operation_name::put_item || meant.operation == operation_name::update_item ||
      meant.operation == operation_name::delete_item) {
    const std::string& table = meant.tables.front();
    if (!was_decided || !levels_.has(table)) return;
    expect_admitted(table, use::write);
    levels_.charge(table, use::write, 1);
  }
  if (meant.operation != operation_name::transact_write_items || why.code() != errc::transaction_canceled) return;
  for (const std::string& table : meant.tables) {
    const auto local = static_cast<double>(indexes_named(table, false).size());
    levels_.charge(table, use::write, 2, 2 * (1 + 2 * local));
    for (const std::string& index : indexes_of(table)) levels_.charge(index, use::write, 0, 4);
  }
}

// Nor does a statement of a batch, among the others.
void throughput_judge::charge_failed_statements(const meant_request& meant, const std::string& body,
                                                std::string_view reply_body) {
  const auto responses = elements(member(reply_body, "Responses").value_or("[]"));
  for (std::size_t i = 0; i < responses.size(); ++i) {
    const std::string code = text_member(member(responses[i], "Error").value_or("{}"), "Code");
    if (code == throttled_code) problem_ = "a batch was done in part though there was room for it: " + body;
    if (code == "ConditionalCheckFailed" || code == "DuplicateItem" || code == "ValidationError") {
      levels_.charge(meant.tables[i], use::write, 1);
    }
  }
}

void throughput_judge::expect_admitted(const std::string& of, use how) {
  if (!levels_.has(of) || levels_.may_admit(of, how)) return;
  problem_ = "admitted though nothing was left; " + levels_.describe(of, how);
}

void throughput_judge::expect_refused(const std::vector<std::string>& of, use how, std::string_view why) {
  std::string levels;
  for (const std::string& one : of) {
    if (!levels_.has(one)) continue;
    if (levels_.may_refuse(one, how)) return;
    levels += "; " + levels_.describe(one, how);
  }
  problem_ = "throttled though something was left" + levels + ": " + std::string(why);
}

// Every other time only half as long: then it is throttled again, if it is known how much is left.
void throughput_judge::wait_until_admitted(const std::vector<std::string>& of, use how) {
  microseconds longest{0};
  for (const std::string& one : of) {
    if (levels_.has(one)) longest = std::max(longest, levels_.until(one, how, 0));
  }
  idle(throttled_ % 2 == 0 ? longest / 2 : longest + microseconds(1));
}

std::vector<std::string> throughput_judge::indexes_of(const std::string& table) const {
  std::vector<std::string> found;
  for (const index_shape* index : indexes_named(table, true)) {
    const std::string name = table + "/" + std::string(index->name);
    if (levels_.has(name)) found.push_back(name);
  }
  return found;
}

}  // namespace dynamo::model
