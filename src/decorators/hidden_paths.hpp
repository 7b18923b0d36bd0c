#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo {

/// The expressions of one request, without what lies inside of redacted attributes: of a path that goes through one, nothing but the way there
/// is told, neither names nor how deep it goes.
class hidden_paths {
 public:
  /// `redacted` must outlive this.
  explicit hidden_paths(const std::vector<std::string>& redacted) : redacted_(redacted) {}

  /// A member of ExpressionAttributeNames. All of them come before the first expression.
  void add_name(std::string_view name_placeholder, std::string_view attribute);
  /// Notes which placeholders stand inside of redacted attributes.
  void add_expression(std::string_view expression) { (void)walk(expression); }

  /// `secret.street = :s AND other.name = :n` becomes `secret.[redacted] = :s AND other.name = :n`.
  std::string redacted(std::string_view expression) { return walk(expression); }
  /// Whether this placeholder stands for something inside.
  bool hides(std::string_view name_placeholder) const { return inner_.contains(name_placeholder); }

 private:
  bool is_redacted(std::string_view element) const;
  std::string walk(std::string_view expression);
  std::size_t rest_of_path(std::string_view expression, std::size_t at, bool secret, std::string& told);

  const std::vector<std::string>& redacted_;
  std::set<std::string, std::less<>> roots_;  // placeholders of redacted attributes
  std::set<std::string, std::less<>> inner_;
};

}  // namespace dynamo
