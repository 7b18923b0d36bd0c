#pragma once

#include "batched_writes.hpp"
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
/// an error stands among the responses.
class statement_batch final : public batched_writes {
 public:
  /// Parses all statements. A batch of reads and writes is refused.
  static result<std::unique_ptr<statement_batch>> make(engine_core&, batch_statement_parameters);

  bool reads() const noexcept { return reads_; }
  /// Executes a SELECT.
  void read(std::size_t which);

  std::size_t size() const noexcept override { return members_.size(); }
  bool is_settled(std::size_t which) const override { return members_[which].is_settled; }
  bool begin(std::size_t which, reply_sink*) override;
  prepared_change& change(std::size_t which) const override { return *members_[which].change; }
  void settle(std::size_t which, result<reply>) override;
  void leave(std::size_t which) override;
  result<reply> answer() override;

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
