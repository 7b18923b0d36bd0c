#pragma once

#include "member_reader.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/json/canonical.hpp>

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace dynamo::engine {

/// What is wrong with the values of one action of a transaction. It is told when the actions before it turned out to be in order, so it is
/// kept while the request is read on. Not thread-safe.
class value_problem {
 public:
  /// As member_reader::value(), but it is kept here.
  template <class Read, class Worded>
  std::optional<std::size_t> keep(member_reader& in, Read read, Worded worded) {
    json::cursor& at = in.in().cursor();
    const json::cursor before = at;
    const result<std::size_t> size = read(at, in.wording().values);
    if (size) return *size;
    if (in.skip_refused(before, size.error()) && !first_) first_ = worded(size.error());
    return std::nullopt;
  }
  template <class Read>
  std::optional<std::size_t> keep(member_reader& in, Read read) {
    return keep(in, read, in_words_of_transactions);
  }

  // In DynamoDB's order of checks the expressions of an action come between the two.
  result<void> before_expressions() const { return first_ && !is_too_deep() ? fail(*first_) : result<void>(); }
  result<void> after_expressions() const { return first_ ? fail(*first_) : result<void>(); }

 private:
  static error in_words_of_transactions(const error&);
  bool is_too_deep() const { return json::is_too_deep(*first_); }
  std::optional<error> first_;
};

/// Reads ExpressionAttributeValues where the reader stands.
void read_kept_values(value_problem&, value_map&, member_reader&);

}  // namespace dynamo::engine
