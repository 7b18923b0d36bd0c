#include "run_sequence.hpp"

#include "partiql_form.hpp"
#include "sequence_runner.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace dynamo::model {

using namespace testing_support;

namespace {

operation by_expressions(operation o) {
  o.write.spoken = static_cast<int>(language::expressions);
  return o;
}

}  // namespace

sequence_runner::sequence_runner(const run_options& how) : storage_(how.kind), with_vector_indexes_(!how.throughput) {
  constexpr std::size_t bytes_of_one = 150'000;
  if (how.vectors != run_options::room::for_all) {
    storage_.bound_vectors(how.vectors == run_options::room::for_one ? bytes_of_one : 0);
  }
  if (!how.throughput) return;
  storage_.enforce_throughput();
  judge_.emplace(storage_);
}

sequence_runner::problem sequence_runner::run(const sequence& all) {
  if (auto failed = storage_.open()) return failed;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (auto failed = step(all[i])) return "operation " + std::to_string(i) + ": " + *failed;
  }
  operation last;
  for (const auto what : {operation::kind::list_tables, operation::kind::check_log, operation::kind::scan,
                          operation::kind::check_indexes}) {
    last.what = what;
    for (int table = 0; table < static_cast<int>(shapes.size()); ++table) {
      last.write.at = {table, 0, 0};
      if (auto failed = step(last)) return "at the end: " + *failed;
    }
  }
  return std::nullopt;
}

sequence_runner::problem sequence_runner::step(const operation& o) {
  if (!judge_) return execute(o);
  auto failed = execute(o);
  if (!failed) failed = judge_->problem();
  // Seldom for as long as fills everything; mostly for less than what was consumed meanwhile.
  if (o.extra % 997 == 0) judge_->idle(std::chrono::minutes(7));
  if (o.extra % 16 == 0) judge_->idle(std::chrono::milliseconds(o.extra / 32));
  return failed;
}

sequence_runner::problem sequence_runner::execute(const operation& o) {
  using kind = operation::kind;
  const int table = o.write.at.table;
  switch (o.what) {
    case kind::write: return write(o.write);
    case kind::get: return get(o);
    case kind::query: return query(o);
    case kind::scan: return scan(o);
    case kind::query_index: return query_index(o);
    case kind::check_indexes: return check_indexes(table);
    case kind::batch_write: return batch_write(o);
    case kind::batch_get: return batch_get(o);
    case kind::transact_write: return transact_write(o);
    case kind::transact_get: return transact_get(o);
    case kind::add_index: return change_index(o, true);
    case kind::remove_index: return change_index(o, false);
    case kind::ttl_on: return set_expiry(table, true);
    case kind::ttl_off: return set_expiry(table, false);
    case kind::expire: return expire(o);
    case kind::stream_on: return set_stream(table, true);
    case kind::stream_off: return set_stream(table, false);
    case kind::create: return create(table, o.extra % 2 == 0);
    case kind::drop: return drop(table);
    case kind::list_tables: return list_tables();
    case kind::check_log: return check_log();
    case kind::reopen:
    case kind::crash:
    case kind::crash_torn: return reopen(o);
    case kind::set_clock: return set_clock(o.extra);
    case kind::search: return search(o);
    case kind::add_vector_index: return change_vector_index(o, true);
    case kind::remove_vector_index: return change_vector_index(o, false);
    case kind::say_write: return say_write(sayable(o.write));
    case kind::say_get: return say_get(o.write.at);
    case kind::say_query: return say_query(query_text(by_expressions(o)), sort_name(table));
    case kind::say_query_index:
      return index_of(o) == nullptr ? std::nullopt : say_query(index_query_text(by_expressions(o)), index_of(o)->sort);
    case kind::say_batch: return say_batch(o);
    case kind::say_transact_write: return say_transact_write(o);
    case kind::say_transact_get: return say_transact_get(o);
  }
  return std::nullopt;
}

std::string in_quotes(std::string_view text) { return '"' + std::string(text) + '"'; }
std::string name_of_table(int table) { return in_quotes(shapes[static_cast<std::size_t>(table)].name); }

std::string in_lines(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += "\n    " + item;
  return text;
}

std::string short_form(const answer& a) {
  if (a.ok) return a.body;
  std::string text(to_string(a.code));
  if (a.code == errc::conditional_check_failed) text += " " + member(a.body, "Item").value_or("");
  for (const std::string& reason : elements(member(a.body, "CancellationReasons").value_or("[]"))) {
    text += " " + text_member(reason, "Code") + member(reason, "Item").value_or("");
  }
  return text;
}

std::optional<std::string> differ(std::string_view what, const std::string& expected, const std::string& actual) {
  if (expected == actual) return std::nullopt;
  return std::string(what) + "\n  expected " + expected + "\n  got      " + actual;
}

std::optional<std::string> run(const sequence& all, const run_options& how, unsigned* throttled) {
  sequence_runner runner(how);
  auto failed = runner.run(all);
  if (throttled != nullptr) *throttled += runner.throttled();
  return failed;
}

sequence shrink(sequence all, const std::function<bool(const sequence&)>& fails, int runs_max) {
  for (std::size_t chunk = all.size() / 2; chunk > 0; chunk /= 2) {
    for (std::size_t at = 0; at < all.size() && runs_max > 0;) {
      sequence fewer = all;
      const auto begin = fewer.begin() + static_cast<std::ptrdiff_t>(at);
      fewer.erase(begin, begin + static_cast<std::ptrdiff_t>(std::min(chunk, fewer.size() - at)));
      --runs_max;
      if (fails(fewer)) {
        all = std::move(fewer);
      } else {
        at += chunk;
      }
    }
  }
  return all;
}

}  // namespace dynamo::model
