#include <decorators/redact.hpp>

#include <dynamo/json/cursor.hpp>
#include <dynamo/json/writer.hpp>

#include <decorators/secret_paths.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace dynamo {
namespace {

using json::cursor;
using json::token;

constexpr std::string_view placeholder = "\"[redacted]\"";

/// Requests keep expressions at most so deep: TransactItems, an action, its parameters.
constexpr unsigned expressions_depth_max = 4;

/// What stands for the content of an attribute value: nothing of a map or list is told, not even how many members it has. Empty for members
/// that are no type. `kind` is what JSON has there.
std::string_view stand_in(std::string_view letter, token kind) {
  if (kind == token::string) {
    if (letter == "N") return R"("0")";
    if (letter == "B") return R"("AAAA")";
  }
  if (kind == token::object && letter == "M") return "{}";
  if (kind == token::array) {
    if (letter == "L" || letter == "AttributeValueList") return "[]";
    if (letter == "SS") return "[\"[redacted]\"]";
    if (letter == "NS") return R"(["0"])";
    if (letter == "BS") return R"(["AAAA"])";
  }
  return {};
}

class copier {
 public:
  copier(const std::vector<std::string>& names, copy_for purpose) : names_(names), purpose_(purpose) {}

  std::optional<plain_copy> copy(std::string_view text) {
    const json::buffer padded(text);
    if (!json::validate_utf8(padded.view())) return std::nullopt;
    cursor at(padded);
    value(at, false, 0);
    if (!at.ok() || !at.at_end()) return std::nullopt;
    return std::move(copy_);
  }

 private:
  bool is_named(std::string_view name) const { return std::ranges::find(names_, name) != names_.end(); }
  bool mentions(std::string_view text) const {
    return std::ranges::any_of(names_, [&](const std::string& name) { return text.contains(name); });
  }

  void replace_by(std::string_view json) {
    copy_.text.append(json);
    copy_.redacted = true;
  }

  void value(cursor& at, bool hide, unsigned depth) {
    switch (at.peek()) {
      case token::object: return object(at, hide, depth);
      case token::array: return array(at, hide, depth);
      case token::string: {
        const std::string_view text = at.read_string();
        if (hide) return replace_by(placeholder);
        return json::write_string(copy_.text, text);
      }
      case token::number: return copy_.text.append(at.read_number());
      case token::boolean: {
        const bool content = at.read_bool();
        if (hide) return replace_by("false");
        return copy_.text.append(content ? "true" : "false");
      }
      case token::null: at.read_null(); return copy_.text.append("null");
      case token::end:
      case token::invalid: at.fail("no JSON value"); return;
    }
  }

  void array(cursor& at, bool hide, unsigned depth) {
    copy_.text.append('[');
    bool first = true;
    at.begin_array();
    while (at.next_element()) {
      if (!std::exchange(first, false)) copy_.text.append(',');
      value(at, hide, depth + 1);
    }
    copy_.text.append(']');
  }

  void object(cursor& at, bool hide, unsigned depth) {
    const bool secret_values = !names_.empty() && depth <= expressions_depth_max && expressions_mention(at);
    const bool go_inside = secret_values && expressions_go_inside(at);
    copy_.text.append('{');
    bool first = true;
    std::string_view next;
    at.begin_object();
    while (at.next_name(next)) {
      if (purpose_ == copy_for::comparison && depth == 0 && next == "ClientRequestToken") {
        at.skip();
        continue;
      }
      const std::string name(next);
      if (!std::exchange(first, false)) copy_.text.append(',');
      json::write_string(copy_.text, name);
      copy_.text.append(':');
      const bool of_expression = name == "ExpressionAttributeValues" || name == "Parameters" || name == "Statement";
      if (const std::string_view instead = hide ? stand_in(name, at.peek()) : std::string_view(); !instead.empty()) {
        at.skip();
        replace_by(instead);
      } else if (go_inside && !hide && name.ends_with("Expression")) {
        at.skip();
        replace_by(placeholder);
      } else if (go_inside && !hide && name.starts_with("ExpressionAttribute")) {
        at.skip();
        replace_by("{}");
      } else {
        member(at, name, hide || is_named(name) || (secret_values && of_expression), depth);
      }
    }
    copy_.text.append('}');
  }

  /// Then they, their placeholders and their values are not told: placeholders often are the names.
  bool expressions_go_inside(const cursor& object) const {
    secret_paths paths(names_);
    for_each_text(object, "ExpressionAttributeNames",
                  [&](std::string_view name, std::string_view text) { paths.add_name(name, text); });
    for_each_text(object, "", [&](std::string_view name, std::string_view text) {
      if (name.ends_with("Expression")) paths.add_expression(text);
    });
    return paths.go_inside();
  }

  /// The strings of an object, or of its member `within`.
  template <class Take>
  static void for_each_text(cursor ahead, std::string_view within, Take take) {
    std::string_view next;
    ahead.begin_object();
    while (ahead.next_name(next)) {
      const std::string name(next);
      if (ahead.peek() == token::string) {
        const std::string_view text = ahead.read_string();
        if (within.empty()) take(name, text);
      } else if (!within.empty() && name == within && ahead.peek() == token::object) {
        for_each_text(ahead, "", take);
        ahead.skip();
      } else {
        ahead.skip();
      }
    }
  }

  void member(cursor& at, std::string_view name, bool hide, unsigned depth) {
    if (hide && name == "NULL" && at.peek() == token::boolean) return copy_.text.append(at.skip());
    value(at, hide, depth + 1);
  }

  /// Whether an expression, a statement or a name placeholder of this object names a redacted attribute.
  bool expressions_mention(cursor ahead) const {
    std::string_view name;
    ahead.begin_object();
    while (ahead.next_name(name)) {
      const bool telling = name.ends_with("Expression") || name == "Statement" || name == "ExpressionAttributeNames";
      if (!telling) {
        ahead.skip();
      } else if (ahead.peek() == token::string) {
        if (mentions(ahead.read_string())) return true;
      } else if (ahead.peek() == token::object) {
        ahead.begin_object();
        while (ahead.next_name(name)) {
          if (ahead.peek() != token::string) {
            ahead.skip();
          } else if (mentions(ahead.read_string())) {
            return true;
          }
        }
      } else {
        ahead.skip();
      }
    }
    return false;
  }

  const std::vector<std::string>& names_;
  copy_for purpose_;
  plain_copy copy_;
};

}  // namespace

std::optional<plain_copy> copy_redacted(std::string_view json, const std::vector<std::string>& redacted,
                                        copy_for purpose) {
  return copier(redacted, purpose).copy(json);
}

}  // namespace dynamo
