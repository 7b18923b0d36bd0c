#pragma once

#include "json_tree.hpp"

#include <dynamo/protocol/endpoint.hpp>
#include <dynamo/protocol/operation_name.hpp>
#include <dynamo/protocol/service_error.hpp>

#include <support/wire.hpp>

#include <cstddef>
#include <fstream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::conformance {

/// One request and what DynamoDB answers: see README.md for the members of its JSON.
struct step {
  operation_name operation{};
  std::string request;
  std::string kind;      ///< of the expectation: answer, answer_has or error
  std::string expected;  ///< JSON
};

struct conversation {
  std::string id;
  std::string why;
  std::string source;
  std::string era;
  std::vector<std::string> tables;
  std::vector<step> steps;
};

/// The content of a JSON string; empty if it is none.
inline std::string content(const std::optional<std::string>& value) {
  const auto read = value ? to_tree(*value) : std::nullopt;
  return read && read->kind == json::token::string ? read->text : "";
}

/// `text` with each `$id` replaced, and each `$x{N}` by N letters x.
inline std::string filled(std::string text, std::string_view id) {
  constexpr std::string_view id_hole = "$id";
  constexpr std::string_view long_hole = "$x{";
  constexpr std::size_t long_max = 1'000'000;
  for (std::size_t at = 0; (at = text.find(id_hole, at)) != std::string::npos; at += id.size()) {
    text.replace(at, id_hole.size(), id);
  }
  for (std::size_t at = 0; (at = text.find(long_hole, at)) != std::string::npos;) {
    const std::size_t end = std::min(text.find('}', at), text.size() - 1);
    const std::string digits = text.substr(at + long_hole.size(), end - at - long_hole.size());
    text.replace(at, end + 1 - at,
                 std::string(std::min<std::size_t>(std::strtoul(digits.c_str(), nullptr, 10), long_max), 'x'));
  }
  return text;
}

/// What a report shows of a text.
inline std::string shown(const std::string& text) {
  constexpr std::size_t shown_max = 2'000;
  return text.size() <= shown_max ? text
                                  : text.substr(0, shown_max) + "... (" + std::to_string(text.size()) + " bytes)";
}

/// What is wrong with a line of the corpus is thrown, as std::runtime_error.
inline conversation read_conversation(const std::string& line) {
  using testing_support::elements;
  using testing_support::member;
  if (!to_tree(line)) throw std::runtime_error("not JSON: " + line);
  conversation read;
  read.id = content(member(line, "id"));
  const auto refuse = [&](const std::string& why) { throw std::runtime_error(read.id + ": " + why); };
  if (read.id.empty() || read.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") != std::string::npos) {
    refuse("an id is made of a-z, 0-9, _ and -, and is not: " + line);
  }
  const std::string text = filled(line, read.id);
  testing_support::for_each_member(text, [&](std::string_view name, std::string_view) {
    constexpr std::string_view known[] = {"id", "why", "source", "era", "tables", "steps"};
    if (std::ranges::find(known, name) == std::end(known)) refuse("unknown member " + std::string(name));
  });
  read.why = content(member(text, "why"));
  read.source = content(member(text, "source"));
  read.era = content(member(text, "era"));
  if (read.why.empty() || read.source.empty() || read.era.empty()) refuse("`why`, `source` and `era` are required");
  for (const std::string& table : elements(member(text, "tables").value_or("[]")))
    read.tables.push_back(content(table));
  for (const std::string& each : elements(member(text, "steps").value_or("[]"))) {
    step s;
    const std::string operation = content(member(each, "operation"));
    const auto known = operation_from(operation);
    if (!known) refuse("unknown operation " + operation);
    s.operation = *known;
    s.request = member(each, "request").value_or("");
    if (s.request.empty()) refuse("a step without a request");
    for (const char* const kind : {"answer", "answer_has", "error"}) {
      const auto expected = member(each, kind);
      if (!expected) continue;
      if (!s.kind.empty()) refuse("a step has one of `answer`, `answer_has` and `error`");
      s.kind = kind;
      s.expected = *expected;
    }
    if (s.kind.empty()) refuse("a step without an expectation");
    if (s.kind == "error" && content(member(s.expected, "type")).empty()) refuse("an error has a `type`");
    read.steps.push_back(std::move(s));
  }
  if (read.steps.empty()) refuse("no steps");
  return read;
}

/// The ARN of the table that an answer describes; empty if it describes none.
inline std::string table_arn_in(const testing_support::answer& came) {
  if (!came.ok) return "";
  const auto shown = testing_support::member(came.body, "TableDescription");
  const std::string table = shown ? *shown : testing_support::member(came.body, "Table").value_or("{}");
  return testing_support::text_member(table, "TableArn");
}

/// A step with each `$arn` replaced.
inline step with_arn(step of, const std::string& arn) {
  constexpr std::string_view hole = "$arn";
  for (std::size_t at = 0; (at = of.request.find(hole, at)) != std::string::npos; at += arn.size()) {
    of.request.replace(at, hole.size(), arn);
  }
  return of;
}

/// What one answer has otherwise than expected; nothing if it is as expected.
inline std::optional<std::string> difference(const step& of, const testing_support::answer& got) {
  using testing_support::member;
  if (of.kind != "error") {
    const auto came = got.ok ? to_tree(got.body) : std::nullopt;
    if (came && matches(*came, *to_tree(of.expected), of.kind == "answer_has")) return std::nullopt;
  } else if (!got.ok) {
    const std::string type = content(member(of.expected, "type"));
    const auto message = member(of.expected, "message");
    const auto part = member(of.expected, "message_has");
    const auto item = member(of.expected, "Item");
    const bool typed = to_string(got.code) == to_string(errc_from_wire_type(type));
    const bool said = (!message || got.message == content(message)) &&
                      (!part || got.message.find(content(part)) != std::string::npos);
    const auto came = member(got.body.empty() ? "{}" : got.body, "Item");
    const bool shown = !item || (came && matches(*to_tree(*came), *to_tree(*item), false));
    if (typed && said && shown) return std::nullopt;
  }
  return "request:  " + std::string(to_string(of.operation)) + ' ' + shown(of.request) + "\nexpected: " + of.kind +
         ' ' + of.expected + "\ngot:      " + shown(got.to_string());
}

}  // namespace dynamo::conformance
