#include "partiql_form.hpp"

#include "../support/wire.hpp"
#include "vectors.hpp"

#include <array>
#include <cctype>
#include <set>
#include <utility>
#include <vector>

namespace dynamo::model {
namespace {

using namespace testing_support;

/// A statement whose `:names` become parameters.
class statement_writer {
 public:
  explicit statement_writer(std::string_view values) {
    for_each_member(values, [&](std::string_view name, std::string_view value) {
      values_.emplace_back(std::string(name), std::string(value));
    });
  }

  void text(std::string_view more) { text_ += more; }
  void value(std::string_view canonical) {
    text_ += '?';
    parameters_.emplace_back(canonical);
  }
  /// An expression, each `:name` in it by its value.
  void expression(std::string_view from) {
    for (std::size_t at = 0; at < from.size();) {
      if (from[at] != ':') {
        text_ += from[at++];
        continue;
      }
      std::size_t end = at + 1;
      while (end < from.size() && std::isalpha(static_cast<unsigned char>(from[end])) != 0) ++end;
      const std::string_view name = from.substr(at, end - at);
      for (const auto& [known, found] : values_) {
        if (known == name) value(found);
      }
      at = end;
    }
  }
  /// `{"Statement":"...","Parameters":[...]`; nothing in it needs an escape but the quotes of names.
  std::string body() const {
    std::string made = R"({"Statement":")";
    for (const char c : text_) made += c == '"' ? "\\\"" : std::string(1, c);
    made += '"';
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      made += (i == 0 ? R"(,"Parameters":[)" : ",") + parameters_[i];
    }
    return made + (parameters_.empty() ? "" : "]");
  }

 private:
  std::vector<std::pair<std::string, std::string>> values_;
  std::vector<std::string> parameters_;
  std::string text_;
};

std::string quoted_table(const std::string& body) { return '"' + text_member(body, "TableName") + '"'; }

void write_key(statement_writer& out, const std::string& key) {
  std::string_view separator = " WHERE ";
  for_each_member(key, [&](std::string_view name, std::string_view value) {
    out.text(std::exchange(separator, " AND "));
    out.text(name);
    out.text(" = ");
    out.value(value);
  });
}

// The key and the condition of an Update- or DeleteItem's body.
void write_where(statement_writer& out, const std::string& body) {
  write_key(out, member(body, "Key").value_or("{}"));
  const std::string condition = text_member(body, "ConditionExpression");
  if (condition.empty()) return;
  out.text(" AND (");
  out.expression(condition);
  out.text(")");
}

// What follows the table's name, by the number of the change; :vn, :vs and :vt are the values of the update expression.
constexpr std::array<std::string_view, item_write::changes> steps{
    "",
    " SET n = :vn",
    " SET n = n + :vn",
    "",
    "",
    " SET n = :vn REMOVE s",
    " SET t = set_add(t, :vt)",
    " SET n = :vn, t = set_delete(t, :vt)",
    " SET s = :vs REMOVE n SET t = set_add(t, :vt)",
    " REMOVE n REMOVE s",
    " SET t = set_delete(t, :vt)",
};
constexpr std::string_view asks_for_old_item = R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD"})";

std::string vector_step(const item_write& w) {
  if (sets_vector(w.vector)) return " SET v = :vv";
  if (removes_vector(w.vector)) return " REMOVE v";
  const auto position = changed_element(w.vector);
  return position ? " SET v[" + std::to_string(*position) + "] = :ve" : std::string();
}

constexpr std::array<std::string_view, item_write::return_choices> returning{
    "", " RETURNING ALL OLD *", " RETURNING ALL NEW *", " RETURNING MODIFIED OLD *", " RETURNING MODIFIED NEW *"};

bool asks_for_existence(const item_write& w) {
  return member(body_of(w), "ConditionExpression").value_or("").find("exists") != std::string::npos;
}

// Of a Put-, Update- or DeleteItem's response.
std::string in_items(const std::string& response) {
  return R"({"Items":[)" + member(response, "Attributes").value_or("") + "]}";
}

}  // namespace

item_write sayable(item_write w) {
  w.spoken = static_cast<int>(language::expressions);
  if (w.what == item_write::kind::put) {
    w.condition = 2;
    w.returns = 0;
  }
  if (w.what == item_write::kind::update && steps[static_cast<std::size_t>(w.change)].empty()) w.change = 1;
  return w;
}

std::string statement_body_of(const item_write& w) {
  const std::string body = body_of(w);
  statement_writer out(member(body, "ExpressionAttributeValues").value_or("{}"));
  const std::string table = quoted_table(body);
  if (w.what == item_write::kind::put) {
    out.text("INSERT INTO " + table + " VALUE {");
    std::string_view separator;
    for_each_member(member(body, "Item").value_or("{}"), [&](std::string_view name, std::string_view value) {
      out.text(std::exchange(separator, ", "));
      out.text("'" + std::string(name) + "': ");
      out.value(value);
    });
    out.text("}");
    return out.body() + "}";
  }
  if (w.what == item_write::kind::update) {
    out.text("UPDATE " + table);
    out.expression(steps[static_cast<std::size_t>(w.change)]);
    out.expression(vector_step(w));
  } else {
    out.text("DELETE FROM " + table);
  }
  write_where(out, body);
  const auto choice = static_cast<std::size_t>(w.returns);
  out.text(w.what == item_write::kind::update ? returning[choice] : returning[choice % 2]);
  return out.body() + std::string(asks_for_old_item);
}

std::string check_body_of(const item_write& w) {
  const std::string body = action_body_of(w);
  statement_writer out(member(body, "ExpressionAttributeValues").value_or("{}"));
  out.text("EXISTS(SELECT * FROM " + quoted_table(body));
  write_where(out, body);
  out.text(")");
  return out.body() + std::string(asks_for_old_item);
}

statement_outcome statement_outcome_of(const item_write& w, const std::optional<thing>& before) {
  const std::string failed = "conditional_check_failed " + (before ? item_text(w.at, *before) : std::string());
  if (w.what == item_write::kind::update && !before) return {failed, before};
  if (w.what == item_write::kind::erase && !before) {
    return {w.condition != 0 && asks_for_existence(w) ? failed : R"({"Items":[]})", before};
  }
  const outcome came = outcome_of(w, before);
  switch (came.what) {
    case outcome::kind::done: return {in_items(came.reply), came.now};
    case outcome::kind::refused: return {"validation", before};
    case outcome::kind::condition_failed: break;
  }
  return {w.what == item_write::kind::put ? "duplicate_item" : failed, before};
}

std::string select_like(std::string_view body, std::string_view descending_by) {
  const std::string whole = std::string(body) + "}";
  statement_writer out(member(whole, "ExpressionAttributeValues").value_or("{}"));
  out.text("SELECT * FROM " + quoted_table(whole));
  if (const std::string index = text_member(whole, "IndexName"); !index.empty()) out.text(".\"" + index + "\"");
  if (const auto key = member(whole, "Key")) {
    write_key(out, *key);
    return out.body() + "}";
  }
  out.text(" WHERE ");
  out.expression(text_member(whole, "KeyConditionExpression"));
  if (const std::string filter = text_member(whole, "FilterExpression"); !filter.empty()) {
    out.text(" AND (");
    out.expression(filter);
    out.text(")");
  }
  if (!descending_by.empty()) out.text(" ORDER BY " + std::string(descending_by) + " DESC");
  std::string made = out.body();
  if (const auto limit = member(whole, "Limit")) made += R"(,"Limit":)" + *limit;
  return made + "}";
}

}  // namespace dynamo::model
