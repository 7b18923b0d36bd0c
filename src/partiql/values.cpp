#include "values.hpp"

#include "wording.hpp"

#include <dynamo/json/buffer.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/json/cursor.hpp>
#include <dynamo/json/writer.hpp>
#include <dynamo/value/limits.hpp>
#include <dynamo/value/number.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

namespace dynamo::partiql {
namespace {

/// Java's BigDecimal has the magnitude of a number, its digits less its scale, in 32 bits: where those overflow, what is huge looks
/// tiny. The lexer has made sure that the scale fits.
bool looks_tiny(std::string_view number) {
  const std::size_t exponent_at = number.find_first_of("eE");
  if (exponent_at == std::string_view::npos) return false;
  std::string_view digits = number.substr(exponent_at + 1);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  std::int64_t exponent = 0;
  (void)std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  std::int64_t fraction = 0;
  std::int64_t precision = 0;
  bool after_point = false;
  for (const char c : number.substr(0, exponent_at)) {
    if (c == '.') after_point = true;
    if (c < '0' || c > '9') continue;
    if (after_point) ++fraction;
    if (precision > 0 || c != '0') ++precision;
  }
  return std::max<std::int64_t>(precision, 1) + exponent - fraction > std::numeric_limits<std::int32_t>::max();
}

/// How many lists and maps stand inside each other in a canonical value.
std::size_t levels_of(std::string_view canonical) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  for (std::size_t i = 0; i < canonical.size(); ++i) {
    switch (canonical[i]) {
      case '"':
        for (++i; i < canonical.size() && canonical[i] != '"'; ++i) {
          if (canonical[i] == '\\') ++i;
        }
        break;
      case '{':
      case '[': deepest = std::max(deepest, ++depth); break;
      case '}':
      case ']': --depth; break;
      default: break;
    }
  }
  return deepest / 2;
}

class value_binder {
 public:
  explicit value_binder(std::span<const result<std::string>> parameters) : parameters_(parameters) {}

  std::optional<refusal> outcome() {
    if (!refusal_ && empty_component_) refusal_ = refusal{at(unexpected_component, *empty_component_)};
    return std::move(refusal_);
  }

  /// All functions return false once something was refused.
  bool statement(statement_syntax& s) {
    if (!each(s.columns) || !one(s.table)) return false;
    if (s.item && !item(*s.item)) return false;
    if (s.where_first && !one(s.where)) return false;
    for (step_syntax& step : s.steps) {
      if (!walk(step.target) || !one(step.value)) return false;
    }
    if (!s.where_first && !one(s.where)) return false;
    return std::ranges::all_of(s.order_by, [this](order_syntax& next) { return walk(next.by); });
  }

 private:
  using kind = node::kind;

  bool refuse(error why, bool of_parameter = false) {
    refusal_ = refusal{std::move(why), of_parameter};
    return false;
  }
  bool each(std::vector<node>& nodes) {
    return std::ranges::all_of(nodes, [this](node& next) { return walk(next); });
  }
  bool one(std::optional<node>& n) { return !n || walk(*n); }

  bool walk(node& n) {
    switch (n.what) {
      case kind::path: return path(n);
      case kind::text:
      case kind::number:
      case kind::truth:
      case kind::null:
      case kind::parameter:
      case kind::list:
      case kind::bag:
      case kind::tuple: return value(n);
      case kind::in: {
        node& candidates = n.children.back();
        const bool written_out = candidates.what == kind::list || candidates.what == kind::bag;
        return walk(n.children.front()) && (written_out ? each(candidates.children) : walk(candidates));
      }
      case kind::substatement: return statement(*n.statement);
      default: return each(n.children);
    }
  }

  bool path(const node& n) {
    for (const expression::path_step& step : n.path) {
      if (!step.index && step.name.empty() && !empty_component_) empty_component_ = n.where;
    }
    return true;
  }

  bool value(node& n) {
    json::buffer text;
    if (!write(n, text, 0)) return false;
    if (n.what != kind::list && n.what != kind::tuple && n.what != kind::bag) {  // is canonical already
      n.canonical.emplace(text.view());
      return true;
    }
    json::cursor in(text);
    json::buffer canonical;
    if (auto read = json::canonicalise_value(in, canonical, json::value_layer::older); !read)
      return refuse(read.error());
    n.canonical.emplace(canonical.view());
    return true;
  }

  bool item(node& n) {
    if (n.what != kind::tuple) return walk(n);  // refused later
    json::buffer text;
    if (!write_members(n, text, 0)) return false;
    json::cursor in(text);
    json::buffer canonical;
    if (auto read = json::canonicalise_item(in, canonical, json::value_layer::older); !read)
      return refuse(read.error());
    n.canonical.emplace(canonical.view());
    return true;
  }

  /// Appends the value as DynamoDB JSON, not yet canonical. `depth`: the levels around it.
  bool write(node& n, json::buffer& out, std::size_t depth) {
    if (depth > limits::nesting_depth_max) return refuse(refused(std::string(too_deep)));
    switch (n.what) {
      case kind::text: json::write_string_value(out, n.text); return true;
      case kind::truth: json::write_bool_value(out, !n.negated); return true;
      case kind::null: json::write_null_value(out); return true;
      case kind::number: return number_text(n, out, true);
      case kind::parameter: {
        const result<std::string>& bound = parameters_[n.ordinal];
        if (!bound) return refuse(bound.error(), true);
        if (depth + levels_of(*bound) > limits::nesting_depth_max + 1)
          return refuse(refused(std::string(too_deep)), true);
        out.append(*bound);
        return true;
      }
      case kind::list:
        out.append("{\"L\":[");
        for (node& member : n.children) {
          if (&member != n.children.data()) out.append(',');
          if (!write(member, out, depth + 1)) return false;
        }
        out.append("]}");
        return true;
      case kind::tuple:
        out.append("{\"M\":");
        if (!write_members(n, out, depth + 1)) return false;
        out.append('}');
        return true;
      case kind::bag: return write_bag(n, out);
      default: return refuse_type(n);
    }
  }

  bool write_members(node& n, json::buffer& out, std::size_t depth) {
    out.append('{');
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < n.children.size(); i += 2) {
      const node& name = n.children[i];
      // Both sentences are ours.
      if (name.what != kind::text) return refuse(at("The name of an attribute must be a string", name.where));
      if (!names.insert(name.text).second) return refuse(at("The name occurs more than once in a tuple", name.where));
      if (i > 0) out.append(',');
      json::write_string(out, name.text);
      out.append(':');
      if (!write(n.children[i + 1], out, depth)) return false;
    }
    out.append('}');
    return true;
  }

  /// A set: texts or numbers, and no parameters. The sentences are those of DynamoDB's downloadable version.
  bool write_bag(const node& n, json::buffer& out) {
    if (n.children.empty()) return refuse(refused("Empty bags are not supported"));
    const kind members = n.children.front().what;
    out.append(members == kind::number ? "{\"NS\":[" : "{\"SS\":[");
    for (const node& member : n.children) {
      if (member.what != kind::text && member.what != kind::number) {
        return refuse(at("Unsupported data type in Bag", member.where));
      }
      if (member.what != members) return refuse(refused("DynamoDB only supports either numbers or strings in bags"));
      if (&member != n.children.data()) out.append(',');
      if (members == kind::text) {
        json::write_string(out, member.text);
      } else if (!number_text(member, out, false)) {
        return false;
      }
    }
    out.append("]}");
    return true;
  }

  bool number_text(const node& n, json::buffer& out, bool whole_value) {
    auto parsed = number::parse(looks_tiny(n.text) ? "1e-200" : std::string_view(n.text));
    if (!parsed) return refuse(parsed.error());
    if (whole_value) {
      json::write_number_value(out, *parsed);
    } else {
      json::write_string(out, parsed->to_string());
    }
    return true;
  }

  /// What is no value: a path, a function, an operator.
  bool refuse_type(const node& n) {
    std::string what = "Unsupported data type: ";
    if (n.what == kind::call) {
      what += n.text;
    } else if (n.what == kind::path && n.path.size() == 1) {
      what += n.path.front().name;
    } else {
      what += "UNKNOWN";
    }
    return refuse(at(what.append(" under key root"), n.where));
  }

  std::span<const result<std::string>> parameters_;
  std::optional<refusal> refusal_;
  std::optional<position> empty_component_;
};

}  // namespace

std::optional<refusal> bind_values(statement_syntax& s, std::span<const result<std::string>> parameters) {
  value_binder binder(parameters);
  (void)binder.statement(s);
  return binder.outcome();
}

}  // namespace dynamo::partiql
