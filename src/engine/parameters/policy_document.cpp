#include "policy_document.hpp"

#include <dynamo/json/buffer.hpp>
#include <dynamo/json/cursor.hpp>
#include <dynamo/value/limits.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace dynamo::engine {
namespace {

/// Reads a document and keeps the first thing that is wrong with it.
class policy_reader {
 public:
  explicit policy_reader(const json::buffer& document) : at_(document) {}

  std::optional<std::string> problem() {
    if (at_.peek() != json::token::object) return "it is not a JSON object";
    read_document();
    if (!at_.ok()) return fmt::format("it is not valid JSON at byte {}", at_.position());
    if (!at_.at_end()) return "text follows its JSON object";
    return problem_;
  }

 private:
  void wrong(std::string why) {
    if (!problem_) problem_ = std::move(why);
  }

  void read_document() {
    bool has_statement = false;
    members([&](const std::string& name) {
      if (name == "Statement") {
        has_statement = true;
        read_statements();
      } else if (name == "Version") {
        const std::string version = text(name);
        if (version != "2012-10-17" && version != "2008-10-17") wrong("Version is neither 2012-10-17 nor 2008-10-17");
      } else if (name == "Id") {
        text(name);
      } else {
        unknown(name);
      }
    });
    if (!has_statement) wrong("Statement is missing");
  }

  void read_statements() {
    if (at_.peek() == json::token::object) return read_statement();
    if (at_.peek() != json::token::array) return wrong_type("Statement", "an object or a list of objects");
    bool any = false;
    at_.begin_array();
    while (at_.next_element()) {
      any = true;
      if (at_.peek() == json::token::object) {
        read_statement();
      } else {
        wrong_type("Statement", "an object or a list of objects");
      }
    }
    if (!any) wrong("Statement is empty");
  }

  void read_statement() {
    std::string effect;
    bool principal = false, action = false, resource = false;
    const auto once = [&](bool& seen, const std::string& name) {
      if (std::exchange(seen, true))
        wrong(fmt::format("a statement has {} and its negation, or one of them twice", name));
    };
    members([&](const std::string& name) {
      if (name == "Effect") {
        effect = text(name);
      } else if (name == "Principal" || name == "NotPrincipal") {
        once(principal, name);
        read_principal(name);
      } else if (name == "Action" || name == "NotAction") {
        once(action, name);
        texts(name, [&](std::string_view one) {
          if (one != "*" && !one.starts_with("dynamodb:")) wrong(fmt::format("{} is no action of dynamodb", one));
        });
      } else if (name == "Resource" || name == "NotResource") {
        once(resource, name);
        texts(name, [&](std::string_view one) {
          if (one != "*" && !one.starts_with("arn:")) wrong(fmt::format("{} is neither an ARN nor *", one));
        });
      } else if (name == "Condition") {
        if (at_.peek() != json::token::object) return wrong_type(name, "an object");
        at_.skip();
      } else if (name == "Sid") {
        text(name);
      } else {
        unknown(name);
      }
    });
    if (effect != "Allow" && effect != "Deny") wrong("Effect of a statement is neither Allow nor Deny");
    if (!principal) wrong("a statement has no Principal");
    if (!action) wrong("a statement has no Action");
    if (!resource) wrong("a statement has no Resource");
  }

  // "*", or an object of kinds of principals: {"AWS": [...]}.
  void read_principal(const std::string& name) {
    if (at_.peek() == json::token::string) {
      if (at_.read_string() != "*") wrong(fmt::format("{} is a text, but not *", name));
      return;
    }
    if (at_.peek() != json::token::object) return wrong_type(name, "* or an object");
    members([&](const std::string& kind) {
      static constexpr std::array<std::string_view, 4> kinds{"AWS", "CanonicalUser", "Federated", "Service"};
      if (std::ranges::find(kinds, kind) == kinds.end()) wrong(fmt::format("{} is no kind of principal", kind));
      texts(kind, [](std::string_view) {});
    });
  }

  template <class Check>
  void texts(const std::string& name, Check check) {
    if (at_.peek() == json::token::string) return check(at_.read_string());
    if (at_.peek() != json::token::array) return wrong_type(name, "a text or a list of texts");
    bool any = false;
    at_.begin_array();
    while (at_.next_element()) {
      any = true;
      if (at_.peek() == json::token::string) {
        check(at_.read_string());
      } else {
        wrong_type(name, "a text or a list of texts");
      }
    }
    if (!any) wrong(fmt::format("{} is empty", name));
  }

  std::string text(const std::string& name) {
    if (at_.peek() == json::token::string) return std::string(at_.read_string());
    wrong_type(name, "a text");
    return {};
  }

  template <class Read>
  void members(Read read) {
    std::string_view name;
    at_.begin_object();
    while (at_.next_name(name)) read(std::string(name));
  }

  void wrong_type(const std::string& name, std::string_view wanted) {
    at_.skip();
    wrong(fmt::format("{} is not {}", name, wanted));
  }
  void unknown(const std::string& name) {
    at_.skip();
    wrong(fmt::format("{} is no element of a policy", name));
  }

  json::cursor at_;
  std::optional<std::string> problem_;
};

}  // namespace

result<void> check_policy(std::string_view document) {
  if (document.size() > limits::policy_size_max) {
    return fail(errc::validation, fmt::format("Invalid resource policy: it has {} bytes, {} is the limit",
                                              document.size(), limits::policy_size_max));
  }
  const json::buffer padded(document);
  if (auto problem = policy_reader(padded).problem()) {
    return fail(errc::validation, "Invalid resource policy: " + *problem);
  }
  return {};
}

}  // namespace dynamo::engine
