#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/expression/parse.hpp>
#include <dynamo/expression/tree.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/json/cursor.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// Collects what is wrong with single parameters. DynamoDB reports all of it at once: "2 validation errors detected: ...; ...".
class violations {
 public:
  void add(std::string_view parameter, std::string_view value, std::string_view constraint);
  void add_null(std::string_view parameter);  ///< a required parameter is missing
  bool empty() const noexcept { return texts_.empty(); }
  result<void> to_result() const;

 private:
  std::vector<std::string> texts_;
};

/// Reads the members of one request body, whatever their order. Every read_...() takes the value the cursor stands at and
/// answers JSON of the wrong type the way DynamoDB does (errc::serialization). `null` is the same as an absent member.
class parameter_reader {
 public:
  explicit parameter_reader(json::cursor& at) : at_(at) {}

  std::optional<std::string> string();
  std::optional<bool> boolean();
  std::optional<std::int64_t> integer();
  /// An item or a key in canonical form; false if there is none.
  bool item(json::buffer& canonical);
  /// Skips a JSON null and says so.
  bool null();
  /// Calls `take(name)` for each member of the object the cursor stands at; it reads or skips the member's value.
  template <class Take>
  void members(Take take) {
    std::string_view name;
    at_.begin_object();
    while (ok() && at_.next_name(name)) take(name);
  }
  json::cursor& cursor() noexcept { return at_; }

  /// The first thing that went wrong with a body that has been read: of the text, or of a value's type.
  result<void> status() const;
  void refuse(error);
  bool ok() const noexcept { return at_.ok() && !refusal_; }

 private:
  bool expect(json::token, std::string_view type);
  json::cursor& at_;
  std::optional<error> refusal_;
};

/// Reads a whole request body: calls `take(name, reader)` for each of its members.
template <class Take>
result<void> read_members(const request& r, Take take) {
  json::cursor at(r.body);
  parameter_reader in(at);
  in.members([&](std::string_view name) { take(name, in); });
  return in.status();
}

enum class return_values : std::uint8_t { none, all_old, updated_old, all_new, updated_new };
enum class capacity_report : std::uint8_t { none, total, indexes };

/// The expressions of a request with what they refer to. The text is kept until all parameters are read, since members
/// come in any order; parse() then makes the trees in DynamoDB's order of checks.
class expression_parameters {
 public:
  /// Takes the member if it is one of ConditionExpression, FilterExpression, KeyConditionExpression, ProjectionExpression,
  /// UpdateExpression, ExpressionAttributeNames, ExpressionAttributeValues; false if it is none.
  bool take(std::string_view member, parameter_reader&);
  result<void> parse();

  std::optional<expression::condition> condition, filter, key_condition;
  std::optional<expression::update> update;
  std::optional<expression::projection> projection;

 private:
  std::optional<std::string> condition_text_, filter_text_, key_condition_text_, update_text_, projection_text_;
  bool names_given_ = false;
  bool values_given_ = false;
  std::vector<std::pair<std::string, std::string>> names_;
  std::vector<std::pair<std::string, std::string>> values_;  // canonical
};

/// True, with a refusal noted, for the parameters of DynamoDB's older, expression-less interface, which this engine does not take.
bool refuse_legacy(std::string_view member, parameter_reader&);

/// Common single-parameter rules.
void check_table_name(const std::optional<std::string>& name, violations&);
return_values read_return_values(parameter_reader&, violations&, std::string_view parameter, bool only_all_old);
capacity_report read_capacity_report(parameter_reader&, violations&);
bool read_collection_report(parameter_reader&, violations&);  ///< ReturnItemCollectionMetrics is SIZE

}  // namespace dynamo::engine
