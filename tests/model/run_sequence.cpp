#include "run_sequence.hpp"

#include "../support/wire.hpp"
#include "batch.hpp"
#include "reference.hpp"
#include "transaction.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace dynamo::model {
namespace {

using namespace testing_support;
using problem = std::optional<std::string>;

std::string in_quotes(std::string_view text) { return '"' + std::string(text) + '"'; }
std::string name_of_table(int table) { return in_quotes(shapes[static_cast<std::size_t>(table)].name); }

problem differ(std::string_view what, const std::string& expected, const std::string& actual) {
  if (expected == actual) return std::nullopt;
  return std::string(what) + "\n  expected " + expected + "\n  got      " + actual;
}

class runner {
 public:
  explicit runner(storage::kind kind) : storage_(kind) {}

  problem run(const sequence& all) {
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

 private:
  answer ask(operation_name op, const std::string& body) { return call(storage_.db(), op, body); }

  problem step(const operation& o) {
    using kind = operation::kind;
    const int table = o.write.at.table;
    switch (o.what) {
      case kind::write: return write(o.write);
      case kind::get:
        return differ("GetItem", expected_.get(o.write.at),
                      short_form(ask(operation_name::get_item, R"({"TableName":)" + name_of_table(table) +
                                                                   R"(,"Key":)" + key_text(o.write.at) + "}")));
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
    }
    return std::nullopt;
  }

  // A reply's body; of an error its name and, of a failed condition, the item it met; of a transaction all reasons.
  static std::string short_form(const answer& a) {
    if (a.ok) return a.body;
    std::string text(to_string(a.code));
    if (a.code == errc::conditional_check_failed) text += " " + member(a.body, "Item").value_or("");
    for (const std::string& reason : elements(member(a.body, "CancellationReasons").value_or("[]"))) {
      text += " " + text_member(reason, "Code") + member(reason, "Item").value_or("");
    }
    return text;
  }

  problem write(const item_write& w) {
    const answer came = ask(dynamo::model::name_of(w), body_of(w));
    const std::string expected = expected_.write(w);
    if (auto failed = differ(body_of(w), expected, short_form(came))) return *failed + "  " + came.message;
    return std::nullopt;
  }

  problem query(const operation& o) {
    const std::string text = query_text(o);
    if (!expected_.exists(o.write.at.table)) {
      return differ(text, "resource_not_found", short_form(ask(operation_name::query, text + "}")));
    }
    std::vector<std::string> items;
    int examined = 0;
    if (auto failed = read_pages(operation_name::query, text, items, examined)) return failed;
    const reference::range expected = expected_.query(o);
    if (items == expected.items && examined == expected.examined) return std::nullopt;
    return differ(text, std::to_string(expected.examined) + joined(expected.items),
                  std::to_string(examined) + joined(items));
  }

  problem scan(const operation& o) {
    const int table = o.write.at.table;
    std::string text = R"({"TableName":)" + name_of_table(table);
    if (!expected_.exists(table)) {
      return differ(text, "resource_not_found", short_form(ask(operation_name::scan, text + "}")));
    }
    if (page_size(o) != 0) text += R"(,"Limit":)" + std::to_string(page_size(o));
    std::vector<std::string> items;
    int examined = 0;
    for (int segment = 0; segment < segments(o); ++segment) {
      const std::string part =
          R"(,"TotalSegments":)" + std::to_string(segments(o)) + R"(,"Segment":)" + std::to_string(segment);
      if (auto failed = read_pages(operation_name::scan, text + part, items, examined)) return failed;
    }
    std::ranges::sort(items);
    return differ(text, joined(expected_.scan(table)), joined(items));
  }

  problem query_index(const operation& o) {
    if (index_of(o) == nullptr) return std::nullopt;
    const std::string text = index_query_text(o);
    if (!expected_.exists(o.write.at.table)) {
      return differ(text, "resource_not_found", short_form(ask(operation_name::query, text + "}")));
    }
    if (!expected_.has_index(*index_of(o))) {
      return differ(text, "validation", short_form(ask(operation_name::query, text + "}")));
    }
    std::vector<std::string> rows;
    int examined = 0;
    if (auto failed = read_pages(operation_name::query, text, rows, examined)) return failed;
    if (examined != static_cast<int>(rows.size())) return text + ": examined " + std::to_string(examined);
    if (!index_of(o)->sort.empty() && !sorted_by_number(rows, backwards(o)))
      return text + " is not sorted" + joined(rows);
    std::ranges::sort(rows);
    return differ(text, joined(expected_.query_index(o)), joined(rows));
  }

  static bool sorted_by_number(const std::vector<std::string>& rows, bool descending) {
    const auto number = [](const std::string& row) {
      return std::stoi(text_member(member(row, "n").value_or(""), "N"));
    };
    return descending ? std::ranges::is_sorted(rows, std::ranges::greater(), number)
                      : std::ranges::is_sorted(rows, std::ranges::less(), number);
  }

  problem check_indexes(int table) {
    if (!expected_.exists(table)) return std::nullopt;
    return compare_indexes(storage_.db(), expected_.present_indexes(table), expected_.scan(table));
  }

  problem batch_write(const operation& o) {
    const std::vector<item_write> writes = batch_of(o);
    const std::string text = batch_write_text(writes);
    return differ(text, expected_.batch_write(writes), short_form(ask(operation_name::batch_write_item, text)));
  }

  problem batch_get(const operation& o) {
    const std::vector<item_write> asked = batch_of(o);
    const std::string text = batch_get_text(asked);
    const answer came = ask(operation_name::batch_get_item, text);
    std::string found = short_form(came);
    if (came.ok) {
      std::vector<std::string> items;
      for_each_member(member(came.body, "Responses").value_or("{}"), [&](std::string_view, std::string_view list) {
        for (std::string& item : elements(list)) items.push_back(std::move(item));
      });
      std::ranges::sort(items);
      found.clear();
      for (const std::string& item : items) found += item;
      if (member(came.body, "UnprocessedKeys").value_or("{}") != "{}") found += came.body;
    }
    return differ(text, expected_.batch_get(asked), found);
  }

  // One in three has a token, and is sent twice: that counts once.
  problem transact_write(const operation& o) {
    const std::vector<action> actions = transaction_of(o);
    const std::string token = o.extra % 3 == 0 ? "token-" + std::to_string(++tokens_) : "";
    const std::string text = transact_write_text(actions, token);
    const std::string expected = expected_.transact_write(actions);
    const answer came = ask(operation_name::transact_write_items, text);
    if (auto failed = differ(text, expected, short_form(came))) return *failed + "  " + came.message;
    if (token.empty() || !came.ok) return std::nullopt;
    return differ("again: " + text, "{}", short_form(ask(operation_name::transact_write_items, text)));
  }

  problem transact_get(const operation& o) {
    const std::vector<action> asked = transaction_of(o);
    const std::string text = transact_get_text(asked);
    return differ(text, expected_.transact_get(asked), short_form(ask(operation_name::transact_get_items, text)));
  }

  // Asks again until the description fits. Maintenance works on the machine's timer meanwhile.
  template <class Fits>
  problem wait_for(const std::string& what, operation_name op, const std::string& body, Fits fits) {
    constexpr int asked_max = 20'000;
    for (int asked = 0; asked < asked_max; ++asked) {
      const answer came = ask(op, body);
      if (!came.ok) return what + ": " + came.to_string();
      if (fits(came.body)) return std::nullopt;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return what + " does not come about";
  }

  problem change_index(const operation& o, bool add) {
    const index_shape* const index = index_of(o);
    if (index == nullptr || !index->global) return std::nullopt;
    const int table = o.write.at.table;
    const std::string name = in_quotes(index->name);
    const std::string update = add ? R"("AttributeDefinitions":[)" + index_definitions_text(*index) +
                                         R"(],"GlobalSecondaryIndexUpdates":[{"Create":)" + index_text(*index) + "}]"
                                   : R"("GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":)" + name + "}}]";
    const std::string text = R"({"TableName":)" + name_of_table(table) + "," + update + "}";
    const answer came = ask(operation_name::update_table, text);
    if (!expected_.exists(table)) return differ(text, "resource_not_found", short_form(came));
    if (expected_.has_index(*index) == add) {
      return differ(text, add ? "validation" : "resource_not_found", short_form(came));
    }
    if (!came.ok) return text + ": " + came.to_string();
    if (add) {
      expected_.add_index(*index);
    } else {
      expected_.remove_index(*index);
    }
    return wait_for(
        text, operation_name::describe_table, R"({"TableName":)" + name_of_table(table) + "}",
        [&](const std::string& body) {
          const std::string described = member(body, "Table").value_or("");
          bool there = false, active = text_member(described, "TableStatus") == "ACTIVE";
          for (const std::string& one : elements(member(described, "GlobalSecondaryIndexes").value_or("[]"))) {
            if (text_member(one, "IndexName") == index->name) there = true;
            if (text_member(one, "IndexStatus") != "ACTIVE") active = false;
          }
          return there == add && active;
        });
  }

  problem set_expiry(int table, bool on) {
    const std::string text = R"({"TableName":)" + name_of_table(table) +
                             R"(,"TimeToLiveSpecification":{"AttributeName":"e","Enabled":)" + (on ? "true" : "false") +
                             "}}";
    const answer came = ask(operation_name::update_time_to_live, text);
    if (!expected_.exists(table)) return differ(text, "resource_not_found", short_form(came));
    if (expected_.expires(table) == on) return differ(text, "validation", short_form(came));
    if (!came.ok) return text + ": " + came.to_string();
    expected_.set_expires(table, on);
    return wait_for(text, operation_name::describe_time_to_live, R"({"TableName":)" + name_of_table(table) + "}",
                    [&](const std::string& body) {
                      return text_member(member(body, "TimeToLiveDescription").value_or(""), "TimeToLiveStatus") ==
                             (on ? "ENABLED" : "DISABLED");
                    });
  }

  // All come with one commit, so that none is swept before the last is there.
  problem expire(const operation& o) {
    const int table = o.write.at.table;
    if (!expected_.exists(table) || !expected_.expires(table)) return std::nullopt;
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(storage_.now().time_since_epoch()).count();
    std::vector<std::pair<place, std::string>> items;
    std::string text;
    for (int i = 0; i < 1 + o.extra % 4; ++i) {
      place at = o.write.at;
      at.partition = (at.partition + i) % places;
      const std::string key = key_text(at);
      const std::string item = R"({"e":{"N":")" + std::to_string(now - 100 + i) + R"("},)" + key.substr(1);
      items.emplace_back(at, item);
      text +=
          (text.empty() ? "" : ",") + (R"({"Put":{"TableName":)" + name_of_table(table)) + R"(,"Item":)" + item + "}}";
    }
    const answer came = ask(operation_name::transact_write_items, R"({"TransactItems":[)" + text + "]}");
    if (!came.ok) return text + ": " + came.to_string();
    expected_.expire(items);
    return wait_for("expiry of " + text, operation_name::scan,
                    R"({"TableName":)" + name_of_table(table) +
                        R"(,"FilterExpression":"e > :z","ExpressionAttributeValues":{":z":{"N":"0"}}})",
                    [](const std::string& body) { return member(body, "Count") == "0"; });
  }

  problem read_pages(operation_name op, const std::string& text, std::vector<std::string>& items, int& examined) {
    std::string start;
    for (int pages = 0; pages < 200; ++pages) {
      const answer page = ask(op, text + start + "}");
      if (!page.ok) return text + start + ": " + page.to_string();
      for (std::string& item : elements(member(page.body, "Items").value_or("[]"))) items.push_back(std::move(item));
      examined += std::stoi(member(page.body, "ScannedCount").value_or("0"));
      const auto last = member(page.body, "LastEvaluatedKey");
      if (!last) return std::nullopt;
      start = R"(,"ExclusiveStartKey":)" + *last;
    }
    return text + ": the pages do not end";
  }

  problem create(int table, bool with_stream) {
    const answer came = ask(operation_name::create_table, create_table_text(table, with_stream));
    if (expected_.exists(table)) return differ("CreateTable", "resource_in_use", short_form(came));
    if (!came.ok) return "CreateTable: " + came.to_string();
    expected_.create(table);
    if (with_stream) note_stream(table, came);
    return std::nullopt;
  }

  problem drop(int table) {
    const answer came = ask(operation_name::delete_table, R"({"TableName":)" + name_of_table(table) + "}");
    if (!expected_.exists(table)) return differ("DeleteTable", "resource_not_found", short_form(came));
    if (!came.ok) return "DeleteTable: " + came.to_string();
    expected_.drop(table);
    return std::nullopt;
  }

  problem set_stream(int table, bool on) {
    const std::string specification =
        on ? R"({"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"})" : R"({"StreamEnabled":false})";
    const answer came = ask(operation_name::update_table, R"({"TableName":)" + name_of_table(table) +
                                                              R"(,"StreamSpecification":)" + specification + "}");
    if (!expected_.exists(table)) return differ("UpdateTable", "resource_not_found", short_form(came));
    if (expected_.has_stream(table) == on) return differ("UpdateTable", "validation", short_form(came));
    if (!came.ok) return "UpdateTable: " + came.to_string();
    if (on) {
      note_stream(table, came);
    } else {
      expected_.close_stream(table);
    }
    return std::nullopt;
  }

  void note_stream(int table, const answer& came) {
    expected_.open_stream(table, text_member(member(came.body, "TableDescription").value_or(""), "LatestStreamArn"));
  }

  problem list_tables() {
    std::string names;
    for (const std::string& name : expected_.table_names()) names += (names.empty() ? "" : ",") + in_quotes(name);
    return differ("ListTables", R"({"TableNames":[)" + names + "]}",
                  ask(operation_name::list_tables, "{}").to_string());
  }

  problem check_log() {
    for (const reference::stream& stream : expected_.streams()) {
      std::vector<change> records;
      if (auto failed = read_log(stream.arn, records)) return failed;
      images state;
      // A stream may begin in the middle of a table's life.
      if (auto failed = fold(records, state, true)) return failed;
      for (std::size_t i = 0; i < std::max(records.size(), stream.records.size()); ++i) {
        if (i >= records.size()) return "the log lacks " + stream.records[i].to_string();
        change found = records[i];
        found.number.clear();
        if (i >= stream.records.size()) return "the log has in excess " + found.to_string();
        if (auto failed = differ("a change record", stream.records[i].to_string(), found.to_string())) return failed;
      }
    }
    return std::nullopt;
  }

  // Over HTTP as an application does, otherwise by plain requests: each way is a witness for the other.
  problem read_log(const std::string& arn, std::vector<change>& records) {
    if (storage_.over_http()) return read_changes_of(storage_.shared_db(), arn, records, 7);
    return log_reader(storage_.db(), arn).read(records, 7);
  }

  problem reopen(const operation& o) {
    if (!storage_.on_disk()) return std::nullopt;
    if (o.what == operation::kind::reopen) storage_.restart_machine();
    if (o.what == operation::kind::crash) storage_.crash();
    if (o.what == operation::kind::crash_torn) storage_.crash_torn(static_cast<std::uint64_t>(o.extra));
    storage_.close();
    return storage_.open();
  }

  // Records and streams are no older by that: none goes, even if the process is killed before it notes that.
  problem set_clock(int where) {
    constexpr int ten_years = 10 * 365 * 24;
    storage_.set_clock(std::chrono::hours(where * 3 % (2 * ten_years + 1) - ten_years));
    return std::nullopt;
  }

  static std::string joined(const std::vector<std::string>& items) {
    std::string text;
    for (const std::string& item : items) text += "\n    " + item;
    return text;
  }

  storage storage_;
  reference expected_;
  int tokens_ = 0;
};

}  // namespace

problem run(const sequence& all, storage::kind kind) { return runner(kind).run(all); }

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
