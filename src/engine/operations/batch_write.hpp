#pragma once

#include "batched_writes.hpp"
#include "engine_core.hpp"

#include <dynamo/base/result.hpp>
#include <engine/parameters/batch_write_parameters.hpp>
#include <engine/responses/batch_write_response.hpp>
#include <engine/rows/capacity.hpp>

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace dynamo::engine {

/// What becomes of the requests of one BatchWriteItem: each is a write, by the same code as a single one.
class batch_write final : public batched_writes {
 public:
  batch_write(engine_core&, batch_write_parameters);

  /// Checks all requests by their tables: that these exist, that keys fit, and that no key comes twice. Nothing is written yet.
  result<void> check();

  std::size_t size() const noexcept override { return p_.requests.size(); }
  /// Once a write was lost, there is nothing to do for the others.
  bool is_settled(std::size_t which) const override;
  bool begin(std::size_t which, reply_sink*) override;
  prepared_change& change(std::size_t which) const override { return *p_.requests[which].change; }
  /// An error: the write is lost.
  void settle(std::size_t which, result<reply>) override;
  /// Leaves a request for the caller to send again.
  void leave(std::size_t which) override { unprocessed_[which] = true; }
  /// An error if a write was lost, or if no request could be taken up.
  result<reply> answer() override;

 private:
  void lose(error);
  std::vector<std::set<std::string>> find_item_collections() const;

  engine_core& core_;
  batch_write_parameters p_;
  std::vector<std::shared_ptr<const table_entry>> tables_;  // as they were when they were checked
  std::vector<json::buffer> keys_;                          // of the requests' rows in those
  std::vector<bool> unprocessed_;
  std::vector<consumed_capacity> consumed_;  // by table
  std::size_t begun_ = 0;
  std::size_t conflicts_ = 0;
  std::optional<error> refusal_;  // the first that the state of a table was the reason of
  mutable std::mutex mutex_;
  std::optional<error> loss_;  // under the mutex
};

}  // namespace dynamo::engine
