#pragma once

#include <dynamo/base/result.hpp>
#include <engine/wording/request_wording.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// Bytes that an error quotes of a request at the most; a bound of ours, as the whole of a request may have 16 MB.
inline constexpr std::size_t quoted_size_max = std::size_t{64} << 10;

/// Which bounds of a member the newer layer of DynamoDB's checks looks at: since 2026 it tells what breaks them, in words of its own.
enum class newer_words : std::uint8_t { none, least, both };

/// Where a value stands in a request: one step of the way to it. Lives on the stack of what reads the request.
struct value_place {
  enum class step : std::uint8_t { member, element, map_key };

  const value_place* outer = nullptr;
  step kind = step::member;
  std::size_t order = 0;  ///< among its neighbours: of a member, as it is declared
  std::string_view name;  ///< of a member or a key; empty for an element
  newer_words newly = newer_words::none;

  /// "globalSecondaryIndexes.1.member.indexName": the older layer writes members with a small letter, both count elements from 1.
  std::string text() const;
  /// "RequestItems.users.member.Keys"
  std::string newer_text() const;
};

/// Collects what is wrong with the single values of a request, in the order in which DynamoDB tells it: first what breaks a constraint, which
/// it tells all at once ("2 validation errors detected: ...; ..."), then the first value that is none. Not thread-safe.
class violations {
 public:
  explicit violations(const request_wording& wording = {}) : wording_(wording) {}

  /// "Value 'x' at 'limit' failed to satisfy constraint: ..."
  void add(const value_place&, std::string_view value, std::string_view constraint);
  void add_null(const value_place&);  ///< a required member is missing
  /// The same of a bound that the newer layer looks at: "Value at 'TransactItems' failed to satisfy constraint: ...". It tells the first alone.
  void add_newer(const value_place&, std::string_view value, std::string_view constraint);
  /// Not one of the names that there are. `newer_names` are those of the newer layer, which tells neither value nor place; it may have none.
  void add_unknown(const value_place&, std::string_view value, std::string_view names, std::string_view newer_names);

  /// Told in these words, and nothing else beside it: the first such one.
  void add_alone(std::string_view words);

  /// A value that is refused: the first one counts.
  void add_refused(error);
  /// Its JSON nests so deep that the newer layer leaves the request to the older one.
  void leave_to_older_layer() { wording_ = wording_.of_older_layer(); }

  bool empty() const noexcept { return found_.empty() && !alone_; }
  const request_wording& wording() const noexcept { return wording_; }
  /// All of them, in the order in which the members are declared. DynamoDB has its own order, whatever the request's.
  result<void> constraints() const;
  result<void> values() const { return refused_ ? fail(*refused_) : result<void>(); }
  /// Both.
  result<void> to_result() const;

 private:
  struct violation {
    std::vector<std::size_t> order;  // of each step, from the outermost
    std::string text;
    std::string newer_text;  // empty: the newer layer does not look there
    bool is_told_alone = false;
  };
  void add(const value_place&, std::string text, std::string newer_text, bool is_told_alone);

  request_wording wording_;
  std::vector<violation> found_;
  bool has_null_ = false;
  std::optional<std::string> alone_;
  std::optional<error> refused_;
};

}  // namespace dynamo::engine
