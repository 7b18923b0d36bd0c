#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/expression/tree.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::expression {

/// Looks up `#name` and `:value` placeholders while parsing, and remembers which were used.
/// One per request: DynamoDB refuses substitutions that no expression of the request uses.
class placeholders {
 public:
  /// `name` starts with '#', `attribute` is what it stands for; likewise ':' and canonical JSON. Errors (errc::validation) in
  /// DynamoDB's words for malformed or repeated placeholders and empty names.
  [[nodiscard]] result<void> add_name(std::string_view name, std::string_view attribute);
  [[nodiscard]] result<void> add_value(std::string_view name, std::string_view canonical);

  const std::string* find_name(std::string_view name);  ///< marks it used; nullptr when absent
  const std::string* find_value(std::string_view name);
  /// errc::validation when something was never used, in DynamoDB's words.
  [[nodiscard]] result<void> all_used() const;
  bool has_names() const noexcept { return !names_.empty(); }
  bool has_values() const noexcept { return !values_.empty(); }

 private:
  struct entry {
    std::string text;
    bool used = false;
  };
  std::map<std::string, entry, std::less<>> names_;
  std::map<std::string, entry, std::less<>> values_;
};

/// What kind of parameter the text is: DynamoDB's messages start with "Invalid <kind>: ".
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"  // g++ 12 takes a scoped enumerator for a shadow of the alias `projection`
enum class parameter : std::uint8_t { condition, filter, key_condition, update, projection, search_condition };
#pragma GCC diagnostic pop

/// Whose text it is. DynamoDB refuses reserved words and undefined placeholders in what goes over the wire. In an application's raw
/// expression, `status` and `#status` (with no such placeholder) both mean the attribute `status`.
enum class dialect : std::uint8_t { wire, application };

/// All take time proportional to the text (at most 4,096 bytes, 300 operators, IN of 100) and bounded stack; no tree is
/// deeper than the limit on operators. AND and OR chains become one node; parentheses are kept as nodes only where they hold
/// a chain. Paths (check_paths) and operand types (check_operand_types) are checked too.
/// Errors are errc::validation in DynamoDB's words; under dialect::application a syntax error also points at the character, on
/// lines of its own. Of several faults a syntax error is named first, as in DynamoDB. Not thread-safe: placeholders are marked.
[[nodiscard]] result<condition> parse_condition(std::string_view text, placeholders&, parameter = parameter::condition,
                                                dialect = dialect::wire);
[[nodiscard]] result<update> parse_update(std::string_view text, placeholders&, dialect = dialect::wire);
[[nodiscard]] result<projection> parse_projection(std::string_view text, placeholders&, dialect = dialect::wire);

/// A key condition, taken apart: the partition key's value and at most one condition on the sort key.
struct key_condition {
  struct equality {
    std::string attribute;
    std::string value;  ///< canonical JSON
  };
  struct range {
    enum class kind : std::uint8_t { equal, less, less_equal, greater, greater_equal, between, begins_with };
    std::string attribute;
    kind what;
    std::string low, high;  ///< `high` only for between
  };
  equality partition;
  std::optional<range> sort;
};
/// What can be seen of a parsed key condition before its table is known: its operators, one attribute and its values in each condition, one condition an
/// attribute, and no more of them than any key has attributes. Errors in DynamoDB's words, the first in written order.
[[nodiscard]] result<void> check_key_condition(const condition&);
/// Validates a parsed key condition against a table's key attributes (sort empty: the table has none). Errors in DynamoDB's words.
[[nodiscard]] result<key_condition> to_key_condition(const condition&, std::string_view partition_attribute,
                                                     std::string_view sort_attribute);

/// The same for a key of several attributes: an equality on each partition attribute; conditions on the first sort attributes, of
/// which only the last may be something other than an equality. Both in the order of the key.
struct composite_key_condition {
  std::vector<key_condition::equality> partition;
  std::vector<key_condition::range> sort;
};
/// Validates a parsed key condition against the attributes of a key; clauses come in any order. Errors in DynamoDB's words.
[[nodiscard]] result<composite_key_condition> to_key_condition(const condition&,
                                                               std::span<const std::string_view> partition_attributes,
                                                               std::span<const std::string_view> sort_attributes);

bool is_reserved_word(std::string_view) noexcept;

}  // namespace dynamo::expression
