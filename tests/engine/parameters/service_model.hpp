#pragma once

#include <conformance/json_tree.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What AWS's service model says of requests, read from service_model.jsonl: what a test expects of the engine comes from here, not from what the
/// engine declares.
namespace dynamo::service_model {

struct shape {
  std::string type;  ///< structure, list, map, string, integer, long, boolean, timestamp, double
  std::vector<std::string> required, choices;
  std::map<std::string, std::string> members;  ///< of a structure: their shapes
  std::string of;                              ///< of a list's elements, or a map's values
  std::optional<long long> least, greatest;
  std::string pattern;
};

/// One value in a request: the way to it, and its shape. A step is a member's name, "[]" for an element, "{}" for a map's value.
struct place {
  std::vector<std::string> steps;
  std::string shape;
  bool required = false;

  std::string text() const {
    std::string joined;
    for (const std::string& step : steps) joined += (joined.empty() ? "" : ".") + step;
    return joined;
  }
};

inline const std::string attribute_value = "AttributeValue";
inline const std::string map_key = "things";

class model {
 public:
  explicit model(const std::string& file) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with('#')) continue;
      const auto read = conformance::to_tree(line);
      if (!read) continue;
      const auto& members = read->members;
      if (members.contains("operation")) {
        inputs_[members.at("operation").text] = members.at("input").text;
      } else {
        shapes_[members.at("shape").text] = shape_of(members);
      }
    }
    shapes_[attribute_value].type = "structure";
  }

  const std::map<std::string, std::string>& inputs() const { return inputs_; }
  const shape& at(const std::string& name) const { return shapes_.at(name); }

  /// Every value that a request may have, outermost first. What an AttributeValue holds is not gone into.
  std::vector<place> places(const std::string& input) const {
    std::vector<place> found;
    collect({{}, input, true}, found);
    return found;
  }

  /// A request that has what is required, what the way to `at` needs, and there `value`; nothing there if that is empty.
  std::string request(const std::string& input, const place& at, const std::optional<std::string>& value) const {
    return written(input, at.steps, 0, value);
  }
  std::string sample(const std::string& name) const {
    const shape& s = at(name);
    if (name == attribute_value) return R"({"S":"a"})";
    if (s.type == "structure") return written(name, {}, 0, std::nullopt);
    if (s.type == "list") return "[" + sample(s.of) + "]";
    if (s.type == "map") return "{\"" + map_key + "\":" + sample(s.of) + "}";
    if (s.type == "string") {
      return '"' + (s.choices.empty() ? std::string(length_within(s, 3), 'a') : s.choices.front()) + '"';
    }
    if (s.type == "boolean") return "false";
    return std::to_string(s.least.value_or(1));
  }
  /// What Java calls a map's values.
  std::string java_name(const std::string& name) const {
    const shape& s = at(name);
    if (s.type == "string") return "java.lang.String";
    if (s.type == "list") return "java.util.List<" + java_name(s.of) + ">";
    return "com.amazonaws.dynamodb.v20120810." + name;
  }

 private:
  static shape shape_of(const std::map<std::string, conformance::json_tree>& members) {
    shape s;
    const auto text = [&](const char* name) { return members.contains(name) ? members.at(name).text : std::string(); };
    const auto number = [&](const char* name) {
      return members.contains(name) ? std::optional(std::stoll(members.at(name).text)) : std::nullopt;
    };
    const auto texts = [&](const char* name, std::vector<std::string>& to) {
      if (!members.contains(name)) return;
      for (const auto& one : members.at(name).elements) to.push_back(one.text);
    };
    s.type = text("type");
    s.of = text(s.type == "map" ? "value" : "member");
    s.pattern = text("pattern");
    s.least = number("min");
    s.greatest = number("max");
    texts("required", s.required);
    texts("enum", s.choices);
    if (members.contains("members")) {
      for (const auto& [name, of] : members.at("members").members) s.members[name] = of.text;
    }
    return s;
  }
  static std::size_t length_within(const shape& s, long long wanted) {
    return static_cast<std::size_t>(std::clamp(wanted, s.least.value_or(0), s.greatest.value_or(1'000'000)));
  }

  void collect(const place& from, std::vector<place>& found) const {
    const shape& s = at(from.shape);
    const auto go = [&](const std::string& step, const std::string& name, bool required) {
      place next{from.steps, name, required};
      next.steps.push_back(step);
      found.push_back(next);
      if (name != attribute_value) collect(next, found);
    };
    for (const auto& [name, of] : s.members) go(name, of, std::ranges::count(s.required, name) > 0);
    if (s.type == "list") go("[]", s.of, false);
    if (s.type == "map") go("{}", s.of, false);
  }

  std::string written(const std::string& name, const std::vector<std::string>& steps, std::size_t depth,
                      const std::optional<std::string>& value) const {
    const shape& s = at(name);
    const bool is_last = depth + 1 == steps.size();
    const auto inner = [&](const std::string& of) {
      return is_last ? value.value_or("") : written(of, steps, depth + 1, value);
    };
    if (s.type == "list") return "[" + inner(s.of) + "]";
    if (s.type == "map") {
      const std::string of_key = inner(s.of);
      return of_key.empty() ? "{}" : "{\"" + map_key + "\":" + of_key + "}";
    }
    std::string text;
    for (const auto& [member, of] : s.members) {
      const bool on_the_way = depth < steps.size() && steps[depth] == member;
      if (!on_the_way && std::ranges::count(s.required, member) == 0) continue;
      const std::string content = on_the_way ? inner(of) : sample(of);
      if (!content.empty()) text += (text.empty() ? "\"" : ",\"") + member + "\":" + content;
    }
    return "{" + text + "}";
  }

  std::map<std::string, shape> shapes_;
  std::map<std::string, std::string> inputs_;
};

}  // namespace dynamo::service_model
