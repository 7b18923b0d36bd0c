#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo {

/// Finds out whether the expressions of one request go into a redacted attribute: `secret.street = :s` does, `secret = :s` does not.
class secret_paths {
 public:
  /// `redacted` must outlive this.
  explicit secret_paths(const std::vector<std::string>& redacted) : redacted_(redacted) {}

  /// A member of ExpressionAttributeNames. All of them come before the first expression.
  void add_name(std::string_view name_placeholder, std::string_view attribute);
  void add_expression(std::string_view);
  bool go_inside() const noexcept { return go_inside_; }

 private:
  bool is_redacted(std::string_view element) const;

  const std::vector<std::string>& redacted_;
  std::set<std::string, std::less<>> placeholders_;  // of redacted attributes
  bool go_inside_ = false;
};

}  // namespace dynamo
