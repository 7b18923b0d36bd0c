#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace dynamo::event_source {

/// How far a mapping has come, as it stands in a table: docs/formats.md has its attributes.
///
/// The row belongs to the worker that claimed it last. Every later write of an earlier one is refused, so two that run by mistake do not
/// undo each other's progress; a write whose reply was lost is repeated without harm.
class checkpoints {
 public:
  checkpoints(const std::shared_ptr<endpoint>&, std::string_view table, std::string mapping, std::string owner);
  ~checkpoints();

  class state {
   public:
    std::string stream_arn;  ///< empty: nothing was written yet
    std::string position;    ///< a stream_position's text
  };
  /// Makes the table if it is not there, and takes the row over.
  result<state> claim();
  /// errc::in_use when another worker has claimed the row. Other errors are the endpoint's, and name the table.
  result<void> write(const state&, instant now);

 private:
  class rows;
  std::unexpected<error> about_the_table(const error&) const;
  std::unique_ptr<rows> rows_;
  std::string table_;
  std::string mapping_;
  std::string owner_;
  bool table_is_there_ = false;
};

}  // namespace dynamo::event_source
