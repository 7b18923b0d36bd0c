#pragma once

#include "change_log.hpp"
#include "operation.hpp"
#include "transaction.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::model {

/// DynamoDB as a handful of maps: what every operation of a sequence has to come to, when there is one caller.
class reference {
 public:
  struct stream {
    int table = 0;
    std::vector<change> records;  ///< without numbers
    std::string arn;              ///< as the endpoint told it
  };

  /// The body of a write's reply, or the name of its error; a failed condition with the item it met.
  std::string write(const item_write&);
  /// The same of a PartiQL statement.
  std::string say(const item_write&);
  std::string get(const place&) const;
  /// The items of one partition that satisfy the sort condition and the filter of the query that query_text() writes.
  struct range {
    std::vector<std::string> items;
    int examined = 0;
  };
  range query(const operation&) const;
  std::vector<std::string> scan(int table) const;
  /// The rows that index_query_text()'s query finds, in ascending order of their text.
  std::vector<std::string> query_index(const operation&) const;
  /// The body of a batch's reply, items in ascending order of their text, or the name of its error.
  std::string batch_write(const std::vector<item_write>&);
  std::string batch_get(const std::vector<item_write>&) const;

  /// The body of a transaction's reply; or the name of its error, and the reason of each action with the item it met.
  std::string transact_write(const std::vector<action>&);
  std::string transact_get(const std::vector<action>&) const;
  /// The same of an ExecuteTransaction that writes.
  std::string say_transact_write(const std::vector<action>&);
  /// Items that are put with one transaction, and expire in this order.
  void expire(const std::vector<std::pair<place, std::string>>& items);

  bool exists(int table) const { return tables_.contains(table); }
  bool has_stream(int table) const { return tables_.at(table).open_stream.has_value(); }
  void create(int table, bool with_vector_indexes = true);
  bool has_index(const index_shape& index) const { return tables_.at(index.table).indexes.contains(&index); }
  void add_index(const index_shape& index) { tables_.at(index.table).indexes.insert(&index); }
  void remove_index(const index_shape& index) { tables_.at(index.table).indexes.erase(&index); }
  std::vector<const index_shape*> present_indexes(int table) const;
  vector_index_set vector_indexes_in(int table) const { return tables_.at(table).vector_indexes; }
  bool has_vector_index(const vector_index_shape& index) const {
    return (vector_indexes_in(index.table) & bit_of(index)) != 0;
  }
  void add_vector_index(const vector_index_shape& index) { tables_.at(index.table).vector_indexes |= bit_of(index); }
  void remove_vector_index(const vector_index_shape& index) {
    tables_.at(index.table).vector_indexes &= ~bit_of(index);
  }
  /// The item of a place, as the table has it; empty: none.
  std::string item_at(const place&) const;
  bool expires(int table) const { return tables_.at(table).expires; }
  void set_expires(int table, bool on) { tables_.at(table).expires = on; }
  void drop(int table);
  void open_stream(int table, std::string arn);
  void close_stream(int table) { tables_.at(table).open_stream.reset(); }
  const std::vector<stream>& streams() const { return streams_; }
  std::vector<std::string> table_names() const;

 private:
  struct contents {
    std::map<place, thing> items;
    std::optional<std::size_t> open_stream;
    std::set<const index_shape*> indexes;
    vector_index_set vector_indexes = 0;
    bool expires = false;  ///< by attribute e
  };

  std::optional<thing> find(const place&) const;
  /// What one action of a transaction comes to: the reason that it gives, and the item afterwards.
  struct action_outcome {
    std::string reason;
    std::optional<thing> now;
  };
  using action_judge = action_outcome (*)(const action&, const std::optional<thing>& before);
  static action_outcome outcome_of_request(const action&, const std::optional<thing>& before);
  static action_outcome outcome_of_statement(const action&, const std::optional<thing>& before);
  std::string transact(const std::vector<action>&, action_judge, std::string_view done);
  item_write judged(item_write) const;
  void become(const place&, const std::optional<thing>& now);
  void record(const place&, const std::string& old_image, const std::string& new_image);

  std::map<int, contents> tables_;
  std::vector<stream> streams_;
};

/// The body of the query that an operation stands for, without its page's start; and how it walks.
std::string query_text(const operation&);
/// The same over one of the table's indexes; null if it has none.
const index_shape* index_of(const operation&);
std::string index_query_text(const operation&);
inline int page_size(const operation& o) { return o.extra % 5; }  ///< 0: no limit
inline bool backwards(const operation& o) { return (o.extra / 5) % 2 == 1; }
inline bool filtered(const operation& o) { return (o.extra / 10) % 3 == 1; }
inline int segments(const operation& o) { return (o.extra / 30) % 4 + 1; }

}  // namespace dynamo::model
