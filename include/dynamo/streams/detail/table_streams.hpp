#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <dynamo/value/limits.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::streams {

/// Whether the ARN has the form of a stream's, and whether of a stream of this table (its name, or its own ARN).
bool is_stream_arn(std::string_view) noexcept;
bool is_stream_of(std::string_view stream_arn, std::string_view table) noexcept;

/// The streams that a table has had, as ListStreams gives them: DynamoDB keeps a disabled one, and one whose table was deleted or made anew,
/// for 24 hours. Pure: it says what to ask for and is given the answers. Not thread-safe.
class table_streams {
 public:
  static constexpr std::chrono::hours kept{limits::change_retention_hours};

  explicit table_streams(std::string_view table) : table_(table) {}

  bool is_complete() const noexcept { return complete_; }
  /// For the next page.
  request next_request() const;
  /// errc::decoding when the answer cannot be read, or pages do not come to an end.
  [[nodiscard]] result<void> take(const reply&);
  /// There are no more: the table is gone.
  void finish() noexcept { complete_ = true; }

  /// Their ARNs, the oldest first: a stream's label is the time at which it was made.
  const std::vector<std::string>& arns() const noexcept { return arns_; }
  /// The first one that was made after this one, which need not be there any more.
  std::optional<std::string> following(std::string_view stream_arn) const;

 private:
  std::string table_;
  std::string after_;
  std::vector<std::string> arns_;
  bool complete_ = false;
};

}  // namespace dynamo::streams
