#pragma once

#include <dynamo/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// Where a value stands in a request: one step of the way to it. Lives on the stack of what reads the request.
struct value_place {
  enum class step : std::uint8_t { member, element, map_key };

  const value_place* outer = nullptr;
  step kind = step::member;
  std::size_t order = 0;  ///< among its neighbours: of a member, as it is declared
  std::string_view name;  ///< of a member or a key; empty for an element

  /// "globalSecondaryIndexes.1.member.indexName": DynamoDB writes members with a small letter, and counts elements from 1.
  std::string text() const;
};

/// Collects what is wrong with single values. DynamoDB reports all of it at once: "2 validation errors detected: ...; ...".
class violations {
 public:
  /// "Value 'x' at 'limit' failed to satisfy constraint: ..."
  void add(const value_place&, std::string_view value, std::string_view constraint);
  void add_null(const value_place&);  ///< a required member is missing
  /// The same as DynamoDB's newer layer of checks has it, without the value: "Value at 'TransactItems' failed to satisfy constraint: ...". That
  /// layer comes first, and tells one violation alone.
  void add_alone(const value_place&, std::string_view constraint);

  bool empty() const noexcept { return found_.empty() && !alone_; }
  /// All of them, in the order in which the members are declared. DynamoDB has its own order, whatever the request's.
  result<void> to_result() const;

 private:
  struct violation {
    std::vector<std::size_t> order;  // of each step, from the outermost
    std::string text;
  };
  void add(const value_place&, std::string text);
  std::vector<violation> found_;
  std::optional<std::string> alone_;
};

}  // namespace dynamo::engine
