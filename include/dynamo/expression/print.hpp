#pragma once

#include <dynamo/expression/tree.hpp>
#include <dynamo/json/buffer.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace dynamo::expression {

/// The names and values that the expressions of one request share. Names are always aliased, so no reserved word ever
/// bites; equal names share an alias, values never do.
class substitutions {
 public:
  /// "#0", "#1", ... appended to `out`.
  void name(std::string_view attribute, std::string& out);
  /// ":0", ":1", ... appended to `out`; `canonical` is DynamoDB JSON.
  void value(std::string_view canonical, std::string& out);
  /// Appends `,"ExpressionAttributeNames":{...}` and `,"ExpressionAttributeValues":{...}`, each only if it has members.
  void write_members(json::buffer& out) const;

 private:
  std::vector<std::string> names_;
  std::vector<std::string> values_;
};

/// Appends the expression's text to `out`. parse(print(x)) == x for every tree that a parser can make.
void print(const path&, substitutions&, std::string& out);
void print(const condition&, substitutions&, std::string& out);
void print(const update&, substitutions&, std::string& out);
void print(const projection&, substitutions&, std::string& out);

}  // namespace dynamo::expression
