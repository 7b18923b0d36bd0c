#pragma once

#include "../support/wire.hpp"
#include "operation.hpp"
#include "reference.hpp"
#include "run_sequence.hpp"
#include "storage.hpp"
#include "throughput_judge.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::model {

/// Runs one sequence, an operation after the other, on a database and on the reference beside it. What each operation does lies in the file of its
/// kind: run_items, run_reads, run_statements, run_tables, run_log.
class sequence_runner {
 public:
  using problem = std::optional<std::string>;

  explicit sequence_runner(const run_options& how);

  /// Says where the two differ, if they do.
  problem run(const sequence&);
  unsigned throttled() const { return judge_ ? judge_->throttled() : 0; }

 private:
  using answer = testing_support::answer;

  endpoint& db() { return judge_ ? *judge_ : storage_.db(); }
  answer ask(operation_name op, const std::string& body) { return testing_support::call(db(), op, body); }

  problem step(const operation&);
  problem execute(const operation&);

  problem write(const item_write&);
  problem batch_write(const operation&);
  problem batch_get(const operation&);
  problem transact_write(const operation&);
  problem send_transaction(operation_name, const std::string& text, bool has_token, const std::string& expected);
  std::string token_for(const operation&);
  problem transact_get(const operation&);
  problem expire(const operation&);

  problem get(const operation&);
  problem query(const operation&);
  problem scan(const operation&);
  problem query_index(const operation&);
  problem check_indexes(int table);
  problem read_pages(operation_name, const std::string& text, std::vector<std::string>& items, int& examined);

  problem say_write(const item_write&);
  problem say_get(const place&);
  problem say_query(const std::string& query, std::string_view sort);
  problem say_batch(const operation&);
  problem say_batch_get(const operation&);
  problem say_transact_write(const operation&);
  problem say_transact_get(const operation&);

  problem search(const operation&);
  problem change_vector_index(const operation&, bool add);
  problem write_while_filling(const operation&);
  problem search_what_may_be_filling(const operation&);
  problem ask_bytes(const item_write&);

  problem create(int table, bool with_stream);
  problem drop(int table);
  problem set_stream(int table, bool on);
  void note_stream(int table, const answer&);
  problem change_index(const operation&, bool add);
  problem set_expiry(int table, bool on);
  problem list_tables();
  problem wait_for(const std::string& what, operation_name, const std::string& body,
                   const std::function<bool(const std::string&)>& fits);

  problem check_log();
  problem read_log(const std::string& arn, std::vector<change>& records);
  problem reopen(const operation&);
  problem set_clock(int where);

  storage storage_;
  std::optional<throughput_judge> judge_;
  reference expected_;
  const bool with_vector_indexes_;
  int tokens_ = 0;
};

std::string in_quotes(std::string_view);
std::string name_of_table(int table);  ///< in quotes
/// The name of a table's sort attribute; empty: its key has none.
std::string_view sort_name(int table);
/// A line for each.
std::string in_lines(const std::vector<std::string>&);
/// A reply's body; of an error its name and, of a failed condition, the item it met; of a transaction all reasons.
std::string short_form(const testing_support::answer&);
/// Nothing if they are equal.
std::optional<std::string> differ(std::string_view what, const std::string& expected, const std::string& actual);

}  // namespace dynamo::model
