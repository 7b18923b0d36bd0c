#pragma once

#include <dynamo/protocol/endpoint.hpp>

#include <support/wire.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace dynamo::testing_support {

/// Without `prefix`, wherever it stands in the text. The prefix must be one that nobody writes by chance.
inline std::string without_prefix(std::string_view text, std::string_view prefix) {
  std::string stripped;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t found = std::min(text.find(prefix, at), text.size());
    stripped += text.substr(at, found - at);
    at = found == text.size() ? found : found + prefix.size();
  }
  return stripped;
}

/// A table's name in quotes, its ARN in quotes, or a text that begins with the ARN of its stream, with the prefix put before the name. Names
/// of fewer than three characters stay: no table has one, and with a prefix a name that is too short would be refused no more.
inline std::string with_prefix(std::string_view quoted, std::string_view prefix) {
  constexpr std::string_view in_arn = ":table/";
  constexpr std::size_t name_min = 3;
  std::string text(quoted);
  if (!text.starts_with('"')) return text;
  if (const std::size_t at = text.find(in_arn); at != std::string::npos) return text.insert(at + in_arn.size(), prefix);
  return text.size() - 2 < name_min ? text : text.insert(1, prefix);
}

inline std::string with_prefixed_tables(std::string_view body, std::string_view prefix);

/// A PartiQL statement, as a JSON string, with the prefix before a table that is named in quotes after FROM, INTO or UPDATE.
inline std::string with_prefixed_statement(std::string_view quoted, std::string_view prefix) {
  std::string text(quoted);
  for (const std::string_view before : {R"(FROM \")", R"(INTO \")", R"(UPDATE \")"}) {
    for (std::size_t at = 0; (at = text.find(before, at)) != std::string::npos; at += before.size() + prefix.size()) {
      text.insert(at + before.size(), prefix);
    }
  }
  return text;
}

/// Statements or TransactStatements: each is a small request.
inline std::string with_prefixed_statements(std::string_view list, std::string_view prefix) {
  std::string text = "[";
  for (const std::string& one : elements(list)) {
    (text += text.size() > 1 ? "," : "") += with_prefixed_tables(one, prefix);
  }
  return text + "]";
}

/// TransactItems with the prefix before each table that an action names.
inline std::string with_prefixed_actions(std::string_view list, std::string_view prefix) {
  std::string text = "[";
  for (const std::string& action : elements(list)) {
    text += text.size() > 1 ? ",{" : "{";
    std::string_view separator;
    for_each_member(action, [&](std::string_view kind, std::string_view body) {
      ((text += separator) += '"') += kind;
      (text += "\":") += with_prefixed_tables(body, prefix);
      separator = ",";
    });
    text += '}';
  }
  return text + "]";
}

/// A request's JSON with the prefix before each table that it names. What is no JSON object stays as it is.
inline std::string with_prefixed_tables(std::string_view body, std::string_view prefix) {
  std::string text = "{";
  const auto add = [](std::string& to, std::string_view name, std::string_view value) {
    if (to.size() > 1) to += ',';
    ((to += name) += ':') += value;
  };
  const bool read = for_each_member(body, [&](std::string_view name, std::string_view value) {
    std::string changed(value);
    if (name == "TableName" || name == "ExclusiveStartTableName") changed = with_prefix(value, prefix);
    const bool arn =
        name == "StreamArn" || name == "ExclusiveStartStreamArn" || name == "ShardIterator" || name == "ResourceArn";
    if (arn && value.find(":table/") != std::string_view::npos) changed = with_prefix(value, prefix);
    if (name == "RequestItems" && value.starts_with('{')) {
      changed = "{";
      for_each_member(value, [&](std::string_view table, std::string_view requests) {
        add(changed, with_prefix('"' + std::string(table) + '"', prefix), requests);
      });
      changed += '}';
    }
    if (name == "Statement") changed = with_prefixed_statement(value, prefix);
    if ((name == "Statements" || name == "TransactStatements") && value.starts_with('[')) {
      changed = with_prefixed_statements(value, prefix);
    }
    if (name == "TransactItems" && value.starts_with('[')) changed = with_prefixed_actions(value, prefix);
    add(text, '"' + std::string(name) + '"', changed);
  });
  return read ? text + "}" : std::string(body);
}

/// An endpoint, seen by one that has it to itself: each table's real name has a prefix, which is put into requests and taken out of replies and
/// errors. A table is ready when CreateTable or UpdateTable answers, and gone when DeleteTable does. What was made and not deleted is deleted
/// with this object. ListTables gives all its names in one page. Thread-safe.
class prefixed_tables final : public endpoint {
 public:
  /// `note` is told the real name of each table before it is asked for.
  prefixed_tables(std::shared_ptr<endpoint> to, std::string prefix, std::function<void(std::string_view)> note)
      : state_(std::make_shared<state>(std::move(to), std::move(prefix), std::move(note))) {}

  result<reply> call(request asked) override { return state_->call(std::move(asked)); }

  void start(request asked, reply_sink& to) override {
    if (state::is_of_tables(asked.operation)) {
      std::thread([kept = state_, asked = std::move(asked), &to]() mutable {
        auto outcome = kept->call(std::move(asked));
        kept.reset();
        to.complete(std::move(outcome));
      }).detach();
      return;
    }
    asked.body = json::buffer(with_prefixed_tables(asked.body.view(), state_->prefix));
    auto* const stripping = new stripping_sink(state_, to);
    const auto kept = state_;
    kept->inner->start(std::move(asked), *stripping);
  }

 private:
  struct state {
    state(std::shared_ptr<endpoint> to, std::string with, std::function<void(std::string_view)> told)
        : inner(std::move(to)), prefix(std::move(with)), note(std::move(told)) {}
    state(const state&) = delete;
    state& operator=(const state&) = delete;
    ~state() {
      for (const std::string& name : made)
        (void)testing_support::call(*inner, operation_name::delete_table, naming(name));
    }

    static bool is_of_tables(operation_name operation) {
      return operation == operation_name::create_table || operation == operation_name::update_table ||
             operation == operation_name::delete_table || operation == operation_name::list_tables;
    }
    static std::string naming(std::string_view table) { return R"({"TableName":")" + std::string(table) + "\"}"; }

    result<reply> call(request asked) {
      const operation_name operation = asked.operation;
      if (operation == operation_name::list_tables) return list(asked.body.view());
      asked.body = json::buffer(with_prefixed_tables(asked.body.view(), prefix));
      const std::string table = is_of_tables(operation) ? text_member(asked.body.view(), "TableName") : "";
      if (operation == operation_name::create_table && !table.empty()) note(table);
      auto outcome = inner->call(std::move(asked));
      if (outcome && is_of_tables(operation)) settle(operation, table);
      return stripped(std::move(outcome));
    }

    result<reply> stripped(result<reply> outcome) const {
      if (outcome) {
        if (outcome->body.view().find(prefix) != std::string_view::npos) {
          outcome->body = json::buffer(without_prefix(outcome->body.view(), prefix));
        }
        return outcome;
      }
      error_detail detail = outcome.error().detail();
      if (detail.code == errc::unrecognized) {  // tests/peers/aws ends where credentials are refused
        std::printf("%s was answered\n", detail.type.c_str());
        std::fflush(stdout);
      }
      detail.message = without_prefix(detail.message, prefix);
      detail.body = without_prefix(detail.body, prefix);
      return std::unexpected(error(std::move(detail)));
    }

    /// Waits until a table is what the operation makes of it.
    void settle(operation_name operation, const std::string& table) {
      constexpr int looks_max = 400;
      constexpr std::chrono::milliseconds pause_max{2'000};
      const bool deleted = operation == operation_name::delete_table;
      if (operation == operation_name::create_table) {
        const std::scoped_lock lock(mutex);
        made.insert(table);
      }
      std::chrono::milliseconds pause{50};
      for (int look = 0; look < looks_max; ++look) {
        const answer now = testing_support::call(*inner, operation_name::describe_table, naming(table));
        const bool gone = !now.ok && now.code == errc::resource_not_found;
        if (deleted ? gone : now.ok && is_ready(now.body)) break;
        std::this_thread::sleep_for(pause);
        pause = std::min(2 * pause, pause_max);
      }
      if (deleted) {
        const std::scoped_lock lock(mutex);
        made.erase(table);
      }
    }
    static bool is_ready(std::string_view described) {
      const std::string table = member(described, "Table").value_or("{}");
      if (text_member(table, "TableStatus") != "ACTIVE") return false;
      const auto indexes = elements(member(table, "GlobalSecondaryIndexes").value_or("[]"));
      return std::ranges::all_of(indexes,
                                 [](const auto& index) { return text_member(index, "IndexStatus") == "ACTIVE"; });
    }

    result<reply> list(std::string_view body) const {
      // What the service refuses of the request itself.
      auto as_asked = inner->call(request(operation_name::list_tables, json::buffer(body), repeatable::yes));
      if (!as_asked) return stripped(std::move(as_asked));
      constexpr int pages_max = 1'000;
      std::set<std::string> names;
      std::string after;
      for (int page = 0; page < pages_max; ++page) {
        const std::string from = after.empty() ? "{}" : R"({"ExclusiveStartTableName":)" + after + "}";
        auto came = inner->call(request(operation_name::list_tables, json::buffer(from), repeatable::yes));
        if (!came) return stripped(std::move(came));
        for (const std::string& name : elements(member(came->body.view(), "TableNames").value_or("[]"))) {
          if (name.starts_with('"' + prefix)) names.insert(without_prefix(name, prefix));
        }
        after = member(came->body.view(), "LastEvaluatedTableName").value_or("");
        if (after.empty()) break;
      }
      const std::string start = member(body, "ExclusiveStartTableName").value_or("");
      std::string listed;
      for (const std::string& name : names) {
        if (name > start) listed += (listed.empty() ? "" : ",") + name;
      }
      return reply(json::buffer(R"({"TableNames":[)" + listed + "]}"));
    }

    const std::shared_ptr<endpoint> inner;
    const std::string prefix;
    const std::function<void(std::string_view)> note;
    std::mutex mutex;
    std::set<std::string> made;
  };

  /// Lives until it is told.
  class stripping_sink final : public reply_sink {
   public:
    stripping_sink(std::shared_ptr<state> of, reply_sink& to) : state_(std::move(of)), to_(to) {}
    void complete(result<reply> outcome) noexcept override {
      auto stripped = state_->stripped(std::move(outcome));
      reply_sink& to = to_;
      delete this;
      to.complete(std::move(stripped));
    }

   private:
    const std::shared_ptr<state> state_;
    reply_sink& to_;
  };

  const std::shared_ptr<state> state_;
};

}  // namespace dynamo::testing_support
