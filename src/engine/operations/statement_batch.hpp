#pragma once

#include "engine_core.hpp"

#include <dynamo/base/result.hpp>
#include <engine/commit/prepared_change.hpp>
#include <engine/parameters/write_parameters.hpp>
#include <engine/responses/statement_response.hpp>
#include <engine/statements/statement_parameters.hpp>

#include <partiql/statement.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::engine {

/// What becomes of the statements of one BatchExecuteStatement. Each is executed by itself, and what one comes to is the others' affair in no way:
/// an error stands among the responses. The caller enqueues all writes before it waits for the first, so that they share a commit.
///
/// Not thread-safe, but settle() may be called by several threads for different members.
class statement_batch {
 public:
  /// Parses all statements. A batch of reads and writes is refused.
  static result<std::unique_ptr<statement_batch>> make(engine_core&, batch_statement_parameters);

  std::size_t size() const noexcept { return members_.size(); }
  bool reads() const noexcept { return reads_; }
  prepared_change& change(std::size_t which) const { return *members_[which].change; }

  /// Executes a SELECT.
  void read(std::size_t which);
  /// Takes up a write that the commit queue has admitted. True if it is queued, and its outcome comes to the sink, or to the caller who waits for
  /// the change; settle() is called with it. False if it is settled.
  bool begin(std::size_t which, reply_sink*);
  void settle(std::size_t which, result<reply>);
  /// Whether there is nothing to do for a statement: it was refused.
  bool is_settled(std::size_t which) const noexcept { return members_[which].is_settled; }

  /// The response, once all is settled.
  reply answer();

 private:
  struct member {
    std::optional<partiql::statement> parsed;
    std::string table;
    std::shared_ptr<prepared_change> change;
    std::optional<write_parameters> write;
    consumed_capacity consumed;
    bool is_settled = false;
    bool has_failed = false;
    json::buffer response;
  };

  statement_batch(engine_core& core, batch_statement_parameters p) : core_(core), p_(std::move(p)) {}
  void refuse(std::size_t which, const error&);
  result<json::buffer> read_item(std::size_t which);

  engine_core& core_;
  const batch_statement_parameters p_;
  std::vector<member> members_;
  bool reads_ = false;
};

}  // namespace dynamo::engine
